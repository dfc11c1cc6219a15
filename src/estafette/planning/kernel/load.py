"""What is aboard between the stops of a run, and whether it may be."""

from estafette.planning.kernel.arrays import (
    ABOARD,
    APART,
    APARTS,
    AVOIDED,
    GROUPS,
    HELD,
    HERE,
    LINKS,
    MARKED,
    NODE,
    PLACE,
    PRESENT,
    START,
    TAKES,
    ZERO,
    Day,
    State,
    fits,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.links import comes_late, waits_before


@inner
def load_up(day: Day, state: State, run: int, first: int, count: int) -> bool:
    """
    Fill `seq` and what is aboard between the stops; tell whether it may be aboard together.

    What is known before stop `first`, with nobody aboard, stays.
    """
    line, load, allowed = state.line, ZERO, True
    if first == 0:
        line[run, 0, HERE], line[run, 0, ABOARD] = day.run[run, START], 0
        line[run, 0, PRESENT], line[run, 0, AVOIDED] = 0, 0
    for k in range(first, count):
        node = line[run, k, NODE]
        trip = node >> 1
        state.seq[k] = node
        load += -day.trip[trip, TAKES] if node & 1 else day.trip[trip, TAKES]
        aboard = load
        if day.rule[LINKS]:
            aboard += HELD if waits_before(day, state, run, k + 1, count) else ZERO
            allowed = allowed and not comes_late(day, state, run, k)
        line[run, k + 1, ABOARD], line[run, k + 1, HERE] = aboard, state.node[node, PLACE]
        allowed = allowed and fits(day, run, aboard)
        if day.rule[APARTS]:
            allowed = company(day, state, run, k) and allowed
    return allowed


@inner
def company(day: Day, state: State, run: int, k: int) -> bool:
    """Say which groups are aboard after stop k of `seq` and which they avoid; False if they must not meet."""
    seq, order, riders = state.seq, state.order, ZERO
    present, avoided, allowed = ZERO, ZERO, True
    for i in range(k, -1, -1):
        trip = seq[i] >> 1
        if seq[i] & 1:
            state.card[trip, MARKED] = k + 1
        elif state.card[trip, MARKED] != k + 1:
            for r in range(riders):
                other = order[r]
                meets = day.trip[trip, GROUPS] & day.trip[other, APART]
                allowed = allowed and (meets | (day.trip[trip, APART] & day.trip[other, GROUPS])) == 0
            present, avoided = present | day.trip[trip, GROUPS], avoided | day.trip[trip, APART]
            order[riders] = trip
            riders += 1
        if state.line[run, i, ABOARD] == 0:
            break
    for i in range(k, -1, -1):
        state.card[seq[i] >> 1, MARKED] = 0
        if state.line[run, i, ABOARD] == 0:
            break
    state.line[run, k + 1, PRESENT], state.line[run, k + 1, AVOIDED] = present, avoided
    return allowed
