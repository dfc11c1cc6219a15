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
from estafette.planning.kernel.timing import (
    back_through_block,
    block_end,
    block_start,
    breaks_of,
    take_breaks_back,
    through_blocks,
)

# Answers of `legal`.
NOT_LEGAL: int = np.int64(0)  # type: ignore[assignment]
LEGAL: int = np.int64(1)  # type: ignore[assignment]
IN_TIME: int = np.int64(2)  # type: ignore[assignment]


@inner
def blocks_at(state: State, run: int, pickup: int, dropoff: int) -> tuple[int, int]:
    """Give where the blocks begin and end that a trip between these stops would touch."""
    first, end = pickup, dropoff
    while state.line[run, first, ABOARD] != 0:
        first -= 1
    while state.line[run, end, ABOARD] != 0:
        end += 1
    return first, end


@inner
def legal(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> int:
    """
    Tell exactly whether a trip fits between the stops of a run, spaces and limits of the whole run aside.

    Only the blocks that the trip touches are timed: from the earliest departure before them to the latest
    start after them. Gives NOT_LEGAL, LEGAL, or IN_TIME where the run is sure to end in its time on duty.
    """
    line, gate, seq, count = state.line, state.gate, state.seq, state.sheet[run, SIZE]
    first, end = blocks_at(state, run, pickup, dropoff)
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
    if not through_blocks(day, state, run, ZERO, n, line[run, first, HERE], breaks, NO):
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
def look_back(day: Day, state: State, run: int, end: int, first: int) -> int:
    """
    Renew the latest starts of `gate` for the blocks of `seq` that end before stop `end`, the last first.

    Until one before `first` is as it was, if the blocks before `first` are; gives the first of those timed.
    """
    at, breaks = state.at, breaks_of(day, state, run)
    by_latest_starts(day, state, run, end, breaks)
    while end > 0:
        take_breaks_back(day, state, run, breaks)
        begin, is_new = block_start(state, end), False
        here = day.run[run, START] if begin == 0 else state.node[state.seq[begin - 1], PLACE]
        there = state.node[state.seq[begin], PLACE]
        for b in range(breaks + 1):
            late_s = -NEVER
            if at[b] > -NEVER:
                late_s = back_through_block(day, state, run, begin, end, at[b])
            is_new = is_new or late_s != state.gate[run, begin, 1, b]
            state.gate[run, begin, 1, b] = late_s
            at[b] = -NEVER if late_s == -NEVER else latest_departure_s(day, here, there, late_s)
        if begin < first and not is_new:
            return begin
        end = begin
    return ZERO


@inner
def by_latest_starts(day: Day, state: State, run: int, end: int, breaks: int) -> None:
    """Write to `at` the latest departures before stop `end` of `seq`, or to the end of the run."""
    at, here = state.at, state.node[state.seq[end - 1], PLACE]
    if end == state.sheet[run, SIZE]:
        for b in range(breaks):
            at[b] = -NEVER
        at[breaks] = latest_departure_s(day, here, day.run[run, END], day.run[run, LATEST_TO])
        return
    there = state.node[state.seq[end], PLACE]
    for b in range(breaks + 1):
        late_s = state.gate[run, end, 1, b]
        at[b] = -NEVER if late_s == -NEVER else latest_departure_s(day, here, there, late_s)


@inner
def look_on(day: Day, state: State, run: int, first: int, end: int) -> int:
    """
    Renew the departures of `gate` for the blocks of `seq` from stop `first` on.

    Until one after `end` is as it was, if the blocks after `end` are; gives where the last one timed ends.
    """
    at, breaks, count = state.at, breaks_of(day, state, run), state.sheet[run, SIZE]
    for b in range(breaks + 1):
        at[b] = state.gate[run, first, 0, b]
    while first < count:
        here, is_new = state.line[run, first, HERE], False
        first, begin = block_end(state, first), first
        through_blocks(day, state, run, begin, first, here, breaks, NO)
        for b in range(breaks + 1):
            is_new = is_new or at[b] != state.gate[run, first, 0, b]
            state.gate[run, first, 0, b] = at[b]
        if first > end and not is_new:
            break
    return first
