"""A problem and its travel times in, the best plan found within the budget out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec

from estafette.domain.plan import Plan, PlannedRun
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.bound import BesideSearch
from estafette.planning.budget import Budget, Progress, Watch
from estafette.planning.crew import Crew, Report, construct
from estafette.planning.explain import left_over, seconds_to_explain
from estafette.planning.improve import improve
from estafette.planning.kernel.arrays import ABSENT, BEST_SIZE, BEST_TOTAL, TOTAL, Day, State, new_state
from estafette.planning.kernel.doors import begin_day, insert_absent, keep_best
from estafette.planning.narrow import narrowed, widen
from estafette.planning.problem import begin_of, day_of
from estafette.planning.stops import stand_as_planned
from estafette.planning.terms import priced
from estafette.planning.timetable import planned_runs

OnProgress = Callable[[Progress], bool]

# To begin a search each thread takes the plan up, and once more to end it: no more than such a part of what
# building it took.
BEGIN_SHARE = 1 / 4

# The bound is reckoned after so long: to import SciPy for it takes longer than a short search has.
_BOUND_FROM_S = 0.5


def solve(  # noqa: PLR0913 - what is planned, and all that a search may be told
    problem: Problem,
    matrix: TravelMatrix,
    *,
    budget: Budget,
    seed: int = 1,
    threads: int = 1,
    divide_from: int = 400,
    begin: Plan | None = None,
    on_progress: OnProgress | None = None,
    weights: Weights = Weights(),  # noqa: B008 - frozen
) -> Plan:
    """
    Plan a service day.

    1. Put the trips in force on their runs, or those of the plan to `begin` from; a run whose fixed trips
       alone are not legal is closed and stays as it is (the checker names what is wrong with it).
    2. Insert every other trip where it is cheapest.
    3. Empty runs, then ruin and recreate, on `threads` threads, until the budget is spent or `on_progress`
       gives False. A day of at least `divide_from` trips is divided among the threads by area.
    4. Insert once more whatever fits, time every run, and say for each trip left over why each run
       cannot take it, and what would place it. `not_searched` stands for trips that step 2 did not reach
       in time, and for reasons that there was no time to look for.

    Raises
    ------
    Invalid
        The problem names a place that the matrix does not know, or `begin` a run or a trip that the problem
        has not.
    """
    watch = Watch(budget, max(1, threads))
    asked, node = day_of(problem, matrix, weights)
    day, node = narrowed(asked, node)
    states = tuple(new_state(day, node, seed + 1_000_003 * k) for k in range(watch.threads))
    state = states[0]
    if begin is None:
        begin_day(day, state, *begin_of(problem))
    else:
        stand_as_planned(day, state, problem, begin)
    watch.keep_for_writing(watch.elapsed_s())
    report = _reporter(watch, states, on_progress, BesideSearch(day, node) if on_progress else None)
    construct_from_s = watch.elapsed_s()
    reached = construct(day, state, watch, report)
    keep_best(day, state)
    beginning_s = (watch.elapsed_s() - construct_from_s) * BEGIN_SHARE
    if reached == state.figure[ABSENT]:
        reasons_s = seconds_to_explain(problem, day, state, watch.now_s)
        watch.keep_for_explaining(reached, reasons_s)
        if len(problem.trips) > 0 and budget.iterations != 0 and watch.left_s() > beginning_s:
            with ThreadPoolExecutor(watch.threads) as pool:
                improve(Crew(day, states, watch, report, pool), divide_from)
        day, tried = asked, _finish(asked, state)
    else:
        tried = 0  # what a trip lacks is not told in narrowed windows
    runs = planned_runs(problem, matrix, day, state)
    plan = _written(problem, matrix, weights, seed, watch.iterations, runs)
    # Last, for it takes what time is left; and the course counts what was explained.
    left = left_over(problem, day, states, tried=tried, may_explain=watch.may_explain)
    return msgspec.structs.replace(plan, left_over=left, course=watch.course())


def _written(
    problem: Problem,
    matrix: TravelMatrix,
    weights: Weights,
    seed: int,
    iterations: int,
    runs: list[PlannedRun],
) -> Plan:
    """Write the plan with its price; who is left over is said later."""
    plan = Plan(
        company_id=problem.company_id,
        service_on=problem.service_on,
        zone=problem.zone,
        day_start_at=problem.day_start_at,
        board_version=problem.board_version,
        problem_sha256=problem.sha256(),
        runs=tuple(runs),
        left_over=(),
        travel_source=matrix.source,
        travel_estimated=matrix.estimated,
        estimated_places=matrix.estimated_places,
        seed=seed,
        iterations=iterations,
        cost=0,
    )
    return priced(problem, matrix, weights, plan)


def _finish(asked: Day, state: State) -> int:
    """
    Go back to the windows asked for, and insert what fits; give how many trips fit nowhere.

    It is tried until nothing does: a run that one trip opens is cheaper for the next.
    """
    widen(asked, state)
    while True:
        absent = int(state.figure[ABSENT])
        insert_absent(asked, state, 0, absent)
        if state.figure[ABSENT] == absent:
            return absent


def _reporter(
    watch: Watch, states: tuple[State, ...], on_progress: OnProgress | None, bound: BesideSearch | None
) -> Report:
    trips = len(states[0].card)

    def report(kept: State | None = None) -> None:
        if on_progress is None or bound is None:
            return
        best = kept or min(states, key=lambda state: int(state.figure[BEST_TOTAL]))
        progress = Progress(
            elapsed_s=watch.elapsed_s(),
            iterations=watch.iterations,
            trips=trips,
            left_over=(left_over := _left_over_of(best, trips)),
            cost=int(best.figure[BEST_TOTAL] or best.figure[TOTAL]),
            bound=bound.at_least(left_over) if _has_time_for_bound(watch) else 0,
        )
        watch.cancelled = on_progress(progress) is False

    return report


def _has_time_for_bound(watch: Watch) -> bool:
    """Tell whether a search goes on for so long that reckoning the bound takes little of it."""
    return watch.budget.time_limit_s is None or watch.elapsed_s() >= _BOUND_FROM_S


def _left_over_of(state: State, trips: int) -> int:
    """Count the trips that the best plan of a thread leaves over, not those it has just taken off a run."""
    if state.figure[BEST_TOTAL] == 0:  # none is kept yet
        return int(state.figure[ABSENT])
    return trips - int(state.sheet[:, BEST_SIZE].sum()) // 2
