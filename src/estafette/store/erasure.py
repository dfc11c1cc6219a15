"""Erasing riders and what old trips say of them, handing out all that is held of one, and the rules for it."""

from collections.abc import Mapping, Sequence
from typing import LiteralString, NamedTuple

import msgspec

from estafette.domain.error import NotFound, no_company
from estafette.domain.ledger import Act
from estafette.domain.retention import Erased, RetentionRules
from estafette.store.database import Database, Statement
from estafette.store.erasure_sql import (
    ERASE_RIDERS,
    EXPORT,
    FORGET_PLANS,
    FORGET_TRIPS,
    LEFT_RIDERS,
    OPEN_TRIPS,
)
from estafette.store.ledger import entering
from estafette.store.rider_notes import no_rider
from estafette.store.sealing import Sealed

# Made nameless in one transaction, which holds the lock of the company's writers.
_PORTION = 200

_RULES: LiteralString = (
    "keep_events_days, keep_trips_days, keep_plans_days, keep_riders_days, keep_ledger_days"
)
_READ_RULES: LiteralString = "SELECT " + _RULES + " FROM company WHERE id = %(company)s"
_CHANGE_RULES: LiteralString = (
    "UPDATE company c SET (" + _RULES + ") = (SELECT " + _RULES + " FROM jsonb_populate_record(c, %(changes)s::jsonb))"
    " WHERE c.id = %(company)s RETURNING id"
)  # fmt: skip


class Held(NamedTuple):
    """All that is held of a rider: as JSON, and the sealed note."""

    facts: bytes
    note: Sealed | None


def get_retention(database: Database, company_id: int) -> RetentionRules:
    """Read the rules of a company; raises `NotFound`."""
    rows = database.read(company_id, _READ_RULES, {"company": company_id})
    if not rows:
        raise no_company(company_id)
    return RetentionRules(**dict(zip(RetentionRules.__struct_fields__, rows[0], strict=True)))


def change_retention(
    database: Database, company_id: int, changes: Mapping[str, int | None], *, actor: str
) -> None:
    """Change the rules that are named, by the names of `RetentionRules`; raises `NotFound`."""
    scope = {"company": company_id, "changes": msgspec.json.encode(changes).decode()}
    if not database.transact(company_id, [Statement(_CHANGE_RULES, scope)], actor=actor)[0]:
        raise no_company(company_id)


def find_rider(database: Database, company_id: int, ref: str) -> int:
    """Give the number of a rider by the sender's reference; raises `NotFound`."""
    sql: LiteralString = "SELECT id FROM rider WHERE company_id = %(company)s AND ref = %(ref)s"
    rows = database.read(company_id, sql, {"company": company_id, "ref": ref})
    if not rows:
        message = f"there is no rider with the reference {ref!r}"
        raise NotFound(message)
    return int(rows[0][0])


def open_trips(database: Database, company_id: int, rider_ids: Sequence[int]) -> dict[int, int]:
    """Count the trips that are still to be driven, of each of these riders that there is."""
    scope = {"company": company_id, "riders": list(rider_ids)}
    return {rider: int(count) for rider, count in database.read(company_id, OPEN_TRIPS, scope)}


def erase_riders(database: Database, company_id: int, rider_ids: Sequence[int], *, actor: str) -> Erased:
    """Make riders nameless, with all that only they have; whoever is so already stays. One transaction."""
    scope = {"company": company_id, "riders": list(rider_ids)}
    statements = [Statement(ERASE_RIDERS, scope), entering(company_id, Act.ERASE, "rider", rider_ids)]
    riders, bookings, trips, places, plans = database.transact(company_id, statements, actor=actor)[0][0]
    return Erased(riders=riders, bookings=bookings, trips=trips, places=places, plans=plans)


def left_riders(database: Database, company_id: int) -> list[int]:
    """List riders, a portion, whom the company's rule keeps no longer."""
    rows = database.read(company_id, LEFT_RIDERS, {"company": company_id, "portion": _PORTION})
    return [int(row[0]) for row in rows]


def forget_trips(database: Database, company_id: int, *, actor: str) -> int:
    """Make a portion of the trips nameless that the company's rule keeps no longer; gives their number."""
    scope = {"company": company_id, "portion": _PORTION}
    return int(database.transact(company_id, [Statement(FORGET_TRIPS, scope)], actor=actor)[0][0][0])


def forget_plans(database: Database, company_id: int, *, actor: str) -> int:
    """Let a portion of the plans go that the company's rule keeps no longer, but their figures; gives their number."""
    scope = {"company": company_id, "portion": _PORTION}
    return int(database.transact(company_id, [Statement(FORGET_PLANS, scope)], actor=actor)[0][0][0])


def held_of(database: Database, company_id: int, rider_id: int, *, actor: str) -> Held:
    """Read all that is held of a rider, and enter that it was handed out; raises `NotFound`."""
    read = Statement(EXPORT, {"company": company_id, "rider": rider_id})
    entry = entering(company_id, Act.EXPORT, "rider", [rider_id])
    rows = database.transact(company_id, [read, entry], actor=actor)[0]
    if not rows:
        raise no_rider(rider_id)
    facts, key_id, content = rows[0]
    return Held(facts.encode(), None if key_id is None else Sealed(key_id, bytes(content)))
