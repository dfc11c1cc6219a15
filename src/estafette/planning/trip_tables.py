"""All trips of a problem as tables for the kernel; rows of trips that stay as they were are taken over."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from estafette.domain.booking import TripFacts
from estafette.planning.census import NOT
from estafette.planning.kernel.arrays import AFTER, FIXED, FREE, NEVER, PAIR, PAIR_END, RANK, UNSERVED, Ints
from estafette.planning.names import Names
from estafette.planning.prices import prices_of
from estafette.planning.trip_rows import STAYS, Book, TripRows, rows_of_trips


class TripTables(NamedTuple):
    """
    What trips were read with, and their tables: `Day.trip`, `Day.pair`, `State.node` with its whole windows.

    stands : (m, 2) when a trip in force is fetched and brought, NEVER for the others. price : (m,) of leaving
    a trip over, whether or not it may be, in hundredths of a driving second.
    """

    book: Book
    node: Ints
    trip: Ints
    pair: Ints
    stands: Ints
    price: Ints


def trip_tables(book: Book, after: Mapping[int, int], kept: TripTables | None = None) -> TripTables:
    """
    Put all trips into tables; `after` gives for the row of a trip that of the one linked to it.

    The tables are the same whether or not there are `kept` ones of an earlier problem: these are only quicker
    where few trips have changed. Raises as `day_of`.
    """
    trips = book.problem.trips
    was = _rows_before(book, after, kept)
    fresh = np.flatnonzero(was < 0)
    new = [trips[row] for row in fresh.tolist()]
    made = rows_of_trips(book, new, (after.get(row, NOT) for row in fresh.tolist()))
    node, trip, stands = _kept_rows(kept, was) if kept is not None else _no_rows(len(trips))
    if new:
        stands[fresh] = list(map(_stands, new))
        node[fresh], trip[fresh] = made.node.reshape(-1, 2, 8), made.trip
    pair = _pairs(trip, was, kept, made)
    price = prices_of(book.names.census, book.weights)
    trip[:, UNSERVED] = np.where(trip[:, FIXED] == FREE, price, STAYS)
    nodes = node.reshape(-1, 8)
    nodes[:, RANK] = _ranks(stands, book.names)
    return TripTables(book, nodes, trip, pair, stands, price)


def _no_rows(n: int) -> tuple[Ints, Ints, Ints]:
    return np.full((n, 2, 8), NOT), np.full((n, 21), NOT), np.full((n, 2), NEVER)


def _kept_rows(kept: TripTables, was: Ints) -> tuple[Ints, Ints, Ints]:
    """Give nodes, trips and stands as they were, linked to nobody; those of a new trip are any other's."""
    trip = kept.trip[was]
    trip[:, AFTER] = NOT
    return kept.node.reshape(-1, 2, 8)[was], trip, kept.stands[was]


def _rows_before(book: Book, after: Mapping[int, int], kept: TripTables | None) -> Ints:
    """Give for each trip its row in the kept tables, NOT where it is written anew: linked ones always are."""
    trips = book.problem.trips
    if kept is None or not reads_alike(book, kept.book):
        return np.full(len(trips), NOT)
    census = book.names.census
    was = census.rows_before(kept.book.names.census)
    was[census.linked] = NOT
    was[list(after)] = NOT
    return was


def reads_alike(book: Book, other: Book) -> bool:
    """Tell whether two books give a trip the same row, but for what depends on all trips together."""
    if book.weights != other.weights or not book.matrix.extends(other.matrix):
        return False
    same_rules = _same(book.problem, other.problem, "ride_limit", "now_s", "freeze_s")
    return same_rules and _same(book.names, other.names, "run", "driver", "skill", "group")


def _same(one: object, other: object, *names: str) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _pairs(trip: Ints, was: Ints, kept: TripTables | None, made: TripRows) -> Ints:
    """Put the pairs of all trips one after the other, and write where each trip's are."""
    known = made.pair[:0] if kept is None else kept.pair
    began = trip[:, PAIR].copy()
    began[was < 0] += len(known)
    counts = trip[:, PAIR_END] - trip[:, PAIR]
    trip[:, PAIR_END] = np.cumsum(counts)
    trip[:, PAIR] = trip[:, PAIR_END] - counts
    rows = np.repeat(began - trip[:, PAIR], counts) + np.arange(counts.sum())
    found: Ints = np.concatenate([known, made.pair])[rows]
    return found


def _stands(trip: TripFacts) -> tuple[int, int]:
    return (trip.assigned.pickup_s, trip.assigned.dropoff_s) if trip.assigned is not None else (NEVER, NEVER)


def _ranks(stands: Ints, names: Names) -> Ints:
    """Number the stops in force by time, pick-ups before drop-offs of the same moment; the others are NOT."""
    at_s, trip_id = stands.reshape(-1), names.census.ids
    node = np.flatnonzero(at_s < NEVER)
    order = node[np.lexsort((trip_id[node >> 1], 2 * at_s[node] + (node & 1)))]
    ranks = np.full(len(at_s), NOT)
    ranks[order] = np.arange(len(order))
    return ranks
