"""Moves of trips: readied, called off, and what the dispatcher says of them; each tells the board."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import LiteralString

import numpy as np

from estafette.domain.booking import TripStatus
from estafette.domain.record import Record
from estafette.domain.request import PromisedWindow
from estafette.domain.trip import TripView
from estafette.store.apply import Order, Targets, statement_of
from estafette.store.database import Database, Statement
from estafette.store.guards import guarded, unchanged
from estafette.store.intake.publish import booked

_MARK: LiteralString = "version = f.last_event_id + 1 FROM feed f WHERE f.company_id = %(company)s AND t.company_id = f.company_id"

_STATUS: LiteralString = (
    "UPDATE trip t SET status = %(status)s, " + _MARK + " AND t.id = ANY (%(trips)s::bigint[])"
)
_STATUS_TOLD: LiteralString = """
WITH raised AS (
    UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s RETURNING last_event_id
)
INSERT INTO event (company_id, id, kind, payload)
SELECT %(company)s, last_event_id, 'status_changed',
    jsonb_build_object('trip_id', %(trip)s::bigint, 'status', %(status)s::text) FROM raised
RETURNING pg_notify('estafette', %(company)s::text)
"""

_READY: LiteralString = (
    "UPDATE trip t SET status = 'booked', requested_at = %(at)s, promised_from = %(from_at)s, promised_to = %(to_at)s, "
    + _MARK
    + " AND t.id = ANY (%(trips)s::bigint[])"
)

# Under way they are not moved by an apply, and locked ones neither: what is called off goes all the same.
_FREE: LiteralString = """
WITH unlocked AS (
    UPDATE assignment SET lock = 'none'
    WHERE company_id = %(company)s AND trip_id = ANY (%(trips)s::bigint[]) AND lock <> 'none'
)
UPDATE trip t SET status = 'booked', """ + _MARK + """
    AND t.id = ANY (%(trips)s::bigint[]) AND t.status = 'en_route'
"""  # fmt: skip

_CANCEL: LiteralString = (
    "UPDATE trip t SET status = 'cancelled', cancelled = %(by)s, cancel_reason = %(reason)s, "
    + _MARK
    + " AND t.id = ANY (%(trips)s::bigint[])"
)


class CalledOffBy(StrEnum):
    """Who called a trip off."""

    RIDER = "rider"
    INSTITUTION = "institution"
    PROVIDER = "provider"


class Ending(Record, frozen=True, kw_only=True):
    """Who called a trip off, and why in their words."""

    by: CalledOffBy
    reason: str = ""


def move_status(
    database: Database, company_id: int, trip: TripView, status: TripStatus, *, actor: str
) -> None:
    """Let a trip move on from how it stands, and tell of it; raises `Stale`."""
    scope = {"company": company_id, "trips": [trip.trip_id], "trip": trip.trip_id, "status": str(status)}
    statements = [Statement(_STATUS, scope), Statement(_STATUS_TOLD, scope)]
    guarded(database, company_id, [*_as_seen(company_id, [trip]), *statements], actor=actor)


def make_ready(
    database: Database, company_id: int, trip: TripView, at: datetime, window: PromisedWindow, *, actor: str
) -> None:
    """Give a will-call its time and what is promised for it, and tell of it; raises `Stale`."""
    scope = {
        "company": company_id, "trips": [trip.trip_id], "at": at, "from_at": window.from_at,
        "to_at": window.to_at,
    }  # fmt: skip
    statements = [Statement(_READY, scope), _booked(company_id, [trip])]
    guarded(database, company_id, [*_as_seen(company_id, [trip]), *statements], actor=actor)


def cancel_trips(
    database: Database, company_id: int, trips: Sequence[TripView], ending: Ending, *, key: str, actor: str
) -> None:
    """
    Call trips off and tell of it, in one transaction; those that a driver has are taken off by an apply of each day.

    Raises
    ------
    Stale
        One has changed meanwhile.
    """
    scope = {
        "company": company_id, "trips": [trip.trip_id for trip in trips], "by": str(ending.by),
        "reason": ending.reason,
    }  # fmt: skip
    taken = [trip for trip in trips if trip.run_id is not None and trip.status is not TripStatus.ARRIVED]
    off = {**scope, "trips": [trip.trip_id for trip in taken]}
    applies = [_taking_off(company_id, day, taken, key, actor) for day in sorted(_days(taken))]
    statements = [*([Statement(_FREE, off)] if taken else []), *applies, Statement(_CANCEL, scope)]
    statements = [*_as_seen(company_id, trips), *statements, _booked(company_id, trips)]
    guarded(database, company_id, statements, actor=actor)


def _days(trips: Sequence[TripView]) -> set[date]:
    return {trip.service_on for trip in trips}


def _taking_off(company_id: int, day: date, trips: Sequence[TripView], key: str, actor: str) -> Statement:
    ids = np.array(sorted(trip.trip_id for trip in trips if trip.service_on == day), np.int64)
    never = np.zeros(len(ids), "datetime64[us]")
    # That they are called off is a fact, whatever was changed before: no version is too new.
    order = Order(
        key=f"{key}:{day}", actor=actor, company_id=company_id, service_on=day, board_version=(1 << 63) - 1
    )
    return statement_of(order, Targets(ids, np.zeros_like(ids), never, never, never, never))


def _as_seen(company_id: int, trips: Sequence[TripView]) -> list[Statement]:
    return [unchanged("trip", company_id, trip.trip_id, str(trip.version)) for trip in trips]


def _booked(company_id: int, trips: Sequence[TripView]) -> Statement:
    return booked(company_id, sorted(_days(trips)), keep_plan=True)
