"""A problem and a matrix as plain arrays for the kernel."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from estafette.domain.booking import TripFacts
from estafette.domain.error import Invalid
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.kernel.arrays import FREE, GUARD, LONGEST_RUN, ON_RUN, PINNED, Day, Ints, Road, packed
from estafette.planning.rules import breaks_in_order, direct_s, is_fixed, is_pinned, ride_limit_s

NO_LIMIT_S = 1 << 30
NOWHERE = -1


class Begin(NamedTuple):
    """The stops in force: nodes[offsets[r] : offsets[r + 1]] are those of run r in time order."""

    nodes: Ints
    offsets: Ints


def day_of(problem: Problem, matrix: TravelMatrix, weights: Weights) -> Day:
    """
    Put a problem into arrays.

    Raises
    ------
    Invalid
        A trip or run names a place that the matrix does not know.
    """
    run_row = {run.run_id: row for row, run in enumerate(problem.runs)}
    node: list[tuple[int, int, int, int]] = []
    trip: list[tuple[int, ...]] = []
    for facts in problem.trips:
        node.extend(_nodes(problem, facts, matrix))
        trip.append(_trip(problem, facts, matrix, run_row))
    run, layout, rest = _runs(problem.runs, matrix)
    profile = np.ascontiguousarray(matrix.profile_permille, dtype=np.int64)
    return Day(
        road=Road(
            travel_s=np.require(matrix.durations_s, dtype=np.int32, requirements=["C", "W"]),
            profile=profile,
            fastest=int(profile.min()),
        ),
        node=_table(node, 4),
        trip=_table(trip, 7),
        run=_table(run, 9),
        layout=np.array(layout, dtype=np.int64),
        rest=_table(rest, 3),
        price=_price(weights),
    )


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


def _row(matrix: TravelMatrix, place_id: int | None, who: str) -> int:
    if place_id is None:
        return NOWHERE
    row = matrix.row_of.get(place_id)
    if row is None:
        message = f"{who}: place {place_id} is not in the travel matrix"
        raise Invalid(message)
    return row


def _nodes(problem: Problem, trip: TripFacts, matrix: TravelMatrix) -> tuple[tuple[int, int, int, int], ...]:
    who = f"trip {trip.trip_id}"
    windows = (trip.pickup_from_s, trip.pickup_to_s), (trip.dropoff_from_s, trip.dropoff_to_s)
    if trip.assigned is not None and is_pinned(problem, trip):
        windows = (trip.assigned.pickup_s,) * 2, (trip.assigned.dropoff_s,) * 2
    return (
        (_row(matrix, trip.origin_id, who), *windows[0], trip.pickup_dwell_s),
        (_row(matrix, trip.destination_id, who), *windows[1], trip.dropoff_dwell_s),
    )


def _trip(
    problem: Problem, trip: TripFacts, matrix: TravelMatrix, run_row: dict[int, int]
) -> tuple[int, ...]:
    direct = direct_s(trip, matrix)
    was = -1 if trip.assigned is None else run_row.get(trip.assigned.run_id, -1)
    fixed = PINNED if is_pinned(problem, trip) else ON_RUN if is_fixed(problem, trip) else FREE
    return (
        NO_LIMIT_S if fixed == PINNED else ride_limit_s(problem, trip, direct),
        direct,
        _packed(trip.takes),
        fixed,
        was if fixed else -1,
        was,
        (trip.pickup_from_s + trip.pickup_to_s) // 2,
    )


def _packed(spaces: Spaces) -> int:
    return packed((spaces.seats, spaces.wheelchairs, spaces.stretchers))


def _runs(
    runs: tuple[RunFacts, ...], matrix: TravelMatrix
) -> tuple[list[tuple[int, ...]], list[int], list[tuple[int, int, int]]]:
    rows: list[tuple[int, ...]] = []
    layout: list[int] = []
    rest: list[tuple[int, int, int]] = []
    kinds: dict[object, int] = {}
    for run in runs:
        who = f"run {run.run_id}"
        frame = (
            _row(matrix, run.start_place_id, who),
            _row(matrix, run.end_place_id, who),
            run.shift_from_s,
            run.shift_to_s,
        )
        layouts = sorted(_packed(offered) | GUARD for offered in run.layouts)
        rests = [(each.from_s, each.to_s, each.duration_s) for each in breaks_in_order(run)]
        kind = kinds.setdefault((frame, tuple(layouts), tuple(rests)), len(kinds))
        first, first_rest = len(layout), len(rest)
        layout += layouts
        rest += rests
        rows.append((*frame, first, len(layout), first_rest, len(rest), kind))
    return rows, layout, rest


def _table(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _price(weights: Weights) -> Ints:
    hundredths = (100 * weights.unserved_s, 100 * weights.run_s, 100 * weights.change_s, 100)
    percents = (weights.excess_ride_percent, weights.onboard_wait_percent)
    return np.array([*hundredths, *percents], dtype=np.int64)
