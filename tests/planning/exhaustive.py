"""Plain, slow truth for tiny days: every order of every subset, timed by naive relaxation."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.plan import PlannedRun
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.rules import breaks_in_order, direct_s, ride_limit_s


class Step(NamedTuple):
    """One stop, or a break (no trip): when it may start and how long it lasts."""

    trip: TripFacts | None
    is_pickup: bool
    from_s: int
    to_s: int
    lasts_s: int


def steps_of(trip: TripFacts) -> tuple[Step, Step]:
    return (
        Step(trip, True, trip.pickup_from_s, trip.pickup_to_s, trip.pickup_dwell_s),
        Step(trip, False, trip.dropoff_from_s, trip.dropoff_to_s, trip.dropoff_dwell_s),
    )


def breaks_of(run: RunFacts) -> list[Step]:
    return [Step(None, False, rest.from_s, rest.to_s, rest.duration_s) for rest in breaks_in_order(run)]


def is_legal(problem: Problem, matrix: TravelMatrix, run: RunFacts, steps: list[Step]) -> bool:
    """Delay what breaks a rule until nothing does, or something is later than it may be."""
    starts = [step.from_s for step in steps]
    places = [run.start_place_id]
    for step in steps:
        there = step.trip and (step.trip.origin_id if step.is_pickup else step.trip.destination_id)
        places.append(there or places[-1])
    changed = True
    while changed:
        changed = False
        at_s = run.shift_from_s
        for k, step in enumerate(steps):
            least_s = at_s + matrix.travel_s(places[k], places[k + 1], at_s)
            if starts[k] < least_s:
                starts[k], changed = least_s, True
            if starts[k] > step.to_s:
                return False
            at_s = starts[k] + step.lasts_s
        changed = delay_pickups(problem, matrix, steps, starts) or changed
    return at_s + matrix.travel_s(places[-1], run.end_place_id, at_s) <= run.shift_to_s


def delay_pickups(problem: Problem, matrix: TravelMatrix, steps: list[Step], starts: list[int]) -> bool:
    changed = False
    for k, step in enumerate(steps):
        if step.trip is None or step.is_pickup:
            continue
        p = next(i for i, other in enumerate(steps) if other.trip is step.trip and other.is_pickup)
        limit_s = ride_limit_s(problem, step.trip, direct_s(step.trip, matrix))
        least_s = starts[k] - limit_s - step.trip.pickup_dwell_s
        if starts[p] < least_s:
            starts[p], changed = least_s, True
    return changed


def fits(run: RunFacts, aboard: list[TripFacts]) -> bool:
    load = Spaces()
    for trip in aboard:
        load = load.plus(trip.takes)
    return any(
        load.seats <= layout.seats
        and load.wheelchairs <= layout.wheelchairs
        and load.stretchers <= layout.stretchers
        for layout in run.layouts
    )


def orders(
    run: RunFacts, waiting: list[TripFacts], rests: list[Step], aboard: list[TripFacts]
) -> Iterator[list[Step]]:
    """Every order of stops and breaks that keeps spaces, pairs and empty breaks."""
    if not waiting and not aboard and not rests:
        yield []
    if rests and not aboard:
        for rest_of_day in orders(run, waiting, rests[1:], aboard):
            yield [rests[0], *rest_of_day]
    for trip in waiting:
        if fits(run, [*aboard, trip]):
            others = [other for other in waiting if other is not trip]
            for rest_of_day in orders(run, others, rests, [*aboard, trip]):
                yield [steps_of(trip)[0], *rest_of_day]
    for trip in aboard:
        others = [other for other in aboard if other is not trip]
        for rest_of_day in orders(run, waiting, rests, others):
            yield [steps_of(trip)[1], *rest_of_day]


def can_serve(problem: Problem, matrix: TravelMatrix, run: RunFacts, trips: tuple[TripFacts, ...]) -> bool:
    return not trips or any(
        is_legal(problem, matrix, run, steps) for steps in orders(run, list(trips), breaks_of(run), [])
    )


def most_served(problem: Problem, matrix: TravelMatrix) -> int:
    """The most trips that two runs can serve."""
    first, second = problem.runs
    best = 0
    subsets = [subset for n in range(len(problem.trips) + 1) for subset in combinations(problem.trips, n)]
    of_second = {subset for subset in subsets if can_serve(problem, matrix, second, subset)}
    for subset in sorted(subsets, key=len, reverse=True):
        if len(subset) + len(problem.trips) - len(subset) <= best:
            break
        if not can_serve(problem, matrix, first, subset):
            continue
        others = [each for each in of_second if not set(each) & set(subset)]
        best = max(best, len(subset) + max(len(each) for each in others))
    return best


def can_insert(
    problem: Problem, matrix: TravelMatrix, run: RunFacts, planned: PlannedRun, trip: TripFacts
) -> bool:
    """Tell whether the trip fits into the order of a planned run, wherever the breaks go."""
    trips = {each.trip_id: each for each in problem.trips}
    kept = [(trips[stop.trip_id], stop.kind == "pickup") for stop in planned.stops if stop.trip_id]
    for order in orders(run, [*{id(each): each for each, _ in kept}.values(), trip], breaks_of(run), []):
        same = [(step.trip, step.is_pickup) for step in order if step.trip and step.trip is not trip]
        if same == kept and is_legal(problem, matrix, run, order):
            return True
    return False
