"""A dispatcher's daily hand: assign, move, swap, unassign and lock trips, and what that would do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import msgspec

from estafette.domain.booking import Lock
from estafette.domain.error import Conflict, Invalid, NoReason, Stale
from estafette.domain.hand import (
    Assign,
    Assignments,
    HandChange,
    HandDone,
    HandOrder,
    HandOutcome,
    Id,
    Position,
    SetLock,
    Unassign,
)
from estafette.domain.offer import Offers
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.trip import TripView
from estafette.edge.web.api.route import Answer, Ask, Route, etag_of
from estafette.flow.hand import Hand, carried_out, changed_since, decided, offers_for
from estafette.planning.standing import Standing
from estafette.store.occasion import present_occasion
from estafette.store.trips import get_trip

_MOST = 500

Changes = Annotated[tuple[HandChange, ...], msgspec.Meta(min_length=1, max_length=_MOST)]


class AssignmentsBody(Record, frozen=True, kw_only=True):
    """
    Changes of one service day.

    `atomic`: all of them or none, in one transaction; otherwise each by itself, in their order.
    `board_version` is that of the board on which they were decided. With `validate_only` the answer says what
    they would do and nothing is written. With `force` they may break rules that the database does not keep
    itself; the header `X-Reason` says why, for the audit log and the history of the trips.
    """

    service_on: date
    changes: Changes
    atomic: bool = True
    board_version: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)] | None = None
    validate_only: bool = False
    force: bool = False


class PlaceBody(Record, frozen=True, kw_only=True):
    """Where a trip is to go; without positions, where it is cheapest on the run."""

    run_id: Id
    pickup_position: Position | None = None
    dropoff_position: Position | None = None
    lock: Lock | None = None
    force: bool = False
    validate_only: bool = False


class LockBody(Record, frozen=True, kw_only=True):
    """What the optimiser may not change of a trip."""

    lock: Lock


class TakeOff(Record, frozen=True, kw_only=True):
    """How to take a trip off its run."""

    force: bool = False
    validate_only: bool = False


class HowMany(Record, frozen=True, kw_only=True):
    """How many runs to offer."""

    k: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3


def change_assignments(ask: Ask) -> Answer:
    """Assign, move, swap, unassign and lock trips, several at once; or say what that would do."""
    body: AssignmentsBody = ask.body
    _must_say_why(body, pointer="/force")
    steps = [body.changes] if body.atomic else [(change,) for change in body.changes]
    if not body.atomic:
        return Answer(Assignments(results=tuple(_each(ask, body, n, step) for n, step in enumerate(steps))))
    done = _change(ask, body, body.changes)
    if done.outcome not in (HandOutcome.VALID, HandOutcome.APPLIED) and not body.validate_only:
        raise not_done(done)
    return Answer(Assignments(results=(done,)))


def _each(ask: Ask, body: AssignmentsBody, n: int, step: tuple[HandChange, ...]) -> HandDone:
    try:
        return _change(ask, body, step, f":{n}")
    except (Conflict, Invalid) as refused:  # what stood before it is written, so the rest is answered too
        return HandDone(outcome=HandOutcome.NOT_POSSIBLE, board_version=0, why=str(refused))


def _change(ask: Ask, body: AssignmentsBody, changes: tuple[HandChange, ...], suffix: str = "") -> HandDone:
    order = HandOrder(
        service_on=body.service_on, changes=changes, board_version=body.board_version,
        validate_only=body.validate_only, force=body.force,
    )  # fmt: skip
    return _made(ask, order, suffix)


def _made(ask: Ask, order: HandOrder, suffix: str = "", trip: TripView | None = None) -> HandDone:
    hand = Hand(company_id=ask.company_id, actor=ask.actor, key=f"api:{ask.work}{suffix}")
    with ask.world.standings.lent(ask.company_id, order.service_on) as standing:
        if trip is not None and changed_since(standing, trip.trip_id, trip.version):
            raise _stale(get_trip(ask.database, ask.company_id, trip.trip_id))
        what = decided(standing, order)
    # Others may ask about the day while this is written.
    return carried_out(ask.database, hand, order, what)


def not_done(done: HandDone) -> Conflict:
    """Refuse with what stood in the way."""
    if done.outcome is HandOutcome.BREAKS_RULES:
        said = "; ".join(str(each) for each in done.violations[:3])
        return Conflict(f"nothing was changed, it breaks rules: {said}", code="breaks_rules", present=done)
    said = "; ".join(f"trip {trip.trip_id} is {trip.outcome}" for trip in done.trips[:3])
    return Conflict(f"nothing was changed: {said}", code="not_possible", present=done)


def _must_say_why(how: AssignmentsBody | PlaceBody | TakeOff, **where: str) -> None:
    """Raise `NoReason` for who would break rules and gives none: the history of the trip is to tell it."""
    if how.force and not how.validate_only and not present_occasion().why.strip():
        message = "who may break rules says why, in the header X-Reason"
        raise NoReason(message, **where)


def place_trip(ask: Ask) -> Answer:
    """Assign a trip to a run, or move it there."""
    body: PlaceBody = ask.body
    _must_say_why(body, pointer="/force")
    trip = _seen(ask)
    change = Assign(
        trip_id=trip.trip_id, run_id=body.run_id, pickup_position=body.pickup_position,
        dropoff_position=body.dropoff_position, lock=body.lock,
    )  # fmt: skip
    return _one(ask, trip, change, force=body.force, validate_only=body.validate_only)


def take_off(ask: Ask) -> Answer:
    """Take a trip off its run."""
    query: TakeOff = ask.query
    _must_say_why(query, field="force")
    trip = _seen(ask)
    change = Unassign(trip_id=trip.trip_id)
    return _one(ask, trip, change, force=query.force, validate_only=query.validate_only)


def lock_trip(ask: Ask) -> Answer:
    """Lock a trip on its run, or unlock it."""
    trip = _seen(ask)
    return _one(ask, trip, SetLock(trip_id=trip.trip_id, lock=ask.body.lock))


def _seen(ask: Ask) -> TripView:
    """Give the trip, as the caller has seen it; raises `Stale`, `Unseen`, `NotFound`."""
    seen = ask.seen()
    trip = get_trip(ask.database, ask.company_id, ask.id("trip_id"))
    if seen not in (None, etag_of(trip.version)):
        raise _stale(trip)
    return trip


def _stale(trip: TripView) -> Stale:
    message = f"trip {trip.trip_id} has changed meanwhile"
    return Stale(message, present=trip, etag=etag_of(trip.version))


def _one(ask: Ask, trip: TripView, change: HandChange, **how: Any) -> Answer:
    order = HandOrder(service_on=trip.service_on, changes=(change,), **how)
    try:
        done = _made(ask, order, trip=trip)
    except Invalid as error:
        raise _of_one(error, trip) from error
    if done.outcome not in (HandOutcome.VALID, HandOutcome.APPLIED) and not order.validate_only:
        raise not_done(done)
    return Answer(done)


def _of_one(error: Invalid, trip: TripView) -> Invalid | Conflict:
    """Say what is wrong with the body of one trip, or that the trip can no longer be planned."""
    pointer = (error.pointer or "").removeprefix("/changes/0")
    if pointer in ("/trip_id", "/service_on"):  # not among those that are planned, or nothing is
        message = f"trip {trip.trip_id} is {trip.status} and cannot be planned"
        return Conflict(message, code="not_possible", present=trip)
    return Invalid(str(error), pointer=pointer)


@contextmanager
def asked_about(ask: Ask) -> Iterator[tuple[TripView, Standing]]:
    """Give the trip that is asked about and its day; raises `Conflict` where it cannot be planned."""
    trip = get_trip(ask.database, ask.company_id, ask.id("trip_id"))
    with ask.world.standings.lent(ask.company_id, trip.service_on) as standing:
        try:
            yield trip, standing
        except Invalid as error:
            message = f"trip {trip.trip_id} is {trip.status} and cannot be planned"
            raise Conflict(message, code="not_possible", present=trip) from error


def offer_runs(ask: Ask) -> Answer:
    """Rank the runs that can take a trip, with price, times and whom that moves."""
    with asked_about(ask) as (trip, standing):
        found = offers_for(standing, trip.trip_id, ask.query.k)
        return Answer(Offers(board_version=standing.plan.board_version, offers=found))


_TRIP = "/trips/{trip_id:int}"
ROUTES = (
    Route("POST", "/assignments", Right.ASSIGNMENT_WRITE, change_assignments, Assignments, AssignmentsBody),
    Route("PUT", f"{_TRIP}/assignment", Right.ASSIGNMENT_WRITE, place_trip, HandDone, PlaceBody),
    Route("DELETE", f"{_TRIP}/assignment", Right.ASSIGNMENT_WRITE, take_off, HandDone, query=TakeOff),
    Route("PUT", f"{_TRIP}/lock", Right.ASSIGNMENT_WRITE, lock_trip, HandDone, LockBody),
    Route("GET", f"{_TRIP}/offers", Right.BOARD_READ, offer_runs, Offers, query=HowMany),
)
