"""
The junctions of a road graph in an order in which every least way goes up first and then down.

Junctions are taken away one after the other, each time one with fewest neighbours; what led through it is
kept between its neighbours, as arcs (Dibbelt, Strasser and Wagner 2016, "Customizable contraction
hierarchies", doi:10.1145/2886843). So arcs lead from each junction to those that were left when it was taken
away, and for every way there is one as cheap that goes up such arcs and then down others.
"""

import heapq
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.travel.network.cost import costs_of
from estafette.travel.network.graph import Graph
from estafette.travel.roads import Floats, Rows

Costs = dict[int, float]


class Hierarchy(NamedTuple):
    """
    n junctions by rank, the top one last, and a arcs from each to junctions of higher rank.

    `rank` (n,) is that of each junction of the graph. `first` (n + 1,) is where the arcs of each rank begin,
    `above` (a,) where they lead, `up`, `down` (a,) what they cost there and back; infinite where there is no
    way. Ranks go through the tree of lowest arcs branch by branch: what is near is near in memory.
    """

    rank: Rows
    first: Rows
    above: npt.NDArray[np.int32]
    up: Floats
    down: Floats

    def turned_round(self) -> "Hierarchy":
        """Give the same with every road the other way."""
        return self._replace(up=self.down, down=self.up)


class _Taken(NamedTuple):
    """A junction that was taken away, and the costs to and from its neighbours then."""

    junction: int
    up: Costs
    down: Costs


def hierarchy_of(graph: Graph) -> Hierarchy:
    """Take the junctions of a graph away, one after the other."""
    taken = list(_taken_away(_neighbours(graph)))
    rank = _by_branches(taken)
    taken.sort(key=lambda each: rank[each.junction])
    arcs = [(rank[other], cost, each.down[other]) for each in taken for other, cost in _rising(each.up, rank)]
    above, up, down = np.array(arcs, float).reshape(-1, 3).T
    return Hierarchy(
        rank=np.array(rank, np.int64),
        first=np.cumsum([0, *(len(each.up) for each in taken)]),
        above=above.astype(np.int32),
        up=up.copy(),
        down=down.copy(),
    )


def _neighbours(graph: Graph) -> list[Costs]:
    """Give for each junction the costs to its neighbours, infinite where there is only the way back."""
    near: list[Costs] = [{} for _ in range(graph.size)]
    for here, there, cost in zip(*(column.tolist() for column in costs_of(graph)), strict=True):
        if here != there:
            near[here][there] = min(cost, near[here].get(there, inf))
            near[there].setdefault(here, inf)
    return near


def _taken_away(near: list[Costs]) -> Iterator[_Taken]:
    """Take the junctions away, each time one with fewest neighbours."""
    waiting = [(len(others), junction) for junction, others in enumerate(near)]
    heapq.heapify(waiting)
    left = [True] * len(near)
    while waiting:
        count, junction = heapq.heappop(waiting)
        if not left[junction] or count != len(near[junction]):
            continue  # it waits further down as what it is now
        left[junction] = False
        onward = near[junction]
        down = {other: near[other].pop(junction) for other in onward}
        for other, back in down.items():
            _lead_past(near[other], other, back, onward)
            heapq.heappush(waiting, (len(near[other]), other))
        yield _Taken(junction, onward, down)


def _lead_past(ways: Costs, here: int, there: float, onward: Costs) -> None:
    """Add to the ways from `here` those through a junction that costs `there`, and `onward` from it."""
    for other, cost in onward.items():
        if other != here:
            through = there + cost
            if through < ways.setdefault(other, inf):
                ways[other] = through


def _by_branches(taken: list[_Taken]) -> list[int]:
    """Give the rank of each junction: each after all below it, branch by branch."""
    order = {each.junction: number for number, each in enumerate(taken)}
    below: list[list[int]] = [[] for _ in taken]
    tops: list[int] = []
    for number, each in enumerate(taken):
        parent = min((order[other] for other in each.up), default=None)
        (tops if parent is None else below[parent]).append(number)
    # Going down from the tops and turning it round puts each after all below it.
    ranked, waiting = [], tops
    while waiting:
        number = waiting.pop()
        ranked.append(number)
        waiting += below[number]
    rank = [0] * len(taken)
    for place, number in enumerate(reversed(ranked)):
        rank[taken[number].junction] = place
    return rank


def _rising(ways: Costs, rank: list[int]) -> list[tuple[int, float]]:
    return sorted(ways.items(), key=lambda way: rank[way[0]])


def save_hierarchy(hierarchy: Hierarchy, path: Path) -> None:
    """Write a hierarchy to a file, whole or not at all."""
    draft = path.with_name(f"new-{path.name}")
    np.savez(draft, **hierarchy._asdict())
    draft.replace(path)


def hierarchy_at(path: Path, graph: Graph) -> Hierarchy:
    """Read the hierarchy of a graph; where it is not there or not whole, make it, and keep it if possible."""
    try:
        with np.load(path) as arrays:
            return Hierarchy(**{field: arrays[field] for field in Hierarchy._fields})
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        made = hierarchy_of(graph)
    with suppress(OSError):  # whoever may only read the roads makes it each time
        save_hierarchy(made, path)
    return made
