"""What all trips of a problem say together; of a day that changed only the trips that changed are read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.domain.booking import TripFacts
from estafette.domain.problem import Problem

Ints = npt.NDArray[np.int64]

NOT = -1
EXPECTED = -1  # the class of those whom nobody has called yet: below every priority
OPTIONAL = -2  # the class of those that have a price of their own
_ID, _CLASS, _OWN_S, _LINKED = range(4)
_MOST_S = 1 << 60  # more than can be priced

Asking = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[int, ...], tuple[int, ...]]


class Census(NamedTuple):
    """
    The trips of a problem in a table, and how many ask for the same.

    row : (m, 4) id, class (priority, `EXPECTED` or `OPTIONAL`), own price in seconds of driving, whether it
    is linked to another. at : (m,) which objects the trips are, to tell later which of them are new.
    asking : how many trips there are for each (needs, groups, apart_from, banned drivers, preferred drivers).

    It is read anew at each question about a day of thousands of trips, and looking at every one of them costs
    more than anything that is done with what is seen.
    """

    trips: tuple[TripFacts, ...]
    at: Ints
    row: Ints
    asking: Counter[Asking]

    @property
    def ids(self) -> Ints:
        """Give the ids of the trips, by row."""
        return self.row[:, _ID]

    @property
    def classes(self) -> Ints:
        """Give the priorities, or `EXPECTED`, or `OPTIONAL`."""
        return self.row[:, _CLASS]

    @property
    def own_s(self) -> Ints:
        """Give what not serving an optional trip costs, in seconds of driving."""
        return self.row[:, _OWN_S]

    @property
    def linked(self) -> Ints:
        """Give the rows of the trips that are linked to another."""
        return np.flatnonzero(self.row[:, _LINKED])

    def needs(self) -> set[str]:
        """Name all that trips need."""
        return set(chain.from_iterable(each[0] for each in self.asking))

    def groups(self) -> set[str]:
        """Name the groups of riders."""
        return set(chain.from_iterable(each[1] for each in self.asking))

    def avoided(self) -> set[str]:
        """Name the groups that riders stay apart from."""
        return set(chain.from_iterable(each[2] for each in self.asking))

    def drivers(self) -> set[int]:
        """Name the drivers who are banned or preferred."""
        return set(chain.from_iterable((*each[3], *each[4]) for each in self.asking))

    def rows_before(self, before: "Census") -> Ints:
        """Give for each trip the row that the same record has in an earlier problem, NOT for a new one."""
        return rows_in(before.at, self.at)


def census_of(problem: Problem, before: Census | None = None) -> Census:
    """Read all trips of a problem; with those of an earlier one, only the trips that it does not have."""
    trips = problem.trips
    at = np.fromiter(map(id, trips), np.int64, len(trips))
    if before is None or not before.trips:
        return Census(trips, at, _rows(trips), Counter(map(_asking, trips)))
    was = rows_in(before.at, at)
    fresh, row = np.flatnonzero(was == NOT), before.row[was]
    new = [trips[each] for each in fresh.tolist()]
    if new:
        row[fresh] = _rows(new)
    stays = np.zeros(len(before.at) + 1, np.bool_)  # the last one is for NOT
    stays[was] = True
    gone = [before.trips[each] for each in np.flatnonzero(~stays[:-1]).tolist()]
    return Census(trips, at, row, _recounted(before.asking, new, gone))


def _recounted(
    before: Counter[Asking], new: Iterable[TripFacts], gone: Iterable[TripFacts]
) -> Counter[Asking]:
    asking = before.copy()
    asking.update(map(_asking, new))
    for each in map(_asking, gone):
        asking[each] -= 1
        if not asking[each]:
            del asking[each]
    return asking


def rows_in(known: Ints, asked: Ints) -> Ints:
    """Give the rows that numbers have among others, which all differ; NOT for those that are not there."""
    rows, n = np.full(len(asked), NOT), min(len(known), len(asked))
    here = np.flatnonzero(known[:n] == asked[:n])  # most stand where they stood
    rows[here] = here
    elsewhere = np.flatnonzero(rows == NOT)
    if len(known) and len(elsewhere):
        order = np.argsort(known)
        found = order[np.minimum(np.searchsorted(known, asked[elsewhere], sorter=order), len(known) - 1)]
        rows[elsewhere] = np.where(known[found] == asked[elsewhere], found, NOT)
    return rows


def _rows(trips: Sequence[TripFacts]) -> Ints:
    rows = [
        (trip.trip_id, _class(trip), min(trip.unserved_s or 0, _MOST_S), trip.link is not None)
        for trip in trips
    ]
    return np.array(rows, np.int64).reshape(-1, 4)


def _class(trip: TripFacts) -> int:
    if trip.unserved_s is not None:
        return OPTIONAL
    return EXPECTED if trip.expected else trip.priority


def _asking(trip: TripFacts) -> Asking:
    return trip.needs, trip.groups, trip.apart_from, trip.banned_driver_ids, trip.preferred_driver_ids
