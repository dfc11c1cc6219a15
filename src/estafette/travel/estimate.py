"""
Travel times from straight lines, calibrated and labelled as an estimate.

Road metres and seconds are concave functions of the straight line, so the estimate keeps the triangle
inequality. Their knots are our reading of the literature, rounded; they fit no single town:

- detour factors of 1.2 to 1.5, falling with distance: Ballou, Rahardja and Sakai (2002),
  doi:10.1016/S0965-8564(01)00044-1; Levinson and El-Geneidy (2009), doi:10.1016/j.regsciurbeco.2009.07.003;
  Boscoe, Henry and Zdeb (2012), doi:10.1080/00330124.2011.583586 (1.417 on average to hospitals);
- speeds rising with distance, from side streets to motorways: the shape is the common finding, the
  values are set so that a few kilometres in town agree with our own comparison with OSRM, where the line
  times 1.35 at 7 m/s was 1.38 times too slow at the median (and 0.83 to 1.88 at p5 and p95);
- the profile over the day has the usual two peaks of European towns; the factor 1.35 at the evening
  peak stands between the published congestion levels of mid-sized towns.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from estafette.domain.error import Invalid, Unreachable
from estafette.domain.place import Place
from estafette.domain.travel import TravelMatrix

EARTH_RADIUS_M = 6_371_008.8

# Straight line, metres: road metres and free-flow seconds. Concave, through the origin.
_STRAIGHT_M = (0, 500, 2_000, 5_000, 10_000, 30_000, 100_000, 600_000)
_ROAD_M = (0, 725, 2_800, 6_750, 13_000, 37_500, 120_000, 690_000)
_FREE_FLOW_S = (0, 110, 350, 705, 1_150, 2_300, 5_350, 27_000)

# Minute of the day: thousandths of free flow.
_PROFILE = (
    (0, 1_000), (330, 1_000), (460, 1_300), (540, 1_200), (720, 1_170), (930, 1_220),
    (1_030, 1_350), (1_110, 1_250), (1_200, 1_080), (1_320, 1_000), (1_440, 1_000),
)  # fmt: skip

Degrees = npt.NDArray[np.float64]


class EstimateTravel:
    """Whoever has no road network: great circle, detour, speed, and the hour of the day."""

    source = "estimate: straight line with detour and speed by distance and hour"

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
        straight_m = great_circle_m(*_positions(places))
        _refuse_far(places, straight_m)
        return TravelMatrix(
            place_ids=np.array([place.place_id for place in places], dtype=np.int64),
            durations_s=_along(straight_m, _FREE_FLOW_S),
            distances_m=_along(straight_m, _ROAD_M),
            profile_permille=day_profile(),
            source=self.source,
            estimated=True,
        )


def day_profile() -> npt.NDArray[np.int32]:
    """Give the factor on free flow for each minute of the day, in thousandths."""
    minutes, permille = zip(*_PROFILE, strict=True)
    profile: npt.NDArray[np.float64] = np.interp(np.arange(1_441), minutes, permille)
    return np.rint(profile).astype(np.int32)


def great_circle_m(lon: Degrees, lat: Degrees) -> Degrees:
    """Give the (n, n) metres along the globe between n positions in degrees."""
    lon, lat = np.radians(lon), np.radians(lat)
    globe = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    # Chords by differences: exact zeros for equal positions, no loss for near ones.
    chord = np.zeros((lon.size, lon.size))
    for axis in globe:
        chord += np.subtract.outer(axis, axis) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(np.sqrt(chord) / 2, 1.0))


def _positions(places: Sequence[Place]) -> tuple[Degrees, Degrees]:
    lon = np.array([place.lon for place in places], dtype=np.float64)
    lat = np.array([place.lat for place in places], dtype=np.float64)
    wrong = np.flatnonzero(~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)))
    if wrong.size:
        place = places[int(wrong[0])]
        message = f"place {place.place_id}: position lon {place.lon}, lat {place.lat} is not on the globe"
        raise Invalid(message)
    return lon, lat


def _refuse_far(places: Sequence[Place], straight_m: Degrees) -> None:
    # The place that is far from most others is the one to name.
    far = straight_m > _STRAIGHT_M[-1]
    if far.any():
        place = places[int(far.sum(axis=1).argmax())]
        message = (
            f"place {place.place_id}: position lon {place.lon}, lat {place.lat} is over "
            f"{_STRAIGHT_M[-1] // 1000} km from other places of the day"
        )
        raise Unreachable(message)


def _along(straight_m: Degrees, values: tuple[int, ...]) -> npt.NDArray[np.int32]:
    return np.rint(np.interp(straight_m, _STRAIGHT_M, values)).astype(np.int32)
