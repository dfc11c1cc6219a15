"""
The search as a whole: build a plan, empty runs, then ruin and recreate on every thread.

What the threads do between two meetings depends on the problem, the seed and the numbers of steps alone, and
those are recorded: so a search by the clock can be done again.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from estafette.planning.budget import TEMPERATURES, Watch
from estafette.planning.kernel.arrays import (
    ABSENT,
    ACTIVATION,
    BEST_TOTAL,
    DIRECT,
    DRIVE,
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

# Temperatures of the annealing at its beginning and end, in mean direct rides: from those of a search that
# has next to no time to those of one with plenty, and how they grow with the steps for each trip. The end
# grows only where a run costs more than all else: with as few runs as can be a plan moves at a price alone.
WARM, MOST_WARM, WARM_STEP = 0.5, 1.5, 0.08
COLD, MOST_COLD, COLD_STEP = 0.01, 0.04, 0.0004
# A slice of work between two looks at the clock.
SLICE_S = 0.01
MOST_AT_ONCE = 256
# How much of the budget goes to emptying runs: where a run costs more than all else, and elsewhere.
RUNS_FIRST, RUNS_TOO = 0.4, 0.1
_ABOVE_ALL = 100  # mean direct rides
# The threads take up the best plan at every so many temperatures.
MEET_EVERY = 5
# A part of a large day has about so many runs.
PART_RUNS = 150
# At the last temperatures nothing dearer is kept.
FROZEN_FROM = 97

Report = Callable[[], None]


class Crew(NamedTuple):
    """One state for each thread on the same day, and their watch; the first thread is the caller's."""

    day: Day
    states: tuple[State, ...]
    watch: Watch
    report: Report
    pool: ThreadPoolExecutor

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
    share = _share_of_runs(crew)
    crew.everyone(lambda thread: _empty_runs(crew, thread, share))
    meet(crew)
    crew.watch.begin_search()
    parts = parts_of(crew, divide_from)
    for temperature in range(TEMPERATURES):
        if crew.watch.over:
            break
        if parts > 1:
            _anneal_parts(crew, temperature, parts)
        else:
            _anneal_islands(crew, temperature)
    meet(crew)
    adopt(crew.day, crew.states[0], crew.states[0])


def _share_of_runs(crew: Crew) -> float:
    """Give how much of the budget goes to emptying runs: none where a run is free and all are served."""
    if not crew.day.run[:, ACTIVATION].any() and crew.states[0].figure[ABSENT] == 0:
        return 0.0
    return RUNS_FIRST if runs_come_first(crew.day) else RUNS_TOO


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
    warm, cold = heat(day, watch.steps[0][0] if temperature else 0)
    warmth = round(mean_ride(day) * warm * (cold / warm) ** (temperature / TEMPERATURES))
    if temperature >= FROZEN_FROM:
        warmth = 0
    pace = Pace(16)
    while steps := watch.steps_left(thread, temperature, pace.slice):
        with pace.measured(watch):
            search(day, state, steps, warmth)
        watch.steps[thread][temperature] += steps
        if thread == 0:
            crew.report()


def heat(day: Day, first_steps: int) -> tuple[float, float]:
    """Give the temperatures at the beginning and the end; the steps of the first hundredth tell the pace."""
    steps = first_steps * TEMPERATURES / len(day.trip)
    cold = min(MOST_COLD, COLD + COLD_STEP * steps) if runs_come_first(day) else COLD
    return min(MOST_WARM, max(WARM, WARM_STEP * steps)), cold


def runs_come_first(day: Day) -> bool:
    """Tell whether a run costs more than all else."""
    return int(day.run[:, ACTIVATION].max(initial=0)) > _ABOVE_ALL * mean_ride(day)


def mean_ride(day: Day) -> float:
    """Give the price of driving the mean direct ride."""
    return max(1.0, float(day.price[DRIVE] * day.trip[:, DIRECT].mean()))


def meet(crew: Crew) -> None:
    """Let every thread that has a worse plan take up the best one."""
    best = crew.states[crew.best()]
    for state in crew.states:
        if state.figure[BEST_TOTAL] > best.figure[BEST_TOTAL]:
            adopt(crew.day, state, best)
