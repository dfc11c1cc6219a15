"""
Traffic on top of free flow: a factor for each minute of the day, and one for each area.

The usual day has the two peaks of European towns; the factor 1.35 at the evening peak stands between the
published congestion levels of mid-sized towns.

The factor of the hour is the same everywhere; an area (a town centre, say) multiplies every leg by the mean
of what its two ends have. So a leg takes free flow x area x hour, and leaving later never means arriving
earlier: the fall of the hour's factor is held to what the longest leg allows.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from estafette.domain.error import Invalid
from estafette.domain.record import Record
from estafette.travel.globe import Points, straight_m
from estafette.travel.roads import Floats

# Minute of the day: thousandths of free flow.
_USUAL = (
    (0, 1_000), (330, 1_000), (460, 1_300), (540, 1_200), (720, 1_170), (930, 1_220),
    (1_030, 1_350), (1_110, 1_250), (1_200, 1_080), (1_320, 1_000), (1_440, 1_000),
)  # fmt: skip
_MINUTES = 1_441
_FIFO_PERMILLE_S = 60_000


class Hour(Record, frozen=True, kw_only=True):
    """From this minute of the day on, linear to the next, a drive takes so many thousandths of free flow."""

    minute: int
    permille: int


class Area(Record, frozen=True, kw_only=True):
    """A circle in which legs start or end that take so many thousandths; the first around a place counts."""

    name: str
    lon: float
    lat: float
    radius_m: float
    permille: int


class Traffic(Record, frozen=True, kw_only=True):
    """What an operator knows of the traffic; without hours, the usual day of a European town."""

    hours: tuple[Hour, ...] = ()
    areas: tuple[Area, ...] = ()

    def profile(self, longest_s: int) -> npt.NDArray[np.int32]:
        """Give the factor of each minute in thousandths, falling as gently as legs of `longest_s` need."""
        return _fifo(_drawn([(hour.minute, hour.permille) for hour in self.hours] or _USUAL), longest_s)

    def of_areas(self, points: Points) -> Floats:
        """Give the (n, n) factor between n places."""
        permille = np.full(len(points), 1000.0)
        for area in reversed(self.areas):
            centre = Points(np.array([area.lon]), np.array([area.lat]))
            permille[straight_m(points, centre)[:, 0] <= area.radius_m] = area.permille
        factor: Floats = np.add.outer(permille, permille) / 2000.0
        return factor


def read_traffic(path: Path) -> Traffic:
    """Read what is known of the traffic; no file: the usual day. Raises `Invalid`, naming the field."""
    try:
        traffic = msgspec.json.decode(path.read_bytes(), type=Traffic)
    except FileNotFoundError:
        return Traffic()
    except (OSError, msgspec.MsgspecError) as error:
        message = f"{path}: {error}"
        raise Invalid(message) from error
    for name, factor in (("hours", traffic.hours), ("areas", traffic.areas)):
        wrong = next((each for each in factor if not 200 <= each.permille <= 5_000), None)
        if wrong is not None:
            message = f"{path}: {name}: permille {wrong.permille} is not between 200 and 5000"
            raise Invalid(message)
    return traffic


def _drawn(knots: Sequence[tuple[int, int]]) -> npt.NDArray[np.int32]:
    minutes, permille = zip(*sorted(knots), strict=True)
    drawn: Floats = np.interp(np.arange(_MINUTES), minutes, permille)
    return np.rint(drawn).astype(np.int32)


def _fifo(profile: npt.NDArray[np.int32], longest_s: int) -> npt.NDArray[np.int32]:
    """
    Hold the fall of each minute to `_FIFO_PERMILLE_S` / `longest_s`: what falls faster stays up for longer.

    A value is at least each earlier one less the fall allowed since: a running maximum on a slope.
    """
    allowed = max(_FIFO_PERMILLE_S // max(longest_s, 1), 0)
    slope = allowed * np.arange(len(profile), dtype=np.int64)
    held = np.maximum.accumulate(profile + slope) - slope
    return held.astype(np.int32)
