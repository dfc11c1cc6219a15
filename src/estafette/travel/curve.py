"""
From the straight line to the road: metres and seconds as concave functions.

Concave ones keep the triangle inequality.

The knots below fit no single town:

- detour factors of 1.2 to 1.5, falling with distance: Ballou, Rahardja and Sakai (2002),
  doi:10.1016/S0965-8564(01)00044-1; Levinson and El-Geneidy (2009), doi:10.1016/j.regsciurbeco.2009.07.003;
  Boscoe, Henry and Zdeb (2012), doi:10.1080/00330124.2011.583586 (1.417 on average to hospitals);
- seconds fitted to road times by our profile between random points of three extracts, a thousand pairs of
  each: a city centre, a city with its country, a valley in the Alps. On other pairs they are off by 18 % at
  the median, 43 % at p90; 14, 21 and 20 % at the median of each.
"""

from pathlib import Path
from statistics import median

import msgspec
import numpy as np
import numpy.typing as npt

from estafette.domain.error import Invalid
from estafette.domain.record import Record
from estafette.travel.globe import Points
from estafette.travel.roads import Floats

_CELL_LON, _CELL_LAT = 0.02, 0.0135


class Errors(Record, frozen=True, kw_only=True):
    """How far an estimate is from road times: quantiles of the error in percent, over so many pairs."""

    median: float
    p90: float
    pairs: int


class Delay(Record, frozen=True, kw_only=True):
    """What legs from or to a cell of the grid take beyond the curve: a valley's end, the wrong river bank."""

    east: int
    north: int
    seconds: int


class Curve(Record, frozen=True, kw_only=True):
    """
    Knots (k,): straight line in metres, road in metres, free flow in seconds; concave, through the origin.

    `delays` are added at each end; where there is none for a cell, their median is. `fitted_to` says to which
    roads it was fitted, with which error.
    """

    straight_m: tuple[float, ...]
    road_m: tuple[float, ...]
    free_flow_s: tuple[float, ...]
    delays: tuple[Delay, ...] = ()
    fitted_to: str = ""
    errors: Errors | None = None

    def metres(self, straight_m: Floats) -> npt.NDArray[np.int32]:
        """Give road metres."""
        return np.rint(np.interp(straight_m, self.straight_m, self.road_m)).astype(np.int32)

    def seconds(self, straight_m: Floats) -> npt.NDArray[np.int32]:
        """Give seconds at free flow, without delays."""
        return np.rint(np.interp(straight_m, self.straight_m, self.free_flow_s)).astype(np.int32)

    def delay_s(self, points: Points) -> npt.NDArray[np.int32]:
        """Give (n,) what legs from or to each position take beyond the curve."""
        known = {(each.east, each.north): each.seconds for each in self.delays}
        usual = round(median(known.values())) if known else 0
        cells = zip(*(column.tolist() for column in cells_of(points)), strict=True)
        return np.array([known.get(cell, usual) for cell in cells], np.int32)


def cells_of(points: Points) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the cell of the grid that each position is in: about 1.5 km wide in Europe."""
    east, north = np.floor(points.lon / _CELL_LON), np.floor(points.lat / _CELL_LAT)
    return east.astype(np.int64), north.astype(np.int64)


USUAL = Curve(
    straight_m=(0, 500, 2_000, 5_000, 10_000, 30_000, 100_000, 600_000),
    road_m=(0, 725, 2_800, 6_750, 13_000, 37_500, 120_000, 690_000),
    free_flow_s=(0, 125, 345, 695, 1_250, 2_370, 5_420, 27_070),
    errors=Errors(median=17.8, p90=43.1, pairs=117_996),
)


def read_curve(path: Path) -> Curve:
    """Read the curve that was fitted here, or give the usual one; raises `Invalid` for a broken file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Curve)
    except FileNotFoundError:
        return USUAL
    except (OSError, msgspec.MsgspecError) as error:
        message = f"{path}: {error}; calibrate again or remove it"
        raise Invalid(message) from error
