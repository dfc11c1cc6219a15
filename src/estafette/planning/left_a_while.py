"""
Where runs come first: trips are left over for a while, each at a price that learns.

With as few runs as can be a complete plan hardly moves: what a step takes off fits nowhere but where it was.
The way from one to another leads over plans that leave some trips over (strategic oscillation, Glover and Hao
2011, doi:10.1007/s10732-009-9123-2). A trip that stays left over becomes dearer, and once all are served they
all become cheaper: so those that are hard to place get their places first. See decision 0060.
"""

from functools import partial

import numpy as np

from estafette.planning.cooling import Span, mean_ride
from estafette.planning.crew import Crew, anneal, stretches
from estafette.planning.kernel.arrays import (
    ABSENT,
    ACTIVATION,
    BARRED,
    BEST_TOTAL,
    COST,
    SIZE,
    TOTAL,
    UNSERVED,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.doors import adopt, end_ejecting, keep_best

# What it costs to leave a trip over at first, and at least, in mean direct rides.
AT_FIRST, AT_LEAST = 5.0, 0.5
# By how much it grows where a trip was always left over, and what becomes of it where none was.
DEARER, CHEAPER = 1.2, 0.85
# It grows where fewer of the plans looked at serve all than this, and falls where more than that.
FEW, MANY = 0.3, 0.6


def cool_leaving_some(crew: Crew, temperatures: range, last: int) -> None:
    """
    Cool at some temperatures of those down to the `last`, with as few runs as now.

    All threads end with the best plan that serves all, or as many as could be served before.
    """
    day, span = crew.day, Span(last=last, cold=False)
    left = tuple(LeftAWhile(day, state) for state in crew.states)
    crew = crew._replace(span=span, looks=left, report=partial(crew.report, left[0].kept))
    for stretch in stretches(temperatures, meeting=False):
        crew.everyone(partial(_anneal, crew, left, stretch))
    best = _best(left)
    for each, state in zip(left, crew.states, strict=True):
        each.end(state, best)


def _anneal(crew: Crew, left: tuple["LeftAWhile", ...], temperatures: range, thread: int) -> None:
    each, state = left[thread], crew.states[thread]
    for temperature in temperatures:
        if crew.watch.over:
            break
        anneal(crew._replace(day=each.priced), thread, range(temperature, temperature + 1))
        each.look(each.priced, state)
        each.learn(state)


def _best(left: tuple["LeftAWhile", ...]) -> State:
    return min((each.kept for each in left), key=lambda kept: int(kept.figure[BEST_TOTAL]))


class LeftAWhile:
    """
    A thread's prices of trips left over, as a day (`priced`), and the best plan seen at full price (`kept`).

    Empty runs are barred meanwhile, and the others cost nothing.
    """

    def __init__(self, day: Day, state: State) -> None:
        self._full = day
        self._ride = mean_ride(day)
        self._price = np.full(len(day.trip), AT_FIRST)
        self._looks = self._complete = 0
        self._missed = np.zeros(len(day.trip))
        adopt(day, state, state)
        own = {name: getattr(state, name).copy() for name in ("best", "sheet", "figure")}
        self.kept = state._replace(**own)
        self._least = self._unserved(state)
        state.sheet[:, BARRED] = state.sheet[:, SIZE] == 0
        self.priced = self._cheapened(day)
        _reprice(state, day, self.priced)
        adopt(self.priced, state, state)

    def look(self, _: Day, state: State) -> None:
        """Note which trips the present plan leaves over, and keep it if it is the best at full price."""
        self._missed[_absent(state)] += 1
        self._looks += 1
        unserved = self._unserved(state)
        self._complete += unserved <= self._least
        if unserved > self._least:
            return
        cost = int(state.sheet[:, COST].sum() + self._full.run[state.sheet[:, SIZE] > 0, ACTIVATION].sum())
        if unserved + cost < self.kept.figure[BEST_TOTAL]:
            self._least = unserved
            keep_best(self.priced, state)
            np.copyto(self.kept.best, state.best)
            np.copyto(self.kept.sheet, state.sheet)
            self.kept.figure[BEST_TOTAL] = unserved + cost

    def learn(self, state: State) -> None:
        """Ask more for those left over at this temperature, or less for all; go on from the present plan."""
        share = self._complete / self._looks
        if share < FEW:
            self._price *= 1 + (DEARER - 1) * self._missed / self._looks
        elif share > MANY:
            self._price = np.maximum(AT_LEAST, self._price * CHEAPER)
        self._looks = self._complete = 0
        self._missed[:] = 0
        before, self.priced = self.priced, self._cheapened(self._full)
        _reprice(state, before, self.priced)
        keep_best(self.priced, state)

    def end(self, state: State, best: State) -> None:
        """Let a state take up a plan, at full price."""
        end_ejecting(self._full, state)
        _reprice(state, self.priced, self._full)
        adopt(self._full, state, best)

    def _unserved(self, state: State) -> int:
        return int(self._full.trip[_absent(state), UNSERVED].sum())

    def _cheapened(self, day: Day) -> Day:
        trip, run = day.trip.copy(), day.run.copy()
        run[:, ACTIVATION] = 0
        trip[:, UNSERVED] = np.minimum(trip[:, UNSERVED], np.round(self._price * self._ride).astype(np.int64))
        return day._replace(trip=trip, run=run)


def _absent(state: State) -> Ints:
    return state.absent[0, : state.figure[ABSENT]]


def _reprice(state: State, before: Day, after: Day) -> None:
    """Let what the trips left over cost be what another day asks."""
    absent = _absent(state)
    state.figure[TOTAL] += (after.trip[absent, UNSERVED] - before.trip[absent, UNSERVED]).sum()
