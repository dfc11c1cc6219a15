"""Cutting what is spread over a day into parts of neighbours, by area or by the hour."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from estafette.domain.travel import TravelMatrix

# A place, and when somebody is there.
Seen = tuple[int, int]

_Rows = npt.NDArray[np.int64]
_Scores = npt.NDArray[np.float64]

# One cut in so many is by the hour, the others by area.
_BY_HOUR = 3


def cut(
    matrix: TravelMatrix,
    seen: Sequence[Sequence[Seen]],
    *,
    counted: int,
    parts: int,
    rng: np.random.Generator,
) -> list[int]:
    """
    Give each item a part, numbered from 0, from where and when it is `seen` (at least once).

    The first `counted` items are shared out evenly, and there are no more parts than these; the others go
    with those they are near. Each cut is across a direction drawn by lot: how much nearer to one place than
    to another, or how late.
    """
    spread = _Spread(matrix, seen, counted)
    part = np.zeros(len(seen), dtype=np.int64)
    pieces = [(np.arange(len(seen)), 0, max(1, min(parts, counted)))]
    while pieces:
        items, first, count = pieces.pop()
        part[items] = first
        if count > 1:
            low = spread.lower(items, (count // 2) / count, rng)
            pieces += [(items[low], first, count // 2), (items[~low], first + count // 2, count - count // 2)]
    found: list[int] = part.tolist()
    return found


class _Spread:
    """All sightings one after the other: of which item, in which row of the matrix, and when."""

    def __init__(self, matrix: TravelMatrix, seen: Sequence[Sequence[Seen]], counted: int) -> None:
        self.matrix, self.counted = matrix, counted
        self.times = np.array([len(each) for each in seen], dtype=np.int64)
        self.item = np.repeat(np.arange(len(seen)), self.times)
        self.row = np.array([matrix.row_of[place] for each in seen for place, _ in each], dtype=np.int64)
        self.at_s = np.array([at_s for each in seen for _, at_s in each], dtype=np.float64)

    def lower(self, items: _Rows, share: float, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
        """Tell which items are on the lower side of a cut that leaves `share` of the counted ones there."""
        score = self._scores(items, rng)[items]
        counted = np.flatnonzero(items < self.counted)
        order = counted[np.argsort(score[counted], kind="stable")]
        at = round(len(order) * share)
        low: npt.NDArray[np.bool_] = score < score[order[at]]
        low[order[:at]] = True
        low[order[at:]] = False
        return low

    def _scores(self, items: _Rows, rng: np.random.Generator) -> _Scores:
        value = self.at_s if rng.integers(_BY_HOUR) == 0 else self._nearer(items, rng)
        total = np.bincount(self.item, weights=value, minlength=len(self.times))
        return total / self.times

    def _nearer(self, items: _Rows, rng: np.random.Generator) -> _Scores:
        """Give how much nearer each sighting is to one place of these items than to another."""
        rows = self.row[np.isin(self.item, items)]
        first, second = rng.choice(rows, 2)
        travel = self.matrix.durations_s
        nearer: _Scores = travel[self.row, first].astype(np.float64) - travel[self.row, second]
        return nearer
