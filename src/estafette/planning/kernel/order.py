"""The order in which locked trips are served on their run."""

from estafette.planning.kernel.arrays import FIXED, IN_ORDER, NODE, RANK, SIZE, Day, State
from estafette.planning.kernel.compiled import inner


@inner
def in_order(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> bool:
    """
    Tell whether a trip whose order is locked comes back to its place: before stops `pickup` and `dropoff`.

    A trip that is pinned has its times for that; any other may be anywhere between those that are locked.
    """
    if day.trip[trip, FIXED] != IN_ORDER:
        return True
    return between(day, state, 2 * trip, run, pickup) and between(day, state, 2 * trip + 1, run, dropoff)


@inner
def between(day: Day, state: State, node: int, run: int, position: int) -> bool:
    """Tell whether of the stops in locked order those before a position were before the stop in force."""
    kept = True
    for k in range(state.sheet[run, SIZE]):
        other = state.line[run, k, NODE]
        if day.trip[other >> 1, FIXED] >= IN_ORDER:
            kept = kept and (state.node[other, RANK] < state.node[node, RANK]) == (k < position)
    return kept
