"""Whether what keeps a trip off a run is that others come first."""

from estafette.planning.kernel.arrays import (
    BEGINS,
    FIXED,
    FREE,
    FROM,
    NODE,
    SIZE,
    TO,
    UNSERVED,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.eject import fits_without
from estafette.planning.kernel.undo import copy_run

# Who may be in the way of a trip is picked up at most so long before its time, and so long after.
BEFORE_S, AFTER_S = 7_200, 3_600


@inner
def is_outranked(day: Day, state: State, trip: int, run: int) -> bool:
    """
    Tell whether a trip would fit on a run without one that is dearer to leave over, and without no other.

    Of the trips that may be taken off, those near it in time are looked at. A trip that is only asked about,
    at a price below 0, is outranked by nobody. Leaves the run as it was.
    """
    if day.trip[trip, UNSERVED] < 0 or not has_dearer(day, state, trip, run):
        return False
    spare, count, outranked = len(day.run), state.sheet[run, SIZE], False
    copy_run(state.line, state.gate, run, state.kept_line, state.kept_gate, spare, count)
    for k in range(count):
        other = state.kept_line[spare, k, NODE] >> 1
        dearer = day.trip[other, UNSERVED] > day.trip[trip, UNSERVED]
        if not may_make_room(day, state, trip, spare, k) or (dearer and outranked):
            continue
        if fits_without(day, state, trip, run, count, other, ZERO - 1):
            outranked = dearer
            if not dearer:
                break
    copy_run(state.kept_line, state.kept_gate, spare, state.line, state.gate, run, count)
    state.sheet[run, SIZE] = count
    return outranked


@inner
def has_dearer(day: Day, state: State, trip: int, run: int) -> bool:
    """Tell whether a trip on the run is dearer to leave over."""
    most = ZERO
    for k in range(state.sheet[run, SIZE]):
        most = max(most, day.trip[state.line[run, k, NODE] >> 1, UNSERVED])
    return most > day.trip[trip, UNSERVED]


@inner
def may_make_room(day: Day, state: State, trip: int, spare: int, k: int) -> bool:
    """Tell whether stop k of the run is the pick-up of a trip that may go, near the wanted one in time."""
    node, begins_s = state.kept_line[spare, k, NODE], state.kept_line[spare, k, BEGINS]
    if node & 1 or day.trip[node >> 1, FIXED] != FREE:
        return False
    from_s, to_s = state.node[2 * trip, FROM], state.node[2 * trip + 1, TO]
    return begins_s > from_s - BEFORE_S and begins_s < to_s + AFTER_S
