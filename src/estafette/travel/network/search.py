"""
Times and distances on the road graph, by SciPy's Dijkstra.

Milliseconds and decimetres travel in one number: the sum of a way is the sum of both, the least time
decides, and both come out exactly as long as a way takes less than 149 hours and 1,677 km (53 bits).
"""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from estafette.travel.globe import Points
from estafette.travel.network.graph import Graph, arcs
from estafette.travel.network.kerb import Kerb, Kerbs
from estafette.travel.network.shape import along, junctions_between, on_one_road
from estafette.travel.roads import Floats, Rows, Snapped, Table, Way

_BASE = float(1 << 24)
# One portion of a table holds so many numbers (8 bytes each) of whole rows of the graph.
_PORTION = 8_000_000


class _Doors(NamedTuple):
    """The two ends of the road at which each of n places lies, and the cost to or from them (2, n)."""

    end: Rows
    cost: Floats


class GraphRoads:
    """The road network of a graph; no turns, so it is good for towns and counties, not for countries."""

    def __init__(self, graph: Graph, *, name: str, version: str | None) -> None:
        self.name, self.version = name, version
        self._graph = graph
        self._kerbs = Kerbs(graph)
        origin, destination, road, seconds = arcs(graph)
        self._links = _csr(origin, destination, _weight(seconds, graph.metres[road]), graph.size)

    def snap(self, points: Points) -> Snapped:
        """Give the nearest points on roads."""
        kerb = self._kerbs.nearest(points)
        return Snapped(kerb.points, kerb.off_m)

    def table(self, origins: Points, destinations: Points) -> Table:
        """Give times and distances; from the side with fewer positions, as each costs one search."""
        here, there = self._kerbs.nearest(origins), self._kerbs.nearest(destinations)
        leaving, reaching = self._leaving(here), self._reaching(there)
        if len(origins) <= len(destinations):
            cost = _costs(self._links, leaving, reaching)
        else:
            cost = _costs(csr_array(self._links.T), reaching, leaving).T
        return _table(np.minimum(cost, self._on_one_road(here, there)))

    def way(self, origin: Points, destination: Points) -> Way | None:
        """Give the way between two positions, along the shapes of the roads."""
        here, there = self._kerbs.nearest(origin), self._kerbs.nearest(destination)
        leaving, reaching = self._leaving(here), self._reaching(there)
        around, direct = _costs(self._links, leaving, reaching), self._on_one_road(here, there)
        table = _table(np.minimum(around, direct))
        if not np.isfinite(table.seconds[0, 0]):
            return None
        if direct[0, 0] <= around[0, 0]:
            drawn = on_one_road(self._graph, here, there)
        else:
            links = _with_places(self._links, leaving)
            junctions = junctions_between(links, self._graph.size, reaching.end[:, 0], reaching.cost[:, 0])
            drawn = along(self._graph, junctions[1:], here, there)
        return Way(drawn.lon, drawn.lat, float(table.seconds[0, 0]), float(table.metres[0, 0]))

    def _leaving(self, kerb: Kerb) -> _Doors:
        graph, road, share = self._graph, kerb.road, kerb.share
        to_head = _part(graph.ahead_s[road], graph.metres[road], 1 - share)
        to_tail = _part(graph.back_s[road], graph.metres[road], share)
        return _Doors(np.stack([graph.head[road], graph.tail[road]]), np.stack([to_head, to_tail]))

    def _reaching(self, kerb: Kerb) -> _Doors:
        graph, road, share = self._graph, kerb.road, kerb.share
        from_tail = _part(graph.ahead_s[road], graph.metres[road], share)
        from_head = _part(graph.back_s[road], graph.metres[road], 1 - share)
        return _Doors(np.stack([graph.tail[road], graph.head[road]]), np.stack([from_tail, from_head]))

    def _on_one_road(self, here: Kerb, there: Kerb) -> Floats:
        """Give the costs between places on the same road that need not leave it; infinite for all others."""
        cost = np.full((len(here.road), len(there.road)), np.inf)
        row, column = np.nonzero(here.road[:, None] == there.road[None, :])
        road, run = here.road[row], there.share[column] - here.share[row]
        seconds = np.where(run >= 0, self._graph.ahead_s[road], self._graph.back_s[road])
        seconds[run == 0] = 0.0  # the same door, even on a one-way road
        cost[row, column] = _part(seconds, self._graph.metres[road], np.abs(run))
        return cost


def _part(seconds: Floats, metres: Floats, share: Floats) -> Floats:
    """Give the cost of a share of some roads; infinite where they may not be driven that way."""
    allowed = np.isfinite(seconds)
    return np.where(allowed, _weight(np.where(allowed, seconds, 0.0) * share, metres * share), np.inf)


def _weight(seconds: Floats, metres: Floats) -> Floats:
    weight: Floats = np.rint(seconds * 1000) * _BASE + np.rint(metres * 10)
    return weight


def _csr(origin: Rows, destination: Rows, weight: Floats, size: int) -> csr_array:
    # Built by hand: conversion from pairs would add up parallel roads.
    order = np.argsort(origin, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(origin, minlength=size))])
    return csr_array((np.maximum(weight[order], 1.0), destination[order], starts), shape=(size, size))


def _costs(links: csr_array, near: _Doors, far: _Doors) -> Floats:
    """Give the least costs from n places to k, (n, k): one search for each of the n."""
    widened = _with_places(links, near)
    size, places = links.shape[0], near.end.shape[1]
    cost = np.empty((places, far.end.shape[1]))
    step = max(1, _PORTION // widened.shape[0])
    for start in range(0, places, step):
        rows = np.arange(start, min(start + step, places))
        reached = dijkstra(widened, indices=size + rows)
        cost[rows] = np.minimum(reached[:, far.end[0]] + far.cost[0], reached[:, far.end[1]] + far.cost[1])
    return cost


def _with_places(links: csr_array, doors: _Doors) -> csr_array:
    """Append one node for each place, with its ways out."""
    size, places = links.shape[0], doors.end.shape[1]
    open_doors = np.isfinite(doors.cost).T
    starts = links.indptr[-1] + np.cumsum(open_doors.sum(axis=1))
    return csr_array(
        (
            np.concatenate([links.data, np.maximum(doors.cost.T[open_doors], 1.0)]),
            np.concatenate([links.indices, doors.end.T[open_doors]]),
            np.concatenate([links.indptr, starts]),
        ),
        shape=(size + places, size + places),
    )


def _table(cost: Floats) -> Table:
    known = np.isfinite(cost)
    ms, decimetres = np.divmod(np.where(known, cost, 0.0), _BASE)
    return Table(np.where(known, ms / 1000, np.nan), np.where(known, decimetres / 10, np.nan))
