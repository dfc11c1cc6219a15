"""
What the threads of a search do: build a plan, then ruin and recreate, side by side or each a part of the day.

What the threads do between two meetings depends on the problem, the seed and the numbers of steps alone, and
those are recorded: so a search by the clock can be done again.
"""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple, Protocol

import numpy as np

from estafette.planning.budget import Watch
from estafette.planning.cooling import Span, warmth_at
from estafette.planning.kernel.arrays import (
    ABSENT,
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
# The threads take up the best plan at every so many temperatures.
MEET_EVERY = 5
# A plan is looked at after every so many steps at a temperature.
LOOK_EVERY = 64
# A part of a large day has about so many runs.
PART_RUNS = 150

# Tells how far the search is: of the best plan of all threads, or of one that is handed over.
Report = Callable[..., None]


class Looks(Protocol):
    """What looks at the plan of a thread from time to time."""

    def look(self, day: Day, state: State) -> None:
        """Note something of the present plan."""


class Crew(NamedTuple):
    """One state for each thread on the same day, and their watch; the first thread is the caller's."""

    day: Day
    states: tuple[State, ...]
    watch: Watch
    report: Report
    pool: ThreadPoolExecutor
    span: Span = Span()
    # What looks at each thread; empty where nothing does.
    looks: tuple[Looks, ...] = ()

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
        with pace.measured(watch, wanted):
            tried = insert_absent(day, state, tried, wanted)
        watch.tried += ahead - (int(state.figure[ABSENT]) - tried)
        report()
    return tried


class Pace:
    """How much to do before the next look at the clock."""

    def __init__(self, first: int) -> None:
        self.slice = first
        self.one_s = 0.0

    @contextmanager
    def measured(self, watch: Watch, wanted: int) -> Iterator[None]:
        """Learn from how long so much took."""
        began_s = watch.now_s()
        yield
        took_s = watch.now_s() - began_s
        if took_s > 0:
            self.one_s = (self.one_s + took_s / wanted) / 2 if self.one_s else took_s / wanted
            self.slice = max(1, min(MOST_AT_ONCE, 2 * self.slice, int(SLICE_S / self.one_s)))


def cool(crew: Crew, parts: int, temperatures: range) -> None:
    """Search at one temperature after the other; all threads end with the best plan, or a better one."""
    for stretch in stretches(temperatures, meeting=not crew.looks, parts=parts):
        if crew.watch.over:
            break
        if parts > 1:
            _anneal_parts(crew, stretch, parts)
        else:
            _anneal_islands(crew, stretch)
    meet(crew)


def stretches(temperatures: range, *, meeting: bool, parts: int = 1) -> list[range]:
    """
    Divide temperatures where threads wait for each other.

    After the first, which tells the pace, where they meet, and where a day is divided anew.
    """
    ends = {temperatures.start, temperatures.stop} | ({1} & set(temperatures))
    if meeting:
        ends |= {t for t in temperatures if t % MEET_EVERY == 0 or parts > 1}
    return list(itertools.starmap(range, itertools.pairwise(sorted(ends))))


def parts_of(crew: Crew, divide_from: int) -> int:
    """Give how many parts a day is divided into: 1 for a small one, and where they would hang together."""
    day, runs = crew.day, int((crew.states[0].sheet[:, SIZE] > 0).sum())
    if day.rule[MAX_CHANGES] < NO_LIMIT_S or len(day.trip) < divide_from:
        return 1
    return max(len(crew.states), runs // PART_RUNS)


def _anneal_islands(crew: Crew, temperatures: range) -> None:
    """
    Let every thread search the whole day, and from time to time take up the best plan.

    Not while it is remembered which runs are seen: those of plans that differ go together best.
    """
    crew.everyone(lambda thread: anneal(crew, thread, temperatures))
    if temperatures.stop % MEET_EVERY == 0 and not crew.looks:
        meet(crew)


def _anneal_parts(crew: Crew, temperatures: range, parts: int) -> None:
    """Let every thread search a part of the present plan, and put the parts together again."""
    day, whole = crew.day, crew.states[0]
    part = _divide(day, whole, parts)
    part = (part + temperatures.start) % parts  # a day of many parts has them searched in turn
    for thread in range(len(crew.states) - 1, -1, -1):
        take_part(day, crew.states[thread], whole, part, thread, parts)
    best, whole.figure[BEST_TOTAL] = int(whole.figure[BEST_TOTAL]), -NEVER
    for state in crew.states[1:]:
        state.figure[BEST_TOTAL] = -NEVER
    crew.everyone(lambda thread: anneal(crew, thread, temperatures))
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


def anneal(crew: Crew, thread: int, temperatures: range) -> None:
    """Let a thread search at one temperature after the other, for as long as it has for each."""
    pace = Pace(16)
    for temperature in temperatures:
        _anneal_at(crew, thread, temperature, pace)


def _anneal_at(crew: Crew, thread: int, temperature: int, pace: Pace) -> None:
    day, state, watch = crew.day, crew.states[thread], crew.watch
    warmth = warmth_at(temperature, crew.span, day, watch.steps[0][0] if temperature else 0)
    done = watch.steps[thread]
    while steps := watch.steps_left(thread, temperature, _slice(crew, pace, done[temperature]), pace.one_s):
        with pace.measured(watch, steps):
            search(day, state, steps, warmth)
        done[temperature] += steps
        if crew.looks and done[temperature] % LOOK_EVERY == 0:
            crew.looks[thread].look(day, state)
        if thread == 0:
            crew.report()


def _slice(crew: Crew, pace: Pace, done: int) -> int:
    """Give the next steps: none beyond those after which the plan is looked at."""
    return min(pace.slice, LOOK_EVERY - done % LOOK_EVERY) if crew.looks else pace.slice


def meet(crew: Crew) -> None:
    """Let every thread that has a worse plan take up the best one."""
    best = crew.states[crew.best()]
    for state in crew.states:
        if state.figure[BEST_TOTAL] > best.figure[BEST_TOTAL]:
            adopt(crew.day, state, best)
