"""
Traffic on top of free flow: a factor for each minute of the day, and one for each area.

The usual day has the two peaks of European towns; the factor 1.35 at the evening peak stands between the
published congestion levels of mid-sized towns.

An area (a town centre, say) has hours of its own, or multiplies those of everywhere else; a leg takes the
mean of what its two ends have. Leaving later never means arriving earlier: the fall of each factor is held to
what the longest leg allows, and so is that of the mean of two.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from estafette.domain.error import Invalid
from estafette.domain.record import Record
from estafette.travel.globe import Points, straight_m
from estafette.travel.roads import Floats, Rows

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
    """
    A circle in which legs start or end that take so many thousandths; the first around a place counts.

    The thousandths are of the factor of its own hours, where it has any, else of the hours of elsewhere.
    """

    name: str
    lon: float
    lat: float
    radius_m: float
    permille: int = 1_000
    hours: tuple[Hour, ...] = ()


class Traffic(Record, frozen=True, kw_only=True):
    """What an operator knows of the traffic; without hours, the usual day of a European town."""

    hours: tuple[Hour, ...] = ()
    areas: tuple[Area, ...] = ()

    def profiles(self, longest_s: int) -> npt.NDArray[np.int32]:
        """
        Give (z, 1441) the factor of each minute in thousandths, by zone: elsewhere, then each area.

        They fall as gently as legs of `longest_s` need.
        """
        elsewhere = _drawn(self.hours)
        areas = [_drawn(area.hours or self.hours) * area.permille / 1_000 for area in self.areas]
        return np.array([_fifo(np.rint(each).astype(np.int32), longest_s) for each in (elsewhere, *areas)])

    def zone_of(self, points: Points) -> Rows:
        """Give the zone (n,) of each place: 0 elsewhere, else one more than the number of its area."""
        zone = np.zeros(len(points), np.int64)
        for number, area in reversed(list(enumerate(self.areas, start=1))):
            centre = Points(np.array([area.lon]), np.array([area.lat]))
            zone[straight_m(points, centre)[:, 0] <= area.radius_m] = number
        return zone


def read_traffic(path: Path) -> Traffic:
    """Read what is known of the traffic; no file: the usual day. Raises `Invalid`, naming the field."""
    try:
        traffic = msgspec.json.decode(path.read_bytes(), type=Traffic)
    except FileNotFoundError:
        return Traffic()
    except (OSError, msgspec.MsgspecError) as error:
        message = f"{path}: {error}"
        raise Invalid(message) from error
    for name, permille in _factors(traffic):
        if not 200 <= permille <= 5_000:
            message = f"{path}: {name}: permille {permille} is not between 200 and 5000"
            raise Invalid(message)
    return traffic


def _factors(traffic: Traffic) -> Iterator[tuple[str, int]]:
    yield from (("hours", hour.permille) for hour in traffic.hours)
    for area in traffic.areas:
        yield f"area {area.name}", area.permille
        yield from ((f"hours of area {area.name}", hour.permille) for hour in area.hours)


def _drawn(hours: Sequence[Hour]) -> Floats:
    knots = [(hour.minute, hour.permille) for hour in hours] or _USUAL
    minutes, permille = zip(*sorted(knots), strict=True)
    drawn: Floats = np.interp(np.arange(_MINUTES), minutes, permille)
    return drawn


def _fifo(profile: npt.NDArray[np.int32], longest_s: int) -> npt.NDArray[np.int32]:
    """
    Hold the fall of each minute to `_FIFO_PERMILLE_S` / `longest_s`: what falls faster stays up for longer.

    A value is at least each earlier one less the fall allowed since: a running maximum on a slope.
    """
    allowed = max(_FIFO_PERMILLE_S // max(longest_s, 1), 0)
    slope = allowed * np.arange(len(profile), dtype=np.int64)
    held = np.maximum.accumulate(profile + slope) - slope
    return held.astype(np.int32)
