"""The runs that a search has seen, to make other plans of them (`planning/partition.py`)."""

import itertools
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from estafette.planning.kernel.arrays import (
    BEGINS,
    COST,
    FIXED,
    FREE,
    KIND,
    LINKS,
    MAX_CHANGES,
    NEXT,
    NO_LIMIT_S,
    NODE,
    SIZE,
    TOTAL,
    WAS,
    Day,
    Ints,
    State,
)

# Of a thread so many runs are remembered, the latest.
MOST_SEEN = 4_000
_Key = tuple[int, bytes]


class SeenRun(NamedTuple):
    """
    What stops cost on a run of a kind, and what the cheapest plan cost that it was seen in.

    stops : (n, 2) with their starts, as in `State.best`. trips : (n / 2,) their rows.
    """

    kind: int
    cost: int
    plan_cost: int
    stops: Ints
    trips: Ints


class Seen:
    """The cheapest order in which a thread has seen each set of trips on each kind of run."""

    def __init__(self) -> None:
        self.runs: dict[_Key, SeenRun] = {}

    def look(self, day: Day, state: State) -> None:
        """Remember the runs of the present plan."""
        size, costs, plan_cost = state.sheet[:, SIZE], state.sheet[:, COST].tolist(), int(state.figure[TOTAL])
        nodes = state.line[:, : int(size.max(initial=0)), NODE]
        stops = np.sort(np.where(np.arange(nodes.shape[1]) < size[:, None], nodes, -1), axis=1)
        for run in np.flatnonzero(size).tolist():
            kind = int(day.run[run, KIND])
            known = self.runs.pop(key := (kind, stops[run, -size[run] :].tobytes()), None)
            least = plan_cost if known is None else min(plan_cost, known.plan_cost)
            if known is None or costs[run] < known.cost:
                known = _seen_run(kind, costs[run], least, state.line[run, : size[run]][:, [NODE, BEGINS]])
            self.runs[key] = known._replace(plan_cost=least)
        while len(self.runs) > MOST_SEEN:
            del self.runs[next(iter(self.runs))]


def seen_by_all(each: Iterable[Seen]) -> list[SeenRun]:
    """Give what several threads have seen."""
    runs: dict[_Key, SeenRun] = {}
    for key, run in itertools.chain.from_iterable(seen.runs.items() for seen in each):
        if key not in runs or run.cost < runs[key].cost:
            runs[key] = run
    return list(runs.values())


def _seen_run(kind: int, cost: int, plan_cost: int, stops: Ints) -> SeenRun:
    nodes = stops[:, 0]
    return SeenRun(kind, cost, plan_cost, stops, nodes[nodes & 1 == 0] >> 1)


def may_be_put_together(day: Day) -> bool:
    """
    Tell whether what a run costs depends on its kind and its own stops alone.

    It does not where legs or runs hang together, or where a trip stands on a run.
    """
    alone = bool((day.run[:, NEXT] == np.arange(len(day.run))).all()) and not day.rule[LINKS]
    free = bool((day.trip[:, FIXED] == FREE).all() and (day.trip[:, WAS] < 0).all())
    return alone and free and bool(day.rule[MAX_CHANGES] >= NO_LIMIT_S)
