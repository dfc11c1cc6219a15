"""Trips as rows of the kernel's arrays."""

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

import numpy as np

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.fleet import Spaces
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.census import NOT
from estafette.planning.kernel.arrays import (
    ALONE,
    FREE,
    IN_ORDER,
    NEVER,
    NO_LIMIT_S,
    ON_RUN,
    PAIR,
    PAIR_END,
    PINNED,
    Ints,
    packed,
)
from estafette.planning.names import Names, mask, row_of_place
from estafette.planning.prices import nearness_permille
from estafette.planning.rules import (
    direct_s,
    is_fixed,
    is_pinned,
    is_waited_for,
    keeps_order,
    ride_limit_s,
)

# The price of leaving over a trip that must stay on its run: it is taken off within a step, to change places.
STAYS = 1 << 50
# A trip is so many numbers, of which its stops are the first.
_WIDTH, _STOPS = 37, 16


class Book(NamedTuple):
    """What a trip is read with."""

    problem: Problem
    matrix: TravelMatrix
    weights: Weights
    names: Names


class TripRows(NamedTuple):
    """Trips for the kernel: node (2m, 8), trip (m, 21) and pair, as in `State` and `Day`."""

    node: Ints
    trip: Ints
    pair: Ints


def rows_of_trips(book: Book, trips: Sequence[TripFacts], after: Iterable[int]) -> TripRows:
    """
    Put trips into arrays; `after` gives for each the row of the trip linked to it or NOT.

    What depends on all trips together is not known here: the ranks of stops are NOT, and leaving a trip over
    costs 0. Raises as `day_of`.
    """
    numbers = chain.from_iterable(map(partial(_row, book), trips, after))
    rows = np.fromiter(numbers, np.int64, count=_WIDTH * len(trips)).reshape(-1, _WIDTH)
    node, trip = rows[:, :_STOPS].reshape(-1, _STOPS // 2), rows[:, _STOPS:]
    pair = [each for facts, on in zip(trips, trip[:, PAIR_END].tolist(), strict=True) if on
            for each in _pairs(facts, book.names)]  # fmt: skip
    trip[:, PAIR_END] = trip[:, PAIR_END].cumsum()
    trip[1:, PAIR] = trip[:-1, PAIR_END]
    return TripRows(node, trip, np.array(pair, np.int64).reshape(-1, 2))


def _row(book: Book, trip: TripFacts, after: int) -> tuple[int, ...]:
    """Give the two stops of a trip, then itself; its drivers are the first of `Day.pair`."""
    fixed = FREE if trip.assigned is None else _fixed(book.problem, trip)
    stops, own = _stops(book, trip, fixed), _itself(book, trip, fixed)
    return (*stops, *own, *_links(book, trip, after), *_drivers(book, trip, fixed))


def _stops(book: Book, trip: TripFacts, fixed: int) -> tuple[int, ...]:
    matrix, assigned, promised = book.matrix, trip.assigned, NOT
    pickup = trip.pickup_from_s, trip.pickup_to_s
    dropoff = trip.dropoff_from_s, trip.dropoff_to_s
    if assigned is not None:
        promised = assigned.pickup_s
        if fixed == PINNED:
            pickup, dropoff = (assigned.pickup_s,) * 2, (assigned.dropoff_s,) * 2
    wheeled = int(bool(trip.takes.wheelchairs or trip.takes.stretchers))
    aim, arrives = NOT if trip.target_s is None else trip.target_s, trip.anchor == Anchor.ARRIVE_BY
    return (
        row_of_place(matrix, trip.origin_id, trip), *pickup, trip.pickup_dwell_s, wheeled,
        NOT if arrives else aim, promised, NOT,
        row_of_place(matrix, trip.destination_id, trip), *dropoff, trip.dropoff_dwell_s, wheeled,
        aim if arrives else NOT, NOT, NOT,
    )  # fmt: skip


def _itself(book: Book, trip: TripFacts, fixed: int) -> tuple[int, ...]:
    """Give the columns of `Day.trip` from LIMIT to APART."""
    problem, matrix, weights, names = book
    direct = direct_s(trip, matrix)
    was = NOT if trip.assigned is None else names.run.get(trip.assigned.run_id, NOT)
    nearness = nearness_permille(problem, weights, trip)
    return (
        NO_LIMIT_S if fixed == PINNED else ride_limit_s(problem, trip, direct),
        direct,
        packed_spaces(trip.takes, ALONE if trip.no_share else 1),
        fixed,
        was if fixed else NOT,
        was,
        (trip.pickup_from_s + trip.pickup_to_s) // 2,
        0,
        nearness,
        100 * weights.change_s * nearness // 1000,
        mask(names.skill, trip.needs) if fixed == FREE else 0,
        mask(names.group, trip.groups),
        mask(names.group, trip.apart_from),
    )


def _links(book: Book, trip: TripFacts, after: int) -> tuple[int, ...]:
    """Give the columns of `Day.trip` from BEFORE to WAITS."""
    if trip.link is None:
        return NOT, after, 0, 0, 0
    problem = book.problem
    before = book.names.trip.get(trip.link.after_trip_id, NOT)
    waits = before != NOT and is_waited_for(problem, trip, problem.trips[before])
    return before, after, trip.link.min_stay_s, int(trip.link.same_driver), int(waits)


def _drivers(book: Book, trip: TripFacts, fixed: int) -> tuple[int, ...]:
    """Give the columns of `Day.trip` from STRANGE on: a trip that is not free asks for no drivers."""
    strange = 100 * book.weights.not_preferred_s if trip.preferred_driver_ids else 0
    return strange, 0, len(_pairs(trip, book.names)) if fixed == FREE else 0


def _fixed(problem: Problem, trip: TripFacts) -> int:
    """Say how much of a trip in force is kept."""
    if is_pinned(problem, trip):
        return PINNED
    if keeps_order(problem, trip):
        return IN_ORDER
    return ON_RUN if is_fixed(problem, trip) else FREE


def _pairs(trip: TripFacts, names: Names) -> list[tuple[int, int]]:
    banned = [(names.driver[d], NEVER) for d in trip.banned_driver_ids if d in names.driver]
    return banned + [(names.driver[d], 0) for d in trip.preferred_driver_ids if d in names.driver]


@lru_cache
def packed_spaces(spaces: Spaces, company: int) -> int:
    """Put spaces and how many may share them into one integer."""
    return packed((spaces.seats, spaces.wheelchairs, spaces.stretchers, company))
