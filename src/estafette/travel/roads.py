"""What a road network can be asked: the protocol behind which OSRM, a server and our own graph look alike."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from estafette.travel.globe import Degrees, Points

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_PORTION = 50_000


class Snapped(NamedTuple):
    """(n,) points on the nearest roads, and how far off each position is; infinite where there is no road."""

    points: Points
    off_m: Floats


class Table(NamedTuple):
    """(n, k) seconds at free flow and metres from n to k positions; NaN where there is no way."""

    seconds: Floats
    metres: Floats


class Way(NamedTuple):
    """The way of one leg: (k,) degrees in order of driving, seconds at free flow, metres."""

    lon: Degrees
    lat: Degrees
    seconds: float
    metres: float


def portions(rows: int, columns: int) -> Iterator[slice]:
    """Cut a table into rows of so few numbers that what is made of them stays in the processor's cache."""
    step = max(1, _PORTION // max(columns, 1))
    return (slice(start, start + step) for start in range(0, rows, step))


class Roads(Protocol):
    """
    A road network. Its answers are judged by `travel/sound.py`, whoever gives them.

    `name` is for people. `version` names data and profile, so that times of another network are not taken
    for its own; `None`: it does not say, and nothing of it is kept.
    """

    @property
    def name(self) -> str:
        """Say which network this is."""
        ...

    @property
    def version(self) -> str | None:
        """Name data and profile."""
        ...

    def snap(self, points: Points) -> Snapped:
        """Give the nearest points on roads that lead somewhere; raises `Unavailable`."""
        ...

    def table(self, origins: Points, destinations: Points) -> Table:
        """Give times and distances, each position taken from its nearest road; raises `Unavailable`."""
        ...

    def way(self, origin: Points, destination: Points) -> Way | None:
        """Give the way between two positions, `None` where there is none; raises `Unavailable`."""
        ...
