"""A trip as rows of the kernel's arrays."""

from functools import lru_cache
from typing import NamedTuple

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.fleet import Spaces
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.census import NOT
from estafette.planning.kernel.arrays import (
    ALONE,
    FIXED,
    FREE,
    IN_ORDER,
    NEVER,
    NO_LIMIT_S,
    ON_RUN,
    PINNED,
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


class Book(NamedTuple):
    """What a trip is read with."""

    problem: Problem
    matrix: TravelMatrix
    weights: Weights
    names: Names


class TripRows(NamedTuple):
    """One trip for the kernel: its two stops, itself, and its drivers; see `Day` and `State.node`."""

    node: tuple[tuple[int, ...], ...]
    trip: tuple[int, ...]
    pair: list[tuple[int, int]]


def rows_of_trip(book: Book, trip: TripFacts, *, price: int, after: int, first_pair: int) -> TripRows:
    """
    Put one trip into arrays.

    `price` of leaving it over, in hundredths of a driving second; `after` is the row of the trip linked to
    it or NOT; its drivers are to stand in `Day.pair` from row `first_pair` on. The ranks of its stops, which
    depend on all others, are NOT. Raises as `day_of`.
    """
    problem, matrix, weights, names = book
    node = _nodes(problem, trip, matrix)
    own = _trip(problem, trip, matrix, weights, names)
    pair = _pairs(trip, names) if own[FIXED] == FREE else []
    before = names.trip.get(trip.link.after_trip_id, NOT) if trip.link else NOT
    pairs = (first_pair, first_pair + len(pair))
    tail = (before, after, *_link(problem, trip, before), _strange(trip, weights), *pairs)
    price = price if own[FIXED] == FREE else STAYS
    return TripRows(node, (*own[:7], price, *own[7:], *tail), pair)


def _link(problem: Problem, trip: TripFacts, before: int) -> tuple[int, int, int]:
    if trip.link is None:
        return 0, 0, 0
    waits = before != NOT and is_waited_for(problem, trip, problem.trips[before])
    return trip.link.min_stay_s, int(trip.link.same_driver), int(waits)


def _nodes(problem: Problem, trip: TripFacts, matrix: TravelMatrix) -> tuple[tuple[int, ...], ...]:
    who, assigned = f"trip {trip.trip_id}", trip.assigned
    windows = (trip.pickup_from_s, trip.pickup_to_s), (trip.dropoff_from_s, trip.dropoff_to_s)
    pinned = assigned is not None and is_pinned(problem, trip)
    if assigned is not None and pinned:
        windows = (assigned.pickup_s,) * 2, (assigned.dropoff_s,) * 2
    wheeled = int(bool(trip.takes.wheelchairs or trip.takes.stretchers))
    promised = NOT if assigned is None else assigned.pickup_s
    aims = [NOT, NOT]
    if trip.target_s is not None:
        aims[trip.anchor == Anchor.ARRIVE_BY] = trip.target_s
    origin, destination = (
        row_of_place(matrix, trip.origin_id, who),
        row_of_place(matrix, trip.destination_id, who),
    )
    return (
        (origin, *windows[0], trip.pickup_dwell_s, wheeled, aims[0], promised, NOT),
        (destination, *windows[1], trip.dropoff_dwell_s, wheeled, aims[1], NOT, NOT),
    )


def _trip(
    problem: Problem, trip: TripFacts, matrix: TravelMatrix, weights: Weights, names: Names
) -> tuple[int, ...]:
    direct = direct_s(trip, matrix)
    was = NOT if trip.assigned is None else names.run.get(trip.assigned.run_id, NOT)
    fixed = _fixed(problem, trip)
    nearness = nearness_permille(problem, weights, trip)
    return (
        NO_LIMIT_S if fixed == PINNED else ride_limit_s(problem, trip, direct),
        direct,
        packed_spaces(trip.takes, ALONE if trip.no_share else 1),
        fixed,
        was if fixed else NOT,
        was,
        (trip.pickup_from_s + trip.pickup_to_s) // 2,
        nearness,
        100 * weights.change_s * nearness // 1000,
        mask(names.skill, trip.needs) if fixed == FREE else 0,
        mask(names.group, trip.groups),
        mask(names.group, trip.apart_from),
    )


def _fixed(problem: Problem, trip: TripFacts) -> int:
    """Say how much of a trip is kept as it is in force."""
    if is_pinned(problem, trip):
        return PINNED
    if keeps_order(problem, trip):
        return IN_ORDER
    return ON_RUN if is_fixed(problem, trip) else FREE


def _pairs(trip: TripFacts, names: Names) -> list[tuple[int, int]]:
    banned = [(names.driver[d], NEVER) for d in trip.banned_driver_ids if d in names.driver]
    return banned + [(names.driver[d], 0) for d in trip.preferred_driver_ids if d in names.driver]


def _strange(trip: TripFacts, weights: Weights) -> int:
    return 100 * weights.not_preferred_s if trip.preferred_driver_ids else 0


@lru_cache
def packed_spaces(spaces: Spaces, company: int) -> int:
    """Put spaces and how many may share them into one integer."""
    return packed((spaces.seats, spaces.wheelchairs, spaces.stretchers, company))
