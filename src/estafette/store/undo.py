"""Taking an apply back: the same apply, with what stood before as its target."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec
import numpy as np
import psycopg

from estafette.domain.applied import Applied, Outcome, Standing, TripOutcome
from estafette.domain.booking import ENDED
from estafette.domain.error import ApplyFailed, Invalid, NotFound
from estafette.domain.record import Record
from estafette.domain.undone import Undone
from estafette.store.apply import Frame, Order, Targets, apply_targets, outcome_of
from estafette.store.database import Database, Statement
from estafette.store.undo_sql import BEFORE, HISTORY, WHOLE

_NOT_WHOLE = "EST01"
_REFUSALS = msgspec.json.Decoder(list[tuple[int, int | None, str, Standing | None]])


class Take(Record, frozen=True, kw_only=True):
    """
    What of an apply to take back.

    Without `trips` all of it, or else these alone; `what_can` leaves out what cannot be restored,
    otherwise one such trip means that nothing is.
    """

    actor: str
    trips: frozenset[int] = frozenset()
    what_can: bool = False


class _Position(NamedTuple):
    """Where a trip stands: run and times; all `None` without a run."""

    run_id: int | None
    pickup_at: datetime | None
    pickup_until: datetime | None
    dropoff_at: datetime | None
    dropoff_until: datetime | None


class _Trip(NamedTuple):
    """A trip that the apply changed: where it was, was put, and stands now with which status."""

    trip_id: int
    was: _Position
    put: _Position
    now: _Position
    status: str

    def moved_on(self) -> bool:
        return self.now not in (self.put, self.was)

    def standing(self) -> TripOutcome:
        """Say why it cannot be restored: it stands where neither this apply nor the time before put it."""
        stands = msgspec.convert({"status": self.status, **self.now._asdict()}, Standing)
        outcome = Outcome.GONE if stands.status in ENDED else Outcome.STALE
        return TripOutcome(trip_id=self.trip_id, run_id=self.was.run_id, outcome=outcome, standing=stands)


class _Before(NamedTuple):
    """An apply with what it replaced, read at one board version."""

    applied_id: int
    service_on: date
    board_version: int
    frames: list[Frame]
    trips: list[_Trip]


def undo_last(database: Database, company_id: int, service_on: date, *, take: Take) -> Undone:
    """
    Take back the newest plan or move of a day of which anything is in force; again for the one before.

    Raises
    ------
    NotFound
        There is none.
    """
    rows = database.read(company_id, HISTORY, {"company": company_id, "service_on": service_on})
    applied_id = newest_in_force([_Entry(entry[0], entry[1], frozenset(entry[2])) for entry in rows])
    if applied_id is None:
        message = f"there is no applied plan on {service_on} to take back"
        raise NotFound(message)
    return undo_apply(database, company_id, applied_id, take=take)


class _Entry(NamedTuple):
    """An apply: which one it took back, if any, and the trips it changed."""

    applied_id: int
    undoes: int | None
    trips: frozenset[int]


def newest_in_force(history: Sequence[_Entry]) -> int | None:
    """
    Find the newest apply, itself no undo, of which some trip was not taken back.

    From the newest to the oldest: what an undo took back counts only as far as the undo was not taken back.
    """
    taken_back: dict[int, frozenset[int]] = {}
    for applied_id, undoes, trips in sorted(history, reverse=True):
        kept = trips - taken_back.get(applied_id, frozenset())
        if undoes is not None:
            taken_back[undoes] = taken_back.get(undoes, frozenset()) | kept
        elif kept:
            return applied_id
    return None


def undo_apply(database: Database, company_id: int, applied_id: int, *, take: Take) -> Undone:
    """
    Take back an apply by its number, also an undo, whole or the chosen trips of it.

    1. Read what it replaced, where it put its trips and where they stand now: one round trip.
    2. A trip that stands elsewhere has moved on and cannot be restored.
    3. Apply what stood before, computed from the board version of step 1: one round trip. Unless
       `take.what_can`, the transaction ends itself when any trip could not be restored, so that nobody
       who writes between 1 and 3 makes half an undo of it.

    A trip that already stands as it stood before is left alone.

    Raises
    ------
    NotFound
        There is no such apply, or it changed nothing.
    Invalid
        It did not change a chosen trip.
    """
    before = _read(database, company_id, applied_id)
    chosen = [trip for trip in before.trips if not take.trips or trip.trip_id in take.trips]
    if unknown := take.trips - {trip.trip_id for trip in chosen}:
        message = f"apply {applied_id} did not change trip {min(unknown)}"
        raise Invalid(message)
    in_the_way = tuple(trip.standing() for trip in chosen if trip.moved_on())
    if in_the_way and not take.what_can:
        return _nothing(before, in_the_way)
    return _restore(database, company_id, before, take, [trip for trip in chosen if not trip.moved_on()])


def _nothing(before: _Before, in_the_way: tuple[TripOutcome, ...]) -> Undone:
    return Undone(undoes=before.applied_id, service_on=before.service_on, applied=None, in_the_way=in_the_way)


def _restore(database: Database, company_id: int, before: _Before, take: Take, trips: list[_Trip]) -> Undone:
    order = Order(
        key=_key(before, trips),
        actor=take.actor,
        company_id=company_id,
        service_on=before.service_on,
        board_version=before.board_version,
        undoes=before.applied_id,
    )
    scope = {"company": company_id, "key": order.key}
    try:
        applied = apply_targets(
            database,
            order,
            targets=_targets(trips),
            frames=[frame for frame in before.frames if frame.pull_out_at],
            then=() if take.what_can else (Statement(WHOLE, scope, keep_plan=True),),
        )
    except ApplyFailed as failed:
        return _nothing(before, in_the_way_of(failed))
    return _undone(before, take, applied)


def _undone(before: _Before, take: Take, applied: Applied) -> Undone:
    moved_on = [
        trip.standing()
        for trip in before.trips
        if trip.moved_on() and (not take.trips or trip.trip_id in take.trips)
    ]
    refused = [trip for trip in applied.trips if trip.outcome not in (Outcome.APPLIED, Outcome.UNCHANGED)]
    in_the_way = tuple(sorted([*moved_on, *refused], key=lambda trip: trip.trip_id))
    return Undone(
        undoes=before.applied_id, service_on=before.service_on, applied=applied, in_the_way=in_the_way
    )


def _key(before: _Before, trips: list[_Trip]) -> str:
    # The same undo of the same board is one undo, whoever asks for it and however often; what was
    # restored meanwhile can be taken back again.
    chosen = ",".join(str(trip.trip_id) for trip in trips)
    some = hashlib.sha256(chosen.encode()).hexdigest()[:16]
    return f"undo:{before.applied_id}@{before.board_version}:{some}"


def in_the_way_of(failed: ApplyFailed) -> tuple[TripOutcome, ...]:
    """Read from the refusal of an apply that had to be whole which trips stood in the way; any other failure goes on."""
    cause = failed.__cause__
    if not isinstance(cause, psycopg.Error) or cause.sqlstate != _NOT_WHOLE:
        raise failed
    rows = _REFUSALS.decode(cause.diag.message_detail or "[]")
    return tuple(outcome_of(*row) for row in rows)


def _read(database: Database, company_id: int, applied_id: int) -> _Before:
    rows = database.read(company_id, BEFORE, {"company": company_id, "applied": applied_id})
    if not rows:
        message = f"there is no apply {applied_id} that changed anything"
        raise NotFound(message)
    service_on, board_version, frames = rows[0][:3]
    return _Before(
        applied_id=applied_id,
        service_on=service_on,
        board_version=board_version,
        frames=msgspec.json.decode(frames, type=list[Frame]),
        trips=[
            _Trip(row[3], _Position(*row[4:9]), _Position(*row[9:14]), _Position(*row[14:19]), row[19])
            for row in rows
        ],
    )


def _targets(trips: list[_Trip]) -> Targets:
    table = [(trip.trip_id, trip.was.run_id or 0, *map(_utc, trip.was[1:])) for trip in trips]
    columns = list(zip(*table, strict=True)) or [()] * 6
    trip_ids, run_ids = (np.array(column, np.int64) for column in columns[:2])
    return Targets(trip_ids, run_ids, *(np.array(at, "datetime64[us]") for at in columns[2:]))


def _utc(at: datetime | None) -> np.datetime64:
    # numpy knows no zones; a trip without a run has no times, and the apply reads none.
    return np.datetime64(at.replace(tzinfo=None) if at else 0, "us")
