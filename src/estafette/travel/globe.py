"""Positions as columns, and the straight line between them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.domain.place import Place

EARTH_RADIUS_M = 6_371_008.8

Degrees = npt.NDArray[np.float64]
Metres = npt.NDArray[np.float64]


class Points(NamedTuple):
    """(n,) positions in degrees, WGS 84."""

    lon: Degrees
    lat: Degrees

    def and_then(self, others: "Points") -> "Points":
        """Give these points and the others after them."""
        return Points(np.concatenate([self.lon, others.lon]), np.concatenate([self.lat, others.lat]))

    def take(self, rows: npt.NDArray[np.int64] | slice) -> "Points":
        """Give the points of some rows."""
        return Points(self.lon[rows], self.lat[rows])

    def __len__(self) -> int:  # of points, not of columns
        return len(self.lon)


def positions(places: Sequence[Place]) -> Points:
    """Give the positions of places as columns."""
    return Points(np.array([p.lon for p in places], float), np.array([p.lat for p in places], float))


def on_globe(points: Points) -> Metres:
    """Give the (n, 3) positions in metres from the centre of the earth."""
    lon, lat = np.radians(points.lon), np.radians(points.lat)
    unit = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    globe: Metres = EARTH_RADIUS_M * unit
    return globe


def straight_m(origins: Points, destinations: Points) -> Metres:
    """Give the (n, k) metres along the globe from n to k positions."""
    here, there = on_globe(origins), on_globe(destinations)
    chord = np.zeros((len(here), len(there)))
    # Chords by differences: exact zeros for equal positions, no loss for near ones.
    for axis in range(3):
        chord += np.subtract.outer(here[:, axis], there[:, axis]) ** 2
    return _arc_m(np.sqrt(chord))


def roughly_apart_m(origins: Points, destinations: Points) -> Metres:
    """Give the (n, k) metres from n to k positions through the earth, to a metre; fast, never too long."""
    here, there = on_globe(origins), on_globe(destinations)
    squared = 2 * (EARTH_RADIUS_M**2 - here @ there.T)
    chord: Metres = np.sqrt(np.maximum(squared, 0.0))
    return chord


def apart_m(here: Points, there: Points) -> Metres:
    """Give the (n,) metres along the globe between n pairs of positions."""
    return _arc_m(np.linalg.norm(on_globe(here) - on_globe(there), axis=1))


def _arc_m(chord_m: Metres) -> Metres:
    half: Metres = np.minimum(chord_m / (2 * EARTH_RADIUS_M), 1.0)
    arc: Metres = 2 * EARTH_RADIUS_M * np.arcsin(half)
    return arc
