"""Changing a day by hand: what it does is known before, and it is written by the one apply."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from estafette.domain.applied import Applied, Outcome, TripOutcome
from estafette.domain.booking import Lock, TripFacts
from estafette.domain.error import ApplyFailed, Invalid
from estafette.domain.hand import (
    Assign,
    HandChange,
    HandDone,
    HandOrder,
    HandOutcome,
    SetLock,
    SwapTrips,
    Unassign,
    trips_named,
)
from estafette.domain.offer import Exchange, Move, Offer
from estafette.domain.plan import LeftOver, Plan
from estafette.domain.record import Record
from estafette.planning.by_hand import HandMade, by_hand
from estafette.planning.offers import offers
from estafette.planning.standing import Standing
from estafette.store.apply import Order, apply_and, frames_of, targets_of
from estafette.store.database import Database, Rows, Statement
from estafette.store.locks import lock_statements, set_locks
from estafette.store.undo import in_the_way_of
from estafette.store.undo_sql import WHOLE


class Hand(Record, frozen=True, kw_only=True):
    """Whose day is changed, by whom, and the key under which it is done once."""

    company_id: int
    actor: str
    key: str


def offers_for(standing: Standing, trip_id: int, k: int) -> tuple[Offer, ...]:
    """Rank the k cheapest runs for a trip of the day; raises `Invalid` for one that is not planned."""
    return offers(standing, trip_id, k)


class Decided(NamedTuple):
    """What changes do together, and the plan that is to be written; `None` where nothing is."""

    done: HandDone
    plan: Plan | None


def decided(standing: Standing, order: HandOrder) -> Decided:
    """
    Decide on changes, made together: the runs that change are timed, priced and checked.

    What breaks a rule that it did not break before is refused, unless that is forced.
    Raises `Invalid` where there is no such trip to be planned on that day, no such run or position; the
    pointer names which.
    """
    made = _made(standing, order)
    seen = standing.plan.board_version
    done = HandDone(
        outcome=HandOutcome.VALID, board_version=seen, violations=made.violations, cost=made.terms.cost(),
        terms=made.terms, ripple=made.ripple,
    )  # fmt: skip
    if in_the_way := _in_the_way(standing, order):
        done = msgspec.structs.replace(done, outcome=HandOutcome.NOT_POSSIBLE, trips=in_the_way)
    elif made.violations and not order.force:
        done = msgspec.structs.replace(done, outcome=HandOutcome.BREAKS_RULES)
    is_to_be_done = done.outcome is HandOutcome.VALID and not order.validate_only
    return Decided(done, _plan(standing, made) if is_to_be_done else None)


def carried_out(database: Database, hand: Hand, order: HandOrder, what: Decided) -> HandDone:
    """
    Write what was decided, by the apply; the day that it was decided on need not be at hand any more.

    What has changed since the board that the changes were decided on, what is locked or under way and what is
    gone stands in the way, and then nothing is written.
    Raises `ApplyFailed` where the database refused: somebody would be in two places.
    """
    return what.done if what.plan is None else _written(database, hand, order, what.done, what.plan)


def _made(standing: Standing, order: HandOrder) -> HandMade:
    names = standing.book.names
    for place, change in enumerate(order.changes):
        for field in ("trip_id", "other_trip_id", "run_id"):
            known = names.run if field == "run_id" else names.trip
            if (number := getattr(change, field, None)) is not None and number not in known:
                what = field.split("_")[-2]
                message = f"{order.service_on} has no {what} {number} that can be planned"
                raise Invalid(message, pointer=f"/changes/{place}/{field}")
    try:
        return by_hand(standing, [move for change in order.changes for move in _moves(change)])
    except Invalid as error:
        raise Invalid(str(error), pointer="/changes") from error


def _moves(change: HandChange) -> list[Move | Exchange]:
    match change:
        case Assign():
            return [
                Move(
                    trip_id=change.trip_id, run_id=change.run_id, pickup_position=change.pickup_position,
                    dropoff_position=change.dropoff_position,
                )
            ]  # fmt: skip
        case SwapTrips():
            return [Exchange(trip_id=change.trip_id, other_trip_id=change.other_trip_id)]
        case Unassign():
            return [Move(trip_id=change.trip_id, run_id=None)]
        case SetLock():
            return []


def _in_the_way(standing: Standing, order: HandOrder) -> tuple[TripOutcome, ...]:
    """List the named trips that have changed since the caller's board, or must stay where they are."""
    seen = standing.plan.board_version if order.board_version is None else order.board_version
    found = {}
    for change in order.changes:
        for trip_id in trips_named(change):
            trip = standing.room.trips[standing.row_of(trip_id)]
            if outcome := _hindrance(trip, change, seen):
                found[trip_id] = TripOutcome(
                    trip_id=trip_id, run_id=getattr(change, "run_id", None), outcome=outcome
                )
    return tuple(found.values())


def changed_since(standing: Standing, trip_id: int, version: int) -> bool:
    """Tell whether a trip of the day has changed since a version of it; one that is not planned has not."""
    row = standing.book.names.trip.get(trip_id)
    return row is not None and _version(standing.room.trips[row]) > version


def _version(trip: TripFacts) -> int:
    return max(trip.version, trip.assigned.version if trip.assigned else 0)


def _hindrance(trip: TripFacts, change: HandChange, seen: int) -> Outcome | None:
    if _version(trip) > seen:
        return Outcome.STALE
    if isinstance(change, SetLock):
        return None if trip.assigned else Outcome.ILLEGAL_NOW
    return Outcome.LOCKED if trip.under_way or _held(trip, change) else None


def _held(trip: TripFacts, change: HandChange) -> bool:
    """Tell whether the lock of a trip forbids a change; within its run only one of its times does."""
    lock = trip.assigned.lock if trip.assigned else Lock.NONE
    stays = isinstance(change, Assign) and trip.assigned is not None and trip.assigned.run_id == change.run_id
    return lock is Lock.TIME or (lock is not Lock.NONE and not stays)


def _plan(standing: Standing, made: HandMade) -> Plan:
    """Give what changes as a plan: its runs alone, and the trips that have none any more."""
    left = tuple(LeftOver(trip_id=trip_id, refusals=()) for trip_id in made.left_over)
    return msgspec.structs.replace(standing.plan, runs=made.runs, left_over=left)


def _written(database: Database, hand: Hand, order: HandOrder, done: HandDone, plan: Plan) -> HandDone:
    locks = _locks(order.changes)
    seen = done.board_version if order.board_version is None else order.board_version
    targets = targets_of(plan)
    if not len(targets.trip_ids):
        locked = set_locks(
            database, hand.company_id, order.service_on, locks, board_version=seen, actor=hand.actor
        )
        return _with_locks(msgspec.structs.replace(done, outcome=HandOutcome.APPLIED), locked)
    applying = Order(
        key=hand.key, actor=hand.actor, company_id=hand.company_id, service_on=order.service_on,
        board_version=seen,
    )  # fmt: skip
    whole = Statement(WHOLE, {"company": hand.company_id, "key": hand.key}, keep_plan=True)
    then = [whole]
    if locks:
        then += lock_statements(hand.company_id, order.service_on, locks, board_version=seen, key=hand.key)
    try:
        applied, ended = apply_and(database, applying, targets, frames=frames_of(plan), then=then)
    except ApplyFailed as failed:
        return msgspec.structs.replace(done, outcome=HandOutcome.NOT_POSSIBLE, trips=in_the_way_of(failed))
    return _with_locks(_told(done, applied), ended[1] if locks else [])


def _told(done: HandDone, applied: Applied) -> HandDone:
    changed = tuple(trip for trip in applied.trips if trip.outcome is Outcome.APPLIED)
    return msgspec.structs.replace(
        done, outcome=HandOutcome.APPLIED, board_version=applied.board_version, trips=changed,
        applied_id=applied.applied_id,
    )  # fmt: skip


def _with_locks(done: HandDone, locked: Rows) -> HandDone:
    """Tell whose lock changed, and of the board after that."""
    version = max((version for _, version in locked), default=done.board_version)
    return msgspec.structs.replace(
        done, board_version=version, locked=tuple(trip_id for trip_id, _ in locked)
    )


def _locks(changes: Sequence[HandChange]) -> dict[int, Lock]:
    return {
        change.trip_id: change.lock
        for change in changes
        if isinstance(change, Assign | SetLock) and change.lock is not None
    }
