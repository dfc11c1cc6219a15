"""Planning in tests: short calls, and what a plan says in short."""

import msgspec

from estafette.domain.plan import Plan, PlannedRun, StopKind
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.solve import solve
from tests.planning.builders import (
    on_a_line,
    placed,
)

SHORT = Budget(iterations=100)


def planned(problem: Problem, matrix: TravelMatrix | None = None, **how: object) -> Plan:
    """Solve, and let the checker look at the answer."""
    matrix = matrix or on_a_line()
    plan = solve(problem, matrix, **{"budget": SHORT, **how})  # type: ignore[arg-type]
    assert violations(problem, matrix, plan) == []
    return plan


def told(run: PlannedRun) -> str:
    """`"+1 -1"`: the stops of a run as a string, breaks as `break`."""
    names = {StopKind.PICKUP: "+{}", StopKind.DROPOFF: "-{}", StopKind.BREAK: "break"}
    return " ".join(names[stop.kind].format(stop.trip_id) for stop in run.stops if stop.kind in names)


def run_of(plan: Plan) -> dict[int, int]:
    return {stop.trip_id: run.run_id for run in plan.runs for stop in run.stops if stop.trip_id}


def in_force(problem: Problem, plan: Plan) -> Problem:
    """The day after the plan was applied."""
    at = {(stop.trip_id, stop.kind): stop.start_s for run in plan.runs for stop in run.stops}
    runs = run_of(plan)
    trips = [
        placed(
            trip, runs[trip.trip_id], at[trip.trip_id, StopKind.PICKUP], at[trip.trip_id, StopKind.DROPOFF]
        ) if trip.trip_id in runs else trip
        for trip in problem.trips
    ]  # fmt: skip
    return msgspec.structs.replace(problem, trips=tuple(trips))
