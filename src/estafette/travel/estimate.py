"""Travel times from straight lines, calibrated and labelled as an estimate."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from estafette.domain.error import Invalid, Unreachable
from estafette.domain.place import Place
from estafette.domain.road_times import RoadTimes
from estafette.domain.travel import Path, TravelMatrix
from estafette.travel.curve import USUAL, Curve
from estafette.travel.globe import Points, positions, roughly_apart_m, straight_m
from estafette.travel.traffic import Traffic

Table = npt.NDArray[np.int32]

_FAR_M = 600_000
# Times between so many places are kept, 32 megabytes at the most.
_MOST_KEPT = 2_000
_NOTHING = RoadTimes(np.zeros((0, 0), np.int32), np.zeros((0, 0), np.int32))


class EstimateTravel:
    """
    Whoever has no road network: great circle, detour, speed, and the hour of the day.

    `because` says why there are no road times, where there should be some.
    """

    def __init__(self, curve: Curve = USUAL, traffic: Traffic | None = None, *, because: str = "") -> None:
        self._curve, self._traffic = curve, traffic or Traffic()
        # What was asked last: a day asks again with its new places after all others.
        self._last: tuple[Points, RoadTimes] = (positions(()), _NOTHING)
        self.source = "estimate: straight line with detour and speed by distance and hour" + "".join([
            f", fitted to {curve.fitted_to}" if curve.fitted_to else "",
            f", {curve.errors.median:.0f} % off at the median" if curve.errors else "",
            f" ({because})" if because else "",
        ])  # fmt: skip

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """
        Give the estimated matrix between all `places`.

        Raises
        ------
        Invalid
            A position is not on the globe; the place is named.
        Unreachable
            A place is so far from another (over 600 km) that its position must be wrong.
        """
        times = self.times(places)
        return TravelMatrix(
            place_ids=np.array([place.place_id for place in places], dtype=np.int64),
            durations_s=times.seconds,
            distances_m=times.metres,
            profile_permille=self._traffic.profiles(int(times.seconds.max(initial=0))),
            zone_of=self._traffic.zone_of(positions(places)),
            source=self.source,
            estimated=True,
        )

    def times(self, places: Sequence[Place]) -> RoadTimes:
        """Give estimated times at free flow between all places, without traffic; raises as `matrix` does."""
        refuse_positions(places)
        points = positions(places)
        known, found = self._last
        n = len(known)
        if n > len(points) or not _begins(points, known):
            n, found = 0, _NOTHING
        if n < len(points):
            found = self._extended(found, points, n)
        if len(points) <= _MOST_KEPT:
            self._last = points, found
        return RoadTimes(*(table.copy() for table in found))

    def _extended(self, known: RoadTimes, points: Points, n: int) -> RoadTimes:
        """Give the times between points, those between the first `n` of which are known."""
        new = points.take(slice(n, None))
        rows, columns = self._between(new, points), self._between(points.take(slice(0, n)), new)
        return RoadTimes(*map(_framed, known, columns, rows))

    def _between(self, origins: Points, destinations: Points) -> RoadTimes:
        line_m = straight_m(origins, destinations)
        delays_s = self._curve.delay_s(origins), self._curve.delay_s(destinations)
        seconds = self._curve.seconds(line_m) + np.add.outer(*delays_s)
        seconds[line_m == 0] = 0
        return RoadTimes(seconds, self._curve.metres(line_m))

    def path(self, origin: Place, destination: Place) -> Path:
        """Give the straight line, with the estimated time and distance."""
        points = positions((origin, destination))
        refuse_positions((origin, destination))
        times = self._between(points, points)
        return Path(points.lon, points.lat, int(times.seconds[0, 1]), int(times.metres[0, 1]), estimated=True)


def _begins(points: Points, known: Points) -> bool:
    """Tell whether the first of some points are all those known."""
    n = len(known)
    return np.array_equal(points.lon[:n], known.lon) and np.array_equal(points.lat[:n], known.lat)


def _framed(known: Table, columns: Table, rows: Table) -> Table:
    """Put columns beside a table, and rows below both."""
    return np.concatenate([np.concatenate([known, columns], axis=1), rows])


def refuse_positions(places: Sequence[Place]) -> None:
    """Refuse positions that must be wrong: `Invalid` off the globe, `Unreachable` over 600 km from others."""
    points = positions(places)
    _refuse_off_globe(places, points)
    # If all are near one of them, none is far from another: no need to look at every pair.
    if len(points) and (roughly_apart_m(points.take(np.array([0])), points) > _FAR_M / 2).any():
        _refuse_far(places, roughly_apart_m(points, points))


def _refuse_off_globe(places: Sequence[Place], points: Points) -> None:
    wrong = np.flatnonzero(~((np.abs(points.lon) <= 180) & (np.abs(points.lat) <= 90)))
    if wrong.size:
        place = places[int(wrong[0])]
        message = f"place {place.place_id}: position lon {place.lon}, lat {place.lat} is not on the globe"
        raise Invalid(message)


def _refuse_far(places: Sequence[Place], line_m: npt.NDArray[np.float64]) -> None:
    # The place that is far from most others is the one to name.
    far = line_m > _FAR_M
    if far.any():
        place = places[int(far.sum(axis=1).argmax())]
        message = (
            f"place {place.place_id}: position lon {place.lon}, lat {place.lat} is over "
            f"{_FAR_M // 1000} km from other places of the day"
        )
        raise Unreachable(message)
