"""Geometry of tiles: which tile a position is in, lines with fewer points, lines and areas cut at tiles."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.travel.globe import Points

_HALF = 180.0
# The projection of web maps ends here: its world is a square.
_FARTHEST_NORTH = 85.05
# Areas reach a little over the edge of their tile, so that no seam is seen between two.
_OVER = 0.01


class Tile(NamedTuple):
    """A square of the web's grid: `x` from the west, `y` from the north, 2**zoom to a side."""

    zoom: int
    x: int
    y: int

    def bounds(self) -> tuple[float, float, float, float]:
        """Give west, south, east and north in degrees, a little more than the tile."""
        west, north = _position(self.zoom, self.x - _OVER, self.y - _OVER)
        east, south = _position(self.zoom, self.x + 1 + _OVER, self.y + 1 + _OVER)
        return west, south, east, north


def _position(zoom: int, x: float, y: float) -> tuple[float, float]:
    side = 2**zoom
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / side))))
    return x / side * 2 * _HALF - _HALF, float(lat)


def tiles_of(points: Points, zoom: int) -> npt.NDArray[np.int64]:
    """Give the (n, 2) numbers x, y of the tiles that (n,) positions lie in."""
    side = 2**zoom
    lat = np.radians(np.clip(points.lat, -_FARTHEST_NORTH, _FARTHEST_NORTH))
    x = (points.lon + _HALF) / (2 * _HALF) * side
    y = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2 * side
    numbers: npt.NDArray[np.int64] = np.clip(np.floor(np.column_stack([x, y])), 0, side - 1).astype(np.int64)
    return numbers


def thinned(points: Points, degrees: float) -> Points:
    """Keep the first point in each cell of a grid, and the end: the shape stays within a cell."""
    cells = np.floor(np.column_stack([points.lon, points.lat]) / degrees).astype(np.int64)
    keep = np.any(np.diff(cells, axis=0, prepend=cells[:1] - 1), axis=1)
    keep[-1] = True
    return points.take(np.flatnonzero(keep))


def pieces(points: Points, zoom: int) -> Iterator[tuple[Tile, Points]]:
    """Cut a line where it goes from tile to tile; a piece ends with the first point of the next one."""
    numbers = tiles_of(points, zoom)
    cuts = [0, *(np.flatnonzero(np.any(np.diff(numbers, axis=0), axis=1)) + 1).tolist(), len(points)]
    for start, stop in pairwise(cuts):
        piece = points.take(slice(start, min(stop + 1, len(points))))
        if len(piece) > 1:
            yield Tile(zoom, *numbers[start].tolist()), piece


def tiles_within(points: Points, zoom: int) -> Iterator[Tile]:
    """Give the tiles of the rectangle around positions."""
    numbers = tiles_of(points, zoom)
    (west, north), (east, south) = numbers.min(axis=0).tolist(), numbers.max(axis=0).tolist()
    for x in range(west, east + 1):
        for y in range(north, south + 1):
            yield Tile(zoom, x, y)


def clipped(ring: Points, tile: Tile) -> Points:
    """
    Cut a ring to a tile, edge after edge (Sutherland and Hodgman, 1974); empty where it lies outside.

    What comes in again at another place is joined along the edge: right for areas that are filled.
    """
    west, south, east, north = tile.bounds()
    left = np.column_stack([ring.lon, ring.lat])
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        left = _cut(left, axis, limit, sign)
    return Points(left[:, 0], left[:, 1])


def _cut(ring: npt.NDArray[np.float64], axis: int, limit: float, sign: int) -> npt.NDArray[np.float64]:
    if not len(ring):
        return ring
    after = np.roll(ring, -1, axis=0)
    here, there = (ring[:, axis] - limit) * sign, (after[:, axis] - limit) * sign
    crosses = (here >= 0) != (there >= 0)
    share = np.divide(here, here - there, out=np.zeros_like(here), where=crosses)
    at = ring + (after - ring) * share[:, None]
    # Of each edge what is inside of its start, then where it crosses.
    both = np.stack([ring, at], axis=1).reshape(-1, 2)
    kept: npt.NDArray[np.float64] = both[np.column_stack([here >= 0, crosses]).ravel()]
    return kept
