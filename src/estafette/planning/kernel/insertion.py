"""The best place for one trip: every run, every pair of positions, exactly."""

from typing import NamedTuple

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
    ZERO,
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


class Pickup(NamedTuple):
    """A pick-up tried before stop `position` of a run: departure from it, and its cost up to there."""

    trip: int
    run: int
    position: int
    out_s: int
    cost: int


@inner
def best_on_run(day: Day, state: State, trip: int, run: int, bound: int) -> tuple[int, int, int]:
    """
    Give the cheapest legal position of a trip on a run: cost, pick-up before, drop-off before.

    Only costs below `bound` count; NEVER when there is none. Bounds from windows, travel, spaces and
    the shortest possible ride discard most pairs; the others are tested exactly. Without blinking and
    with the bound NEVER, the answer NEVER is a proof that no position is legal.
    """
    count, stops, node = state.size[run], state.stops[run], 2 * trip
    best, best_pickup, best_dropoff = bound, ZERO, ZERO
    if count + 2 > len(stops):
        return NEVER, best_pickup, best_dropoff
    ready_s = day.node[node, FROM] + day.node[node, DWELL]
    here = day.run[run, START]
    for i in range(count + 1):
        if i > 0:
            here = day.node[stops[i - 1], PLACE]
        leave_s = state.leave[run, i]
        if leave_s > day.node[node, TO]:
            break
        if i < count and ready_s > state.latest[run, i]:
            continue
        drive_s = travel_s(day.road, here, day.node[node, PLACE], leave_s)
        start_s = max(leave_s + drive_s, day.node[node, FROM])
        if start_s > day.node[node, TO]:
            continue
        if not fits(day, run, state.aboard[run, i] + day.trip[trip, TAKES]):
            continue
        if state.figure[BLINKING] and draw(state.dice) % BLINK_SIDES == 0:
            continue
        if count > 0:
            drive_s -= travel_s(day.road, here, place_before(day, state, run, i), leave_s)
        cost = price_to_enter(day, state, trip, run) + day.price[DRIVE] * drive_s
        pickup = Pickup(trip, run, i, start_s + day.node[node, DWELL], cost)
        cost = cost_together(day, state, pickup, best)
        if cost < best:
            best, best_pickup, best_dropoff = cost, i, i
        cost, dropoff = best_apart(day, state, pickup, best)
        if cost < best:
            best, best_pickup, best_dropoff = cost, i, dropoff
    return (best if best < bound else NEVER), best_pickup, best_dropoff


@inner
def price_to_enter(day: Day, state: State, trip: int, run: int) -> int:
    """Give what it costs that the trip is on this run at all: a run more, or a change of driver."""
    price = day.price[RUN] if state.size[run] == 0 else 0
    if day.trip[trip, WAS] >= 0 and day.trip[trip, WAS] != run:
        price += day.price[CHANGE]
    return price


@inner
def place_before(day: Day, state: State, run: int, position: int) -> int:
    """Give the place of stop `position`, or the end of the run."""
    if position == state.size[run]:
        return day.run[run, END]
    return day.node[state.stops[run, position], PLACE]


@inner
def cost_together(day: Day, state: State, pickup: Pickup, bound: int) -> int:
    """Give the cost of dropping off right after the pick-up; NEVER if not legal or not below `bound`."""
    node, run, position = 2 * pickup.trip + 1, pickup.run, pickup.position
    ride_s = travel_s(day.road, day.node[node - 1, PLACE], day.node[node, PLACE], pickup.out_s)
    at_s = max(pickup.out_s + ride_s, day.node[node, FROM])
    if at_s > day.node[node, TO]:
        return NEVER
    at_s += day.node[node, DWELL]
    on_s = travel_s(day.road, day.node[node, PLACE], place_before(day, state, run, position), at_s)
    cost = pickup.cost + day.price[DRIVE] * (ride_s + on_s)
    if at_s + on_s > state.latest[run, position] or cost >= bound:
        return NEVER
    return cost if legal(day, state, pickup.trip, run, position, position) else NEVER


@inner
def best_apart(day: Day, state: State, pickup: Pickup, bound: int) -> tuple[int, int]:
    """Give the cheapest legal drop-off after at least one other stop: cost below `bound` or NEVER, before."""
    trip, run, node = pickup.trip, pickup.run, 2 * pickup.trip + 1
    count, price, limit_s = state.size[run], day.price[DRIVE], day.trip[trip, LIMIT]
    here, there = day.node[node - 1, PLACE], day.node[node, PLACE]
    out_s, cost, least_s, best, best_dropoff = pickup.out_s, pickup.cost, ZERO, bound, ZERO
    for j in range(pickup.position, count):
        # On from the stop before (the pick-up at first) to stop j, with the rider aboard.
        stop = state.stops[run, j]
        after = day.node[stop, PLACE]
        on_s = travel_s(day.road, here, after, out_s)
        if j == pickup.position:
            cost += price * on_s
        at_s = max(out_s + on_s, day.node[stop, FROM])
        least_s += fastest_s(day.road, here, after)
        if at_s > state.latest[run, j] or least_s > limit_s or cost >= best:
            break
        if not fits(day, run, state.aboard[run, j + 1] + day.trip[trip, TAKES]):
            break
        here, out_s = after, at_s + day.node[stop, DWELL]
        least_s += day.node[stop, DWELL]
        if out_s > day.node[node, TO]:
            break
        # Then to the drop-off, and on to what comes next.
        shortest_s = least_s + fastest_s(day.road, here, there)
        drop_s = travel_s(day.road, here, there, out_s)
        at_s = max(out_s + drop_s, day.node[node, FROM])
        if at_s > day.node[node, TO] or shortest_s > limit_s:
            continue
        at_s += day.node[node, DWELL]
        after = place_before(day, state, run, j + 1)
        on_s = travel_s(day.road, there, after, at_s)
        detour_s = drop_s + on_s - travel_s(day.road, here, after, out_s)
        total = cost + price * detour_s + day.price[RIDE] * max(0, shortest_s - day.trip[trip, DIRECT])
        if at_s + on_s > state.latest[run, j + 1] or total >= best:
            continue
        if legal(day, state, trip, run, pickup.position, j + 1):
            best, best_dropoff = total, j + 1
    return (best if best < bound else NEVER), best_dropoff


@inner
def best_insertion(day: Day, state: State, trip: int) -> tuple[int, int, int, int]:
    """Give the cheapest legal position on any run: cost (NEVER for none), run, pick-up, drop-off."""
    best, best_run, best_pickup, best_dropoff = NEVER, -1, 0, 0
    state.figure[MARK] += 1
    mark = state.figure[MARK]
    # Searching, the first of equals is drawn by lot: it need not be the one that helps the next trip.
    runs = len(day.run)
    first = draw(state.dice) % runs if state.figure[BLINKING] else 0
    for k in range(runs):
        run = (first + k) % runs
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
