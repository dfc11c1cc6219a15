"""
The check of a whole database: every promise of the schema and of the apply, proven again from the rows.

It reads in one transaction (repeatable read, read only) with one statement for each rule, so it may run while
dispatch goes on. The rules are in `audit_rules.py`, `audit_story.py` and `audit_guards.py`; they trust neither
the constraints nor the triggers nor the program, and find what those would have prevented.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import Connection, sql

from estafette.domain.error import Invalid, no_company
from estafette.domain.record import Record
from estafette.store.audit_guards import AS_APPLICATION, GUARDS
from estafette.store.audit_rules import ROWS_READ, RULES, Rule
from estafette.store.audit_story import STORY
from estafette.store.revision import schema_status
from estafette.store.server import APP_ROLE, Server, as_owner, unavailable


class Checked(Record, frozen=True, kw_only=True):
    """
    One rule and what contradicts it.

    `findings` counts all contradictions; `shown` has the first of them, a line each with table and ids.
    """

    rule: str
    proves: str
    findings: int
    shown: tuple[str, ...] = ()


class Audit(Record, frozen=True, kw_only=True):
    """What a check of the database found; `rows` are those that the rules read."""

    rules: tuple[Checked, ...]
    rows: int

    @property
    def findings(self) -> int:
        """Count the contradictions of all rules."""
        return sum(rule.findings for rule in self.rules)

    def lines(self) -> list[str]:
        """List the findings that are shown, a line each, with their rule."""
        return [f"{rule.rule}: {line}" for rule in self.rules for line in rule.shown]

    def broken(self) -> set[str]:
        """Name the rules that something contradicts."""
        return {rule.rule for rule in self.rules if rule.findings}


def audit(server: Server, *, company_id: int | None = None, show: int = 20) -> Audit:
    """
    Check a database: every company, or one alone; show at most `show` findings of each rule.

    An owner whom row-level security binds (no superuser, no BYPASSRLS) sees one company at a time; then the
    statements are repeated for each.

    Raises
    ------
    Invalid
        The schema is not the one of this program.
    NotFound
        There is no such company.
    Unavailable
        The database does not answer.
    """
    status = schema_status(server)
    if not status.up_to_date:
        message = f"the schema is {status.current or 'empty'}, not {status.newest}: run `estafette db migrate` first"
        raise Invalid(message)
    with as_owner(server) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        passes = [
            (_number(connection, ROWS_READ), _judged(connection, (*RULES, *STORY), show))
            for _ in _scopes(connection, company_id)
        ]
        guards = _judged(connection, GUARDS, show)
    with _as_application(server) as connection:
        guards += _judged(connection, AS_APPLICATION, show)
    merged = [_merged(same_rule, show) for same_rule in zip(*(checked for _, checked in passes), strict=True)]
    return Audit(rules=(*merged, *guards), rows=sum(rows for rows, _ in passes))


@contextmanager
def _as_application(server: Server) -> Iterator[Connection[Any]]:
    try:
        connection = psycopg.connect(server.app)
    except psycopg.OperationalError as error:
        raise unavailable(error) from error
    with connection:
        yield connection


_SEES_ALL = "SELECT (rolsuper OR rolbypassrls)::int FROM pg_roles WHERE rolname = current_user"
_HIGHEST_COMPANY = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('company', 'id')), 0)"


def _scopes(connection: Connection[Any], company_id: int | None) -> Iterator[None]:
    """Let the connection see everything once, or one company after the other."""
    if company_id is None and _number(connection, _SEES_ALL):
        yield
        return
    highest = _number(connection, _HIGHEST_COMPANY)
    if company_id is not None and not 0 < company_id <= highest:
        raise no_company(company_id)
    # Row-level security then gives the rows of the company, over the indexes that it leads.
    connection.execute(f"SET LOCAL ROLE {APP_ROLE}")
    for number in range(1, highest + 1) if company_id is None else [company_id]:
        connection.execute("SELECT set_config('app.company', %s, true)", [str(number)])
        yield
    connection.execute("RESET ROLE")


def _number(connection: Connection[Any], query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None  # each counts, so it gives a row
    return int(row[0])


def _judged(connection: Connection[Any], rules: Sequence[Rule], show: int) -> list[Checked]:
    return [_checked(connection, rule, show) for rule in rules]


def _checked(connection: Connection[Any], rule: Rule, show: int) -> Checked:
    listed: LiteralString = (
        f"SELECT finding, count(*) OVER () FROM ({rule.sql}) AS found (finding) LIMIT {{}}"
    )
    found = connection.execute(sql.SQL(listed).format(sql.Literal(max(show, 1)))).fetchall()
    return Checked(
        rule=rule.name,
        proves=rule.proves,
        findings=found[0][1] if found else 0,
        shown=tuple(finding for finding, _ in found[:show]),
    )


def _merged(same_rule: Sequence[Checked], show: int) -> Checked:
    shown = [line for checked in same_rule for line in checked.shown]
    return Checked(
        rule=same_rule[0].rule,
        proves=same_rule[0].proves,
        findings=sum(checked.findings for checked in same_rule),
        shown=tuple(shown[:show]),
    )
