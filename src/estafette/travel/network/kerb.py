"""The road side nearest to a place: which road, how far along, how far off."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from estafette.travel.globe import EARTH_RADIUS_M, Points, on_globe
from estafette.travel.network.graph import Graph
from estafette.travel.roads import Floats, Rows

# Pieces are looked up by points on them, at most so far apart; the nearest few are then measured exactly.
_SPACING_M = 20.0
_NEAREST = 8


class Kerb(NamedTuple):
    """(n,) roads, the share of each before the point nearest to a place, that point, and how far off."""

    road: Rows
    share: Floats
    points: Points
    off_m: Floats


class Kerbs:
    """Finds the nearest road of many places at once."""

    def __init__(self, graph: Graph) -> None:
        self._globe = on_globe(Points(graph.lon, graph.lat))
        last = np.zeros(len(self._globe), bool)
        last[graph.shape[1:] - 1] = True
        self._piece = np.flatnonzero(~last)
        self._road = np.searchsorted(graph.shape, self._piece, side="right") - 1
        self._along_m, self._length_m = _along(self._globe, graph.shape)
        marks, self._piece_of = self._marks()
        self._tree = cKDTree(marks)

    def nearest(self, points: Points) -> Kerb:
        """Give the nearest road of each place."""
        places = on_globe(points)
        _, found = self._tree.query(places, k=min(_NEAREST, self._tree.n))
        candidates = self._piece_of[found.reshape(len(points), -1)]
        begin = self._globe[self._piece[candidates]]
        span = self._globe[self._piece[candidates] + 1] - begin
        part = _projected(places[:, None, :] - begin, span)
        feet = begin + part[..., None] * span
        off_m = np.linalg.norm(places[:, None, :] - feet, axis=2)
        best = off_m.argmin(axis=1)
        rows = np.arange(len(points))
        return self._kerb(candidates[rows, best], part[rows, best], feet[rows, best], off_m[rows, best])

    def _kerb(self, piece: Rows, part: Floats, feet: Floats, off_m: Floats) -> Kerb:
        road, node = self._road[piece], self._piece[piece]
        along_m = self._along_m[node] + part * (self._along_m[node + 1] - self._along_m[node])
        share = along_m / np.maximum(self._length_m[road], 1e-9)
        lat = np.degrees(np.arcsin(np.clip(feet[:, 2] / EARTH_RADIUS_M, -1, 1)))
        lon = np.degrees(np.arctan2(feet[:, 1], feet[:, 0]))
        return Kerb(road, np.clip(share, 0.0, 1.0), Points(lon, lat), off_m)

    def _marks(self) -> tuple[Floats, Rows]:
        span = self._globe[self._piece + 1] - self._globe[self._piece]
        count = 1 + np.ceil(np.linalg.norm(span, axis=1) / _SPACING_M).astype(np.int64)
        of = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
        part = step / np.maximum(count[of] - 1, 1)
        return self._globe[self._piece[of]] + part[:, None] * span[of], of


def _projected(away: Floats, span: Floats) -> Floats:
    squared = np.maximum((span**2).sum(axis=-1), 1e-9)
    part: Floats = np.clip((away * span).sum(axis=-1) / squared, 0.0, 1.0)
    return part


def _along(globe: Floats, shape: Rows) -> tuple[Floats, Floats]:
    """Give the metres from the tail of its road to each point, and of each road."""
    step_m = np.concatenate([[0.0], np.linalg.norm(np.diff(globe, axis=0), axis=1)])
    total_m = np.cumsum(step_m)
    start_m = total_m[shape[:-1]]
    return total_m - np.repeat(start_m, np.diff(shape)), total_m[shape[1:] - 1] - start_m
