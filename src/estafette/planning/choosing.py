"""
Cooling, and towards its end the best plan that can be made of the runs that all threads have seen.

What one thread ends with is a matter of luck; what several have passed through contains most runs of a better
plan (Rochat and Taillard 1995, doi:10.1007/BF02430370). See decision 0059.
"""

from collections.abc import Callable

import numpy as np

from estafette.planning.budget import TEMPERATURES
from estafette.planning.crew import Crew, anneal, cool, meet
from estafette.planning.kernel.arrays import BEST_SIZE, BEST_TOTAL, COST, KIND, RUN_OF, Day, Ints, State
from estafette.planning.kernel.doors import adopt
from estafette.planning.seen import Seen, SeenRun, seen_by_all

# It pays where a thread does so many steps for each trip: then it has seen good runs.
STEPS_A_TRIP = 300
# Runs are chosen before the last temperatures: what comes of it is improved still.
CHOSEN_AT = 90

Cheaper = Callable[[Day, list[SeenRun], Ints, int, Callable[[], float]], list[SeenRun]]


def cool_and_choose(crew: Crew) -> None:
    """Cool, with a choice among all runs seen before the last temperatures where there is time for it."""
    crew.everyone(lambda thread: anneal(crew, thread, range(1)))  # tells the pace
    steps = crew.watch.steps[0][0] * TEMPERATURES // len(crew.day.trip)
    if not crew.watch.looks(steps >= STEPS_A_TRIP):
        cool(crew, 1, range(TEMPERATURES))
        return
    from estafette.planning import partition  # noqa: PLC0415 - imports SciPy: now, not when time is short

    seen = tuple(Seen() for _ in crew.states)
    cool(crew._replace(looks=seen), 1, range(CHOSEN_AT))
    _choose(crew, seen, partition.cheaper)
    crew.watch.begin_search(CHOSEN_AT)
    cool(crew, 1, range(CHOSEN_AT, TEMPERATURES))


def _choose(crew: Crew, seen: tuple[Seen, ...], cheaper: Cheaper) -> None:
    """Let all take up the cheapest plan that the runs seen make."""
    day, state, watch = crew.day, crew.states[0], crew.watch
    for own, each in zip(seen, crew.states, strict=True):
        adopt(day, each, each)
        own.look(day, each)
    meet(crew)
    if (most_s := watch.choosing_s()) <= 0:
        return
    until_s = watch.now_s() + most_s
    served, cost = np.flatnonzero(state.card[:, RUN_OF] >= 0), int(state.sheet[:, COST].sum())
    chosen = cheaper(day, seen_by_all(seen), served, cost, lambda: until_s - watch.now_s())
    watch.chosen = bool(chosen) and _take_up(day, state, chosen)
    meet(crew)


def _take_up(day: Day, state: State, chosen: list[SeenRun]) -> bool:
    """Put the chosen runs on a state; back to what it had unless they cost less, and tell which."""
    kept = State._make(part.copy() for part in state)
    rows = {kind: iter(np.flatnonzero(day.run[:, KIND] == kind)) for kind in {run.kind for run in chosen}}
    state.sheet[:, BEST_SIZE] = 0
    for run in chosen:
        row, count = next(rows[run.kind]), len(run.stops)
        state.sheet[row, BEST_SIZE], state.best[row, :count] = count, run.stops
    adopt(day, state, state)
    is_cheaper = bool(state.figure[BEST_TOTAL] < kept.figure[BEST_TOTAL])
    if not is_cheaper:
        adopt(day, state, kept)
    return is_cheaper
