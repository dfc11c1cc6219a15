"""One run in the state: fill, refresh, add and take trips, and undo it."""

from estafette.planning.kernel.arrays import (
    ABSENT,
    ABSENT_BEFORE,
    COST,
    DWELL,
    END,
    FROM,
    PLACE,
    SHIFT_FROM,
    SHIFT_TO,
    START,
    STEP,
    TAKES,
    TO,
    TOUCHED,
    UNSERVED,
    Day,
    State,
    fits,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.road import latest_departure_s, travel_s
from estafette.planning.kernel.timing import reach, settle, settled_cost


@inner
def refresh(day: Day, state: State, run: int) -> bool:
    """Recompute everything known about a run from its stops; False when they have no legal schedule."""
    count, stops = state.size[run], state.stops[run]
    state.figure[COST] -= state.cost[run]
    state.cost[run] = 0
    state.behind[run] = 1
    look_ahead(day, state, run)
    if count == 0:
        return True
    for k in range(count + 1):
        if not fits(day, run, state.aboard[run, k]):
            return False
    if not reach(day, run, stops, count, state.work):
        return False
    pull_out_s = settle(day, run, stops, count, state.work)
    state.cost[run] = settled_cost(day, run, stops, count, state.work, pull_out_s)
    state.figure[COST] += state.cost[run]
    return True


@inner
def look_ahead(day: Day, state: State, run: int) -> None:
    """Fill `leave`, `latest` and `aboard`: bounds from windows and travel alone, for pruning."""
    count, stops = state.size[run], state.stops[run]
    at_s, here, load = day.run[run, SHIFT_FROM], day.run[run, START], 0
    state.leave[run, 0], state.aboard[run, 0] = at_s, 0
    for k in range(count):
        node = stops[k]
        there = day.node[node, PLACE]
        at_s = max(at_s + travel_s(day.road, here, there, at_s), day.node[node, FROM]) + day.node[node, DWELL]
        load += -day.trip[node >> 1, TAKES] if node & 1 else day.trip[node >> 1, TAKES]
        state.leave[run, k + 1], state.aboard[run, k + 1] = at_s, load
        here = there
    by_s, there = day.run[run, SHIFT_TO], day.run[run, END]
    state.latest[run, count] = by_s
    for k in range(count - 1, -1, -1):
        node = stops[k]
        here = day.node[node, PLACE]
        depart_s = latest_departure_s(day.road, here, there, by_s)
        by_s = min(depart_s - day.node[node, DWELL], day.node[node, TO])
        state.latest[run, k] = by_s
        there = here


@inner
def touch(state: State, run: int) -> None:
    """Keep a copy of a run before the first change of this step."""
    if state.touched_at[run] == state.figure[STEP]:
        return
    state.touched_at[run] = state.figure[STEP]
    state.touched[state.figure[TOUCHED]] = run
    state.figure[TOUCHED] += 1
    count = state.size[run]
    state.kept_count[run] = count
    for k in range(count):
        state.kept_stops[run, k] = state.stops[run, k]


@inner
def begin(state: State) -> None:
    """Begin a step that may be undone."""
    state.figure[STEP] += 1
    state.figure[TOUCHED] = 0
    absent = state.figure[ABSENT]
    for k in range(absent):
        state.kept_absent[k] = state.absent[k]
    state.figure[ABSENT_BEFORE] = absent


@inner
def undo(day: Day, state: State) -> None:
    """Put back every run touched in this step, and the trips that were absent before it."""
    for i in range(state.figure[TOUCHED]):
        run = state.touched[i]
        for k in range(state.size[run]):
            state.run_of[state.stops[run, k] >> 1] = -1
    for i in range(state.figure[TOUCHED]):
        run = state.touched[i]
        count = state.kept_count[run]
        state.size[run] = count
        for k in range(count):
            state.stops[run, k] = state.kept_stops[run, k]
            state.run_of[state.stops[run, k] >> 1] = run
        refresh(day, state, run)
    state.figure[COST] -= day.price[UNSERVED] * state.figure[ABSENT]
    state.figure[ABSENT] = state.figure[ABSENT_BEFORE]
    for k in range(state.figure[ABSENT]):
        state.absent[k] = state.kept_absent[k]
    state.figure[COST] += day.price[UNSERVED] * state.figure[ABSENT]


@inner
def add(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> bool:
    """Put a trip on a run: pick-up before stop `pickup`, drop-off before stop `dropoff`."""
    touch(state, run)
    count, stops = state.size[run], state.stops[run]
    for k in range(count - 1, dropoff - 1, -1):
        stops[k + 2] = stops[k]
    for k in range(dropoff - 1, pickup - 1, -1):
        stops[k + 1] = stops[k]
    stops[pickup], stops[dropoff + 1] = 2 * trip, 2 * trip + 1
    state.size[run] = count + 2
    state.run_of[trip] = run
    return refresh(day, state, run)


@inner
def take(day: Day, state: State, trip: int) -> None:
    """Take a trip off its run and list it as absent; the run is not refreshed."""
    run = state.run_of[trip]
    touch(state, run)
    kept = 0
    for k in range(state.size[run]):
        if state.stops[run, k] >> 1 != trip:
            state.stops[run, kept] = state.stops[run, k]
            kept += 1
    state.size[run] = kept
    state.run_of[trip] = -1
    state.absent[state.figure[ABSENT]] = trip
    state.figure[ABSENT] += 1
    state.figure[COST] += day.price[UNSERVED]
