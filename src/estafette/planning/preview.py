"""What a move made by hand would do to a plan, before anything is done."""

from collections.abc import Iterator

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.offer import Move, Preview, StopMove, Swap
from estafette.domain.plan import LeftOver, Plan, PlannedRun, Violation
from estafette.domain.problem import Problem
from estafette.domain.weights import Terms
from estafette.planning.check import violations
from estafette.planning.kernel.timing import (
    LIFT_BREAK,
    LIFT_LOCK,
    LIFT_RIDE,
    LIFT_SHIFT,
    LIFT_TIME,
    LIFT_WAIT,
)
from estafette.planning.offers import marginal, standing_run, without
from estafette.planning.part import trips_of
from estafette.planning.positions import positions_of
from estafette.planning.ripple import ripple
from estafette.planning.rules import gets_other_driver
from estafette.planning.standing import Asked, Standing, asking, timed

# A run that cannot be driven legally is timed as if these rules were not there, as few as will do, and the
# checker says which of them it breaks.
_LATE = LIFT_TIME | LIFT_LOCK
_ABOARD = _LATE | LIFT_WAIT | LIFT_RIDE
_LEVELS = (0, _LATE, _ABOARD, _ABOARD | LIFT_SHIFT, _ABOARD | LIFT_SHIFT | LIFT_BREAK)

Sequences = dict[int, list[int]]


def preview(standing: Standing, move: Move | Swap) -> Preview:
    """
    Say what a move would do: rules broken on the runs that change, cost by name, stops whose time changes.

    Raises
    ------
    Invalid
        The problem has no such trip or run, or a position is not on the run.
    """
    trip = move.trip_id if isinstance(move, Move) else standing.room.trips[-1].trip_id
    with asking(standing, trip) as asked:
        sequences = _moved(asked, move) if isinstance(move, Move) else _swapped(standing, move)
        changed = {run: nodes for run, nodes in sequences.items() if nodes != standing.nodes(run)}
        runs = {run: driven(asked, run, nodes) for run, nodes in changed.items()}
        terms = _unserved(asked, sequences)
        moves: list[StopMove] = []
        for run, planned in runs.items():
            before = standing_run(standing, run)
            terms = terms.plus(marginal(asked, run, before, planned))
            moves += ripple(before, planned, but=(trip,))
        return Preview(
            violations=tuple(broken(standing, runs)), cost=terms.cost(), terms=terms, ripple=tuple(moves)
        )


def run_row(standing: Standing, run_id: int) -> int:
    """Give the row of a run; raises `Invalid` for one that the problem does not have."""
    row = standing.book.names.run.get(run_id)
    if row is None:
        message = f"the problem has no run {run_id}"
        raise Invalid(message)
    return row


def _moved(asked: Asked, move: Move) -> Sequences:
    home = asked.standing.run_of(asked.row)
    found = {} if home < 0 else {home: without(asked, home)}
    if move.run_id is not None:
        run = run_row(asked.standing, move.run_id)
        alone = without(asked, run)
        pickup, dropoff = _positions(asked, move, run, alone)
        node = 2 * asked.row
        found[run] = [*alone[:pickup], node, *alone[pickup:dropoff], node + 1, *alone[dropoff:]]
    return found


def _positions(asked: Asked, move: Move, run: int, alone: list[int]) -> tuple[int, int]:
    if move.pickup_position is None:
        return positions_of(asked, run, alone)
    count, pickup = len(alone), move.pickup_position
    dropoff = pickup if move.dropoff_position is None else move.dropoff_position
    if not 0 <= pickup <= dropoff <= count:
        message = f"run {move.run_id} has {count} other stops: no positions {pickup} and {dropoff}"
        raise Invalid(message)
    return pickup, dropoff


def _swapped(standing: Standing, swap: Swap) -> Sequences:
    run, other = run_row(standing, swap.run_id), run_row(standing, swap.other_run_id)
    return {run: standing.nodes(other), other: standing.nodes(run)}


def driven(asked: Asked, run: int, nodes: list[int]) -> PlannedRun:
    """Write a run, by its row, with these stops; lifting few rules where that is not legal."""
    joins = asked.row if 2 * asked.row in nodes else -1
    ways = (timed(asked, run, nodes, joins=joins, lifted=level) for level in _LEVELS)
    return next(way for way in ways if way is not None)


def _unserved(asked: Asked, sequences: Sequences) -> Terms:
    """Give what is saved or lost because the trip asked about is served or not."""
    served = any(2 * asked.row in nodes for nodes in sequences.values())
    was_served = asked.standing.run_of(asked.row) >= 0
    if served == was_served or asked.row == asked.standing.spare:
        return Terms()
    price = int(asked.standing.loaded.tables.price[asked.row])
    return Terms(unserved=-price if served else price)


def broken(standing: Standing, runs: dict[int, PlannedRun]) -> Iterator[Violation]:
    """Give what the checker finds on the runs that change, and between linked trips."""
    if not runs:
        return
    after = {**standing.planned, **{planned.run_id: planned for planned in runs.values()}}
    changed = {planned.run_id for planned in runs.values()}
    touched = {t for run_id in changed for t in _trips(standing.planned.get(run_id), after[run_id])}
    looked_at = changed | _runs_of_linked(standing, touched, after) | _runs_of_drivers(standing, changed)
    wanted = touched | {trip_id for run_id in looked_at for trip_id in _trips(after.get(run_id))}
    problem = _problem_of(standing, wanted, looked_at)
    plan = _plan_of(standing, problem, [after[run_id] for run_id in looked_at & after.keys()], touched)
    for found in violations(problem, standing.matrix, plan):
        if found.run_id is None or found.run_id in changed or found.trip_id in touched:
            yield found


def _trips(*runs: PlannedRun | None) -> Iterator[int]:
    return trips_of(run for run in runs if run is not None)


def _runs_of_linked(standing: Standing, touched: set[int], after: dict[int, PlannedRun]) -> set[int]:
    linked = {
        other
        for trip in standing.room.trips
        if trip.link
        for one, other in ((trip.trip_id, trip.link.after_trip_id), (trip.link.after_trip_id, trip.trip_id))
        if one in touched
    } - touched
    return {run_id for run_id, planned in after.items() if linked and linked & set(_trips(planned))}


def _runs_of_drivers(standing: Standing, run_ids: set[int]) -> set[int]:
    """Name all runs of the drivers of some: their limits hold for all together."""
    runs = standing.room.runs
    drivers = {run.driver_id for run in runs if run.run_id in run_ids}
    return {run.run_id for run in runs if run.driver_id in drivers}


def _problem_of(standing: Standing, wanted: set[int], looked_at: set[int]) -> Problem:
    """
    Give the problem with these trips and runs alone, and with the runs that the trips have in force.

    Changes of drivers elsewhere count against the limit.
    """
    room, most, names = standing.room, standing.room.max_changes, standing.book.names
    rows = sorted(names.trip[trip_id] for trip_id in wanted & names.trip.keys())
    trips = tuple(room.trips[row] for row in rows)
    in_force = {trip.assigned.run_id for trip in trips if trip.assigned is not None} & names.run.keys()
    runs = tuple(room.runs[row] for row in sorted(names.run[run_id] for run_id in looked_at | in_force))
    if most is not None:
        most = max(0, most - sum(_changes(standing, wanted)))
    return msgspec.structs.replace(room, trips=trips, runs=runs, max_changes=most)


def _changes(standing: Standing, but: set[int]) -> Iterator[bool]:
    drivers = {run.run_id: run.driver_id for run in standing.room.runs}
    for row, trip in enumerate(standing.room.trips):
        run = standing.run_of(row)
        if run >= 0 and trip.trip_id not in but:
            yield gets_other_driver(trip, standing.room.runs[run].driver_id, drivers)


def _plan_of(standing: Standing, problem: Problem, runs: list[PlannedRun], touched: set[int]) -> Plan:
    listed = {planned.run_id for planned in runs}
    empty = [
        PlannedRun(run_id=run.run_id, driver_id=run.driver_id, stops=())
        for run in problem.runs
        if run.run_id not in listed
    ]
    left = touched - set(trips_of(runs))
    return msgspec.structs.replace(
        standing.plan,
        runs=(*runs, *empty),
        left_over=tuple(LeftOver(trip_id=trip_id, refusals=()) for trip_id in sorted(left)),
    )
