"""The smallest relaxations that would place a trip that is left over."""

from collections.abc import Iterator

import numpy as np

from estafette.domain.plan import Give, Relaxation
from estafette.domain.problem import Problem
from estafette.planning.kernel.arrays import AFTER, BEFORE, CLOSED, RUN_OF, ZERO, Day, Ints, State
from estafette.planning.kernel.doors import relax

# As the kernel counts them.
_GIVES = tuple(Give)
_OF_RIDER = {
    Give.PICKUP_LATER, Give.PICKUP_EARLIER, Give.DROPOFF_LATER, Give.TRIP_LATER, Give.TRIP_EARLIER,
    Give.RIDE_LONGER,
}  # fmt: skip
# To widen both ends is only said where it takes less than to widen one of them.
_IMPLIED = {
    Give.TRIP_LATER: (Give.PICKUP_LATER, Give.DROPOFF_LATER),
    Give.TRIP_EARLIER: (Give.PICKUP_EARLIER,),
}
MOST_MINUTES = 120
SHOWN = 3


def relaxations(problem: Problem, day: Day, state: State, trip: int) -> tuple[Relaxation, ...]:
    """
    Give the mildest ways, three at most and up to two hours, to place a trip (by its row) left over.

    The least of each kind on any run but those of trips linked to it: how two legs on one run bind each
    other is only known once both are timed. What disturbs the rider of the trip comes first, then what
    disturbs a driver, then another rider; the least amounts first.
    """
    found = np.full((len(_GIVES), 4), -1, dtype=np.int64)
    own = day._replace(trip=day.trip.copy(), run=day.run.copy(), rest=day.rest.copy())
    closed = state.sheet[:, CLOSED].copy()
    state.sheet[_runs_of_linked(day, state, trip), CLOSED] = 1
    relax(own, state, ZERO + trip, ZERO + MOST_MINUTES, found)
    state.sheet[:, CLOSED] = closed
    ranked = sorted(_told(problem, found), key=lambda each: (_disturbed(each.kind), each.amount_s))
    return tuple(ranked[:SHOWN])


def _runs_of_linked(day: Day, state: State, trip: int) -> list[int]:
    linked = [int(row) for row in day.trip[trip, [BEFORE, AFTER]] if row >= 0]
    return [int(run) for run in state.card[linked, RUN_OF] if run >= 0]


def _told(problem: Problem, found: Ints) -> Iterator[Relaxation]:
    amounts = {kind: amount for kind, amount in zip(_GIVES, found[:, 0].tolist(), strict=True) if amount >= 0}
    for kind, amount_s in amounts.items():
        if any(amounts.get(each, amount_s + 1) <= amount_s for each in _IMPLIED.get(kind, ())):
            continue
        _, run, moved, to_run = found[_GIVES.index(kind)].tolist()
        is_move = kind is Give.TRIP_MOVED
        yield Relaxation(
            kind=kind,
            run_id=problem.runs[run].run_id,
            amount_s=amount_s,
            moved_trip_id=problem.trips[moved].trip_id if is_move else None,
            to_run_id=problem.runs[to_run].run_id if is_move else None,
        )


def _disturbed(kind: Give) -> int:
    """Rank who is disturbed: the rider of the trip, a driver, another rider."""
    return 0 if kind in _OF_RIDER else 2 if kind is Give.TRIP_MOVED else 1
