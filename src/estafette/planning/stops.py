"""The stops of a plan, put on their runs as they are."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from estafette.domain.error import Invalid
from estafette.domain.plan import Plan, PlannedRun, StopKind
from estafette.domain.problem import Problem
from estafette.planning.kernel.arrays import LONGEST_RUN, Day, Ints, State
from estafette.planning.kernel.doors import open_all, stand
from estafette.planning.names import Names

_TRIP_STOPS = (StopKind.PICKUP, StopKind.DROPOFF)


def stand_as_planned(day: Day, state: State, problem: Problem, plan: Plan) -> None:
    """
    Put a plan of the problem on a fresh state, and list the trips that it leaves over as absent.

    A run whose stops have no legal schedule is closed. Raises as `stops_of`.
    """
    stand(day, state, *stops_of(problem, Names(problem), plan))
    open_all(day, state)


def stops_of(problem: Problem, names: Names, plan: Plan) -> tuple[Ints, Ints, Ints]:
    """
    List the stops of the plan (as `State.node`), their starts, run after run, and where each run begins.

    Raises
    ------
    Invalid
        The plan has a run or a trip that the problem has not, a trip twice or without one of its stops, or a
        run too long to hold.
    """
    planned = {each.run_id: each for each in plan.runs}
    if unknown := planned.keys() - names.run.keys():
        message = f"the plan has run {min(unknown)}, which the problem has not"
        raise Invalid(message)
    stops = [list(_nodes_of(names, planned.get(run.run_id))) for run in problem.runs]
    flat = [stop for of_run in stops for stop in of_run]
    _refuse_odd(flat, problem)
    if len(longest := max(stops, key=len, default=[])) > LONGEST_RUN:
        message = f"the plan has a run with {len(longest) // 2} trips, more than {LONGEST_RUN // 2}"
        raise Invalid(message)
    pairs = np.array(flat, dtype=np.int64).reshape(len(flat), 2)
    offsets = np.cumsum([0, *map(len, stops)], dtype=np.int64)
    return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]), offsets


def _nodes_of(names: Names, planned: PlannedRun | None) -> Iterator[tuple[int, int]]:
    for stop in planned.stops if planned else ():
        if stop.kind in _TRIP_STOPS:
            row = names.trip.get(stop.trip_id or 0)
            if row is None:
                message = f"the plan has trip {stop.trip_id}, which the problem has not"
                raise Invalid(message)
            yield 2 * row + (stop.kind is StopKind.DROPOFF), stop.start_s


def _refuse_odd(stops: list[tuple[int, int]], problem: Problem) -> None:
    """Refuse trips that are on runs twice, or by halves."""
    times = Counter(node for node, _ in stops)
    odd = [node >> 1 for node, count in times.items() if count > 1 or node ^ 1 not in times]
    if odd:
        trip_id = min(problem.trips[row].trip_id for row in odd)
        message = f"the plan does not have one pick-up and one drop-off of trip {trip_id}"
        raise Invalid(message)
