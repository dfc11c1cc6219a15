"""Times and distances on the road graph: tables by its hierarchy, a single way by SciPy's Dijkstra."""

from typing import NamedTuple

import numpy as np

from estafette.cores import usable_cores
from estafette.travel.globe import Points
from estafette.travel.network.cost import cost_of, table_of
from estafette.travel.network.graph import Graph
from estafette.travel.network.hierarchy import Hierarchy
from estafette.travel.network.kerb import Kerb, Kerbs
from estafette.travel.network.shape import along, on_one_road, way_around
from estafette.travel.network.sweep import Doors, least_costs
from estafette.travel.roads import Floats, Rows, Snapped, Table, Way

# Each holds the costs of all junctions above the places: some tens of megabytes in a large county.
_MOST_THREADS = 8


class _Direct(NamedTuple):
    """(p,) pairs of rows on the same road, and the cost of the way along it."""

    origin: Rows
    destination: Rows
    cost: Floats


class GraphRoads:
    """The road network of a graph; no turns, so it is good for towns and counties, not for countries."""

    def __init__(self, graph: Graph, hierarchy: Hierarchy, *, name: str, version: str | None) -> None:
        self.name, self.version = name, version
        self._graph, self._hierarchy = graph, hierarchy
        self._kerbs = Kerbs(graph)

    def snap(self, points: Points) -> Snapped:
        """Give the nearest points on roads."""
        kerb = self._kerbs.nearest(points)
        return Snapped(kerb.points, kerb.off_m)

    def table(self, origins: Points, destinations: Points) -> Table:
        """Give times and distances."""
        here = self._kerbs.nearest(origins)
        there = here if _same(origins, destinations) else self._kerbs.nearest(destinations)
        return table_of(self._costs(here, there))

    def way(self, origin: Points, destination: Points) -> Way | None:
        """Give the way between two positions, along the shapes of the roads."""
        here, there = self._kerbs.nearest(origin), self._kerbs.nearest(destination)
        direct = self._on_one_road(here, there).cost
        around = way_around(self._graph, self._leaving(here), self._reaching(there))
        if direct.size and direct[0] <= around.cost:
            cost, drawn = direct[0], on_one_road(self._graph, here, there)
        elif np.isfinite(around.cost):
            cost, drawn = around.cost, along(self._graph, around.junctions, here, there)
        else:
            return None
        table = table_of(np.array([[cost]]))
        return Way(drawn.lon, drawn.lat, float(table.seconds[0, 0]), float(table.metres[0, 0]))

    def _costs(self, here: Kerb, there: Kerb) -> Floats:
        cost, direct = self._around(here, there), self._on_one_road(here, there)
        pairs = direct.origin, direct.destination
        cost[pairs] = np.minimum(cost[pairs], direct.cost)
        return cost

    def _around(self, here: Kerb, there: Kerb) -> Floats:
        """Give the costs by way of junctions; from the side with fewer places, as each costs two sweeps."""
        leaving, reaching = self._leaving(here), self._reaching(there)
        threads = min(_MOST_THREADS, usable_cores())
        if len(here.road) <= len(there.road):
            return least_costs(self._hierarchy, leaving, reaching, threads=threads)
        return least_costs(self._hierarchy.turned_round(), reaching, leaving, threads=threads).T

    def _leaving(self, kerb: Kerb) -> Doors:
        graph, road, share = self._graph, kerb.road, kerb.share
        to_head = _part(graph.ahead_s[road], graph.metres[road], 1 - share)
        to_tail = _part(graph.back_s[road], graph.metres[road], share)
        return Doors(np.stack([graph.head[road], graph.tail[road]]), np.stack([to_head, to_tail]))

    def _reaching(self, kerb: Kerb) -> Doors:
        graph, road, share = self._graph, kerb.road, kerb.share
        from_tail = _part(graph.ahead_s[road], graph.metres[road], share)
        from_head = _part(graph.back_s[road], graph.metres[road], 1 - share)
        return Doors(np.stack([graph.tail[road], graph.head[road]]), np.stack([from_tail, from_head]))

    def _on_one_road(self, here: Kerb, there: Kerb) -> _Direct:
        """Give the pairs of places on the same road, and what it costs not to leave it."""
        origin, destination = _equal(here.road, there.road)
        road, run = here.road[origin], there.share[destination] - here.share[origin]
        seconds = np.where(run >= 0, self._graph.ahead_s[road], self._graph.back_s[road])
        seconds[run == 0] = 0.0  # the same door, even on a one-way road
        return _Direct(origin, destination, _part(seconds, self._graph.metres[road], np.abs(run)))


def _same(one: Points, other: Points) -> bool:
    return np.array_equal(one.lon, other.lon) and np.array_equal(one.lat, other.lat)


def _equal(one: Rows, other: Rows) -> tuple[Rows, Rows]:
    """Give all pairs of rows at which two columns are equal."""
    order = np.argsort(other, kind="stable")
    first, end = (np.searchsorted(other[order], one, side) for side in ("left", "right"))
    count = end - first
    row = np.repeat(np.arange(len(one)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, order[first[row] + nth]


def _part(seconds: Floats, metres: Floats, share: Floats) -> Floats:
    """Give the cost of a share of some roads; infinite where they may not be driven that way."""
    allowed = np.isfinite(seconds)
    return np.where(allowed, cost_of(np.where(allowed, seconds, 0.0) * share, metres * share), np.inf)
