"""A problem and a matrix as plain arrays for the kernel."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from estafette.domain.error import Invalid
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.census import NOT
from estafette.planning.kernel.arrays import (
    LIMIT,
    LONGEST_RUN,
    NEVER,
    NO_LIMIT_S,
    TARGET,
    TO,
    Cube,
    Day,
    Ints,
    Small,
)
from estafette.planning.kernel.odds import ODDS
from estafette.planning.names import Names
from estafette.planning.rules import is_fixed
from estafette.planning.run_rows import rows_of_runs
from estafette.planning.trip_rows import Book
from estafette.planning.trip_tables import TripTables, reads_alike, trip_tables

DAY_S = 86_400


class Begin(NamedTuple):
    """The stops in force: nodes[offsets[r] : offsets[r + 1]] are those of run r in time order."""

    nodes: Ints
    offsets: Ints


class Loaded(NamedTuple):
    """A day for the kernel, the stops of its trips (`State.node`), and what its trips were read with."""

    day: Day
    node: Ints
    tables: TripTables


def day_of(problem: Problem, matrix: TravelMatrix, weights: Weights) -> tuple[Day, Ints]:
    """
    Put a problem into arrays: the day, and the stops of its trips (`State.node`).

    Raises
    ------
    Invalid
        A trip or run names a place that the matrix does not know; a trip is linked to itself or two trips
        to the same one; more than 60 skills or groups are in use; the priorities cannot be priced.
    """
    return load(Book(problem, matrix, weights, Names(problem)))[:2]


def load(book: Book, before: Loaded | None = None) -> Loaded:
    """Put a problem into arrays; those loaded `before` only make it quicker. Raises as `day_of`."""
    problem, _, weights, names = book
    tables = trip_tables(book, _followers(problem, names), before and before.tables)
    node, trip = tables.node, tables.trip
    run, layout, rest = _runs(book, before)
    profile, travel, zone = _roads(book, before)
    day = Day(
        travel=travel,
        zone=zone,
        profile=profile,
        fastest=int(profile.min()),
        window=np.ascontiguousarray(node[:, 1:3]),
        trip=trip,
        run=run,
        layout=layout,
        rest=rest,
        pair=tables.pair,
        price=_price(weights),
        rule=_rule(problem, names, tables),
        odds=np.array(tuple(ODDS.values()), dtype=np.int64),
    )
    return Loaded(day, node, tables)


def _runs(book: Book, before: Loaded | None) -> tuple[Ints, Ints, Ints]:
    """Give the tables of runs, layouts and breaks."""
    problem, matrix, weights, names = book
    if before is not None and _same_frames(book, before.tables.book):
        return before.day.run, before.day.layout, before.day.rest
    run, layout, rest = rows_of_runs(problem.runs, matrix, weights, names)
    return _table(run, 18), np.array(layout, dtype=np.int64), _table(rest, 3)


def _same_frames(book: Book, other: Book) -> bool:
    # The place that is everywhere comes after all others: with more places it has another row.
    same_places = book.matrix is other.matrix or not _open(book)
    return same_places and reads_alike(book, other) and _same_runs(book, other)


def _same_runs(book: Book, other: Book) -> bool:
    """Tell whether the runs are the same but for their versions."""
    runs = zip(book.problem.runs, other.problem.runs, strict=True)
    same = all(here is there or replace(here, version=there.version) == there for here, there in runs)
    return same and book.names.apart == other.names.apart


def _roads(book: Book, before: Loaded | None) -> tuple[Cube, Small, Ints]:
    if (
        before is not None
        and before.tables.book.matrix is book.matrix
        and _open(book) == _open(before.tables.book)
    ):
        return before.day.profile, before.day.travel, before.day.zone
    return _road(book.problem, book.matrix)


def _open(book: Book) -> bool:
    return any(run.end_place_id is None for run in book.problem.runs)


def begin_of(problem: Problem) -> Begin:
    """
    List the stops of each run in force, in time order, without free legs on a run that their link forbids.

    Raises `Invalid` for a run too long to hold.
    """
    parted = _parted(problem)
    stops: dict[int, list[tuple[int, int]]] = {run.run_id: [] for run in problem.runs}
    for row, trip in enumerate(problem.trips):
        if trip.trip_id in parted:
            continue
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


def _parted(problem: Problem) -> set[int]:
    """Name of every two linked legs on runs that their link forbids the one that may be moved."""
    drivers = {run.run_id: run.driver_id for run in problem.runs}
    trips, parted = {trip.trip_id: trip for trip in problem.trips}, set()
    for trip in problem.trips:
        other = trips.get(trip.link.after_trip_id) if trip.link else None
        if trip.link is None or trip.assigned is None or other is None or other.assigned is None:
            continue
        run_ids = {trip.assigned.run_id, other.assigned.run_id}
        apart = trip.link.waits and len(run_ids) > 1
        if apart or (trip.link.same_driver and len({drivers.get(run_id) for run_id in run_ids}) > 1):
            parted.add((other if is_fixed(problem, trip) else trip).trip_id)
    return {trip_id for trip_id in parted if not is_fixed(problem, trips[trip_id])}


def _followers(problem: Problem, names: Names) -> dict[int, int]:
    """Give for each trip the one that is linked to it."""
    after: dict[int, int] = {}
    for row in names.census.linked.tolist():
        trip = problem.trips[row]
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


def _table(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _road(problem: Problem, matrix: TravelMatrix) -> tuple[Cube, Small, Ints]:
    """Give profiles, durations and zones; a run with an open end goes home to a place that is everywhere."""
    of_zone = matrix.profile_permille.astype(np.int64)
    profile, zone = of_zone[:, None] + of_zone[None, :], matrix.zone_of.astype(np.int64)
    travel = np.require(matrix.durations_s, dtype=np.int32, requirements=["C", "W"])
    if profile.shape[2] == 1 and (profile != 2000).any():
        factor = profile[zone[:, None], zone[None, :], 0]
        travel = (travel * factor // 2000).astype(np.int32)
        profile = np.full_like(profile, 2000)
    if any(run.end_place_id is None for run in problem.runs):
        travel, zone = np.pad(travel, (0, 1)), np.append(zone, 0)
    return profile, travel, zone


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


def _rule(problem: Problem, names: Names, tables: TripTables) -> Ints:
    wait_s = NO_LIMIT_S if problem.max_onboard_wait_s is None else problem.max_onboard_wait_s
    linked = len(names.census.linked) > 0
    rides = wait_s < NO_LIMIT_S or linked or int(tables.trip[:, LIMIT].min(initial=NO_LIMIT_S)) < NO_LIMIT_S
    aims = (tables.node[:, TARGET] != NOT).any() or (tables.stands < NEVER).any()
    return np.array(
        [
            wait_s,
            NO_LIMIT_S if problem.max_changes is None else problem.max_changes,
            linked,
            len(names.group) > 0,
            aims,
            max((run.wheeled_dwell_s for run in problem.runs), default=0),
            rides,
            10 * max(DAY_S, int(tables.node[:, TO].max(initial=0))),
        ],
        dtype=np.int64,
    )
