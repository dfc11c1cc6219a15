"""
Plain, slow truth for tiny days: every order of every subset, timed by naive relaxation.

Exact where travel takes the same at every hour; otherwise but for `max_drive_s`, which is asked of the
earliest schedule alone. Nothing is in force on these days.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
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


class Line(NamedTuple):
    """One run and the order of its stops and breaks."""

    run: RunFacts
    steps: list[Step]


def steps_of(run: RunFacts, trip: TripFacts) -> tuple[Step, Step]:
    more_s = run.wheeled_dwell_s if trip.takes.wheelchairs + trip.takes.stretchers else 0
    return (
        Step(trip, True, trip.pickup_from_s, trip.pickup_to_s, trip.pickup_dwell_s + more_s),
        Step(trip, False, trip.dropoff_from_s, trip.dropoff_to_s, trip.dropoff_dwell_s + more_s),
    )


def breaks_of(run: RunFacts) -> list[Step]:
    return [Step(None, False, rest.from_s, rest.to_s, rest.duration_s) for rest in breaks_in_order(run)]


def place_of(step: Step, before: int) -> int:
    if step.trip is None:
        return before
    return step.trip.origin_id if step.is_pickup else step.trip.destination_id


def places_of(line: Line) -> list[int]:
    """The places of the pull-out, of each step, of the pull-in."""
    places = [line.run.start_place_id]
    for step in line.steps:
        places.append(place_of(step, places[-1]))
    return [*places, places[-1] if line.run.end_place_id is None else line.run.end_place_id]


def schedule(problem: Problem, matrix: TravelMatrix, lines: Sequence[Line]) -> list[list[int]] | None:
    """
    Delay what breaks a rule until nothing does, or something is later than it may be.

    For each line the earliest legal pull-out, starts of the steps, and pull-in: every rule says that one of
    these moments is not before some moment that grows with another.
    """
    starts = [
        [line.run.shift_from_s, *(step.from_s for step in line.steps), line.run.shift_from_s]
        for line in lines
    ]
    while True:
        before = [list(each) for each in starts]
        for line, its in zip(lines, starts, strict=True):
            drive_on(matrix, line, its)
            hold_back(problem, matrix, line, its)
            delay_pickups(problem, matrix, line, its)
            delay_pull_out(line, its)
            if any(start_s > step.to_s for start_s, step in zip(its[1:], line.steps, strict=False)):
                return None
            if its[-1] > line.run.shift_to_s + line.run.overtime_s:
                return None
        follow_links(lines, starts)
        if starts == before:
            return starts


def there_s(matrix: TravelMatrix, line: Line, k: int, start_s: int) -> int:
    """When the moment after the k-th is reached if the k-th is at `start_s`; the pull-out is the 0th."""
    depart_s = start_s + (line.steps[k - 1].lasts_s if k > 0 else 0)
    places = places_of(line)
    return depart_s + matrix.travel_s(places[k], places[k + 1], depart_s)


def drive_on(matrix: TravelMatrix, line: Line, starts: list[int]) -> None:
    for k in range(len(line.steps) + 1):
        starts[k + 1] = max(starts[k + 1], there_s(matrix, line, k, starts[k]))


def hold_back(problem: Problem, matrix: TravelMatrix, line: Line, starts: list[int]) -> None:
    """Leave later rather than wait too long with somebody aboard."""
    if problem.max_onboard_wait_s is None:
        return
    riders = 0
    for k, step in enumerate(line.steps, start=1):
        riders += 0 if step.trip is None else 1 if step.is_pickup else -1
        wanted_s = starts[k + 1] - problem.max_onboard_wait_s
        if riders and there_s(matrix, line, k, starts[k]) < wanted_s:
            could = range(starts[k], wanted_s + 1)
            starts[k] = could[bisect_left(could, wanted_s, key=lambda at_s: there_s(matrix, line, k, at_s))]


def delay_pickups(problem: Problem, matrix: TravelMatrix, line: Line, starts: list[int]) -> None:
    at = {(step.trip.trip_id, step.is_pickup): k for k, step in enumerate(line.steps, 1) if step.trip}
    for k, step in enumerate(line.steps, 1):
        if step.trip is not None and step.is_pickup:
            limit_s = ride_limit_s(problem, step.trip, direct_s(step.trip, matrix))
            starts[k] = max(starts[k], starts[at[step.trip.trip_id, False]] - limit_s - step.lasts_s)


def delay_pull_out(line: Line, starts: list[int]) -> None:
    if line.run.max_work_s is not None:
        starts[0] = max(starts[0], starts[-1] - line.run.max_work_s)


def follow_links(lines: Sequence[Line], starts: list[list[int]]) -> None:
    at = {
        (step.trip.trip_id, step.is_pickup): (row, k, step.lasts_s)
        for row, line in enumerate(lines)
        for k, step in enumerate(line.steps, 1)
        if step.trip
    }
    for line in lines:
        for trip in {step.trip.trip_id: step.trip for step in line.steps if step.trip}.values():
            if trip.link and (trip.link.after_trip_id, False) in at:
                row, k, lasts_s = at[trip.link.after_trip_id, False]
                mine, position, _ = at[trip.trip_id, True]
                least_s = starts[row][k] + lasts_s + trip.link.min_stay_s
                starts[mine][position] = max(starts[mine][position], least_s)


def drive_s(matrix: TravelMatrix, line: Line, starts: Sequence[int]) -> int:
    leaving = [starts[0], *(at + step.lasts_s for at, step in zip(starts[1:], line.steps, strict=False))]
    legs = zip(pairwise(places_of(line)), leaving, strict=True)
    return sum(matrix.travel_s(here, there, at_s) for (here, there), at_s in legs)


def is_legal(problem: Problem, matrix: TravelMatrix, run: RunFacts, steps: list[Step]) -> bool:
    line = Line(run, steps)
    found = schedule(problem, matrix, [line])
    return found is not None and (
        run.max_drive_s is None or drive_s(matrix, line, found[0]) <= run.max_drive_s
    )


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


def agree(trip: TripFacts, others: list[TripFacts]) -> bool:
    """Nobody rides beside somebody he must not ride with."""
    return not any(
        trip.no_share
        or other.no_share
        or any(group in other.groups for group in trip.apart_from)
        or any(group in trip.groups for group in other.apart_from)
        for other in others
    )


def may_ride(run: RunFacts, trip: TripFacts) -> bool:
    return all(need in run.skills for need in trip.needs) and run.driver_id not in trip.banned_driver_ids


class Ahead(NamedTuple):
    """Where an order stands: who still waits, which breaks are owed, who is aboard, and the earliest moment."""

    waiting: list[TripFacts]
    rests: list[Step]
    aboard: list[TripFacts]
    place_id: int
    at_s: int


def orders(matrix: TravelMatrix, run: RunFacts, ahead: Ahead) -> Iterator[list[Step]]:
    """Every order of stops and breaks that keeps spaces, company, pairs, empty breaks, and might be in time."""
    if not ahead.waiting and not ahead.aboard and not ahead.rests:
        yield []
    for step, after in turns(run, ahead):
        place_id = place_of(step, ahead.place_id)
        at_s = max(ahead.at_s + matrix.travel_s(ahead.place_id, place_id, ahead.at_s), step.from_s)
        if at_s <= step.to_s:
            after = after._replace(place_id=place_id, at_s=at_s + step.lasts_s)  # noqa: PLW2901
            yield from ([step, *later] for later in orders(matrix, run, after))


def turns(run: RunFacts, ahead: Ahead) -> Iterator[tuple[Step, Ahead]]:
    """What may come next, and what is ahead after it."""
    if ahead.rests and not ahead.aboard:
        yield ahead.rests[0], ahead._replace(rests=ahead.rests[1:])
    for trip in ahead.waiting:
        if fits(run, [*ahead.aboard, trip]) and agree(trip, ahead.aboard):
            others = [other for other in ahead.waiting if other is not trip]
            yield steps_of(run, trip)[0], ahead._replace(waiting=others, aboard=[*ahead.aboard, trip])
    for trip in ahead.aboard:
        yield (
            steps_of(run, trip)[1],
            ahead._replace(aboard=[other for other in ahead.aboard if other is not trip]),
        )


def stays_at_the_door(steps: list[Step]) -> bool:
    """Where the vehicle waits for a rider whom it has brought, it does nothing in between."""
    visits = [(step.trip.trip_id, step.is_pickup) for step in steps if step.trip]
    for step in steps:
        if step.trip and step.is_pickup and step.trip.link and step.trip.link.waits:
            back, left = visits.index((step.trip.trip_id, True)), (step.trip.link.after_trip_id, False)
            aboard = sum(1 if is_pickup else -1 for _, is_pickup in visits[:back])
            if left in visits and (aboard or back != visits.index(left) + 1):
                return False
    return True


def lines_of(matrix: TravelMatrix, run: RunFacts, trips: Sequence[TripFacts]) -> Iterator[Line]:
    """Every order in which the run might serve just these trips."""
    if all(may_ride(run, trip) for trip in trips):
        start = Ahead(list(trips), breaks_of(run), [], run.start_place_id, run.shift_from_s)
        yield from (Line(run, steps) for steps in orders(matrix, run, start) if stays_at_the_door(steps))


def can_serve(problem: Problem, matrix: TravelMatrix, run: RunFacts, trips: Sequence[TripFacts]) -> bool:
    return not trips or any(
        is_legal(problem, matrix, run, line.steps) for line in lines_of(matrix, run, trips)
    )


def can_insert(
    problem: Problem, matrix: TravelMatrix, run: RunFacts, planned: PlannedRun, trip: TripFacts
) -> bool:
    """Tell whether the trip fits into the order of a planned run, wherever the breaks go."""
    trips = {each.trip_id: each for each in problem.trips}
    kept = [(trips[stop.trip_id], stop.kind == "pickup") for stop in planned.stops if stop.trip_id]
    for line in lines_of(matrix, run, [*{id(each): each for each, _ in kept}.values(), trip]):
        same = [(step.trip, step.is_pickup) for step in line.steps if step.trip and step.trip is not trip]
        if same == kept and is_legal(problem, matrix, run, line.steps):
            return True
    return False


Shares = tuple[tuple[TripFacts, ...], ...]  # the trips of each run


def shares(problem: Problem, worth: Callable[[Shares], int]) -> list[Shares]:
    """Every way to give trips to runs or to nobody, the most worth first."""
    rows = range(len(problem.runs) + 1)
    given = [
        tuple(
            tuple(t for t, row in zip(problem.trips, choice, strict=True) if row == each)
            for each in rows[:-1]
        )
        for choice in product(rows, repeat=len(problem.trips))
    ]
    return sorted(given, key=worth, reverse=True)
