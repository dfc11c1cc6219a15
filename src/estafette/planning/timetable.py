"""The runs of a finished search as records, with every time."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import PlannedRun, Stop, StopKind
from estafette.domain.problem import Problem
from estafette.domain.record import Record
from estafette.domain.travel import TravelMatrix
from estafette.planning.kernel.arrays import AIMS, CLOSED, NODE, SIZE, Day, Ints, State
from estafette.planning.kernel.doors import timetable
from estafette.planning.rules import breaks_in_order, dwell_s, is_fixed

# Not a place: where the stop before it was, for a break and for a run with an open end.
STAYS = -1


class Service(Record, frozen=True):
    """One stop before its travel is known: what, where, when it starts and how long it lasts."""

    kind: StopKind
    place_id: int
    start_s: int
    lasts_s: int
    trip_id: int | None = None


class Times(NamedTuple):
    """The schedule of one run: starts of its stops, breaks after k stops, starts of the breaks, pull-out."""

    start: Ints
    taken: Ints
    rest_start: Ints
    pull_out_s: int


def planned_runs(problem: Problem, matrix: TravelMatrix, day: Day, state: State) -> list[PlannedRun]:
    """
    Write every run of the present state, sorted by id.

    A driver leaves each stop as soon as the service there is done, so waiting is done at the next
    door. A closed run (its fixed trips alone are not legal) shows those trips at the times in force.
    The search times runs roughly where it may; here they all get the cheapest times.
    """
    runs, room, _ = state.line.shape
    start, taken = np.zeros((runs, room), np.int64), np.zeros((runs, room), np.int64)
    rest_start = np.zeros((runs, len(state.rest_start)), np.int64)
    pull_out = np.zeros(runs, np.int64)
    timetable(aiming(day), state, start, taken, rest_start, pull_out)
    planned = []
    for row, run in enumerate(problem.runs):
        if state.sheet[row, CLOSED]:
            planned.append(_closed_run(problem, matrix, run))
        else:
            nodes = state.line[row, : state.sheet[row, SIZE], NODE].tolist()
            times = Times(start[row], taken[row], rest_start[row], int(pull_out[row]))
            planned.append(timed_run(problem, matrix, run, nodes, times))
    return sorted(planned, key=lambda run: run.run_id)


def aiming(day: Day) -> Day:
    """Give the day on which every run gets its cheapest times, even where none was asked for or promised."""
    rule = day.rule.copy()
    rule[AIMS] = 1
    return day._replace(rule=rule)


def timed_run(
    problem: Problem, matrix: TravelMatrix, run: RunFacts, nodes: list[int], times: Times
) -> PlannedRun:
    """Write one run whose stops (`State.node` tells which) have been timed."""
    count = len(nodes)
    rests = _rests(run, times.rest_start.tolist())
    visits = zip(nodes, times.start[:count].tolist(), strict=True)
    services = list(_in_order(problem, run, visits, times.taken[: count + 1].tolist(), rests))
    return planned_run(run, matrix, services, times.pull_out_s)


def _closed_run(problem: Problem, matrix: TravelMatrix, run: RunFacts) -> PlannedRun:
    services = _as_in_force(problem, run)
    return planned_run(run, matrix, services, _pull_out_s(run, matrix, services))


def _rests(run: RunFacts, starts: list[int]) -> Iterator[tuple[int, int]]:
    lasts = [rest.duration_s for rest in breaks_in_order(run)]
    return iter(list(zip(starts, lasts, strict=False)))


def _in_order(
    problem: Problem,
    run: RunFacts,
    nodes: Iterator[tuple[int, int]],
    taken: list[int],
    rests: Iterator[tuple[int, int]],
) -> Iterator[Service]:
    """Merge stops and breaks; a break is at the place of the stop before it."""
    for k, breaks in enumerate(taken):
        if k > 0:
            yield _service(problem, run, *next(nodes))
        for _ in range(breaks):
            yield Service(StopKind.BREAK, STAYS, *next(rests))


def _service(problem: Problem, run: RunFacts, node: int, start_s: int) -> Service:
    trip = problem.trips[node >> 1]
    if node & 1:
        return Service(
            StopKind.DROPOFF, trip.destination_id, start_s, dwell_s(run, trip, False), trip.trip_id
        )
    return Service(StopKind.PICKUP, trip.origin_id, start_s, dwell_s(run, trip, True), trip.trip_id)


def _as_in_force(problem: Problem, run: RunFacts) -> list[Service]:
    services = []
    for trip in problem.trips:
        assigned = trip.assigned
        if assigned is not None and assigned.run_id == run.run_id and is_fixed(problem, trip):
            services += _both(run, trip, assigned.pickup_s, assigned.dropoff_s)
    return sorted(services, key=lambda service: service.start_s)


def _both(run: RunFacts, trip: TripFacts, pickup_s: int, dropoff_s: int) -> list[Service]:
    return [
        Service(StopKind.PICKUP, trip.origin_id, pickup_s, dwell_s(run, trip, True), trip.trip_id),
        Service(StopKind.DROPOFF, trip.destination_id, dropoff_s, dwell_s(run, trip, False), trip.trip_id),
    ]


def _pull_out_s(run: RunFacts, matrix: TravelMatrix, services: list[Service]) -> int:
    first = services[0]
    return first.start_s - matrix.travel_s(run.start_place_id, first.place_id, first.start_s)


def planned_run(run: RunFacts, matrix: TravelMatrix, services: list[Service], pull_out_s: int) -> PlannedRun:
    """Write one run: pull-out, services with the travel between them, pull-in. Empty: no stops."""
    if not services:
        return PlannedRun(run_id=run.run_id, driver_id=run.driver_id, stops=())
    stops = [_stop(StopKind.PULL_OUT, run.start_place_id, pull_out_s, pull_out_s)]
    drive_s = drive_m = 0
    home_id = STAYS if run.end_place_id is None else run.end_place_id
    for service in (*services, Service(StopKind.PULL_IN, home_id, -1, 0)):
        last, kind = stops[-1], service.kind
        stays = service.place_id == STAYS or kind is StopKind.BREAK
        place_id = last.place_id if stays else service.place_id
        leg_s = matrix.travel_s(last.place_id, place_id, last.depart_s)
        drive_s += leg_s
        drive_m += matrix.distance_m(last.place_id, place_id)
        arrive_s = last.depart_s + leg_s
        begins_s = arrive_s if kind is StopKind.PULL_IN else service.start_s
        stops.append(_stop(kind, place_id, arrive_s, begins_s, service.lasts_s, service.trip_id))
    return PlannedRun(
        run_id=run.run_id, driver_id=run.driver_id, stops=tuple(stops), drive_s=drive_s, drive_m=drive_m
    )


def _stop(
    kind: StopKind, place_id: int, arrive_s: int, start_s: int, lasts_s: int = 0, trip_id: int | None = None
) -> Stop:
    # Only a closed run is ever late for itself; the checker then finds the missing travel time.
    return Stop(
        kind=kind,
        place_id=place_id,
        arrive_s=arrive_s if arrive_s < start_s else start_s,
        start_s=start_s,
        depart_s=start_s + lasts_s,
        trip_id=trip_id,
    )
