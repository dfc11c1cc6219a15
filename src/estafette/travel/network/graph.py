"""The road graph: junctions, the roads between them, and their shapes; as arrays, on disk in one file."""

import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from estafette.domain.error import Invalid
from estafette.travel.globe import Points, apart_m
from estafette.travel.network.extract import Ways
from estafette.travel.network.profile import JUNCTION_S, LIGHT_S
from estafette.travel.roads import Floats, Rows


class Graph(NamedTuple):
    """
    `junctions` nodes and e roads between them.

    `tail`, `head` (e,) are the ends of a road, `ahead_s`, `back_s` (e,) the seconds from tail to head and
    back, infinite where that is not allowed, with what passing the junction at the end takes.
    `shape` (e + 1,) is where the points of each road begin in `lon`, `lat`, tail first.
    """

    junctions: npt.NDArray[np.int64]
    tail: Rows
    head: Rows
    ahead_s: Floats
    back_s: Floats
    metres: Floats
    shape: Rows
    lon: Floats
    lat: Floats

    @property
    def size(self) -> int:
        """Count the junctions."""
        return int(self.junctions[0])


def graph_of(ways: Ways) -> Graph:
    """Cut ways at junctions, and keep the roads from which all others can be reached and back."""
    ways = _cut_at_barriers(ways)
    node = ways.node
    ids, index, uses = np.unique(node, return_inverse=True, return_counts=True)
    ends = np.zeros(len(node), bool)
    ends[ways.first[:-1]] = ends[ways.first[1:] - 1] = True
    is_junction = np.zeros(len(ids), bool)
    is_junction[index[ends]] = True
    is_junction |= (uses > 1) | np.isin(ids, ways.lights)
    graph = _roads(ways, index, is_junction)
    return _connected(_with_junctions(graph, np.flatnonzero(np.isin(ids, ways.lights))))


def save_graph(graph: Graph, path: Path) -> None:
    """Write a graph to a file, whole or not at all."""
    draft = path.with_name(f"new-{path.name}")
    np.savez(draft, **graph._asdict())
    draft.replace(path)


def load_graph(path: Path) -> Graph:
    """Read a graph; raises `Invalid` when the file is not whole."""
    try:
        with np.load(path) as arrays:
            return Graph(**{field: arrays[field] for field in Graph._fields})
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        message = f"{path}: not a whole road graph; build the roads again"
        raise Invalid(message) from error


def _cut_at_barriers(ways: Ways) -> Ways:
    """Let ways end at barriers, and give each end there a node of its own, so that nothing passes."""
    inner = np.flatnonzero(np.isin(ways.node, ways.blocked))
    inner = inner[~np.isin(inner, ways.first) & ~np.isin(inner + 1, ways.first)]
    node = np.insert(ways.node, inner + 1, ways.node[inner])
    lon, lat = (np.insert(column, inner + 1, column[inner]) for column in (ways.lon, ways.lat))
    moved = ways.first + np.searchsorted(inner, ways.first)
    first = np.sort(np.concatenate([moved, inner + 1 + np.arange(len(inner))]))
    way = np.searchsorted(moved, first[:-1], side="right") - 1
    shut = np.flatnonzero(np.isin(node, ways.blocked))
    node[shut] = -1 - np.arange(len(shut))
    return Ways(
        first, ways.m_s[way], ways.forward[way], ways.backward[way], node, lon, lat, ways.blocked, ways.lights
    )


def _roads(ways: Ways, index: Rows, is_junction: npt.NDArray[np.bool_]) -> Graph:
    stops = is_junction[index]
    step_m = np.append(apart_m(Points(ways.lon[:-1], ways.lat[:-1]), Points(ways.lon[1:], ways.lat[1:])), 0.0)
    along_m = np.concatenate([[0.0], np.cumsum(step_m)])
    cuts = np.flatnonzero(stops)
    way_of = np.searchsorted(ways.first, cuts, side="right") - 1
    same_way = way_of[:-1] == way_of[1:]
    begin, end, way = cuts[:-1][same_way], cuts[1:][same_way], way_of[:-1][same_way]
    metres = along_m[end] - along_m[begin]
    seconds = metres / ways.m_s[way]
    points = np.concatenate([np.arange(b, e + 1) for b, e in zip(begin, end, strict=True)])
    return Graph(
        junctions=np.array([len(is_junction)]),
        tail=index[begin].astype(np.int64),
        head=index[end].astype(np.int64),
        ahead_s=np.where(ways.forward[way], seconds, np.inf),
        back_s=np.where(ways.backward[way], seconds, np.inf),
        metres=metres,
        shape=np.concatenate([[0], np.cumsum(end - begin + 1)]),
        lon=ways.lon[points],
        lat=ways.lat[points],
    )


def _with_junctions(graph: Graph, lights: Rows) -> Graph:
    meets = np.bincount(np.concatenate([graph.tail, graph.head]), minlength=graph.size)
    passing_s = np.where(meets > 2, JUNCTION_S, 0.0)
    passing_s[lights] = LIGHT_S
    return graph._replace(
        ahead_s=graph.ahead_s + passing_s[graph.head], back_s=graph.back_s + passing_s[graph.tail]
    )


def _connected(graph: Graph) -> Graph:
    """Keep the largest part in which every road leads to every other."""
    tail, head = arcs(graph)[:2]
    links = csr_array((np.ones(len(tail)), (tail, head)), shape=(graph.size, graph.size))
    _, part = connected_components(links, connection="strong")
    largest = part == np.bincount(part).argmax()
    kept = np.flatnonzero(largest[graph.tail] & largest[graph.head])
    number = np.cumsum(largest) - 1
    points = np.concatenate([np.arange(graph.shape[road], graph.shape[road + 1]) for road in kept])
    return Graph(
        junctions=np.array([int(largest.sum())]),
        tail=number[graph.tail[kept]],
        head=number[graph.head[kept]],
        ahead_s=graph.ahead_s[kept],
        back_s=graph.back_s[kept],
        metres=graph.metres[kept],
        shape=np.concatenate([[0], np.cumsum(np.diff(graph.shape)[kept])]),
        lon=graph.lon[points],
        lat=graph.lat[points],
    )


def arcs(graph: Graph) -> tuple[Rows, Rows, Rows, Floats]:
    """Give each allowed direction of each road: from, to, which road, seconds."""
    ahead, back = np.isfinite(graph.ahead_s), np.isfinite(graph.back_s)
    road = np.concatenate([np.flatnonzero(ahead), np.flatnonzero(back)])
    origin = np.concatenate([graph.tail[ahead], graph.head[back]])
    destination = np.concatenate([graph.head[ahead], graph.tail[back]])
    return origin, destination, road, np.concatenate([graph.ahead_s[ahead], graph.back_s[back]])
