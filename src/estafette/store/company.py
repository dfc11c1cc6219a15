"""Companies: the tenants, with their rules. Creating one is the owner's act, not the application's."""

from collections.abc import Mapping
from typing import LiteralString

import msgspec

from estafette.domain.company import CompanyRules, CompanyView
from estafette.domain.error import Conflict, no_company
from estafette.domain.time import checked_zone
from estafette.store.database import Database, Statement
from estafette.store.server import Server, as_owner

_FIRST_COMPANY_LOCK = 0x65737462

_FIELDS: LiteralString = (
    "name, zone, language, max_onboard_wait_s, ride_factor_percent, ride_allowance_s, freeze_s"
)
_READ: LiteralString = "SELECT " + _FIELDS + " FROM company WHERE id = %(company)s"
# What is not named stays; what is named null becomes null. Service days are reckoned in the zone, so it stays once
# there are any.
_CHANGE: LiteralString = (
    "UPDATE company c SET (" + _FIELDS + ") = (SELECT " + _FIELDS
    + " FROM jsonb_populate_record(c, %(changes)s::jsonb))"
    " WHERE c.id = %(company)s AND (coalesce(%(zone)s, c.zone) = c.zone"
    " OR NOT EXISTS (SELECT FROM trip WHERE company_id = c.id) AND NOT EXISTS (SELECT FROM shift WHERE company_id = c.id))"
    " RETURNING id"
)  # fmt: skip
_KNOWN: LiteralString = "SELECT id FROM company WHERE id = %(company)s"


def create_company(server: Server, *, name: str, zone: str, language: str = "en") -> int:
    """Create a company with an empty feed and give its id; raises `Invalid` for no such zone."""
    checked_zone(zone)
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


def get_company_view(database: Database, company_id: int) -> CompanyView:
    """Read what a company is called, and its rules; raises `NotFound`."""
    rows = database.read(company_id, _READ, {"company": company_id})
    if not rows:
        raise no_company(company_id)
    name, zone, language, *rules = rows[0]
    return CompanyView(
        company_id=company_id, name=name, zone=zone, language=language,
        rules=CompanyRules(**dict(zip(CompanyRules.__struct_fields__, rules, strict=True))),
    )  # fmt: skip


def change_company(
    database: Database, company_id: int, changes: Mapping[str, int | str | None], *, actor: str
) -> None:
    """
    Change what is named: `name`, `zone`, `language`, and rules by the names of `CompanyRules`.

    Raises `NotFound`, `Invalid` for no such zone, `Conflict` for another one once there are trips or shifts.
    """
    zone = changes.get("zone")
    if zone is not None:
        checked_zone(str(zone))
    scope = {"company": company_id, "changes": msgspec.json.encode(changes).decode(), "zone": zone}
    statements = [Statement(_KNOWN, scope), Statement(_CHANGE, scope)]
    known, changed = database.transact(company_id, statements, actor=actor)
    if not known:
        raise no_company(company_id)
    if not changed:
        message = "zone: it stays once there are trips or shifts, whose days are reckoned in it"
        raise Conflict(message, pointer="/zone")
