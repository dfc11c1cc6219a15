"""
The search as a whole: build a plan, empty runs, then ruin and recreate on every thread.

What the threads do between two meetings depends on the problem, the seed and the numbers of steps alone, and
those are recorded: so a search by the clock can be done again.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import numpy as np

from estafette.planning.budget import TEMPERATURES, Watch
from estafette.planning.cooling import mean_ride, runs_come_first, warmth_at
from estafette.planning.kernel.arrays import (
    ABSENT,
    ACTIVATION,
    BEST_TOTAL,
    MAX_CHANGES,
    NEVER,
    NEXT,
    NO_LIMIT_S,
    SIZE,
    TOTAL,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.doors import (
    adopt,
    arrange,
    begin_ejecting,
    eject,
    end_ejecting,
    insert_absent,
    keep_best,
    lean,
    open_all,
    put_together,
    search,
    take_part,
)

# A slice of work between two looks at the clock.
SLICE_S = 0.01
MOST_AT_ONCE = 256
# How much of the budget goes to emptying runs: where a run costs more than all else, there on a day that is
# not divided, and elsewhere.
RUNS_FIRST, RUNS_AT_FIRST, RUNS_TOO = 0.4, 0.2, 0.1
# The threads take up the best plan at every so many temperatures.
MEET_EVERY = 5
# A part of a large day has about so many runs.
PART_RUNS = 150
# Where a run costs more than all else it costs so many mean direct rides at the first so many temperatures,
# and then some runs are emptied once more: so many steps for as many trips.
CHEAP, CHEAP_UNTIL, STEPS_ONCE_MORE = 5, 60, 20_000

# Tells how far the search is: of the best plan of all threads, or of one that is handed over.
Report = Callable[..., None]


class Crew(NamedTuple):
    """One state for each thread on the same day, and their watch; the first thread is the caller's."""

    day: Day
    states: tuple[State, ...]
    watch: Watch
    report: Report
    pool: ThreadPoolExecutor
    # It cools from the first of these temperatures to the last.
    span: tuple[int, int] = (0, TEMPERATURES)

    def everyone(self, work: Callable[[int], None]) -> None:
        """Let every thread work, the caller's on the first state; waits for all."""
        others = [self.pool.submit(work, k) for k in range(1, len(self.states))]
        work(0)
        for other in others:
            other.result()

    def best(self) -> int:
        """Give the thread that has the best plan; the first of equals."""
        return min(range(len(self.states)), key=lambda k: int(self.states[k].figure[BEST_TOTAL]))


def construct(day: Day, state: State, watch: Watch, report: Report) -> int:
    """Insert the absent trips by time; give how many of those still absent were tried."""
    arrange(day, state, 0, int(state.figure[ABSENT]))
    pace = Pace(max(1, 4_000 // max(1, len(day.run))))
    tried = 0
    while tried < state.figure[ABSENT] and (wanted := watch.tries_left(pace.slice)):
        ahead = int(state.figure[ABSENT]) - tried
        with pace.measured(watch):
            tried = insert_absent(day, state, tried, wanted)
        watch.tried += ahead - (int(state.figure[ABSENT]) - tried)
        report()
    return tried


class Pace:
    """How much to do before the next look at the clock."""

    def __init__(self, first: int) -> None:
        self.slice = first

    @contextmanager
    def measured(self, watch: Watch) -> Iterator[None]:
        """Learn from how long a slice took."""
        began_s = watch.now_s()
        yield
        took_s = watch.now_s() - began_s
        if took_s > 0:
            self.slice = max(1, min(MOST_AT_ONCE, 2 * self.slice, int(self.slice * SLICE_S / took_s)))


def improve(crew: Crew, divide_from: int) -> None:
    """Search until the budget is spent; the first state ends with the best plan found."""
    first = crew.states[0]
    for state in crew.states[1:]:
        adopt(crew.day, state, first)
    share = _share_of_runs(crew, divide_from)
    crew.everyone(lambda thread: _empty_runs(crew, thread, share))
    meet(crew)
    crew.watch.begin_search()
    parts = parts_of(crew, divide_from)
    if runs_come_first(crew.day) and len(crew.day.trip) < divide_from:
        _with_cheap_runs(crew)
        crew = crew._replace(span=(CHEAP_UNTIL, TEMPERATURES))
    _cool(crew, parts)
    adopt(crew.day, crew.states[0], crew.states[0])


def _cool(crew: Crew, parts: int) -> None:
    """Search at one temperature after the other; all threads end with the best plan, or a better one."""
    for temperature in range(*crew.span):
        if crew.watch.over:
            break
        if parts > 1:
            _anneal_parts(crew, temperature, parts)
        else:
            _anneal_islands(crew, temperature)
    meet(crew)


def _with_cheap_runs(crew: Crew) -> None:
    """
    Search where a run costs little; then give each plan as few runs as the one before, or take that one up.

    With as few runs as can be a plan hardly moves: the way from a long one to a short one is by one run
    more. See decision 0058.
    """
    day = crew.day
    kept = State._make(part.copy() for part in crew.states[crew.best()])
    tell = partial(crew.report, kept)  # what the others cost here is told to nobody
    cheap = crew._replace(day=_cheapened(day), span=(0, CHEAP_UNTIL), report=tell)
    for state in crew.states:
        adopt(cheap.day, state, state)
    _cool(cheap, 1)
    crew.everyone(lambda thread: _at_full_price(day, crew.states[thread], kept))


def _at_full_price(day: Day, state: State, kept: State) -> None:
    """Empty runs of a plan once more, and take up another one unless it costs less than that."""
    adopt(day, state, state)
    begin_ejecting(day, state)
    eject(day, state, STEPS_ONCE_MORE // len(day.trip))
    end_ejecting(day, state)
    adopt(day, state, kept if kept.figure[BEST_TOTAL] < state.figure[BEST_TOTAL] else state)


def _cheapened(day: Day) -> Day:
    run = day.run.copy()
    run[:, ACTIVATION] = np.minimum(run[:, ACTIVATION], round(CHEAP * mean_ride(day)))
    return day._replace(run=run)


def _share_of_runs(crew: Crew, divide_from: int) -> float:
    """Give how much of the budget goes to emptying runs: none where a run is free and all are served."""
    if not crew.day.run[:, ACTIVATION].any() and crew.states[0].figure[ABSENT] == 0:
        return 0.0
    if not runs_come_first(crew.day):
        return RUNS_TOO
    return RUNS_FIRST if len(crew.day.trip) >= divide_from else RUNS_AT_FIRST


def parts_of(crew: Crew, divide_from: int) -> int:
    """Give how many parts a day is divided into: 1 for a small one, and where they would hang together."""
    day, runs = crew.day, int((crew.states[0].sheet[:, SIZE] > 0).sum())
    if day.rule[MAX_CHANGES] < NO_LIMIT_S or len(day.trip) < divide_from:
        return 1
    return max(len(crew.states), runs // PART_RUNS)


def _anneal_islands(crew: Crew, temperature: int) -> None:
    """Let every thread search the whole day, and from time to time take up the best plan."""
    crew.everyone(lambda thread: _anneal(crew, thread, temperature))
    if temperature % MEET_EVERY == MEET_EVERY - 1:
        meet(crew)


def _anneal_parts(crew: Crew, temperature: int, parts: int) -> None:
    """Let every thread search a part of the present plan, and put the parts together again."""
    day, whole = crew.day, crew.states[0]
    part = _divide(day, whole, parts)
    part = (part + temperature) % parts  # a day of many parts has them searched in turn
    for thread in range(len(crew.states) - 1, -1, -1):
        take_part(day, crew.states[thread], whole, part, thread, parts)
    best, whole.figure[BEST_TOTAL] = int(whole.figure[BEST_TOTAL]), -NEVER
    for state in crew.states[1:]:
        state.figure[BEST_TOTAL] = -NEVER
    crew.everyone(lambda thread: _anneal(crew, thread, temperature))
    for thread in range(1, len(crew.states)):
        put_together(day, whole, crew.states[thread], part, thread)
    open_all(day, whole)
    whole.figure[BEST_TOTAL] = best
    if whole.figure[TOTAL] < best:
        keep_best(day, whole)
    for state in crew.states[1:]:
        state.figure[BEST_TOTAL] = whole.figure[BEST_TOTAL]


def _divide(day: Day, state: State, parts: int) -> Ints:
    """
    Give each run a part, 0 to parts - 1, of about as many runs, neighbours together.

    The runs of a driver who has limits are in one part: what one of them takes the others cannot have.
    """
    score = np.zeros(len(day.run), dtype=np.int64)
    lean(day, state, score)
    part = np.empty(len(day.run), dtype=np.int64)
    used = state.sheet[:, SIZE] > 0
    for runs in (np.flatnonzero(used), np.flatnonzero(~used)):
        order = runs[np.argsort(score[runs], kind="stable")]
        part[order] = np.arange(len(order)) * parts // max(1, len(order))
    for run in np.flatnonzero(day.run[:, NEXT] > np.arange(len(day.run)))[::-1]:
        part[run] = part[day.run[run, NEXT]]
    return part


def _empty_runs(crew: Crew, thread: int, share: float) -> None:
    day, state, watch = crew.day, crew.states[thread], crew.watch
    begin_ejecting(day, state)
    pace = Pace(1)
    while steps := watch.ejections_left(thread, share, pace.slice):
        with pace.measured(watch):
            eject(day, state, steps)
        watch.ejections[thread] += steps
        if thread == 0:
            crew.report()
    end_ejecting(day, state)
    adopt(day, state, state)


def _anneal(crew: Crew, thread: int, temperature: int) -> None:
    day, state, watch = crew.day, crew.states[thread], crew.watch
    warmth = warmth_at(temperature, crew.span, day, watch.steps[0][0] if temperature else 0)
    pace = Pace(16)
    while steps := watch.steps_left(thread, temperature, pace.slice):
        with pace.measured(watch):
            search(day, state, steps, warmth)
        watch.steps[thread][temperature] += steps
        if thread == 0:
            crew.report()


def meet(crew: Crew) -> None:
    """Let every thread that has a worse plan take up the best one."""
    best = crew.states[crew.best()]
    for state in crew.states:
        if state.figure[BEST_TOTAL] > best.figure[BEST_TOTAL]:
            adopt(crew.day, state, best)
