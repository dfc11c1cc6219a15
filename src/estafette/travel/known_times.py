"""Road times between places: those that are kept are recalled, the others asked for and kept."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from estafette.domain.place import Place
from estafette.domain.road_times import (
    METRES_STEP,
    MOST_S,
    NO_WAY,
    Fresh,
    Known,
    Recalled,
    RoadTimes,
    RoadTimesKept,
)
from estafette.travel.globe import Points, positions
from estafette.travel.roads import Floats, Roads, Rows, Snapped, Table, portions
from estafette.travel.sound import refuse_nonsense

# Further than this from every road, a place has no road times: its position or the extract is wrong.
OFF_ROAD_M = 500.0
# With more places than this, what is kept is begun anew with those of the day.
_MOST_PLACES = 8_000

_NONE = Known(np.empty(0), np.empty(0), np.empty(0))


class TimesOf(NamedTuple):
    """The times between n places, and how far each is off the road (n,)."""

    times: RoadTimes
    off_m: Floats


class KnownTimes:
    """The road times of a network, kept from one plan to the next where `kept` is given."""

    def __init__(self, roads: Roads, kept: RoadTimesKept | None) -> None:
        self._roads, self._kept = roads, kept

    def between(self, places: Sequence[Place]) -> TimesOf:
        """Give the times between places; raises `Unavailable`."""
        if not places:
            return TimesOf(_no_ways((0, 0)), np.empty(0))
        version = self._roads.version
        if self._kept is None or version is None:
            fresh = self._ask(places, _NONE)
            return TimesOf(fresh.to, fresh.off_m)
        recalled = self._kept.recall(version, places)
        new = np.flatnonzero(recalled.slot < 0)
        if not new.size:
            return TimesOf(recalled.times, recalled.off_m)
        known = self._kept.known(version)
        if len(known.lon) + new.size > _MOST_PLACES:
            known, new = _NONE, np.arange(len(places))
        fresh = self._ask([places[int(row)] for row in new], known)
        self._kept.keep(version, fresh)
        if new.size == len(places):
            return TimesOf(RoadTimes(*(times[:, len(known.lon) :] for times in fresh.to)), fresh.off_m)
        return _joined(recalled, new, fresh, len(known.lon))

    def _ask(self, places: Sequence[Place], known: Known) -> Fresh:
        here = positions(places)
        new = Snapped(here, self._roads.snap(here).off_m)
        among = self._table(new, new)
        if not len(known.lon):
            return Fresh(places, new.off_m, among, among)
        before = Snapped(Points(known.lon, known.lat), known.off_m)
        to = _beside(self._table(new, before), among, axis=1)
        back = _beside(self._table(before, new), among, axis=0)
        return Fresh(places, new.off_m, to, back)

    def _table(self, origins: Snapped, destinations: Snapped) -> RoadTimes:
        """Ask for the times between those that are at a road; there is no way to the others."""
        rows, columns = (np.flatnonzero(each.off_m <= OFF_ROAD_M) for each in (origins, destinations))
        shape = (len(origins.off_m), len(destinations.off_m))
        if not (rows.size and columns.size):
            return _no_ways(shape)
        here, there = _some(origins, rows), _some(destinations, columns)
        table = self._roads.table(here.points, there.points)
        refuse_nonsense(table, here, there, source=self._roads.name)
        found = _whole(table)
        if (rows.size, columns.size) == shape:
            return found
        times = _no_ways(shape)
        for all_times, some in zip(times, found, strict=True):
            all_times[np.ix_(rows, columns)] = some
        return times


def _no_ways(shape: tuple[int, int]) -> RoadTimes:
    return RoadTimes(np.full(shape, NO_WAY, np.int32), np.full(shape, NO_WAY, np.int32))


def _joined(recalled: Recalled, new: Rows, fresh: Fresh, kept_before: int) -> TimesOf:
    slot = recalled.slot.copy()
    slot[new] = kept_before + np.arange(new.size)
    for all_times, to, back in zip(recalled.times, fresh.to, fresh.back, strict=True):
        all_times[new, :] = to[:, slot]
        all_times[:, new] = back[slot, :]
    recalled.off_m[new] = fresh.off_m
    return TimesOf(recalled.times, recalled.off_m)


def _some(snapped: Snapped, rows: Rows) -> Snapped:
    return Snapped(snapped.points.take(rows), snapped.off_m[rows])


def _beside(one: RoadTimes, other: RoadTimes, *, axis: int) -> RoadTimes:
    return RoadTimes(*(np.concatenate(pair, axis=axis) for pair in zip(one, other, strict=True)))


def _whole(table: Table) -> RoadTimes:
    times = _no_ways(table.seconds.shape)
    for rows in portions(*table.seconds.shape):
        seconds, metres = table.seconds[rows], np.maximum(table.metres[rows], 0)
        known = np.isfinite(seconds) & np.isfinite(metres) & (seconds <= MOST_S)
        times.seconds[rows][known] = np.rint(seconds[known])
        times.metres[rows][known] = METRES_STEP * np.rint(metres[known] / METRES_STEP)
    return times
