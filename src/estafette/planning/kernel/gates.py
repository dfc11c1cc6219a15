"""
Insertions tested at the gates of a run: the blocks that a trip touches are timed, and nothing else.

What is kept of a run at the moments with nobody aboard, and why that is enough: decision 0020.
"""

import numpy as np

from estafette.planning.kernel.arrays import (
    ABOARD,
    END,
    FROM,
    HERE,
    LATEST_TO,
    MAX_WORK,
    NEVER,
    NO,
    NODE,
    PLACE,
    SIZE,
    START,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.road import latest_departure_s, travel_s
from estafette.planning.kernel.timing import back_through_block, breaks_of, take_breaks_back, through_blocks

# Answers of `legal`.
NOT_LEGAL: int = np.int64(0)  # type: ignore[assignment]
LEGAL: int = np.int64(1)  # type: ignore[assignment]
IN_TIME: int = np.int64(2)  # type: ignore[assignment]


@inner
def legal(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> int:
    """
    Tell exactly whether a trip fits between the stops of a run, spaces and limits of the whole run aside.

    Only the blocks that the trip touches are timed: from the earliest departure before them to the latest
    start after them. Gives NOT_LEGAL, LEGAL, or IN_TIME where the run is sure to end in its time on duty.
    """
    line, gate, seq, count = state.line, state.gate, state.seq, state.sheet[run, SIZE]
    first, end = pickup, dropoff
    while line[run, first, ABOARD] != 0:
        first -= 1
    while line[run, end, ABOARD] != 0:
        end += 1
    n = ZERO
    for k in range(first, end):
        if k == pickup:
            seq[n] = 2 * trip
            n += 1
        if k == dropoff:
            seq[n] = 2 * trip + 1
            n += 1
        seq[n] = line[run, k, NODE]
        n += 1
    if pickup == end:
        seq[n] = 2 * trip
        n += 1
    if dropoff == end:
        seq[n] = 2 * trip + 1
        n += 1
    breaks = breaks_of(day, state, run)
    for b in range(breaks + 1):
        state.at[b] = gate[run, first, 0, b]
    if not through_blocks(day, state, run, n, line[run, first, HERE], breaks, NO):
        return NOT_LEGAL
    here, at = state.node[seq[n - 1], PLACE], state.at
    if end == count:
        if at[breaks] == NEVER:
            return NOT_LEGAL
        home = at[breaks] + travel_s(day, here, day.run[run, END], at[breaks])
        if home > day.run[run, LATEST_TO]:
            return NOT_LEGAL
        return IN_TIME if home - gate[run, 0, 0, 0] <= day.run[run, MAX_WORK] else LEGAL
    return goes_on(day, state, run, end, here, breaks)


@inner
def goes_on(day: Day, state: State, run: int, end: int, here: int, breaks: int) -> int:
    """Tell whether a run can go on with stop `end`, leaving `here` at `at`: IN_TIME if no later than now."""
    at, gate, node = state.at, state.gate, state.line[run, end, NODE]
    after, answer, late = state.node[node, PLACE], NOT_LEGAL, False
    for b in range(breaks + 1):
        now_s, come_s = gate[run, end, 0, b], NEVER
        if at[b] < NEVER:
            come_s = at[b] + travel_s(day, here, after, at[b])
            if come_s <= gate[run, end, 1, b]:
                answer = LEGAL
        if now_s < NEVER:
            came_s = now_s + travel_s(day, state.line[run, end, HERE], after, now_s)
            late = late or come_s > max(came_s, state.node[node, FROM])
    return IN_TIME if answer == LEGAL and not late else answer


@inner
def look_back(day: Day, state: State, run: int, count: int) -> None:
    """Fill the latest starts of `gate` for `seq`, whose blocks `reach` has just found."""
    at, breaks, end = state.at, breaks_of(day, state, run), count
    here = state.node[state.seq[count - 1], PLACE]
    for b in range(breaks):
        at[b] = -NEVER
    at[breaks] = latest_departure_s(day, here, day.run[run, END], day.run[run, LATEST_TO])
    while end > 0:
        take_breaks_back(day, state, run, breaks)
        first = state.first[end]
        here = day.run[run, START] if first == 0 else state.node[state.seq[first - 1], PLACE]
        there = state.node[state.seq[first], PLACE]
        for b in range(breaks + 1):
            late_s = -NEVER
            if at[b] > -NEVER:
                late_s = back_through_block(day, state, run, first, end, at[b])
            state.gate[run, first, 1, b] = late_s
            at[b] = -NEVER if late_s == -NEVER else latest_departure_s(day, here, there, late_s)
        end = first
