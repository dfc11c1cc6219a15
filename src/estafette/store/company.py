"""Companies: the tenants, with their rules. Creating one is the owner's act, not the application's."""

from collections.abc import Mapping
from typing import LiteralString

import msgspec

from estafette.domain.company import CompanyRules
from estafette.domain.error import no_company
from estafette.store.database import Database, Statement
from estafette.store.server import Server, as_owner

_FIRST_COMPANY_LOCK = 0x65737462

_RULES: LiteralString = "max_onboard_wait_s, ride_factor_percent, ride_allowance_s, freeze_s"
_READ: LiteralString = "SELECT " + _RULES + " FROM company WHERE id = %(company)s"
# What is not named stays; what is named null becomes null.
_CHANGE: LiteralString = (
    "UPDATE company c SET (" + _RULES + ") = (SELECT " + _RULES + " FROM jsonb_populate_record(c, %(changes)s::jsonb))"
    " WHERE c.id = %(company)s RETURNING id"
)  # fmt: skip


def create_company(server: Server, *, name: str, zone: str, language: str = "en") -> int:
    """Create a company with an empty feed and give its id."""
    with as_owner(server) as connection:
        # Row-level security binds the owner too, so the id must be known before the row is.
        row = connection.execute(
            "SELECT id, set_config('app.company', id::text, true)"
            " FROM nextval(pg_get_serial_sequence('company', 'id')) AS id"
        ).fetchone()
        assert row is not None  # a SELECT without WHERE gives a row
        connection.execute(
            "INSERT INTO company (id, name, zone, language) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s)",
            [row[0], name, zone, language],
        )
        connection.execute("INSERT INTO feed (company_id) VALUES (%s)", [row[0]])
        return int(row[0])


def ensure_company(server: Server) -> None:
    """Make sure that a new database has its first company, so that the first command works."""
    with as_owner(server) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_COMPANY_LOCK])
        row = connection.execute("SELECT last_value, is_called FROM company_id_seq").fetchone()
        if row == (1, False):
            create_company(server, name="My company", zone="Europe/Zurich")


def get_rules(database: Database, company_id: int) -> CompanyRules:
    """Read the rules of a company; raises `NotFound`."""
    rows = database.read(company_id, _READ, {"company": company_id})
    if not rows:
        raise no_company(company_id)
    return CompanyRules(**dict(zip(CompanyRules.__struct_fields__, rows[0], strict=True)))


def change_rules(
    database: Database, company_id: int, changes: Mapping[str, int | str | None], *, actor: str
) -> None:
    """Change the rules that are named, by the names of `CompanyRules`; raises `NotFound`."""
    scope = {"company": company_id, "changes": msgspec.json.encode(changes).decode()}
    if not database.transact(company_id, [Statement(_CHANGE, scope)], actor=actor)[0]:
        raise no_company(company_id)
