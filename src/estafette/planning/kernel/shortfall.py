"""How late a trip would make somebody on a run, at least: from windows alone, and from travel too."""

from typing import NamedTuple

from estafette.planning.kernel.arrays import (
    DWELL,
    FROM,
    NEVER,
    NODE,
    PLACE,
    SIZE,
    TO,
    ZERO,
    Day,
    Ints,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.road import fastest_s


class Bounds(NamedTuple):
    """
    Bounds on the starts of a run's stops.

    early : (c,) no stop can start before. last : (c,) if it starts after, it or another is late.
    """

    early: Ints
    last: Ints


@inner
def windows_alone(day: Day, state: State, run: int, early: Ints, late: Ints, own: Ints) -> None:
    """
    Fill for each stop of a run the earliest and latest start by windows and travel, and its own latest.

    Whatever other rules say, no stop is earlier than that, and if none may be late, none later.
    """
    node, line, count = state.node, state.line, state.sheet[run, SIZE]
    for k in range(count):
        stop = line[run, k, NODE]
        early[k], own[k] = node[stop, FROM], node[stop, TO]
        if k > 0:
            early[k] = max(early[k], early[k - 1] + leg_s(day, state, run, line[run, k - 1, NODE], stop))
    for k in range(count - 1, -1, -1):
        late[k] = own[k]
        if k + 1 < count:
            stop, after = line[run, k, NODE], line[run, k + 1, NODE]
            late[k] = min(late[k], late[k + 1] - leg_s(day, state, run, stop, after))


@inner
def leg_s(day: Day, state: State, run: int, stop: int, after: int) -> int:
    """Give the least time from the start of one stop to that of the next."""
    return dwell_s(day, state, run, stop) + fastest_s(day, state.node[stop, PLACE], state.node[after, PLACE])


@inner
def arrives_s(day: Day, state: State, run: int, node: int, position: int, early: Ints) -> int:
    """Give the earliest start of a stop that goes before stop `position`."""
    from_s = state.node[node, FROM]
    if position == 0:
        return from_s
    before = state.line[run, position - 1, NODE]
    return max(from_s, early[position - 1] + leg_s(day, state, run, before, node))


@inner
def late_after_s(day: Day, state: State, run: int, node: int, position: int, bounds: Bounds) -> int:
    """Give by how much stop `position` is late when one that starts at 0 comes directly before it."""
    if position == state.sheet[run, SIZE]:
        return -NEVER
    return leg_s(day, state, run, node, state.line[run, position, NODE]) - bounds.last[position]


@inner
def together_s(day: Day, state: State, run: int, trip: int, position: int, bounds: Bounds) -> int:
    """Give the least lateness when a trip's stops go before stop `position`, one after the other."""
    pickup, dropoff = 2 * trip, 2 * trip + 1
    at_s = arrives_s(day, state, run, pickup, position, bounds.early)
    drop_s = max(state.node[dropoff, FROM], at_s + leg_s(day, state, run, pickup, dropoff))
    late_s = max(ZERO, at_s - state.node[pickup, TO], drop_s - state.node[dropoff, TO])
    return max(late_s, drop_s + late_after_s(day, state, run, dropoff, position, bounds))


@inner
def apart_s(day: Day, state: State, run: int, node: int, position: int, bounds: Bounds) -> int:
    """Give the least lateness when one stop of a trip goes before stop `position`, and not the other."""
    at_s = arrives_s(day, state, run, node, position, bounds.early)
    late_s = max(ZERO, at_s - state.node[node, TO])
    return max(late_s, at_s + late_after_s(day, state, run, node, position, bounds))


@inner
def shortfall_s(state: State, node: int, run: int, position: int) -> int:
    """
    Give a lower bound on how late something gets when the stop goes before stop `position`.

    From the stop before, whose earliest departure is known, and the stop after, which has to wait for
    this one; whether the shift is asked or not.
    """
    late_s = ZERO
    if position > 0:
        before = state.line[run, position - 1, NODE]
        leave_s = state.node[before, FROM] + state.node[before, DWELL]
        late_s = leave_s - state.node[node, TO]
    if position < state.sheet[run, SIZE]:
        leave_s = state.node[node, FROM] + state.node[node, DWELL]
        late_s = max(late_s, leave_s - state.node[state.line[run, position, NODE], TO])
    return late_s


@inner
def nearest_s(state: State, trip: int, run: int) -> int:
    """Give the least shortfall over all pairs of positions."""
    least_s = NEVER
    for i in range(state.sheet[run, SIZE] + 1):
        pickup_s = max(ZERO, shortfall_s(state, 2 * trip, run, i))
        if pickup_s >= least_s:
            continue
        for j in range(i, state.sheet[run, SIZE] + 1):
            least_s = min(least_s, max(pickup_s, shortfall_s(state, 2 * trip + 1, run, j)))
    return least_s
