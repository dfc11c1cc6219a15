"""A problem and its travel times in, the best plan found within the budget out."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.budget import TEMPERATURES, Budget, Progress, Watch
from estafette.planning.explain import left_over
from estafette.planning.kernel.arrays import ABSENT, BEST_COST, COST, Day, State, new_state
from estafette.planning.kernel.compiled import is_cached
from estafette.planning.kernel.search import (
    arrange,
    begin_day,
    insert_absent,
    keep_best,
    return_to_best,
    search,
)
from estafette.planning.problem import begin_of, day_of
from estafette.planning.timetable import planned_runs

# Temperatures of the annealing at its beginning and end, in driving seconds.
WARM_S, COLD_S = 1_500.0, 30.0

OnProgress = Callable[[Progress], bool]


def solve(
    problem: Problem,
    matrix: TravelMatrix,
    *,
    budget: Budget,
    seed: int = 1,
    on_progress: OnProgress | None = None,
    weights: Weights = Weights(),  # noqa: B008 - frozen
) -> Plan:
    """
    Plan a service day.

    1. Put the trips in force on their runs; a run whose fixed trips alone are not legal is closed and
       stays as it is (the checker names what is wrong with it).
    2. Insert every other trip where it is cheapest.
    3. Ruin and recreate until the budget is spent or `on_progress` gives False.
    4. Insert once more whatever fits, time every run, and say for each trip left over why each run
       cannot take it. `not_searched` stands for trips that step 2 did not reach in time, and for
       reasons that there was no time to look for.

    Raises
    ------
    Invalid
        The problem names a place that the matrix does not know.
    """
    watch = Watch(budget)
    day = day_of(problem, matrix, weights)
    state = new_state(day, seed)
    begin_day(day, state, *begin_of(problem))
    watch.finish_s = 2 * watch.elapsed_s()  # writing the plan takes up to twice as long as this
    report = _reporter(watch, state, len(problem.trips), on_progress)
    reached = _construct(day, state, watch, report)
    keep_best(state)
    watch.keep_for_explaining(int(state.figure[ABSENT]) * len(problem.runs))
    if reached == state.figure[ABSENT] and len(problem.trips) > 0:
        _search(day, state, watch, report)
        return_to_best(day, state)
        insert_absent(day, state, 0, len(problem.trips))
        reached = int(state.figure[ABSENT])
    return Plan(
        company_id=problem.company_id,
        service_on=problem.service_on,
        zone=problem.zone,
        day_start_at=problem.day_start_at,
        board_version=problem.board_version,
        problem_sha256=problem.sha256(),
        runs=tuple(planned_runs(problem, matrix, day, state)),
        left_over=left_over(problem, day, state, tried=reached, may_explain=watch.may_explain),
        travel_source=matrix.source,
        travel_estimated=matrix.estimated,
        seed=seed,
        iterations=watch.iterations,
        cost=int(state.figure[COST]),
        course=watch.course(),
    )


def _reporter(
    watch: Watch, state: State, trips: int, on_progress: OnProgress | None
) -> Callable[[int], None]:
    def report(cost: int) -> None:
        if on_progress is None:
            return
        progress = Progress(
            elapsed_s=watch.elapsed_s(),
            iterations=watch.iterations,
            trips=trips,
            left_over=int(state.figure[ABSENT]),
            cost=cost,
        )
        watch.cancelled = on_progress(progress) is False

    return report


def _construct(day: Day, state: State, watch: Watch, report: Callable[[int], None]) -> int:
    """Insert the absent trips by time; give how many of those still absent were tried."""
    arrange(day, state, 0, int(state.figure[ABSENT]))
    slice_trips = max(16, 40_000 // max(1, len(day.trip)))
    tried = 0
    while tried < state.figure[ABSENT] and (wanted := watch.tries_left(slice_trips)):
        ahead = int(state.figure[ABSENT]) - tried
        tried = insert_absent(day, state, tried, wanted)
        watch.tried += ahead - (int(state.figure[ABSENT]) - tried)
        report(int(state.figure[COST]))
    return tried


def _search(day: Day, state: State, watch: Watch, report: Callable[[int], None]) -> None:
    slice_steps = max(1, min(256, 8_000 // len(day.trip)))
    while (turn := watch.next_turn(slice_steps)).steps:
        warmth_s = WARM_S * (COLD_S / WARM_S) ** (turn.temperature / TEMPERATURES)
        search(day, state, turn.steps, round(100 * warmth_s))
        watch.steps[turn.temperature] += turn.steps
        report(int(state.figure[BEST_COST]))


def compile_kernels(say: Callable[[str], None]) -> None:
    """
    Compile everything that `solve` runs, or load it from the cache on disk.

    The first time takes some 20 seconds, and `say` is told so before; later it takes half a second.
    """
    if not is_cached():
        say("compiling the optimiser (once)")
    solve(*_smallest_day(), budget=Budget(iterations=1))


def _smallest_day() -> tuple[Problem, TravelMatrix]:
    """Make a day with a trip that can be served and one that cannot, so that every kernel is used."""
    trips = tuple(
        TripFacts(
            trip_id=trip_id, version=0, origin_id=1, destination_id=2, anchor=Anchor.PICKUP_AT,
            pickup_from_s=0, pickup_to_s=900, dropoff_from_s=0, dropoff_to_s=900, pickup_dwell_s=1,
            dropoff_dwell_s=1, takes=Spaces(wheelchairs=trip_id - 1),
        )
        for trip_id in (1, 2)
    )  # fmt: skip
    run = RunFacts(
        run_id=1, driver_id=1, vehicle_id=1, version=0, shift_from_s=0, shift_to_s=3600, start_place_id=1,
        end_place_id=1, layouts=(Spaces(),),
    )  # fmt: skip
    day_start_at = datetime(1970, 1, 1, tzinfo=UTC)
    problem = Problem(
        company_id=0, service_on=day_start_at.date(), zone="UTC", day_start_at=day_start_at,
        board_version=0, places=(), trips=trips, runs=(run,),
    )  # fmt: skip
    minutes = np.array([[0, 60], [60, 0]], dtype=np.int32)
    matrix = TravelMatrix(
        place_ids=np.array([1, 2]), durations_s=minutes, distances_m=minutes,
        profile_permille=np.array([1000], dtype=np.int32), source="none", estimated=True,
    )  # fmt: skip
    return problem, matrix
