"""
The search as a whole: build a plan, empty runs, then ruin and recreate on every thread.

What the threads do between two meetings depends on the problem, the seed and the numbers of steps alone, and
those are recorded: so a search by the clock can be done again.
"""

# Temperatures of the annealing at its beginning and end, in mean direct rides.
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from estafette.planning.budget import TEMPERATURES, Watch
from estafette.planning.kernel.arrays import ABSENT, ACTIVATION, BEST_TOTAL, DIRECT, DRIVE, Day, State
from estafette.planning.kernel.eject import begin_ejecting, eject, end_ejecting
from estafette.planning.kernel.recreate import adopt, arrange, insert_absent, return_to_best
from estafette.planning.kernel.search import search

WARM, COLD = float(os.environ.get("W", "0.5")), float(os.environ.get("C", "0.01"))
# A slice of work between two looks at the clock.
SLICE_S = 0.01
MOST_AT_ONCE = 256
# How much of the budget goes to emptying runs: where a run costs more than all else, and elsewhere.
RUNS_FIRST, RUNS_TOO = float(os.environ.get("RF", "0.4")), float(os.environ.get("RT", "0.1"))
_ABOVE_ALL = 100  # mean direct rides
# The threads take up the best plan at every so many temperatures.
MEET_EVERY = 5

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


def improve(crew: Crew) -> None:
    """Search until the budget is spent; the first state ends with the best plan found."""
    first = crew.states[0]
    for state in crew.states[1:]:
        adopt(crew.day, state, first.best, first.sheet)
    share = (
        RUNS_FIRST
        if crew.day.run[:, ACTIVATION].max(initial=0) > _ABOVE_ALL * mean_ride(crew.day)
        else RUNS_TOO
    )
    crew.everyone(lambda thread: _empty_runs(crew, thread, share))
    meet(crew)
    crew.watch.begin_search()
    for temperature in range(TEMPERATURES):
        if crew.watch.over:
            break
        crew.everyone(lambda thread, k=temperature: _anneal(crew, thread, k))  # type: ignore[misc]
        if temperature % MEET_EVERY == MEET_EVERY - 1:
            meet(crew)
    meet(crew)
    return_to_best(crew.day, crew.states[0])


def _empty_runs(crew: Crew, thread: int, share: float) -> None:
    day, state, watch = crew.day, crew.states[thread], crew.watch
    begin_ejecting(state)
    pace = Pace(1)
    while steps := watch.ejections_left(thread, share, pace.slice):
        with pace.measured(watch):
            eject(day, state, steps)
        watch.ejections[thread] += steps
        if thread == 0:
            crew.report()
    end_ejecting(state)
    return_to_best(day, state)


def _anneal(crew: Crew, thread: int, temperature: int) -> None:
    day, state, watch = crew.day, crew.states[thread], crew.watch
    warmth = round(mean_ride(day) * WARM * (COLD / WARM) ** (temperature / TEMPERATURES))
    pace = Pace(16)
    while steps := watch.steps_left(thread, temperature, pace.slice):
        with pace.measured(watch):
            search(day, state, steps, warmth)
        watch.steps[thread][temperature] += steps
        if thread == 0:
            crew.report()


def mean_ride(day: Day) -> float:
    """Give the price of driving the mean direct ride."""
    return max(1.0, float(day.price[DRIVE] * day.trip[:, DIRECT].mean()))


def meet(crew: Crew) -> None:
    """Let every thread that has a worse plan take up the best one."""
    best = crew.states[crew.best()]
    for state in crew.states:
        if state.figure[BEST_TOTAL] > best.figure[BEST_TOTAL]:
            adopt(crew.day, state, best.best, best.sheet)
