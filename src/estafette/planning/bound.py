"""
What a plan costs at least, whatever is tried: told beside the best plan, so that one knows when to stop.

Each stop that is served is driven to from some other stop or from where a run starts, and each run in use is
driven home. No plan is cheaper than the least of that, each by itself; nor, where the day is small enough to
look at all of it at once, than an assignment in which no two stops are driven to from one (Kuhn 1955,
doi:10.1002/nav.3800020109).
"""

from threading import Thread
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.kernel.arrays import (
    ACTIVATION,
    DRIVE,
    DWELL,
    END,
    FIXED,
    FREE,
    FROM,
    LATEST_TO,
    MAX_WORK,
    PLACE,
    SHIFT_FROM,
    START,
    TO,
    UNSERVED,
    WORK,
    Day,
    Ints,
)
from estafette.planning.narrow import narrowed
from estafette.planning.problem import day_of

# Up to so many stops and runs the assignment is solved; up to so many stops they are looked at two by two.
MOST_ASSIGNED, MOST_PAIRED = 700, 2_000
_NO_WAY = 1 << 50

_Ways = npt.NDArray[np.int64]


def least_cost(problem: Problem, matrix: TravelMatrix, weights: Weights, *, left_over: int) -> int:
    """
    Give a cost below which no legal plan is that leaves over so many trips; in the unit of `Plan.cost`.

    Raises `Invalid` as `day_of`.
    """
    return Bound(*narrowed(*day_of(problem, matrix, weights))).at_least(left_over)


class Bound:
    """The bound of one day, of `narrowed`, for any number of trips left over."""

    def __init__(self, day: Day, node: Ints) -> None:
        self._day, self._node = day, node
        self._price = int(day.price[DRIVE] + day.price[WORK])
        paired = _paired(day, node) if 0 < len(node) <= MOST_PAIRED else None
        ways = paired.nearest() if paired else _nearest_places(day, node)
        dwell = node[:, DWELL]
        each = self._price * ways + day.price[WORK] * dwell
        self._dear = _largest_first(each[0::2] + each[1::2])
        self._long_s = _largest_first(_pairs_of(ways + dwell))
        self._unserved = np.cumsum(np.sort(np.where(day.trip[:, FIXED] == FREE, day.trip[:, UNSERVED], 0)))
        self._runs = np.cumsum(np.sort(day.run[:, ACTIVATION] + self._price * _homes(day, node)))
        self._all_served = self._assigned(paired) if paired else 0

    def at_least(self, left_over: int) -> int:
        """Give a cost below which no legal plan is that leaves over so many trips."""
        served = len(self._dear) - left_over
        if served <= 0:
            return int(self._unserved[-1]) if len(self._unserved) else 0
        lost = int(self._unserved[left_over - 1]) if left_over else 0
        runs = self._runs[min(self._runs_for(left_over), len(self._runs)) - 1] if len(self._runs) else 0
        apart = lost + int(self._dear[left_over:].sum()) + int(runs)
        return apart if left_over else max(apart, self._all_served)

    def _runs_for(self, left_over: int) -> int:
        """Count the runs that the least time for so many stops takes if each works as long as any may."""
        frame = self._day.run
        longest = np.minimum(frame[:, LATEST_TO] - frame[:, SHIFT_FROM], frame[:, MAX_WORK]).max(initial=1)
        return max(1, -(-int(self._long_s[left_over:].sum()) // max(1, int(longest))))

    def _assigned(self, paired: "_Paired") -> int:
        """Give the least that it costs to serve all, each stop before one and after one; 0 if not known."""
        day, node, count = self._day, self._node, len(self._node)
        runs = len(day.run)
        if count + runs > MOST_ASSIGNED or runs == 0:
            return 0
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - 0.2 s to import, and few need it

        cost = np.full((count + runs, count + runs), _NO_WAY, dtype=np.int64)
        cost[:count, :count] = np.where(paired.may_follow, self._price * paired.ways, _NO_WAY)
        places, dropoffs = node[:, PLACE], slice(1, count, 2)
        home = _fastest(day, places[dropoffs, None], day.run[None, :, END])
        cost[dropoffs, count:] = self._price * home
        out = _fastest(day, day.run[:, START, None], places[None, 0::2])
        cost[count:, 0:count:2] = day.run[:, ACTIVATION, None] + self._price * out
        np.fill_diagonal(cost[count:, count:], 0)
        least = int(cost[linear_sum_assignment(cost)].sum())
        return least + int(day.price[WORK] * node[:, DWELL].sum()) if least < _NO_WAY else 0


class BesideSearch:
    """The bound of one day, reckoned from when it is first asked for, while the search goes on."""

    def __init__(self, day: Day, node: Ints) -> None:
        self._day, self._node = day, node
        self._bound: Bound | None = None
        self._thread = Thread(target=self._reckon, daemon=True)

    def _reckon(self) -> None:
        self._bound = Bound(self._day, self._node)

    def at_least(self, left_over: int) -> int:
        """Give a cost below which no legal plan is that leaves over so many trips; 0 while not known."""
        if self._thread.ident is None:
            self._thread.start()
        return self._bound.at_least(left_over) if self._bound else 0


class _Paired(NamedTuple):
    """The way from each stop (row) to each (column), which may follow which, and from where runs start."""

    ways: _Ways
    may_follow: npt.NDArray[np.bool_]
    from_start: _Ways

    def nearest(self) -> _Ways:
        """Give the shortest way to each stop."""
        ways = np.where(self.may_follow, self.ways, _NO_WAY).min(axis=0)
        least: _Ways = np.minimum(ways, self.from_start)
        return np.where(least < _NO_WAY, least, 0)


def _paired(day: Day, node: Ints) -> _Paired:
    places = node[:, PLACE]
    ways = _fastest(day, places[:, None], places[None, :])
    may_follow = node[:, FROM, None] + node[:, DWELL, None] + ways <= node[None, :, TO]
    np.fill_diagonal(may_follow, False)
    pickups = np.arange(0, len(node), 2)
    may_follow[pickups + 1, pickups] = False
    from_start = np.full(len(node), _NO_WAY)
    if len(day.run):
        from_start[0::2] = _fastest(day, day.run[:, START, None], places[None, 0::2]).min(axis=0)
    return _Paired(ways, may_follow, from_start)


def _nearest_places(day: Day, node: Ints) -> _Ways:
    """Give the way to each stop from the nearest place where there is another stop, or a run starts."""
    places, index, counts = np.unique(node[:, PLACE], return_inverse=True, return_counts=True)
    if len(places) == 0:
        return np.zeros(0, dtype=np.int64)
    ways = _fastest(day, places[:, None], places[None, :])
    np.fill_diagonal(ways, np.where(counts > 1, 0, _NO_WAY))
    starts = np.unique(day.run[:, START])
    least = ways.min(axis=0)
    if len(starts):
        least = np.minimum(least, _fastest(day, starts[:, None], places[None, :]).min(axis=0))
    return np.where(least < _NO_WAY, least, 0)[index]


def _homes(day: Day, node: Ints) -> _Ways:
    """Give for each run the shortest way home from any drop-off."""
    places = np.unique(node[1::2, PLACE])
    if len(places) == 0 or len(day.run) == 0:
        return np.zeros(len(day.run), dtype=np.int64)
    least: _Ways = _fastest(day, places[:, None], day.run[None, :, END]).min(axis=0)
    return least


def _fastest(day: Day, origin: Ints, destination: Ints) -> _Ways:
    """Give the seconds between rows of the matrix at the fastest hour."""
    ways = day.travel[origin, destination].astype(np.int64)
    return ways if day.profile.shape[2] == 1 else ways * day.fastest // 2000


def _pairs_of(stops: _Ways) -> _Ways:
    both: _Ways = stops[0::2] + stops[1::2]
    return both


def _largest_first(values: _Ways) -> _Ways:
    return np.sort(values)[::-1]
