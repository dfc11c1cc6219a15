"""Accepting a part of a plan: which trips it takes along, and what the runs look like afterwards."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import Plan, PlannedRun, Stop, StopKind, Violation
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.check import violations
from estafette.planning.timetable import Service, planned_run

Ids = AbstractSet[int]
_TRIP_STOPS = (StopKind.PICKUP, StopKind.DROPOFF)


def part_of(plan: Plan, *, runs: Ids = frozenset(), trips: Ids = frozenset()) -> Plan:
    """
    Give the part of a plan that consists of the named trips and of all trips of the named runs.

    A run of the part has the stops of those trips alone; where these are all its trips, it is the run as
    planned. Trips and runs that are not in the part remain a proposal.

    Raises
    ------
    Invalid
        The plan has no such run or trip.
    """
    _refuse_unknown("run", runs - {run.run_id for run in plan.runs})
    _refuse_unknown("trip", trips - {*trips_of(plan.runs), *(left.trip_id for left in plan.left_over)})
    wanted = trips | set(trips_of(run for run in plan.runs if run.run_id in runs))
    return msgspec.structs.replace(
        plan,
        runs=tuple(_part_of_run(run, wanted) for run in plan.runs if wanted & set(trips_of([run]))),
        left_over=tuple(left for left in plan.left_over if left.trip_id in wanted),
    )


def trips_of(runs: Iterable[PlannedRun]) -> Iterator[int]:
    """Name the trips of runs, in the order of their pick-ups."""
    for run in runs:
        for stop in run.stops:
            if stop.kind is StopKind.PICKUP and stop.trip_id is not None:
                yield stop.trip_id


def _refuse_unknown(what: str, missing: Ids) -> None:
    if missing:
        message = f"the plan has no {what} {min(missing)}"
        raise Invalid(message)


def _part_of_run(run: PlannedRun, wanted: Ids) -> PlannedRun:
    stops = tuple(stop for stop in run.stops if stop.trip_id is None or stop.trip_id in wanted)
    if stops == run.stops:
        return run
    return msgspec.structs.replace(run, stops=stops, drive_s=0, drive_m=0)


def runs_with(
    problem: Problem, matrix: TravelMatrix, in_force: Plan, *, plan: Plan, moving: Ids
) -> list[PlannedRun]:
    """
    Give the runs that change, as they are once the trips `moving` stand where `plan` puts them.

    A run that has exactly the trips of the plan is the run as planned. Any other keeps the times of its
    stops, old and new, leaves in time for the first, and takes its breaks as the plan wants them or, where
    that breaks a rule, as they are in force. Whether it can be driven is for the checker to say.
    """
    proposed = {run.run_id: run for run in plan.runs}
    stands = {run.run_id: run for run in in_force.runs}
    changed = []
    for run in problem.runs:
        stays = [s for s in _visits(stands.get(run.run_id)) if s.trip_id not in moving]
        comes = [s for s in _visits(proposed.get(run.run_id)) if s.trip_id in moving]
        visits = sorted(stays + comes, key=lambda stop: (stop.start_s, stop.depart_s))
        if visits != _visits(stands.get(run.run_id)):
            ways = [way for way in (proposed.get(run.run_id), stands.get(run.run_id)) if way and way.stops]
            changed.append(_changed_run(problem, matrix, run, visits=visits, ways=ways))
    return changed


def _visits(run: PlannedRun | None) -> list[Stop]:
    """List the stops at the doors, with the waiting before them left open: it depends on the neighbours."""
    return [
        msgspec.structs.replace(stop, arrive_s=stop.start_s)
        for stop in (run.stops if run else ())
        if stop.kind in _TRIP_STOPS
    ]


def _changed_run(
    problem: Problem,
    matrix: TravelMatrix,
    run: RunFacts,
    *,
    visits: list[Stop],
    ways: list[PlannedRun],
) -> PlannedRun:
    if not visits:
        return PlannedRun(run_id=run.run_id, driver_id=run.driver_id, stops=())
    options = [way if _visits(way) == visits else _driven(run, matrix, visits, way) for way in ways]
    legal = (made for made in options if not run_violations(problem, matrix, made))
    return next(legal, options[0])


def run_violations(problem: Problem, matrix: TravelMatrix, run: PlannedRun) -> list[Violation]:
    """List the rules that one run breaks, whatever the others do."""
    alone = Plan(
        company_id=problem.company_id,
        service_on=problem.service_on,
        zone=problem.zone,
        day_start_at=problem.day_start_at,
        board_version=problem.board_version,
        problem_sha256="",
        runs=(run,),
        left_over=(),
        travel_source=matrix.source,
        travel_estimated=matrix.estimated,
        estimated_places=matrix.estimated_places,
        seed=0,
        iterations=0,
        cost=0,
    )
    # A fixed trip that is not on this run is on another, or the apply refuses to move it. Where a stop of the
    # plan is left out the vehicle waits: the riders who come along keep the times they were promised.
    return [
        found
        for found in violations(problem, matrix, alone)
        if found.run_id == run.run_id and found.rule not in ("fixed", "onboard_wait")
    ]


def _driven(run: RunFacts, matrix: TravelMatrix, visits: list[Stop], way: PlannedRun) -> PlannedRun:
    """Drive the visits in the order of their times, with the breaks of `way`."""
    rests = [stop for stop in way.stops if stop.kind is StopKind.BREAK]
    services = [
        Service(stop.kind, stop.place_id, stop.start_s, stop.depart_s - stop.start_s, stop.trip_id)
        for stop in sorted([*visits, *rests], key=lambda stop: (stop.start_s, stop.depart_s))
    ]
    leave_s = _leave_s(matrix, run.start_place_id, visits[0])
    return planned_run(run, matrix, services, min(leave_s, *(service.start_s for service in services)))


def _leave_s(matrix: TravelMatrix, place_id: int, stop: Stop) -> int:
    """Give a departure, close to the last one, that reaches a stop in time."""
    leave_s = stop.start_s
    while (late_s := leave_s + matrix.travel_s(place_id, stop.place_id, leave_s) - stop.start_s) > 0:
        leave_s -= late_s
    return leave_s
