"""The best place for one trip: every run, every pair of positions, exactly."""

from estafette.planning.kernel.admission import (
    is_loose,
    legal_at,
    may_look,
    place_at,
    price_to_enter,
    welcome,
)
from estafette.planning.kernel.arrays import (
    BLINKING,
    DIRECT,
    DRIVE,
    FIXED,
    FROM,
    HERE,
    IN_ORDER,
    LATEST,
    LATEST_TO,
    LAVISH,
    LEAVE,
    LIMIT,
    MARK,
    NEVER,
    NODE,
    OPEN,
    PLACE,
    RIDE,
    SHIFT_FROM,
    SIZE,
    TO,
    UNSERVED,
    ZERO,
    Day,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.duty import Dropoff, Pickup, price_of_work, work_has_price
from estafette.planning.kernel.road import fastest_s, travel_s

# One position in so many is overlooked while searching, so that equal steps differ.
BLINK_SIDES = 100


@inner
def last_position(state: State, run: int, by_s: int) -> int:
    """Give the last position that can be left by `by_s`, -1 for none: departures grow along a run."""
    low, high = ZERO - 1, state.sheet[run, SIZE]
    while low < high:
        middle = (low + high + 1) // 2
        if state.line[run, middle, LEAVE] <= by_s:
            low = middle
        else:
            high = middle - 1
    return low


@inner
def best_on_run(day: Day, state: State, trip: int, run: int, bound: int) -> tuple[int, int, int]:
    """
    Give the cheapest legal position of a trip on a run: cost, pick-up before, drop-off before.

    Only costs below `bound` count; NEVER when there is none. Bounds from windows, travel, spaces and
    the shortest possible ride discard most pairs; the others are tested exactly. Without blinking and
    with the bound NEVER, the answer NEVER is a proof that no position is legal.
    """
    line, count, node = state.line, state.sheet[run, SIZE], 2 * trip
    best, best_pickup, best_dropoff = bound, ZERO, ZERO
    from_s, to_s, there = state.node[node, FROM], state.node[node, TO], state.node[node, PLACE]
    if count + 3 > line.shape[1]:
        return NEVER, best_pickup, best_dropoff
    if day.run[run, SHIFT_FROM] > to_s or from_s > day.run[run, LATEST_TO]:
        return NEVER, best_pickup, best_dropoff
    entry = price_to_enter(day, state, trip, run)
    if entry >= bound:
        return NEVER, best_pickup, best_dropoff
    dwell = dwell_s(day, state, run, node)
    loose = is_loose(day, run) and day.trip[trip, FIXED] != IN_ORDER
    for i in range(last_position(state, run, to_s), -1, -1):
        if i < count and from_s + dwell > line[run, i, LATEST]:
            break
        leave_s, here = line[run, i, LEAVE], line[run, i, HERE]
        drive_s = travel_s(day, here, there, leave_s)
        start_s = max(leave_s + drive_s, from_s)
        if start_s > to_s or not welcome(day, state, trip, run, i):
            continue
        if state.figure[BLINKING] and draw(state.dice) % BLINK_SIDES == 0:
            continue
        way_s = drive_s
        if count > 0:
            drive_s -= travel_s(day, here, place_at(day, state, run, i), leave_s)
        cost = entry + day.price[DRIVE] * drive_s
        pickup = Pickup(trip, run, i, start_s + dwell, cost, loose, way_s, drive_s)
        cost = cost_together(day, state, pickup, best)
        if cost < best:
            best, best_pickup, best_dropoff = cost, i, i
        cost, dropoff = best_apart(day, state, pickup, best)
        if cost < best:
            best, best_pickup, best_dropoff = cost, i, dropoff
    return (best if best < bound else NEVER), best_pickup, best_dropoff


@inner
def cost_together(day: Day, state: State, pickup: Pickup, bound: int) -> int:
    """Give the cost of dropping off right after the pick-up; NEVER if not legal or not below `bound`."""
    node, run, position = 2 * pickup.trip + 1, pickup.run, pickup.position
    there, after = state.node[node, PLACE], place_at(day, state, run, position)
    ride_s = travel_s(day, state.node[node - 1, PLACE], there, pickup.out_s)
    at_s = max(pickup.out_s + ride_s, state.node[node, FROM])
    if at_s > state.node[node, TO]:
        return NEVER
    at_s += dwell_s(day, state, run, node)
    on_s = travel_s(day, there, after, at_s)
    cost = pickup.cost + day.price[DRIVE] * (ride_s + on_s)
    if at_s + on_s > state.line[run, position, LATEST] or cost >= bound:
        return NEVER
    if work_has_price(day):
        cost += price_of_work(
            day, state, pickup, Dropoff(position, ride_s + on_s, ride_s + on_s, at_s + on_s)
        )
        if cost >= bound:
            return NEVER
    if pickup.loose or legal_at(day, state, pickup.trip, run, position, position):
        return cost
    return NEVER


@inner
def best_apart(day: Day, state: State, pickup: Pickup, bound: int) -> tuple[int, int]:
    """Give the cheapest legal drop-off after at least one other stop: cost below `bound` or NEVER, before."""
    trip, run, node, line = pickup.trip, pickup.run, 2 * pickup.trip + 1, state.line
    count, price, limit_s = state.sheet[run, SIZE], day.price[DRIVE], day.trip[trip, LIMIT]
    here, there, to_s = state.node[node - 1, PLACE], state.node[node, PLACE], state.node[node, TO]
    out_s, cost, least_s, best, best_dropoff, first_s = pickup.out_s, pickup.cost, ZERO, bound, ZERO, ZERO
    from_s, dwell = state.node[node, FROM], dwell_s(day, state, run, node)
    for j in range(pickup.position, count):
        # On from the stop before (the pick-up at first) to stop j, with the rider aboard.
        stop, after = line[run, j, NODE], line[run, j + 1, HERE]
        on_s = travel_s(day, here, after, out_s)
        if j == pickup.position:
            cost += price * on_s
            first_s = on_s
        at_s = max(out_s + on_s, state.node[stop, FROM])
        least_s += fastest_s(day, here, after)
        if at_s > line[run, j, LATEST] or least_s > limit_s or cost >= best:
            break
        if not welcome(day, state, trip, run, j + 1):
            break
        here, out_s = after, at_s + dwell_s(day, state, run, stop)
        least_s += out_s - at_s
        if out_s > to_s:
            break
        # Then to the drop-off, and on to what comes next.
        shortest_s = least_s + fastest_s(day, here, there)
        drop_s = travel_s(day, here, there, out_s)
        at_s = max(out_s + drop_s, from_s)
        if at_s > to_s or shortest_s > limit_s:
            continue
        at_s += dwell
        after = place_at(day, state, run, j + 1)
        on_s = travel_s(day, there, after, at_s)
        detour_s = drop_s + on_s - travel_s(day, here, after, out_s)
        total = cost + price * detour_s + day.price[RIDE] * max(ZERO, shortest_s - day.trip[trip, DIRECT])
        if at_s + on_s > line[run, j + 1, LATEST] or total >= best:
            continue
        if work_has_price(day):
            dropoff = Dropoff(j + 1, first_s + detour_s, first_s, at_s + on_s)
            total += price_of_work(day, state, pickup, dropoff)
            if total >= best:
                continue
        if pickup.loose or legal_at(day, state, trip, run, pickup.position, j + 1):
            best, best_dropoff = total, j + 1
    return (best if best < bound else NEVER), best_dropoff


@inner
def best_insertion(day: Day, state: State, trip: int, most: int) -> tuple[int, int, int, int]:
    """
    Give the cheapest legal position on any run: cost (NEVER for none), run, pick-up, drop-off.

    It costs at most `most`, and no more than leaving the trip over, except in a step that is LAVISH: two
    trips may be worth a run that neither is.
    """
    best = min(most + 1, NEVER if state.figure[LAVISH] else day.trip[trip, UNSERVED])
    best_run, best_pickup, best_dropoff = ZERO - 1, ZERO, ZERO
    state.figure[MARK] += 1
    runs = state.figure[OPEN]
    # Searching, the first of equals is drawn by lot: it need not be the one that helps the next trip.
    first = draw(state.dice) % runs if state.figure[BLINKING] and runs > 0 else ZERO
    for k in range(runs):
        run = state.open[first + k if first + k < runs else first + k - runs]
        if may_look(day, state, trip, run):
            cost, pickup, dropoff = best_on_run(day, state, trip, run, best)
            if cost < best:
                best, best_run, best_pickup, best_dropoff = cost, run, pickup, dropoff
    return (best if best_run >= 0 else NEVER), best_run, best_pickup, best_dropoff
