"""Linked legs: what they ask of each other through their windows, and where the vehicle waits (0022)."""

from estafette.planning.kernel.arrays import (
    ABOARD,
    AFTER,
    BEFORE,
    BEGINS,
    DRIVER,
    DWELL,
    FROM,
    LINKS,
    NODE,
    RUN_OF,
    SIZE,
    STAY,
    TO,
    TOGETHER,
    WAITS,
    WHEELED,
    WHEELED_MOST,
    ZERO,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.compiled import inner


@inner
def waits_before(day: Day, state: State, run: int, position: int, count: int) -> bool:
    """Tell whether the vehicle waits at the door before stop `position` of `count`."""
    if position in (0, count):
        return False
    node = state.line[run, position, NODE]
    if node & 1 or day.trip[node >> 1, WAITS] == 0:
        return False
    return state.line[run, position - 1, NODE] == 2 * day.trip[node >> 1, BEFORE] + 1


@inner
def comes_late(day: Day, state: State, run: int, k: int) -> bool:
    """Tell whether stop k picks up a rider for whom the run should have waited since it dropped him."""
    node = state.line[run, k, NODE]
    if node & 1 or day.trip[node >> 1, WAITS] == 0:
        return False
    before = day.trip[node >> 1, BEFORE]
    return state.card[before, RUN_OF] == run and (k == 0 or state.line[run, k - 1, NODE] != 2 * before + 1)


@inner
def publish(day: Day, state: State, run: int, count: int) -> None:
    """Narrow the windows of the trips linked to those of a run by where these stand."""
    for k in range(count):
        node, begins_s = state.line[run, k, NODE], state.line[run, k, BEGINS]
        trip = node >> 1
        after, before = day.trip[trip, AFTER], day.trip[trip, BEFORE]
        if node & 1 and after >= 0 and state.card[after, RUN_OF] != run:
            least_s = begins_s + longest_dwell_s(day, state, node) + day.trip[after, STAY]
            state.node[2 * after, FROM] = max(day.window[2 * after, 0], least_s)
        elif not node & 1 and before >= 0:
            if state.card[before, RUN_OF] == run:
                # Both move when the run is timed again: one moment between them stands for both.
                state.node[node, FROM] = begins_s
            hold(day, state, trip, before, begins_s)


@inner
def hold(day: Day, state: State, trip: int, before: int, begins_s: int) -> None:
    """Let the drop-off of the trip before leave the stay until this one begins."""
    door = 2 * before + 1
    most_s = begins_s - day.trip[trip, STAY] - longest_dwell_s(day, state, door)
    state.node[door, TO] = min(day.window[door, 1], most_s)


@inner
def longest_dwell_s(day: Day, state: State, node: int) -> int:
    """
    Give how long service at a stop takes on the slowest vehicle.

    Linked legs reckon with that: while one of them is off its run nobody knows which vehicle it will have,
    and what both ask of each other must agree.
    """
    return state.node[node, DWELL] + state.node[node, WHEELED] * day.rule[WHEELED_MOST]


@inner
def reckon_links(day: Day, state: State) -> None:
    """Narrow all windows anew by where linked trips stand."""
    if day.rule[LINKS] == 0:
        return
    for trip in range(len(day.trip)):
        withdraw(day, state, trip)
    for run in range(len(day.run)):
        publish(day, state, run, state.sheet[run, SIZE])


@inner
def sever(day: Day, state: State, part: Ints) -> None:
    """
    Let both legs of a link between two parts move, up to the middle of the time that is between them.

    part : (r,) of each run. It holds while the leg in the other part is not timed again here.
    """
    for trip in range(len(day.trip) if day.rule[LINKS] else ZERO):
        before = day.trip[trip, BEFORE]
        if before < 0 or state.card[trip, RUN_OF] < 0 or state.card[before, RUN_OF] < 0:
            continue
        if part[state.card[trip, RUN_OF]] == part[state.card[before, RUN_OF]]:
            continue
        door, begins_s, left_s = 2 * before + 1, begins_at(state, 2 * trip), begins_at(state, 2 * before + 1)
        again_s = left_s + longest_dwell_s(day, state, door) + day.trip[trip, STAY]
        spare_s = max(ZERO, begins_s - again_s) // 2
        state.node[door, TO] = min(day.window[door, 1], left_s + spare_s)
        state.node[2 * trip, FROM] = max(day.window[2 * trip, 0], min(begins_s, again_s + spare_s))


@inner
def begins_at(state: State, node: int) -> int:
    """Give when a stop on a run begins."""
    run, begins_s = state.card[node >> 1, RUN_OF], ZERO
    for k in range(state.sheet[run, SIZE]):
        if state.line[run, k, NODE] == node:
            begins_s = state.line[run, k, BEGINS]
    return begins_s


@inner
def first_leg(day: Day, trip: int) -> int:
    """Give the first of the legs that a trip is linked to, one after the other."""
    first = trip
    for _ in range(len(day.trip)):
        if day.trip[first, BEFORE] < 0:
            break
        first = day.trip[first, BEFORE]
    return first


@inner
def tie(day: Day, state: State, trip: int, run: int) -> None:
    """Before a trip joins a run that its linked trip is on, fix the moment between the two."""
    after, before = day.trip[trip, AFTER], day.trip[trip, BEFORE]
    if before >= 0 and state.card[before, RUN_OF] == run:
        hold(day, state, trip, before, state.node[2 * trip, FROM])
    if after >= 0 and state.card[after, RUN_OF] == run:
        for k in range(state.sheet[run, SIZE]):
            if state.line[run, k, NODE] == 2 * after:
                state.node[2 * after, FROM] = state.line[run, k, BEGINS]


@inner
def withdraw(day: Day, state: State, trip: int) -> None:
    """Give the trips linked to one without a run their own windows again."""
    after, before = day.trip[trip, AFTER], day.trip[trip, BEFORE]
    if after >= 0:
        state.node[2 * after, FROM] = day.window[2 * after, 0]
    if before >= 0:
        state.node[2 * before + 1, TO] = day.window[2 * before + 1, 1]


@inner
def with_linked(day: Day, state: State, trip: int, run: int) -> bool:
    """Tell whether the run is that of linked trips if the vehicle waits, and has the driver they want."""
    before, after = day.trip[trip, BEFORE], day.trip[trip, AFTER]
    if before >= 0 and not goes_with(day, trip, state.card[before, RUN_OF], run):
        return False
    return after < 0 or goes_with(day, after, state.card[after, RUN_OF], run)


@inner
def goes_with(day: Day, tied: int, other: int, run: int) -> bool:
    """Tell whether one of two linked legs may be on `run` while the other is on run `other`, -1 for none."""
    if other < 0 or other == run:
        return True
    if day.trip[tied, WAITS]:
        return False
    return day.trip[tied, TOGETHER] == 0 or day.run[other, DRIVER] == day.run[run, DRIVER]


@inner
def beside_linked(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> bool:
    """Tell whether the trip comes at once before, or after, a linked leg on the run if the vehicle waits."""
    line, before, after = state.line, day.trip[trip, BEFORE], day.trip[trip, AFTER]
    allowed = True
    if day.trip[trip, WAITS] and state.card[before, RUN_OF] == run:
        allowed = pickup > 0 and line[run, pickup - 1, NODE] == 2 * before + 1
        allowed = allowed and line[run, pickup, ABOARD] == 0
    if after >= 0 and day.trip[after, WAITS] and state.card[after, RUN_OF] == run:
        allowed = allowed and dropoff < state.sheet[run, SIZE] and line[run, dropoff, NODE] == 2 * after
        allowed = allowed and line[run, dropoff, ABOARD] == 0
    return allowed
