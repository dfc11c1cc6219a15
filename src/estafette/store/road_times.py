"""
Road times that are kept: one row for each place, with its times to and from those kept before it.

The times of slot s are four columns of s numbers, in order: seconds to the places in slots 0 to s - 1, seconds
back, tens of metres to them, tens of metres back. Each is an unsigned 16-bit number, the lowest byte first;
65535 says that no road leads. A row is never written again.
"""

from collections.abc import Sequence
from typing import LiteralString

import numpy as np
import numpy.typing as npt
from psycopg.errors import UniqueViolation

from estafette.domain.place import Place
from estafette.domain.road_times import METRES_STEP, NO_WAY, Fresh, Known, Recalled, RoadTimes
from estafette.store.database import Database, Statement

Slots = npt.NDArray[np.int64]

_NO_WAY = 65_535
_COLUMNS = 4
_AT_ONCE = 32

_RECALL: LiteralString = """
SELECT asked.row - 1, r.slot, r.off_m, r.times
FROM unnest(%(places)s::bigint[], %(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS asked (id, lon, lat, row)
JOIN road_times r ON r.company_id = %(company)s AND r.roads = %(roads)s
    AND r.place_id = asked.id AND r.lon = asked.lon AND r.lat = asked.lat
"""

_KNOWN: LiteralString = """
SELECT lon, lat, off_m FROM road_times WHERE company_id = %(company)s AND roads = %(roads)s ORDER BY slot
"""

# Times of other roads stay for a week: another machine may still plan with them.
_FORGET: LiteralString = """
DELETE FROM road_times WHERE company_id = %(company)s
    AND (roads = %(roads)s AND %(first)s = 0 OR roads <> %(roads)s AND made_at < now() - interval '7 days')
"""

_KEEP: LiteralString = """
INSERT INTO road_times (company_id, roads, slot, place_id, lon, lat, off_m, times)
SELECT %(company)s, %(roads)s, %(first)s + new.row - 1, new.id, new.lon, new.lat, new.off_m, new.times
FROM unnest(%(places)s::bigint[], %(lons)s::float8[], %(lats)s::float8[], %(off_m)s::float8[], %(times)b::bytea[])
    WITH ORDINALITY AS new (id, lon, lat, off_m, times, row)
"""


class KeptRoadTimes:
    """The road times of one company; see `domain/road_times.py` for the protocol."""

    def __init__(self, database: Database, company_id: int) -> None:
        self._database, self._company_id = database, company_id

    def recall(self, roads: str, places: Sequence[Place]) -> Recalled:
        """Give what is kept of some places: one statement."""
        scope = {"company": self._company_id, "roads": roads, **_columns(places)}
        rows = self._database.read(self._company_id, _RECALL, scope)
        slot, off_m = np.full(len(places), -1), np.full(len(places), np.inf)
        for row, known, off, _ in rows:
            slot[row], off_m[row] = known, off
        return Recalled(slot, off_m, _between(slot, {known: times for _, known, _, times in rows}))

    def known(self, roads: str) -> Known:
        """List everything that is kept: one statement."""
        rows = self._database.read(self._company_id, _KNOWN, {"company": self._company_id, "roads": roads})
        lon, lat, off_m = np.array(rows, float).reshape(-1, 3).T
        return Known(lon, lat, off_m)

    def keep(self, roads: str, fresh: Fresh) -> None:
        """
        Keep the times of new places: two statements in one round trip, and no lock of the company's writers.

        Whoever comes second with the same slots keeps nothing: the times are asked for again next time.
        """
        first = fresh.back.seconds.shape[0] - len(fresh.places)
        scope = {
            "company": self._company_id, "roads": roads, "first": first, **_columns(fresh.places),
            "off_m": [float(off) if np.isfinite(off) else 1e9 for off in fresh.off_m],
            "times": _strips(fresh, first),
        }  # fmt: skip
        try:
            self._database.transact(self._company_id, [Statement(_FORGET, scope), Statement(_KEEP, scope)])
        except UniqueViolation:
            return


def _columns(places: Sequence[Place]) -> dict[str, npt.NDArray[np.generic]]:
    return {
        "places": np.array([place.place_id for place in places], np.int64),
        "lons": np.array([place.lon for place in places], float),
        "lats": np.array([place.lat for place in places], float),
    }


def _strips(fresh: Fresh, first: int) -> list[bytes]:
    to, back = (_packed(times) for times in (fresh.to, fresh.back))
    return [
        np.concatenate(
            [to[0][row, :slot], back[0][:slot, row], to[1][row, :slot], back[1][:slot, row]]
        ).tobytes()
        for row, slot in enumerate(range(first, first + len(fresh.places)))
    ]


def _packed(times: RoadTimes) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    tens = times.metres // METRES_STEP
    gone = (times.seconds == NO_WAY) | (tens >= _NO_WAY)
    seconds, metres = (np.where(gone, _NO_WAY, column).astype("<u2") for column in (times.seconds, tens))
    return seconds, metres


def _between(slot: Slots, kept: dict[int, bytes]) -> RoadTimes:
    """Put together the times between some slots: those of a pair are in the row of the later one."""
    here = np.flatnonzero(slot >= 0)
    here = here[np.argsort(slot[here], kind="stable")]
    later = _later(slot[here], kept)
    times = RoadTimes(*(np.empty((len(here), len(here)), np.int32) for _ in range(2)))
    # What is not in one triangle is in the other, and there is nothing above `_NO_WAY`. Some rows at a time:
    # what is in the processor's cache takes a third of the time.
    for start in range(0, len(here), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        for whole, step, to, back in zip(times, (1, METRES_STEP), later[0::2], later[1::2], strict=True):
            _unpack(np.minimum(to[rows], back.T[rows]), step, whole[rows])
    return times if np.array_equal(here, np.arange(len(slot))) else _placed(times, here, len(slot))


def _later(slots: Slots, kept: dict[int, bytes]) -> npt.NDArray[np.uint16]:
    """Give the columns of some slots, in order, as triangles below the diagonal."""
    later = np.full((_COLUMNS, len(slots), len(slots)), _NO_WAY, "<u2")
    has_all = len(slots) > 0 and slots[-1] == len(slots) - 1
    for row, slot in enumerate(slots.tolist()):
        columns = np.frombuffer(kept[slot], "<u2").reshape(_COLUMNS, slot)
        later[:, row, :row] = columns if has_all else columns[:, slots[:row]]
    return later


def _unpack(values: npt.NDArray[np.uint16], step: int, whole: npt.NDArray[np.int32]) -> None:
    # One more makes 0 of `_NO_WAY`, and one less `NO_WAY` of that.
    np.subtract(values + np.uint16(1), 1, out=whole, dtype=np.int32)
    if step != 1:
        whole *= step
        np.maximum(whole, NO_WAY, out=whole)


def _placed(times: RoadTimes, here: Slots, count: int) -> RoadTimes:
    placed = RoadTimes(*(np.full((count, count), NO_WAY, np.int32) for _ in times))
    for all_times, some in zip(placed, times, strict=True):
        all_times[np.ix_(here, here)] = some
    return placed
