"""Plans written by hand: a run driven in a given order at given times."""

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import LeftOver, Plan, PlannedRun, Stop, StopKind
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.rules import breaks_in_order, dwell_s
from tests.planning.builders import seconds

Visit = tuple[int, TripFacts | None, bool]  # when it starts, whose it is (`None`: a break), whether a pick-up


def driven(problem: Problem, matrix: TravelMatrix, run: RunFacts, visits: str) -> PlannedRun:
    """`"08:00 +1, 08:21 -1, 09:00 break"`: start of service and what is done; the ends as late, as early as can be."""
    trips = {trip.trip_id: trip for trip in problem.trips}
    asked: list[Visit] = []
    for text in filter(None, visits.split(", ")):
        clock, what = text.split(" ")
        asked.append((seconds(clock), None if what == "break" else trips[int(what[1:])], what[0] == "+"))
    return timed(matrix, run, asked)


def timed(
    matrix: TravelMatrix, run: RunFacts, visits: list[Visit], pull_out_s: int | None = None
) -> PlannedRun:
    """Write a run whose services start when they are said to."""
    if not visits:
        return PlannedRun(run_id=run.run_id, driver_id=run.driver_id, stops=())
    stops = [_ends(StopKind.PULL_OUT, run.start_place_id, _leave_s(matrix, run, visits[0], pull_out_s))]
    rests = iter(breaks_in_order(run))
    drive_s = drive_m = 0
    for start_s, trip, is_pickup in (*visits, (None, None, False)):
        last = stops[-1]
        if start_s is None:
            place_id = last.place_id if run.end_place_id is None else run.end_place_id
        else:
            place_id = _place_id(trip, is_pickup, last.place_id)
        leg_s = matrix.travel_s(last.place_id, place_id, last.depart_s)
        drive_s, drive_m = drive_s + leg_s, drive_m + matrix.distance_m(last.place_id, place_id)
        there_s = last.depart_s + leg_s
        if start_s is None:
            stops.append(_ends(StopKind.PULL_IN, place_id, there_s))
            continue
        lasts_s = dwell_s(run, trip, is_pickup) if trip else next(rests).duration_s
        stops.append(
            Stop(
                kind=_kind(trip, is_pickup), place_id=place_id, arrive_s=there_s, start_s=start_s,
                depart_s=start_s + lasts_s, trip_id=trip.trip_id if trip else None,
            )
        )  # fmt: skip
    return PlannedRun(
        run_id=run.run_id, driver_id=run.driver_id, stops=tuple(stops), drive_s=drive_s, drive_m=drive_m
    )


def _leave_s(matrix: TravelMatrix, run: RunFacts, first: Visit, pull_out_s: int | None) -> int:
    start_s, trip, is_pickup = first
    if pull_out_s is not None:
        return pull_out_s
    place_id = _place_id(trip, is_pickup, run.start_place_id)
    leave_s = start_s
    while leave_s + matrix.travel_s(run.start_place_id, place_id, leave_s) > start_s:
        leave_s -= 1
    return leave_s


def _place_id(trip: TripFacts | None, is_pickup: bool, before: int) -> int:
    if trip is None:
        return before
    return trip.origin_id if is_pickup else trip.destination_id


def _kind(trip: TripFacts | None, is_pickup: bool) -> StopKind:
    if trip is None:
        return StopKind.BREAK
    return StopKind.PICKUP if is_pickup else StopKind.DROPOFF


def _ends(kind: StopKind, place_id: int, at_s: int) -> Stop:
    return Stop(kind=kind, place_id=place_id, arrive_s=at_s, start_s=at_s, depart_s=at_s)


def a_plan(problem: Problem, matrix: TravelMatrix, visits: dict[int, str]) -> Plan:
    """The plan in which the named runs are driven so, the others not at all, and nobody else is served."""
    return plan_of(
        problem, matrix, [driven(problem, matrix, run, visits.get(run.run_id, "")) for run in problem.runs]
    )


def plan_of(problem: Problem, matrix: TravelMatrix, runs: list[PlannedRun]) -> Plan:
    """The runs as a plan; who is on none of them is left over."""
    served = {stop.trip_id for run in runs for stop in run.stops}
    left = [trip.trip_id for trip in problem.trips if trip.trip_id not in served]
    return Plan(
        company_id=problem.company_id, service_on=problem.service_on, zone=problem.zone,
        day_start_at=problem.day_start_at, board_version=problem.board_version,
        problem_sha256=problem.sha256(), runs=tuple(runs),
        left_over=tuple(LeftOver(trip_id=trip_id, refusals=()) for trip_id in left),
        travel_source=matrix.source, travel_estimated=matrix.estimated, seed=0, iterations=0, cost=0,
    )  # fmt: skip
