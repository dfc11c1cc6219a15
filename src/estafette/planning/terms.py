"""What a plan costs, by name, from the stops alone; it knows nothing of the search."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import msgspec

from estafette.domain.booking import Anchor, AssignmentFacts, TripFacts
from estafette.domain.error import Invalid
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import Plan, PlannedRun, Stop, StopKind
from estafette.domain.problem import Problem
from estafette.domain.record import Record
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Terms, Weights
from estafette.planning.prices import balance_price, nearness_permille, unserved_prices
from estafette.planning.rules import direct_s, gets_other_driver

NOTHING = Terms()


class PriceBook(NamedTuple):
    """The problem with its trips and the drivers of its runs by id, and the prices."""

    problem: Problem
    matrix: TravelMatrix
    weights: Weights
    trips: dict[int, TripFacts]
    drivers: dict[int, int]


class _Ride(Record, frozen=True):
    """One trip on a run: its two stops, and how long its rider waited aboard."""

    trip: TripFacts
    pickup: Stop
    dropoff: Stop
    waited_s: int


class _Visit(Record, frozen=True):
    """A stop with its trip, the driving to it, and the waiting before it."""

    stop: Stop
    trip: TripFacts | None
    drive_s: int
    wait_s: int


def terms_of(problem: Problem, matrix: TravelMatrix, weights: Weights, plan: Plan) -> Terms:
    """
    Give what a legal plan costs, by name (`Weights` defines each), in hundredths of a driving second.

    Raises
    ------
    Invalid
        The plan has a trip or a run that the problem has not, or the problem's priorities cannot be priced.
    """
    return priced(problem, matrix, weights, plan).terms


def priced(problem: Problem, matrix: TravelMatrix, weights: Weights, plan: Plan) -> Plan:
    """
    Give the plan with its terms, on each run and in all, and its cost.

    Raises
    ------
    Invalid
        As `terms_of`.
    """
    book = book_of(problem, matrix, weights)
    frames = {run.run_id: run for run in problem.runs}
    runs = tuple(
        msgspec.structs.replace(planned, terms=run_terms(book, _run(frames, planned), planned))
        for planned in plan.runs
    )
    return added_up(problem, weights, msgspec.structs.replace(plan, runs=runs))


def added_up(problem: Problem, weights: Weights, plan: Plan) -> Plan:
    """Give a plan whose runs have their terms with the terms of all. Raises `Invalid` as `terms_of`."""
    terms = Terms(unserved=_unserved(problem, weights, plan)).plus(*(planned.terms for planned in plan.runs))
    return msgspec.structs.replace(plan, terms=terms, cost=terms.cost())


def terms_of_run(
    problem: Problem, matrix: TravelMatrix, weights: Weights, run: RunFacts, planned: PlannedRun
) -> Terms:
    """Give what one legal run costs, by name; trips left over cost no run anything. Raises as `terms_of`."""
    return run_terms(book_of(problem, matrix, weights), run, planned)


def terms_of_trip(
    problem: Problem,
    matrix: TravelMatrix,
    weights: Weights,
    run: RunFacts,
    planned: PlannedRun,
    trip_id: int,
) -> Terms:
    """
    Give the terms of a run that belong to one of its trips.

    These are excess_ride, onboard_wait, target, not_preferred, change and moved; those of all trips of a run
    add up to the run's.

    Raises
    ------
    Invalid
        As `terms_of`, or the trip is not on the run.
    """
    book = book_of(problem, matrix, weights)
    for ride in _rides(_visits(book, planned)):
        if ride.trip.trip_id == trip_id:
            return _of_ride(book, run, ride)
    message = f"run {run.run_id} has no trip {trip_id}"
    raise Invalid(message)


def book_of(
    problem: Problem, matrix: TravelMatrix, weights: Weights, ids: Iterable[int] | None = None
) -> PriceBook:
    """Open the book of a problem, once for all runs that are priced by it; `ids` are those of its trips."""
    trips = dict(zip(ids or [trip.trip_id for trip in problem.trips], problem.trips, strict=True))
    return PriceBook(problem, matrix, weights, trips, {run.run_id: run.driver_id for run in problem.runs})


def _run(frames: dict[int, RunFacts], planned: PlannedRun) -> RunFacts:
    if planned.run_id not in frames:
        message = f"the plan has run {planned.run_id}, which the problem has not"
        raise Invalid(message)
    return frames[planned.run_id]


def _unserved(problem: Problem, weights: Weights, plan: Plan) -> int:
    prices = unserved_prices(problem, weights)
    for planned in plan.runs:
        for stop in planned.stops:
            if stop.trip_id is not None:
                prices.pop(stop.trip_id, None)
    return sum(prices.values())


def run_terms(book: PriceBook, run: RunFacts, planned: PlannedRun) -> Terms:
    """Give what one legal run costs, as `terms_of_run`."""
    if not planned.stops:
        return NOTHING
    visits = list(_visits(book, planned))
    return _of_frame(book, run, visits).plus(*(_of_ride(book, run, ride) for ride in _rides(visits)))


def _visits(book: PriceBook, planned: PlannedRun) -> Iterator[_Visit]:
    """
    Give each stop with the leg that leads to it.

    The waiting is what the leg takes beyond its travel, whatever arrival is written down.
    """
    travel_s = book.matrix.travel_s
    for before, stop in pairwise(planned.stops[:1] + planned.stops):
        drive_s = 0 if stop is before else travel_s(before.place_id, stop.place_id, before.depart_s)
        trip = None if stop.trip_id is None else _trip(book, stop.trip_id)
        yield _Visit(stop, trip, drive_s, stop.start_s - before.depart_s - drive_s)


def _trip(book: PriceBook, trip_id: int) -> TripFacts:
    known = book.trips.get(trip_id)
    if known is None:
        message = f"the plan has trip {trip_id}, which the problem has not"
        raise Invalid(message)
    return known


def _of_frame(book: PriceBook, run: RunFacts, visits: list[_Visit]) -> Terms:
    """Give the terms that belong to no single trip."""
    weights = book.weights
    pull_in_s = visits[-1].stop.depart_s
    span_s = pull_in_s - visits[0].stop.start_s
    return Terms(
        run=100 * (weights.run_s if run.activation_s is None else run.activation_s),
        drive=weights.drive_percent * sum(visit.drive_s for visit in visits),
        work=weights.work_percent * span_s,
        overtime=weights.overtime_percent * max(0, pull_in_s - run.shift_to_s),
        balance=balance_price(weights, run.worked_s, span_s),
        order=_overtaken(book, run, visits),
    )


def _overtaken(book: PriceBook, run: RunFacts, visits: list[_Visit]) -> int:
    """
    Price each stop in force on this run that comes directly after one it used to come before.

    Stops that are new on the run are passed over. What counts is how near the overtaken stop's trip is.
    """
    price = 0
    kept = [
        (_place_in_force(visit), visit.trip) for visit in visits if visit.trip and _stood_on(visit.trip, run)
    ]
    for (before, _), (here, trip) in pairwise(kept):
        if here < before:
            nearness = nearness_permille(book.problem, book.weights, trip)
            price += 100 * book.weights.order_s * nearness // 1000
    return price


def _stood_on(trip: TripFacts, run: RunFacts) -> bool:
    return trip.assigned is not None and trip.assigned.run_id == run.run_id


def _place_in_force(visit: _Visit) -> tuple[int, bool, int]:
    """Give what sorts stops as they are in force: by time, pick-ups first, then by trip."""
    assert visit.trip is not None
    assert visit.trip.assigned is not None
    is_dropoff = visit.stop.kind is StopKind.DROPOFF
    at_s = visit.trip.assigned.dropoff_s if is_dropoff else visit.trip.assigned.pickup_s
    return at_s, is_dropoff, visit.trip.trip_id


def _rides(visits: Iterator[_Visit] | list[_Visit]) -> Iterator[_Ride]:
    """Give each trip when its rider leaves; the rider waited as much as the vehicle has since boarding."""
    aboard: dict[int, tuple[Stop, int]] = {}
    waited_s = 0
    for visit in visits:
        stop, trip = visit.stop, visit.trip
        waited_s += visit.wait_s
        if trip is None:
            continue
        if stop.kind is StopKind.PICKUP:
            aboard[trip.trip_id] = (stop, waited_s)
        elif trip.trip_id in aboard:
            pickup, before_s = aboard.pop(trip.trip_id)
            yield _Ride(trip, pickup, stop, waited_s - before_s)


def _of_ride(book: PriceBook, run: RunFacts, ride: _Ride) -> Terms:
    weights, trip = book.weights, ride.trip
    excess_s = ride.dropoff.start_s - ride.pickup.depart_s - direct_s(trip, book.matrix)
    unwanted = bool(trip.preferred_driver_ids) and run.driver_id not in trip.preferred_driver_ids
    change, moved = (0, 0) if trip.assigned is None else _of_promise(book, run, ride, trip.assigned)
    return Terms(
        excess_ride=weights.excess_ride_percent * max(0, excess_s),
        onboard_wait=weights.onboard_wait_percent * ride.waited_s,
        target=weights.target_percent * _off_target_s(ride),
        not_preferred=100 * weights.not_preferred_s if unwanted else 0,
        change=change,
        moved=moved,
    )


def _off_target_s(ride: _Ride) -> int:
    if ride.trip.target_s is None:
        return 0
    stop = ride.dropoff if ride.trip.anchor is Anchor.ARRIVE_BY else ride.pickup
    return abs(stop.start_s - ride.trip.target_s)


def _of_promise(book: PriceBook, run: RunFacts, ride: _Ride, promised: AssignmentFacts) -> tuple[int, int]:
    """Price another driver, and what the pick-up moves beyond the tolerance; the drop-off is no promise."""
    weights = book.weights
    nearness = nearness_permille(book.problem, weights, ride.trip)
    other = gets_other_driver(ride.trip, run.driver_id, book.drivers)
    beyond_s = max(0, abs(ride.pickup.start_s - promised.pickup_s) - weights.moved_tolerance_s)
    change = 100 * weights.change_s * nearness // 1000 if other else 0
    return change, weights.moved_percent * beyond_s * nearness // 1000
