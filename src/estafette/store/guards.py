"""
What must still hold when a transaction begins to write; otherwise it ends itself.

Writers of a company follow each other, so what a guard finds stays so until the transaction has written.
"""

from collections.abc import Sequence
from typing import LiteralString

import psycopg

from estafette.domain.error import Conflict, EstafetteError, Invalid, Stale, taken
from estafette.store.database import Database, Rows, Statement

_REFUSED = "EST02"
_TAKEN = "taken"

# The digest of a row is its version where no event tells of it: whoever changes it, and however, it is another.
ETAGS: dict[str, LiteralString] = {
    "driver": "md5(x::text)",
    "vehicle": "md5(x::text)",
    "rider": "md5(x::text)",
    "shift": "md5(x::text)",
    "place": "md5(x::text || coalesce((SELECT door::text FROM access_point door"
    " WHERE door.company_id = x.company_id AND door.place_id = x.id), ''))",
    "booking": "md5(x::text || (SELECT string_agg(greatest(t.version, a.version)::text, ' ' ORDER BY t.id) FROM trip t"
    " LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id"
    " WHERE t.company_id = x.company_id AND t.booking_id = x.id))",
    "standing_order": "md5(x::text)",
    "trip": "(SELECT greatest(x.version, max(a.version)) FROM assignment a"
    " WHERE a.company_id = x.company_id AND a.trip_id = x.id)::text",
}
TABLES: dict[str, LiteralString] = {name: name for name in (
    "driver", "vehicle", "rider", "shift", "place", "booking", "standing_order", "trip")}  # fmt: skip


def not_taken(table: str, company_id: int, ref: str, pointer: str = "/ref") -> Statement:
    """Refuse when a reference, which stands at `pointer` of the body, names something already."""
    sql: LiteralString = (
        "SELECT refuse(%(why)s::text) FROM "
        + TABLES[table]
        + " WHERE company_id = %(company)s AND ref = %(ref)s"
    )
    return Statement(sql, {"company": company_id, "ref": ref, "why": _TAKEN + pointer}, keep_plan=True)


def unchanged(table: str, company_id: int, number: int, version: str) -> Statement:
    """Refuse when a row has another version."""
    sql: LiteralString = (
        "SELECT refuse('changed') FROM " + TABLES[table] + " x"
        " WHERE x.company_id = %(company)s AND x.id = %(id)s AND " + ETAGS[table] + " <> %(version)s"
    )  # fmt: skip
    return Statement(sql, {"company": company_id, "id": number, "version": version}, keep_plan=True)


def guarded(
    database: Database, company_id: int, statements: Sequence[Statement], *, actor: str
) -> list[Rows]:
    """
    Run statements in one transaction; what a guard or a constraint refuses is told in our words.

    Raises
    ------
    Conflict, Stale
        A guard found something, or shifts would overlap.
    Invalid
        A value is none that the database takes.
    """
    try:
        return database.transact(company_id, statements, actor=actor, for_company=True)
    except psycopg.DatabaseError as error:
        refused = _in_our_words(error)
        if refused is None:
            raise
        raise refused from error


def _in_our_words(error: psycopg.DatabaseError) -> EstafetteError | None:
    said = error.diag.message_primary or ""
    if error.sqlstate == _REFUSED and said.startswith(_TAKEN):
        return taken(said.removeprefix(_TAKEN))
    if error.sqlstate == _REFUSED:
        return Stale("it has changed meanwhile; read it again")
    if isinstance(error, psycopg.errors.ExclusionViolation):
        return Conflict(f"nothing is stored: {error.diag.constraint_name} ({error.diag.message_detail})")
    if isinstance(error, psycopg.errors.IntegrityError | psycopg.errors.DataError):
        return Invalid(f"nothing is stored: {said}")
    return None
