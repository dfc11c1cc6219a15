"""
Least costs on a hierarchy, for many origins at once: all junctions upwards, then all of them downwards.

No queue, and the origins side by side in memory: PHAST (Delling, Goldberg, Nowatzyk and Werneck 2013,
doi:10.1016/j.jpdc.2012.02.007). Only what is above an origin or a destination is looked at: RPHAST (Delling,
Goldberg and Werneck 2011, doi:10.4230/OASIcs.ATMOS.2011.52).
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.compiled import compiled, kept_at, njit
from estafette.travel.network.hierarchy import Hierarchy
from estafette.travel.roads import Floats, Rows

Flags = npt.NDArray[np.bool_]

# So many origins side by side: whole registers, and the costs of a town stay in the processor's cache.
_ABREAST = 32

_SOURCE = Path(__file__)
_KEPT = kept_at(_SOURCE.parent, [_SOURCE], name="sweep")
_inner = njit(error_model="numpy")


class Doors(NamedTuple):
    """The two ends of the road at which each of n places lies, and the cost to or from them (2, n)."""

    end: Rows
    cost: Floats


def least_costs(hierarchy: Hierarchy, near: Doors, far: Doors, *, threads: int) -> Floats:
    """Give the least costs (n, k) from n places to k, by up to so many threads at once."""
    here, there = hierarchy.rank[near.end], hierarchy.rank[far.end]
    cost = np.empty((here.shape[1], there.shape[1]))
    used = np.zeros(len(hierarchy.rank), bool)
    used[here] = used[there] = True
    part = _above(hierarchy, used)
    number = np.cumsum(used) - 1
    here, there = number[here], number[there]
    # Neighbours go together: they have most of the way in common, and the rest is skipped.
    order = np.argsort(here[0], kind="stable")

    def sweep(rows: Rows) -> None:
        _sweep(part, rows, (here, near.cost), (there, far.cost), cost)

    parts = max(1, min(threads, -(-len(order) // _ABREAST)))
    with ThreadPoolExecutor(parts) as pool:
        list(pool.map(sweep, np.array_split(order, parts)))
    return cost


def _above(hierarchy: Hierarchy, used: Flags) -> tuple[Any, ...]:
    """Mark all that is above what is used, and give the arcs of that alone, by number."""
    _mark_above(hierarchy.first, hierarchy.above, used)
    count = np.diff(hierarchy.first)
    arcs = np.repeat(used, count)
    number = (np.cumsum(used) - 1).astype(np.int32)
    first = np.concatenate([[0], np.cumsum(count[used])])
    return first, number[hierarchy.above[arcs]], hierarchy.up[arcs], hierarchy.down[arcs]


def _mark_above_by(first: Rows, above: npt.NDArray[np.int32], used: Flags) -> None:
    for here in range(len(used)):
        if used[here]:
            for arc in range(first[here], first[here + 1]):
                used[above[arc]] = True


def _sweep_by(part: Any, rows: Rows, near: Any, far: Any, found: Floats) -> None:
    """Write the costs of some rows. `cost` (junctions, abreast) are those from the rows in hand."""
    size = len(part[0]) - 1
    cost, reached = np.empty((size, _ABREAST)), np.empty(size, np.bool_)
    for begin in range(0, len(rows), _ABREAST):
        some = rows[begin : begin + _ABREAST]
        _start(some, near, cost, reached)
        _go_up(part, cost, reached)
        _go_down(part, cost)
        _finish(some, far, cost, found)


@_inner
def _start(rows: Rows, near: Any, cost: Floats, reached: Flags) -> None:
    end, step = near
    cost[:] = np.inf
    reached[:] = False
    for column in range(len(rows)):
        for door in range(2):
            here = end[door, rows[column]]
            cost[here, column] = min(cost[here, column], step[door, rows[column]])
            reached[here] = True


@_inner
def _go_up(part: Any, cost: Floats, reached: Flags) -> None:
    first, above, up, _ = part
    for low in range(len(cost)):
        if reached[low]:
            for arc in range(first[low], first[low + 1]):
                if up[arc] < np.inf:
                    reached[above[arc]] = True
                    _improve(cost[above[arc]], cost[low], up[arc])


@_inner
def _go_down(part: Any, cost: Floats) -> None:
    first, above, _, down = part
    for low in range(len(cost) - 1, -1, -1):
        for arc in range(first[low], first[low + 1]):
            if down[arc] < np.inf:
                _improve(cost[low], cost[above[arc]], down[arc])


@_inner
def _improve(known: Floats, other: Floats, step: float) -> None:
    for column in range(_ABREAST):
        through = other[column] + step
        known[column] = min(known[column], through)


@_inner
def _finish(rows: Rows, far: Any, cost: Floats, found: Floats) -> None:
    end, step = far
    for place in range(end.shape[1]):
        one, other = end[0, place], end[1, place]
        for column in range(len(rows)):
            found[rows[column], place] = min(
                cost[one, column] + step[0, place], cost[other, column] + step[1, place]
            )


_mark_above = compiled(_mark_above_by, _KEPT)
_sweep = compiled(_sweep_by, _KEPT)
