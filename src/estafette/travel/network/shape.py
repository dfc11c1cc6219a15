"""The shape of a way on the road graph: the junctions it passes, and the roads drawn one after the other."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from estafette.travel.globe import Points, apart_m
from estafette.travel.network.cost import costs_of
from estafette.travel.network.graph import Graph
from estafette.travel.network.kerb import Kerb
from estafette.travel.network.sweep import Doors

_NOWHERE = -9999  # SciPy's word for a node without a predecessor


class Around(NamedTuple):
    """The cheapest way by junctions, and what it costs; infinite where there is none."""

    cost: float
    junctions: list[int]


def way_around(graph: Graph, leaving: Doors, reaching: Doors) -> Around:
    """Give the cheapest way from one place to another."""
    start = graph.size
    reached, before = dijkstra(_links(graph, leaving), indices=start, return_predecessors=True)
    ends = reaching.end[:, 0]
    costs = reached[ends] + reaching.cost[:, 0]
    junctions = [int(ends[costs.argmin()])]
    while before[junctions[-1]] not in {start, _NOWHERE}:
        junctions.append(int(before[junctions[-1]]))
    return Around(float(costs.min()), junctions[::-1])


def _links(graph: Graph, leaving: Doors) -> csr_array:
    """Give the roads as a matrix, with the place itself as one more junction."""
    origin, destination, cost = costs_of(graph)
    out = np.isfinite(leaving.cost[:, 0])
    origin = np.concatenate([origin, np.full(out.sum(), graph.size)])
    destination = np.concatenate([destination, leaving.end[out, 0]])
    cost = np.concatenate([cost, np.maximum(leaving.cost[out, 0], 1.0)])
    # Built by hand: conversion from pairs would add up parallel roads.
    order = np.argsort(origin, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(origin, minlength=graph.size + 1))])
    return csr_array((cost[order], destination[order], starts), shape=(graph.size + 1, graph.size + 1))


def along(graph: Graph, junctions: list[int], here: Kerb, there: Kerb) -> Points:
    """Draw the way from one road side to another through `junctions`."""
    leg = list(_pieces(graph, junctions, here, there))
    return Points(np.concatenate([part.lon for part in leg]), np.concatenate([part.lat for part in leg]))


def on_one_road(graph: Graph, here: Kerb, there: Kerb) -> Points:
    """Draw the way between two places on the same road."""
    return _piece(graph, int(here.road[0]), float(here.share[0]), float(there.share[0]))


def _pieces(graph: Graph, junctions: list[int], here: Kerb, there: Kerb) -> Iterator[Points]:
    first, last = int(here.road[0]), int(there.road[0])
    yield _piece(graph, first, float(here.share[0]), _share_at(graph, first, junctions[0]))
    for tail, head in pairwise(junctions):
        road, ahead = _fastest(graph, tail, head)
        yield _piece(graph, road, 0.0 if ahead else 1.0, 1.0 if ahead else 0.0)
    yield _piece(graph, last, _share_at(graph, last, junctions[-1]), float(there.share[0]))


def _share_at(graph: Graph, road: int, junction: int) -> float:
    return 0.0 if graph.tail[road] == junction else 1.0


def _fastest(graph: Graph, tail: int, head: int) -> tuple[int, bool]:
    ahead = np.where((graph.tail == tail) & (graph.head == head), graph.ahead_s, np.inf)
    back = np.where((graph.tail == head) & (graph.head == tail), graph.back_s, np.inf)
    if ahead.min() <= back.min():
        return int(ahead.argmin()), True
    return int(back.argmin()), False


def _piece(graph: Graph, road: int, start: float, end: float) -> Points:
    """Draw a road between two shares of its length, in order of driving."""
    rows = slice(int(graph.shape[road]), int(graph.shape[road + 1]))
    lon, lat = graph.lon[rows], graph.lat[rows]
    step_m = apart_m(Points(lon[:-1], lat[:-1]), Points(lon[1:], lat[1:]))
    share = np.concatenate([[0.0], np.cumsum(step_m)]) / max(step_m.sum(), 1e-9)
    low, high = min(start, end), max(start, end)
    inside = share[(share > low) & (share < high)]
    at = np.concatenate([[low], inside, [high]])
    at = at if start <= end else at[::-1]
    return Points(np.interp(at, share, lon), np.interp(at, share, lat))
