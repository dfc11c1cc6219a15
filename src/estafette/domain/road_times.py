"""Road times that are kept: what is known of the places of one company on one version of the roads."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from estafette.domain.place import Place

NO_WAY = -1
MOST_S = 65_534
METRES_STEP = 10


class RoadTimes(NamedTuple):
    """
    (n, k) int32 seconds, and metres in steps of ten, from n to k places; `NO_WAY` where no road leads.

    Times are at free flow, and never estimates.
    """

    seconds: npt.NDArray[np.int32]
    metres: npt.NDArray[np.int32]


class Recalled(NamedTuple):
    """What is kept of n places: `slot` (n,) or -1, `off_m` (n,) off the road, and the times between."""

    slot: npt.NDArray[np.int64]
    off_m: npt.NDArray[np.float64]
    times: RoadTimes


class Fresh(NamedTuple):
    """
    k places that are new to the s kept before them, in order of their slots.

    `to` (k, s + k) are the times from them to all, `back` (s + k, k) the times from all to them. Where s
    is 0, whatever is kept is replaced.
    """

    places: Sequence[Place]
    off_m: npt.NDArray[np.float64]
    to: RoadTimes
    back: RoadTimes


class Known(NamedTuple):
    """(s,) places kept, by slot: their positions, and how far they are off the road."""

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    off_m: npt.NDArray[np.float64]


class RoadTimesKept(Protocol):
    """Whoever keeps road times, by version of the roads and by place; a place that moved is another place."""

    def recall(self, roads: str, places: Sequence[Place]) -> Recalled:
        """Give what is kept of some places."""
        ...

    def known(self, roads: str) -> Known:
        """List everything that is kept."""
        ...

    def keep(self, roads: str, fresh: Fresh) -> None:
        """Keep the times of new places; nothing, where somebody else kept others meanwhile."""
        ...
