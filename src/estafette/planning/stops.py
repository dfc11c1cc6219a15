"""The stops of a plan, put on their runs as they are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from estafette.domain.error import Invalid
from estafette.domain.plan import Plan, PlannedRun, StopKind
from estafette.domain.problem import Problem
from estafette.planning.census import rows_in
from estafette.planning.kernel.arrays import LONGEST_RUN, Day, Ints, State
from estafette.planning.kernel.doors import open_all, stand
from estafette.planning.names import Names

_TRIP_STOPS = (StopKind.PICKUP, StopKind.DROPOFF)


def stand_as_planned(day: Day, state: State, problem: Problem, plan: Plan) -> None:
    """
    Put a plan of the problem on a fresh state, and list the trips that it leaves over as absent.

    A run whose stops have no legal schedule is closed. Raises as `stops_of`.
    """
    stand(day, state, *stops_of(problem, Names(problem), plan).columns())
    open_all(day, state)


class Lines(NamedTuple):
    """
    The stops of a plan, run after run.

    pair : (n, 2) stop (as `State.node`) and start. offsets : (r + 1,) where the stops of each run begin.
    planned : the runs as they were read, by row; names : what they were read with.
    """

    pair: Ints
    offsets: Ints
    planned: tuple[PlannedRun | None, ...]
    names: Names

    def columns(self) -> tuple[Ints, Ints, Ints]:
        """Give stops, starts and offsets."""
        return np.ascontiguousarray(self.pair[:, 0]), np.ascontiguousarray(self.pair[:, 1]), self.offsets

    def without(self, trip: int) -> "Lines":
        """Give the stops without those of a trip, by its row; the runs as they were read stay."""
        gone = np.flatnonzero(self.pair[:, 0] >> 1 == trip)
        offsets = self.offsets - np.searchsorted(gone, self.offsets)
        return self._replace(pair=np.delete(self.pair, gone, axis=0), offsets=offsets)

    def rows_in(self, names: Names) -> Ints:
        """Give the rows that the trips have by other names, NOT for those that are not there."""
        return rows_in(names.census.ids, self.names.census.ids)


def stops_of(problem: Problem, names: Names, plan: Plan, before: Lines | None = None) -> Lines:
    """
    List the stops of the plan; those read `before` are taken over where the record of a run is the same.

    Raises
    ------
    Invalid
        The plan has a run or a trip that the problem has not, a trip twice or without one of its stops, or a
        run too long to hold.
    """
    by_id = {each.run_id: each for each in plan.runs}
    if unknown := by_id.keys() - names.run.keys():
        message = f"the plan has run {min(unknown)}, which the problem has not"
        raise Invalid(message)
    planned = tuple(by_id.get(run.run_id) for run in problem.runs)
    kept, began, rows = _taken_over(names, planned, before)
    fresh = {row: _fresh(names, planned[row]) for row in rows}
    counts = np.diff(began)
    counts[rows] = [len(stops) for stops in fresh.values()]
    offsets = np.append(0, np.cumsum(counts))
    pair = np.concatenate(list(_in_order(kept, began, fresh)))
    _refuse_odd(pair[:, 0], problem)
    if (longest := int(np.diff(offsets).max(initial=0))) > LONGEST_RUN:
        message = f"the plan has a run with {longest // 2} trips, more than {LONGEST_RUN // 2}"
        raise Invalid(message)
    return Lines(pair, offsets, planned, names)


def _taken_over(
    names: Names, planned: Sequence[PlannedRun | None], before: Lines | None
) -> tuple[Ints, Ints, list[int]]:
    """Give the stops read before, where those of each run begin, and the runs to read anew, by row."""
    if before is None or before.names.run != names.run:
        return np.zeros((0, 2), np.int64), np.zeros(len(planned) + 1, np.int64), list(range(len(planned)))
    kept = _renumbered(before, names)
    # A trip that is gone is told of by reading it.
    gone = np.searchsorted(before.offsets, np.flatnonzero(kept[:, 0] < 0), "right") - 1
    pairs = enumerate(zip(planned, before.planned, strict=True))
    return (
        kept,
        before.offsets,
        sorted({*gone.tolist(), *(row for row, (now, was) in pairs if now is not was)}),
    )


def _in_order(kept: Ints, began: Ints, fresh: Mapping[int, Ints]) -> Iterator[Ints]:
    """Put the stops of some runs, by ascending rows, in the place of those that they had."""
    stretch = 0
    for row, stops in fresh.items():
        yield kept[stretch : began[row]]
        yield stops
        stretch = began[row + 1]
    yield kept[stretch:]


def _renumbered(before: Lines, names: Names) -> Ints:
    """Give the stops by the rows that their trips have now."""
    pair = before.pair.copy()
    pair[:, 0] = 2 * before.rows_in(names)[pair[:, 0] >> 1] + (pair[:, 0] & 1)
    return pair


def _fresh(names: Names, planned: PlannedRun | None) -> Ints:
    return np.array(list(_nodes_of(names, planned)), dtype=np.int64).reshape(-1, 2)


def _nodes_of(names: Names, planned: PlannedRun | None) -> Iterator[tuple[int, int]]:
    for stop in planned.stops if planned else ():
        if stop.kind in _TRIP_STOPS:
            row = names.trip.get(stop.trip_id or 0)
            if row is None:
                message = f"the plan has trip {stop.trip_id}, which the problem has not"
                raise Invalid(message)
            yield 2 * row + (stop.kind is StopKind.DROPOFF), stop.start_s


def _refuse_odd(nodes: Ints, problem: Problem) -> None:
    """Refuse trips that are on runs twice, or by halves."""
    times = np.bincount(nodes, minlength=2 * len(problem.trips)).reshape(-1, 2)
    odd = np.flatnonzero((times.max(axis=1, initial=0) > 1) | (times[:, 0] != times[:, 1])).tolist()
    if odd:
        trip_id = min(problem.trips[row].trip_id for row in odd)
        message = f"the plan does not have one pick-up and one drop-off of trip {trip_id}"
        raise Invalid(message)
