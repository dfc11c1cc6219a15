"""The cheapest plan that can be made of given runs; imports SciPy, which takes long and few searches need."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csc_array

from estafette.planning.kernel.arrays import KIND, Day, Ints
from estafette.planning.seen import SeenRun

# Of so many runs at most a plan is made, in so many branches: those that make it dearer by least, and as many
# of the cheapest plans they were seen in. The first alone often make no plan at all.
MOST_RUNS, MOST_BRANCHES = 600, 1_000
# What is cheaper by less is not, in shares of the whole.
_NOTHING = 1e-9


def cheaper(
    day: Day, runs: list[SeenRun], served: Ints, cost: int, left_s: Callable[[], float]
) -> list[SeenRun]:
    """
    Choose runs so that each trip served is on one, for less than `cost`.

    Gives none if no choice is cheaper, or if the cheapest is not known while there are seconds left.

    Set partitioning (Balinski and Quandt 1964, doi:10.1287/opre.12.2.300) by HiGHS: first in shares of runs,
    then in whole ones among those that would make the shares dearer by less than there is to gain.
    """
    choice = _Choice(day, runs, served, cost)
    choice = _Choice(day, choice.in_shares(left_s()), served, cost)
    return choice.whole(left_s())


def _rank(values: ArrayLike) -> Ints:
    """Give the place of each among all, the least first."""
    return np.argsort(np.argsort(values, kind="stable"))


class _Choice:
    """Columns are the runs that take no other trips than those served; rows are these, then kinds of run."""

    def __init__(self, day: Day, runs: list[SeenRun], served: Ints, cost: int) -> None:
        row = np.full(len(day.trip), -1)
        row[served] = np.arange(len(served))
        kinds, self._most = np.unique(day.run[:, KIND], return_counts=True)
        self._runs = [run for run in runs if (row[run.trips] >= 0).all()]
        trips = [row[run.trips] for run in self._runs]
        of_kind = len(served) + np.searchsorted(kinds, [run.kind for run in self._runs])
        ends, shape = np.cumsum([0, *map(len, trips)]), (len(served) + len(kinds), len(trips))
        where = np.insert(np.concatenate([np.zeros(0, int), *trips]), ends[1:], of_kind)
        self._holds = csc_array((np.ones(len(where)), where, ends + np.arange(len(ends))), shape=shape)
        self._trips, self._costs = len(served), np.array([run.cost / cost for run in self._runs])

    def in_shares(self, left_s: float) -> list[SeenRun]:
        """Give the runs that could be part of a cheaper plan; none if that is not known in time."""
        trips, kinds = self._holds[: self._trips], self._holds[self._trips :]
        if not self._runs or left_s <= 0:
            return []
        found: Any = linprog(
            self._costs, A_eq=trips, b_eq=np.ones(self._trips), A_ub=kinds, b_ub=self._most, method="highs",
            options={"time_limit": left_s},
        )  # fmt: skip
        if found.status != 0:
            return []
        dearer = self._costs - trips.T @ found.eqlin.marginals - kinds.T @ found.ineqlin.marginals
        gains = np.flatnonzero(dearer < 1 - found.fun)
        plan_costs = [self._runs[k].plan_cost for k in gains]
        first = np.argsort(np.minimum(_rank(dearer[gains]), _rank(plan_costs)), kind="stable")[:MOST_RUNS]
        return [self._runs[k] for k in gains[first]]

    def whole(self, left_s: float) -> list[SeenRun]:
        """Give the runs of the cheapest plan; none if none is cheaper, or it is not known in time."""
        if not self._runs or left_s <= 0:
            return []
        once = np.ones(self._trips)
        least, most = np.concatenate([once, 0 * self._most]), np.concatenate([once, self._most])
        found: Any = milp(
            self._costs, constraints=LinearConstraint(self._holds, least, most), bounds=(0, 1),
            integrality=np.ones(len(self._runs)),
            options={"time_limit": left_s, "node_limit": MOST_BRANCHES, "mip_rel_gap": 0},
        )  # fmt: skip
        if found.status != 0 or found.fun > 1 - _NOTHING:
            return []
        chosen = np.flatnonzero(found.x > 0.5)
        # HiGHS has called plans optimal that broke its rows (github.com/scipy/scipy/issues/24141).
        if (self._holds[: self._trips, chosen].sum(axis=1) != 1).any():
            return []
        return [self._runs[k] for k in chosen]
