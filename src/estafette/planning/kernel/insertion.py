"""The best place for one trip: every run, every pair of positions, exactly."""

from estafette.planning.kernel.arrays import (
    BLINKING,
    CHANGE,
    DIRECT,
    DRIVE,
    DWELL,
    END,
    FROM,
    HOME,
    KIND,
    LIMIT,
    MARK,
    NEVER,
    PLACE,
    RIDE,
    RUN,
    START,
    TAKES,
    TO,
    WAS,
    Day,
    Small,
    State,
    fits,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.road import fastest_s, travel_s
from estafette.planning.kernel.timing import reach

# One position in so many is overlooked while searching, so that equal steps differ.
BLINK_SIDES = 100


@inner
def with_trip(candidate: Small, stops: Small, count: int, trip: int, pickup: int, dropoff: int) -> None:
    """Write the stops with the trip put in, pick-up before stop `pickup`, drop-off before `dropoff`."""
    for k in range(pickup):
        candidate[k] = stops[k]
    candidate[pickup] = 2 * trip
    for k in range(pickup, dropoff):
        candidate[k + 1] = stops[k]
    candidate[dropoff + 1] = 2 * trip + 1
    for k in range(dropoff, count):
        candidate[k + 2] = stops[k]


@inner
def legal(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> bool:
    """Tell exactly whether the trip fits there, spaces aside."""
    count = state.size[run]
    with_trip(state.work.stops, state.stops[run], count, trip, pickup, dropoff)
    return reach(day, run, state.work.stops, count + 2, state.work)


@inner
def best_on_run(day: Day, state: State, trip: int, run: int, bound: int) -> tuple[int, int, int]:
    """
    Give the cheapest legal position of a trip on a run: cost, pick-up before, drop-off before.

    Only costs below `bound` count; NEVER when there is none. Bounds from windows, travel, spaces and
    the shortest possible ride discard most pairs; the others are tested exactly. Without blinking and
    with the bound NEVER, the answer NEVER is a proof that no position is legal.
    """
    count, stops, price = state.size[run], state.stops[run], day.price
    if count + 2 > len(stops):
        return NEVER, 0, 0
    first, last = 2 * trip, 2 * trip + 1
    origin, destination = day.node[first, PLACE], day.node[last, PLACE]
    takes, limit_s, direct_s = day.trip[trip, TAKES], day.trip[trip, LIMIT], day.trip[trip, DIRECT]
    base = price[RUN] if count == 0 else 0
    if day.trip[trip, WAS] >= 0 and day.trip[trip, WAS] != run:
        base += price[CHANGE]
    best, best_pickup, best_dropoff = bound, 0, 0
    ready_s = day.node[first, FROM] + day.node[first, DWELL]
    here = day.run[run, START]
    for i in range(count + 1):
        if i > 0:
            here = day.node[stops[i - 1], PLACE]
        leave_s = state.leave[run, i]
        if leave_s > day.node[first, TO]:
            break
        if i < count and ready_s > state.latest[run, i]:
            continue
        to_pickup_s = travel_s(day.road, here, origin, leave_s)
        start_s = max(leave_s + to_pickup_s, day.node[first, FROM])
        if start_s > day.node[first, TO] or not fits(day, run, state.aboard[run, i] + takes):
            continue
        if state.figure[BLINKING] and draw(state.dice) % BLINK_SIDES == 0:
            continue
        there = day.run[run, END] if i == count else day.node[stops[i], PLACE]
        saved_s = travel_s(day.road, here, there, leave_s) if count > 0 else 0
        out_s = start_s + day.node[first, DWELL]
        ride_s = travel_s(day.road, origin, destination, out_s)
        drop_s = max(out_s + ride_s, day.node[last, FROM])
        if drop_s <= day.node[last, TO]:
            drop_s += day.node[last, DWELL]
            on_s = travel_s(day.road, destination, there, drop_s)
            if drop_s + on_s <= state.latest[run, i]:
                cost = base + price[DRIVE] * (to_pickup_s + ride_s + on_s - saved_s)
                if cost < best and legal(day, state, trip, run, i, i):
                    best, best_pickup, best_dropoff = cost, i, i
        if i == count:
            break
        on_s = travel_s(day.road, origin, there, out_s)
        detour_s = to_pickup_s + on_s - saved_s
        start_s = max(out_s + on_s, day.node[stops[i], FROM])
        least_s = fastest_s(day.road, origin, there)
        before = there
        for j in range(i + 1, count + 1):
            if start_s > state.latest[run, j - 1] or least_s > limit_s:
                break
            if base + price[DRIVE] * detour_s >= best or not fits(day, run, state.aboard[run, j] + takes):
                break
            out_s = start_s + day.node[stops[j - 1], DWELL]
            least_s += day.node[stops[j - 1], DWELL]
            if out_s > day.node[last, TO]:
                break
            after = day.run[run, END] if j == count else day.node[stops[j], PLACE]
            to_drop_s = travel_s(day.road, before, destination, out_s)
            drop_s = max(out_s + to_drop_s, day.node[last, FROM])
            onward_s = travel_s(day.road, before, after, out_s)
            shortest_s = least_s + fastest_s(day.road, before, destination)
            if drop_s <= day.node[last, TO] and shortest_s <= limit_s:
                drop_s += day.node[last, DWELL]
                on_s = travel_s(day.road, destination, after, drop_s)
                if drop_s + on_s <= state.latest[run, j]:
                    cost = base + price[DRIVE] * (detour_s + to_drop_s + on_s - onward_s)
                    cost += price[RIDE] * max(0, shortest_s - direct_s)
                    if cost < best and legal(day, state, trip, run, i, j):
                        best, best_pickup, best_dropoff = cost, i, j
            if j == count:
                break
            start_s = max(out_s + onward_s, day.node[stops[j], FROM])
            least_s += fastest_s(day.road, before, after)
            before = after
    return (best if best < bound else NEVER), best_pickup, best_dropoff


@inner
def best_insertion(day: Day, state: State, trip: int) -> tuple[int, int, int, int]:
    """Give the cheapest legal position on any run: cost (NEVER for none), run, pick-up, drop-off."""
    best, best_run, best_pickup, best_dropoff = NEVER, -1, 0, 0
    state.figure[MARK] += 1
    mark = state.figure[MARK]
    for run in range(len(day.run)):
        if state.closed[run] or (day.trip[trip, HOME] >= 0 and day.trip[trip, HOME] != run):
            continue
        if state.size[run] == 0 and day.trip[trip, WAS] != run:
            # Empty runs that cannot be told apart need one look only.
            kind = day.run[run, KIND]
            if state.tried_kind[kind] == mark:
                continue
            state.tried_kind[kind] = mark
        cost, pickup, dropoff = best_on_run(day, state, trip, run, best)
        if cost < best:
            best, best_run, best_pickup, best_dropoff = cost, run, pickup, dropoff
    return best, best_run, best_pickup, best_dropoff
