"""Whether a table of road times can be true; zeros, NaN and nonsense of a broken source stop here."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.domain.error import Unavailable
from estafette.travel.globe import roughly_apart_m
from estafette.travel.roads import Floats, Snapped, Table, portions

Flags = npt.NDArray[np.bool_]

# Nearer than this, a time of zero may be rounding; and no road is straighter than the line, or faster.
_NEAR_M = 100.0
_FASTEST_M_S = 60.0
_LONGEST_S = 24 * 3600.0
# OSRM gives up to so much less than nothing between two places at the same spot of a road.
_ROUNDING_M = 5.0


def refuse_nonsense(table: Table, origins: Snapped, destinations: Snapped, *, source: str) -> None:
    """
    Refuse a table that no road network could give: `Unavailable` names the first pair and what is wrong.

    `origins` and `destinations` are the places themselves, with how far off the road each is. NaN is how a
    pair without a way is told, so it is nonsense only where every pair of distinct places has it.
    """
    shape = (len(origins.off_m), len(destinations.off_m))
    if table.seconds.shape != shape or table.metres.shape != shape:
        raise _nonsense(source, f"a table of {table.seconds.shape} for {shape} places")
    apart = known = False
    for rows in portions(*shape):
        part = Table(table.seconds[rows], table.metres[rows])
        here = Snapped(origins.points.take(rows), origins.off_m[rows])
        judged = _judged(part, here, destinations)
        for wrong in judged.wrong:
            if wrong.any():
                raise _nonsense(source, _said(part, wrong, rows.start))
        apart, known = apart or judged.apart, known or judged.known
    if apart and not known:
        raise _nonsense(source, "no time between any two places")


class _Judged(NamedTuple):
    """What is nonsense in a table, whether any places are apart, and whether it knows a way between such."""

    wrong: tuple[Flags, ...]
    apart: bool
    known: bool


def _judged(table: Table, origins: Snapped, destinations: Snapped) -> _Judged:
    apart_m = roughly_apart_m(origins.points, destinations.points)
    apart_m -= np.add.outer(origins.off_m, destinations.off_m)
    apart = apart_m > _NEAR_M
    known = np.isfinite(table.seconds) & np.isfinite(table.metres)
    wrong = (
        np.isinf(table.seconds) | (table.seconds < 0) | (table.metres < -_ROUNDING_M),
        known & apart & (apart_m > _FASTEST_M_S * table.seconds),
        known & apart & (2 * table.metres < apart_m),
        known & (table.seconds > _LONGEST_S),
    )
    return _Judged(wrong, bool(apart.any()), bool((apart & known).any()))


def _said(table: Table, wrong: Flags, first_row: int) -> str:
    row, column = np.argwhere(wrong)[0]
    said = f"{_text(table.seconds, row, column)} s and {_text(table.metres, row, column)} m"
    return f"{said} from place {first_row + row + 1} to place {column + 1} of the table"


def _text(values: Floats, row: int, column: int) -> str:
    return f"{values[row, column]:g}"


def _nonsense(source: str, what: str) -> Unavailable:
    return Unavailable(f"{source} gives nonsense: {what}")
