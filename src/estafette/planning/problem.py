"""A problem and a matrix as plain arrays for the kernel."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.error import Invalid
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.kernel.arrays import (
    ALONE,
    FIXED,
    FREE,
    GUARD,
    LIMIT,
    LONGEST_RUN,
    NEVER,
    NO_LIMIT_S,
    ON_RUN,
    PINNED,
    Day,
    Ints,
    Small,
    packed,
)
from estafette.planning.prices import nearness_permille, unserved_prices
from estafette.planning.rules import breaks_in_order, direct_s, is_fixed, is_pinned, ride_limit_s

NOT = -1
DAY_S = 86_400


class Begin(NamedTuple):
    """The stops in force: nodes[offsets[r] : offsets[r + 1]] are those of run r in time order."""

    nodes: Ints
    offsets: Ints


class Loaded(NamedTuple):
    """A day for the kernel, and the stops of its trips (`State.node`)."""

    day: Day
    node: Ints


class Names:
    """The rows of what records name: runs, drivers, trips, skills and groups."""

    def __init__(self, problem: Problem) -> None:
        self.run = {run.run_id: row for row, run in enumerate(problem.runs)}
        self.driver: dict[int, int] = {}
        for run in problem.runs:
            self.driver.setdefault(run.driver_id, len(self.driver))
        self.trip = {trip.trip_id: row for row, trip in enumerate(problem.trips)}
        self.skill = _bits("skills", [*(trip.needs for trip in problem.trips)])
        self.group = _bits("groups", [*(trip.apart_from for trip in problem.trips)])
        self.rank = _ranks(problem)
        self.apart = _drivers_apart(problem)


def day_of(problem: Problem, matrix: TravelMatrix, weights: Weights) -> Loaded:
    """
    Put a problem into arrays.

    Raises
    ------
    Invalid
        A trip or run names a place that the matrix does not know; a trip is linked to itself or two trips
        to the same one; more than 60 skills or groups are in use; the priorities cannot be priced.
    """
    names = Names(problem)
    book = Book(problem, matrix, weights, names)
    after = _followers(problem, names)
    prices = unserved_prices(problem, weights)
    node: list[tuple[int, ...]] = []
    trips: list[tuple[int, ...]] = []
    pair: list[tuple[int, int]] = []
    for row, facts in enumerate(problem.trips):
        price, follower = prices[facts.trip_id], after.get(row, NOT)
        rows = rows_of_trip(book, facts, price=price, after=follower, first_pair=len(pair))
        node.extend(rows.node)
        trips.append(rows.trip)
        pair += rows.pair
    run, layout, rest = _runs(problem.runs, matrix, weights, names)
    profile, travel = _road(problem, matrix)
    nodes = _table(node, 8)
    day = Day(
        travel=travel,
        profile=profile,
        fastest=int(profile.min()),
        window=np.ascontiguousarray(nodes[:, 1:3]),
        trip=_table(trips, 20),
        run=_table(run, 17),
        layout=np.array(layout, dtype=np.int64),
        rest=_table(rest, 3),
        pair=_table(pair, 2),
        price=_price(weights),
        rule=_rule(problem, nodes, [row[LIMIT] for row in trips]),
    )
    return Loaded(day, nodes)


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
    it or NOT; its drivers are to stand in `Day.pair` from row `first_pair` on. Raises as `day_of`.
    """
    problem, matrix, weights, names = book
    node = _nodes(problem, trip, matrix, names)
    own = _trip(problem, trip, matrix, weights, names)
    pair = _pairs(trip, names) if own[FIXED] == FREE else []
    before = names.trip.get(trip.link.after_trip_id, NOT) if trip.link else NOT
    tail = (before, after, *_link(trip), _strange(trip, weights), first_pair, first_pair + len(pair))
    return TripRows(node, (*own[:7], price, *own[7:], *tail), pair)


def begin_of(problem: Problem) -> Begin:
    """List the stops of each run in force, in time order; raises `Invalid` for a run too long to hold."""
    stops: dict[int, list[tuple[int, int]]] = {run.run_id: [] for run in problem.runs}
    for row, trip in enumerate(problem.trips):
        if trip.assigned is not None and trip.assigned.run_id in stops:
            stops[trip.assigned.run_id] += [
                (trip.assigned.pickup_s, 2 * row),
                (trip.assigned.dropoff_s, 2 * row + 1),
            ]
    for run_id, held in stops.items():
        if len(held) > LONGEST_RUN:
            message = f"run {run_id} has {len(held) // 2} trips, more than {LONGEST_RUN // 2}"
            raise Invalid(message)
    nodes = [node for run in problem.runs for _, node in sorted(stops[run.run_id])]
    counts = [0, *(len(stops[run.run_id]) for run in problem.runs)]
    return Begin(np.array(nodes, dtype=np.int64), np.cumsum(counts, dtype=np.int64))


def _bits(what: str, named: Sequence[Sequence[str]]) -> dict[str, int]:
    """Give each name that somebody asks about a bit."""
    bits: dict[str, int] = {}
    for names in named:
        for name in names:
            bits.setdefault(name, 1 << len(bits))
    if len(bits) > 60:
        message = f"{len(bits)} {what} are asked about on one day; 60 are possible"
        raise Invalid(message)
    return bits


def _mask(bits: dict[str, int], names: Sequence[str]) -> int:
    mask = 0
    for name in names:
        mask |= bits.get(name, 0)
    return mask


def _drivers_apart(problem: Problem) -> set[int]:
    """Name the drivers whose runs are like those of no other: wished for, banned, or with several runs."""
    named = {d for trip in problem.trips for d in (*trip.banned_driver_ids, *trip.preferred_driver_ids)}
    times = Counter(run.driver_id for run in problem.runs)
    return named | {driver for driver, runs in times.items() if runs > 1}


def _ranks(problem: Problem) -> dict[tuple[int, bool], int]:
    """Number the stops in force by their time, pick-ups before drop-offs of the same moment."""
    stops = [
        (at_s, dropoff, trip.trip_id)
        for trip in problem.trips
        if trip.assigned is not None
        for dropoff, at_s in ((False, trip.assigned.pickup_s), (True, trip.assigned.dropoff_s))
    ]
    return {(trip_id, dropoff): rank for rank, (_, dropoff, trip_id) in enumerate(sorted(stops))}


def _followers(problem: Problem, names: Names) -> dict[int, int]:
    """Give for each trip the one that is linked to it."""
    after: dict[int, int] = {}
    for row, trip in enumerate(problem.trips):
        if trip.link is None or trip.link.after_trip_id not in names.trip:
            continue
        before = names.trip[trip.link.after_trip_id]
        if before == row or before in after:
            message = f"trip {trip.trip_id}: link.after_trip_id {trip.link.after_trip_id} " + (
                "is the trip itself" if before == row else "is already followed by another trip"
            )
            raise Invalid(message)
        after[before] = row
    return after


def _link(trip: TripFacts) -> tuple[int, int]:
    return (trip.link.min_stay_s, int(trip.link.same_driver)) if trip.link else (0, 0)


def _row(matrix: TravelMatrix, place_id: int | None, who: str) -> int:
    if place_id is None:
        return NOT
    row = matrix.row_of.get(place_id)
    if row is None:
        message = f"{who}: place {place_id} is not in the travel matrix"
        raise Invalid(message)
    return row


def _nodes(
    problem: Problem, trip: TripFacts, matrix: TravelMatrix, names: Names
) -> tuple[tuple[int, ...], ...]:
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
    ranks = [names.rank.get((trip.trip_id, dropoff), NOT) for dropoff in (False, True)]
    origin, destination = _row(matrix, trip.origin_id, who), _row(matrix, trip.destination_id, who)
    return (
        (origin, *windows[0], trip.pickup_dwell_s, wheeled, aims[0], promised, ranks[0]),
        (destination, *windows[1], trip.dropoff_dwell_s, wheeled, aims[1], NOT, ranks[1]),
    )


def _trip(
    problem: Problem, trip: TripFacts, matrix: TravelMatrix, weights: Weights, names: Names
) -> tuple[int, ...]:
    direct = direct_s(trip, matrix)
    was = NOT if trip.assigned is None else names.run.get(trip.assigned.run_id, NOT)
    fixed = PINNED if is_pinned(problem, trip) else ON_RUN if is_fixed(problem, trip) else FREE
    nearness = nearness_permille(problem, weights, trip)
    return (
        NO_LIMIT_S if fixed == PINNED else ride_limit_s(problem, trip, direct),
        direct,
        _packed(trip.takes, ALONE if trip.no_share else 1),
        fixed,
        was if fixed else NOT,
        was,
        (trip.pickup_from_s + trip.pickup_to_s) // 2,
        nearness,
        100 * weights.change_s * nearness // 1000,
        _mask(names.skill, trip.needs) if fixed == FREE else 0,
        _mask(names.group, trip.groups),
        _mask(names.group, trip.apart_from),
    )


def _pairs(trip: TripFacts, names: Names) -> list[tuple[int, int]]:
    banned = [(names.driver[d], NEVER) for d in trip.banned_driver_ids if d in names.driver]
    return banned + [(names.driver[d], 0) for d in trip.preferred_driver_ids if d in names.driver]


def _strange(trip: TripFacts, weights: Weights) -> int:
    return 100 * weights.not_preferred_s if trip.preferred_driver_ids else 0


def _packed(spaces: Spaces, company: int) -> int:
    return packed((spaces.seats, spaces.wheelchairs, spaces.stretchers, company))


def _runs(
    runs: tuple[RunFacts, ...], matrix: TravelMatrix, weights: Weights, names: Names
) -> tuple[list[tuple[int, ...]], list[int], list[tuple[int, int, int]]]:
    rows: list[tuple[int, ...]] = []
    layout: list[int] = []
    rest: list[tuple[int, int, int]] = []
    kinds: dict[object, int] = {}
    for run in runs:
        layouts = sorted({_packed(offered, ALONE) | GUARD for offered in run.layouts})
        rests = [(each.from_s, each.to_s, each.duration_s) for each in breaks_in_order(run)]
        driver = names.driver[run.driver_id]
        frame, duty = _frame(run, matrix), _duty(run, weights, names)
        alike = (frame, duty, *layouts, *rests, driver if run.driver_id in names.apart else NOT)
        kind = kinds.setdefault(alike, len(kinds))
        lists = (len(layout), len(layout) + len(layouts), len(rest), len(rest) + len(rests))
        layout += layouts
        rest += rests
        rows.append((*frame, *lists, kind, driver, *duty))
    return rows, layout, rest


def _frame(run: RunFacts, matrix: TravelMatrix) -> tuple[int, ...]:
    who = f"run {run.run_id}"
    end = len(matrix.place_ids) if run.end_place_id is None else _row(matrix, run.end_place_id, who)
    latest_s = run.shift_to_s + run.overtime_s
    return _row(matrix, run.start_place_id, who), end, run.shift_from_s, run.shift_to_s, latest_s


def _duty(run: RunFacts, weights: Weights, names: Names) -> tuple[int, ...]:
    return (
        100 * (weights.run_s if run.activation_s is None else run.activation_s),
        _mask(names.skill, run.skills),
        NO_LIMIT_S if run.max_drive_s is None else run.max_drive_s,
        NO_LIMIT_S if run.max_work_s is None else run.max_work_s,
        run.wheeled_dwell_s,
        run.worked_s,
    )


def _table(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _road(problem: Problem, matrix: TravelMatrix) -> tuple[Ints, Small]:
    """Give profile and durations; a run with an open end goes home to a place that is everywhere."""
    profile = np.ascontiguousarray(matrix.profile_permille, dtype=np.int64)
    travel = np.require(matrix.durations_s, dtype=np.int32, requirements=["C", "W"])
    if len(profile) == 1 and profile[0] != 1000:
        travel = (travel.astype(np.int64) * profile[0] // 1000).astype(np.int32)
        profile = np.array([1000], dtype=np.int64)
    if any(run.end_place_id is None for run in problem.runs):
        travel = np.pad(travel, (0, 1))
    return profile, travel


def _price(weights: Weights) -> Ints:
    percents = (
        weights.drive_percent,
        weights.excess_ride_percent,
        weights.onboard_wait_percent,
        weights.target_percent,
        weights.work_percent,
        weights.overtime_percent,
        weights.balance_percent,
    )
    changes = (100 * weights.order_s, weights.moved_percent, weights.moved_tolerance_s)
    return np.array([*percents, *changes], dtype=np.int64)


def _rule(problem: Problem, node: Ints, limits: list[int]) -> Ints:
    wait_s = NO_LIMIT_S if problem.max_onboard_wait_s is None else problem.max_onboard_wait_s
    linked = any(trip.link for trip in problem.trips)
    rides = wait_s < NO_LIMIT_S or linked or min(limits, default=NO_LIMIT_S) < NO_LIMIT_S
    return np.array(
        [
            wait_s,
            NO_LIMIT_S if problem.max_changes is None else problem.max_changes,
            linked,
            any(trip.apart_from for trip in problem.trips),
            any(trip.target_s is not None or trip.assigned is not None for trip in problem.trips),
            max((run.wheeled_dwell_s for run in problem.runs), default=0),
            rides,
            10 * max(DAY_S, int(node[:, 2].max(initial=0))),
        ],
        dtype=np.int64,
    )
