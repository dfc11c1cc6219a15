"""Checking what stands: the plan in force, as the independent checker sees it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from datetime import date, datetime
from itertools import pairwise

from estafette.domain.booking import AssignmentFacts, TripFacts
from estafette.domain.day_now import DayNow
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import LeftOver, Plan, PlannedRun, Stop, StopKind, Violation
from estafette.domain.problem import Problem
from estafette.domain.travel import Travel, TravelMatrix
from estafette.planning.check import violations
from estafette.planning.part import trips_of
from estafette.planning.rules import dwell_s
from estafette.store.database import Database
from estafette.store.day_now import Later, load_now, trips_named
from estafette.store.plans import get_plan, list_plans


def check_day(database: Database, company_id: int, service_on: date, *, travel: Travel) -> list[Violation]:
    """
    List the rules that the day breaks as it stands in the database.

    Room that the plan applied last holds for riders who have not called counts as if they were fetched, on
    every run that still stands as that plan wanted it.
    """
    now = load_now(database, company_id, service_on)
    matrix = travel.matrix(now.problem.places)
    plan = plan_in_force(now, matrix, applied=applied_last(database, now.problem))
    return violations(now.problem, matrix, plan)


def applied_last(database: Database, problem: Problem) -> Plan | None:
    """Read the newest applied plan of a day, if anybody's call is expected on it."""
    if not any(trip.expected for trip in problem.trips):
        return None
    entries = list_plans(database, problem.company_id, service_on=problem.service_on)
    plan_id = next((entry.plan_id for entry in entries if entry.applies and entry.content), None)
    return None if plan_id is None else get_plan(database, problem.company_id, plan_id).plan


def plan_in_force(now: DayNow, matrix: TravelMatrix, *, applied: Plan | None = None) -> Plan:
    """
    Write what stands in the database as a plan, with the room that the plan `applied` last holds.

    A stop is reached as soon as travel allows after the one before it; where that is later than the
    scheduled start, the checker finds it.
    """
    visits = _visits(now.problem, now.problem.trips, {run.run_id for run in now.problem.runs})
    held = _held(now.problem, applied, visits) if applied else {}
    for run_id, more in held.items():
        visits[run_id] += more
    listed = {visit[-1] for of_run in held.values() for visit in of_run}
    runs = tuple(_run(run, now, visits[run.run_id], matrix) for run in now.problem.runs)
    unplaced = _left_over(trip for trip in now.problem.trips if trip.trip_id not in listed)
    return _plan(now.problem, matrix, runs, tuple(unplaced))


def plan_after(before: Plan, later: Later, matrix: TravelMatrix) -> Plan:
    """Write the plan in force of a day of which little has changed since it was written `before`."""
    now, changed = later.day, later.runs
    stood = set(trips_of(planned for planned in before.runs if planned.run_id in changed))
    visits = _visits(now.problem, trips_named(now.problem, sorted(stood | later.trips)), changed)
    runs = tuple(
        _run(run, now, visits[run.run_id], matrix) if run.run_id in changed else planned
        for run, planned in zip(now.problem.runs, before.runs, strict=True)
    )
    unplaced = [each for each in before.left_over if each.trip_id not in later.trips]
    unplaced += _left_over(trips_named(now.problem, later.trips))
    return _plan(now.problem, matrix, runs, tuple(sorted(unplaced, key=lambda each: each.trip_id)))


def _left_over(trips: Iterable[TripFacts]) -> Iterator[LeftOver]:
    return (LeftOver(trip_id=trip.trip_id, refusals=()) for trip in trips if trip.assigned is None)


def _plan(
    problem: Problem, matrix: TravelMatrix, runs: tuple[PlannedRun, ...], unplaced: tuple[LeftOver, ...]
) -> Plan:
    return Plan(
        company_id=problem.company_id,
        service_on=problem.service_on,
        zone=problem.zone,
        day_start_at=problem.day_start_at,
        board_version=problem.board_version,
        problem_sha256="",  # computed by nobody from a problem
        runs=runs,
        left_over=unplaced,
        travel_source=matrix.source,
        travel_estimated=matrix.estimated,
        estimated_places=matrix.estimated_places,
        seed=0,
        iterations=0,
        cost=0,
    )


Visit = tuple[int, int, StopKind, int | None, int]
"""Start, end, kind, place and trip of a stop; a break has no place of its own."""


def _visits(problem: Problem, trips: Iterable[TripFacts], wanted: Set[int]) -> dict[int, list[Visit]]:
    visits: dict[int, list[Visit]] = defaultdict(list)
    runs = {run.run_id: run for run in problem.runs if run.run_id in wanted}
    for trip in trips:
        if trip.assigned is not None and trip.assigned.run_id in runs:
            visits[trip.assigned.run_id] += _both(runs[trip.assigned.run_id], trip, trip.assigned)
    return visits


def _held(problem: Problem, plan: Plan, visits: dict[int, list[Visit]]) -> dict[int, list[Visit]]:
    """Give the stops of riders who are still expected, on the runs whose other stops are as planned."""
    expected = {trip.trip_id for trip in problem.trips if trip.expected and trip.assigned is None}
    held = {}
    for planned in plan.runs:
        stops: list[Visit] = [
            (stop.start_s, stop.depart_s, stop.kind, stop.place_id, stop.trip_id)
            for stop in planned.stops
            if stop.trip_id is not None
        ]
        others = [visit for visit in stops if visit[-1] not in expected]
        if 0 < len(others) < len(stops) and sorted(others) == sorted(visits.get(planned.run_id, [])):
            held[planned.run_id] = [visit for visit in stops if visit[-1] in expected]
    return held


def _both(run: RunFacts, trip: TripFacts, stands: AssignmentFacts) -> tuple[Visit, Visit]:
    up, down = stands.pickup_s + dwell_s(run, trip, True), stands.dropoff_s + dwell_s(run, trip, False)
    return (
        (stands.pickup_s, up, StopKind.PICKUP, trip.origin_id, trip.trip_id),
        (stands.dropoff_s, down, StopKind.DROPOFF, trip.destination_id, trip.trip_id),
    )


def _run(run: RunFacts, now: DayNow, visits: list[Visit], matrix: TravelMatrix) -> PlannedRun:
    frame = now.frames[run.run_id]
    if not visits or frame.pull_out_at is None:
        return PlannedRun(run_id=run.run_id, driver_id=run.driver_id, stops=())

    def second(at: datetime) -> int:
        return round((at - now.problem.day_start_at).total_seconds())

    breaks = [
        (second(taken.start_at), second(taken.end_at), StopKind.BREAK, None, 0) for taken in frame.breaks
    ]
    leaves_s = second(frame.pull_out_at)
    out = Stop(
        kind=StopKind.PULL_OUT,
        place_id=run.start_place_id,
        arrive_s=leaves_s,
        start_s=leaves_s,
        depart_s=leaves_s,
    )
    stops = _driven(out, sorted([*visits, *breaks], key=lambda visit: visit[:2]), run.end_place_id, matrix)
    legs = list(pairwise(stops))
    return PlannedRun(
        run_id=run.run_id,
        driver_id=run.driver_id,
        stops=tuple(stops),
        drive_s=sum(after.arrive_s - before.depart_s for before, after in legs),
        drive_m=sum(matrix.distance_m(before.place_id, after.place_id) for before, after in legs),
    )


def _driven(out: Stop, visits: Iterable[Visit], end_place_id: int | None, matrix: TravelMatrix) -> list[Stop]:
    stops = [out]
    for start_s, end_s, kind, place_id, trip_id in visits:
        there = stops[-1].place_id if place_id is None else place_id
        arrive_s = _arrival_s(stops[-1], there, matrix)
        stops.append(
            Stop(
                kind=kind,
                place_id=there,
                trip_id=trip_id or None,
                arrive_s=arrive_s,
                start_s=start_s,
                depart_s=end_s,
            )
        )
    home_id = stops[-1].place_id if end_place_id is None else end_place_id
    back_s = _arrival_s(stops[-1], home_id, matrix)
    home = Stop(kind=StopKind.PULL_IN, place_id=home_id, arrive_s=back_s, start_s=back_s, depart_s=back_s)
    return [*stops, home]


def _arrival_s(stop: Stop, place_id: int, matrix: TravelMatrix) -> int:
    return stop.depart_s + matrix.travel_s(stop.place_id, place_id, stop.depart_s)
