"""How a board follows the feed: an older board and the events after it give the newer board."""

from collections.abc import Iterable

import msgspec

from estafette.domain.board import Board, RunCard, Times, TripCard
from estafette.domain.booking import Lock
from estafette.domain.error import Invalid
from estafette.domain.event import (
    Acknowledged,
    Assigned,
    Booked,
    Enquired,
    Event,
    Happening,
    Reported,
    ReturnKept,
    Rostered,
    SolveProgressed,
    StatusChanged,
    TripTimes,
)
from estafette.domain.place import Place

replace = msgspec.structs.replace


def fold(board: Board, event: Event) -> Board:
    """
    Give the board after `event`; `console/src/store/fold.ts` does the same, over the same test vectors.

    An event that the board already contains changes nothing. Raises `Invalid` when events are missing
    between the board and this one, or when the event names a place without giving it.
    """
    if event.id <= board.version:
        return board
    if event.id > board.version + 1:
        message = f"event {event.id} cannot follow event {board.version}: events are missing"
        raise Invalid(message)
    return replace(_after(board, event.what), version=event.id)


def _after(board: Board, what: Happening) -> Board:
    match what:
        case Booked():
            return _with_places(replace(board, trips=_with_cards(board, what.trips)), what.places)
        case Rostered():
            return _with_places(replace(board, runs=_with_runs(board, what.runs)), what.places)
        case Assigned():
            return _with_assigned(board, what)
        case StatusChanged():
            return replace(board, trips=tuple(_with_status(trip, what) for trip in board.trips))
        case Acknowledged() | Reported():
            return replace(board, runs=tuple(_with_said(run, what) for run in board.runs))
        case Enquired() | ReturnKept() | SolveProgressed():
            return board


def _with_cards(board: Board, cards: Iterable[TripCard]) -> tuple[TripCard, ...]:
    # A card of another day takes its trip off this board: that is how a trip changes its day.
    known = {card.trip_id: card for card in (*board.trips, *cards)}
    return tuple(known[key] for key in sorted(known) if known[key].service_on == board.service_on)


def _with_runs(board: Board, cards: Iterable[RunCard]) -> tuple[RunCard, ...]:
    known = {card.run_id: card for card in (*board.runs, *cards)}
    return tuple(known[key] for key in sorted(known) if known[key].service_on == board.service_on)


def _with_places(board: Board, places: Iterable[Place]) -> Board:
    known = {place.place_id: place for place in (*board.places, *places)}
    named = {place_id for trip in board.trips for place_id in (trip.origin_id, trip.destination_id)}
    if missing := named - known.keys():
        message = f"an event names place {min(missing)} without giving it"
        raise Invalid(message)
    return replace(board, places=tuple(known[place_id] for place_id in sorted(named)))


def _with_assigned(board: Board, what: Assigned) -> Board:
    if all(run.run_id != what.run_id for run in board.runs):
        return board
    new, moved = _by_trip(what.new), _by_trip(what.moved)
    taken = frozenset(what.taken)

    def card(trip: TripCard) -> TripCard:
        if trip.trip_id in new:
            return replace(trip, run_id=what.run_id, times=new[trip.trip_id], lock=Lock.NONE)
        if trip.trip_id in moved:
            return replace(trip, run_id=what.run_id, times=moved[trip.trip_id])
        if trip.trip_id in taken and trip.run_id == what.run_id:
            return replace(trip, run_id=None, times=None, lock=Lock.NONE)
        return trip

    runs = tuple(_with_frame(run, what) for run in board.runs)
    return replace(board, runs=runs, trips=tuple(map(card, board.trips)))


def _by_trip(trips: Iterable[TripTimes]) -> dict[int, Times]:
    return {
        trip.trip_id: Times(
            pickup_at=trip.pickup_at,
            pickup_until=trip.pickup_until,
            dropoff_at=trip.dropoff_at,
            dropoff_until=trip.dropoff_until,
        )
        for trip in trips
    }


def _with_frame(run: RunCard, what: Assigned) -> RunCard:
    if run.run_id != what.run_id:
        return run
    return replace(
        run,
        manifest=what.manifest,
        pull_out_at=what.pull_out_at,
        pull_in_at=what.pull_in_at,
        breaks=what.breaks,
    )


def _with_status(trip: TripCard, what: StatusChanged) -> TripCard:
    return replace(trip, status=what.status) if trip.trip_id == what.trip_id else trip


def _with_said(run: RunCard, what: Acknowledged | Reported) -> RunCard:
    if run.run_id != what.run_id:
        return run
    match what:
        case Acknowledged():
            return replace(run, acknowledged=what.manifest)
        case Reported():
            return replace(run, problem=what.problem)
