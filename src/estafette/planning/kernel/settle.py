"""The schedule that is written into a run, and its price."""

from estafette.planning.kernel.aim import aim
from estafette.planning.kernel.arrays import (
    ACTIVATION,
    AIM,
    AIMS,
    BALANCE,
    CHANGE,
    DIRECT,
    DRIVE,
    DRIVER,
    END,
    MAX_WAIT,
    MOVED,
    NEARNESS,
    NEVER,
    NO_LIMIT_S,
    ORDER,
    OVERTIME,
    PAIR,
    PAIR_END,
    PLACE,
    POSITION,
    PROMISED,
    RANK,
    REST,
    REST_FROM,
    REST_S,
    RIDE,
    SHIFT_TO,
    START,
    STRANGE,
    TARGET,
    TO,
    TOLERANCE,
    WAIT,
    WAS,
    WORK,
    WORKED,
    ZERO,
    Day,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.driver import may_drive_s, shares_limits
from estafette.planning.kernel.moments import (
    drive_on,
    keep_moments,
    load_moments,
    restore_moments,
    store_moments,
)
from estafette.planning.kernel.road import latest_departure_s, travel_s
from estafette.planning.kernel.timing import block_end, block_start, breaks_of, through_block

# How often a schedule is aimed anew at the travel times of its own hours.
ROUNDS = 3


@inner
def settle(day: Day, state: State, run: int, count: int, from_s: int) -> int:
    """
    Write a schedule for `seq`: as early as legal, or the cheapest where some time has a price.

    Call it after `reach` gave `from_s` for the same `seq`. Fills `start`, `taken` (breaks at the moment
    after k stops) and `rest_start`; gives the pull-out, as late as the first stop allows.
    """
    pull_out_s = settle_early(day, state, run, count, from_s)
    if day.rule[AIMS] == 0 or count == 0 or state.lifted[0] != 0:
        return pull_out_s
    return settle_cheap(day, state, run, count, pull_out_s)


@inner
def settle_early(day: Day, state: State, run: int, count: int, from_s: int) -> int:
    """
    Write the schedule that `reach` found, then delay pick-ups that only lead to waiting.

    Only pick-ups and the pull-out move, and never past the start of what follows, so no ride gets longer.
    """
    rest, breaks = day.run[run, REST], breaks_of(day, state, run)
    b = breaks
    for k in range(count + 1):
        state.taken[k] = 0
    k = count
    while True:
        while state.came[k, b] == 1:
            state.taken[k] += 1
            b -= 1
        if k == 0:
            break
        k = block_start(state, k)
    at_s, here = from_s, day.run[run, START]
    while breaks > 0 or shares_limits(day, run):  # else `reach` has just timed the stops so
        for _ in range(state.taken[k]):
            state.rest_start[b] = max(at_s, day.rest[rest + b, REST_FROM])
            at_s = state.rest_start[b] + day.rest[rest + b, REST_S]
            b += 1
        if k == count:
            break
        end = block_end(state, k)
        at_s = through_block(day, state, run, k, end, here, at_s)
        here, k = state.node[state.seq[end - 1], PLACE], end
    return delay(day, state, run, count)


@inner
def delay(day: Day, state: State, run: int, count: int) -> int:
    """
    Start each pick-up as late as the stop after it allows; give the latest pull-out.

    Nobody aboard is made to wait longer than allowed for it.
    """
    seq, start, riders = state.seq, state.start, ZERO
    for k in range(count - 1, -1, -1):
        node = seq[k]
        riders += 1 if node & 1 else -1
        if node & 1:
            continue
        depart_s = latest_departure_s(
            day, state.node[node, PLACE], state.node[seq[k + 1], PLACE], start[k + 1]
        )
        start_s = min(depart_s - dwell_s(day, state, run, node), state.node[node, TO])
        if riders > 0 and day.rule[MAX_WAIT] < NO_LIMIT_S:
            here = state.node[seq[k - 1], PLACE]
            leave_s = start[k - 1] + dwell_s(day, state, run, seq[k - 1])
            came_s = leave_s + travel_s(day, here, state.node[node, PLACE], leave_s)
            start_s = min(start_s, came_s + day.rule[MAX_WAIT])
        start[k] = max(start[k], start_s)
    if state.taken[0] > 0:
        return state.rest_start[0]
    return latest_departure_s(day, day.run[run, START], state.node[seq[0], PLACE], start[0])


@inner
def settle_cheap(day: Day, state: State, run: int, count: int, pull_out_s: int) -> int:
    """
    Move stops and breaks of the settled schedule to their cheapest times; give the pull-out.

    Where travel depends on the hour it is taken as it was before moving, and what was moved is kept only
    if it is still legal and costs less.
    """
    n, least, hourly, is_legal = load_moments(day, state, run, count), NEVER, day.profile.shape[2] > 1, True
    for k in range(ROUNDS + 1):
        if hourly:
            cost = settled_cost(day, state, run, count, pull_out_s) if is_legal else NEVER
            if cost >= least:
                restore_moments(day, state, run, n)
                return store_moments(state, n)
            least = cost
        if k == (ROUNDS if hourly else 1):
            break
        keep_moments(state, n)
        aim(day, state, run, n)
        is_legal = drive_on(day, state, run, n)
        pull_out_s = store_moments(state, n)
        if hourly and is_legal:
            is_legal = drive_of(day, state, run, count, pull_out_s)[0] <= may_drive_s(day, state, run)
    return pull_out_s


@inner
def drive_of(day: Day, state: State, run: int, count: int, pull_out_s: int) -> tuple[int, int]:
    """Give the driving of the settled schedule, and when the run is home."""
    at_s, here, rests, drive = pull_out_s, day.run[run, START], ZERO, ZERO
    for k in range(count + 1):
        for _ in range(state.taken[k]):
            at_s = state.rest_start[rests] + day.rest[day.run[run, REST] + rests, REST_S]
            rests += 1
        there = day.run[run, END] if k == count else state.node[state.seq[k], PLACE]
        drive_s = travel_s(day, here, there, at_s)
        drive += drive_s
        if k == count:
            break
        at_s = state.start[k] + dwell_s(day, state, run, state.seq[k])
        here = there
    return drive, at_s + drive_s


@inner
def price_of_driver(day: Day, trip: int, run: int) -> int:
    """Give what the rider's wishes make of the driver of a run: a price, NEVER for banned."""
    for row in range(day.trip[trip, PAIR], day.trip[trip, PAIR_END]):
        if day.pair[row, 0] == day.run[run, DRIVER]:
            return day.pair[row, 1]
    return day.trip[trip, STRANGE]


@inner
def is_change(day: Day, trip: int, run: int) -> bool:
    """Tell whether the trip has another driver on this run than the one it has now."""
    was = day.trip[trip, WAS]
    return was >= 0 and was != run and day.run[was, DRIVER] != day.run[run, DRIVER]


@inner
def price_of_stop(day: Day, state: State, run: int, k: int, old_rank: int) -> int:
    """Give what a settled stop costs by itself: off its target, moved, overtaken, on this driver."""
    node, price = state.seq[k], day.price
    trip, cost = node >> 1, ZERO
    if state.node[node, TARGET] >= 0:
        cost += price[AIM] * abs(state.start[k] - state.node[node, TARGET])
    if state.node[node, PROMISED] >= 0 and not node & 1:
        moved_s = abs(state.start[k] - state.node[node, PROMISED]) - price[TOLERANCE]
        cost += price[MOVED] * max(ZERO, moved_s) * day.trip[trip, NEARNESS] // 1000
    if day.trip[trip, WAS] == run and state.node[node, RANK] < old_rank:
        cost += price[ORDER] * day.trip[trip, NEARNESS] // 1000
    if not node & 1:
        cost += price_of_driver(day, trip, run)
        if is_change(day, trip, run):
            cost += day.trip[trip, CHANGE]
    return cost


@inner
def settled_cost(day: Day, state: State, run: int, count: int, pull_out_s: int) -> int:
    """Give the price of the settled schedule, in hundredths of a driving second; see `Weights`."""
    price = day.price
    cost = day.run[run, ACTIVATION]
    at_s, here, riders, rests, rank = pull_out_s, day.run[run, START], ZERO, ZERO, ZERO
    for k in range(count):
        for _ in range(state.taken[k]):
            at_s = state.rest_start[rests] + day.rest[day.run[run, REST] + rests, REST_S]
            rests += 1
        node = state.seq[k]
        trip = node >> 1
        drive_s = travel_s(day, here, state.node[node, PLACE], at_s)
        cost += price[DRIVE] * drive_s + price[WAIT] * riders * (state.start[k] - at_s - drive_s)
        cost += price_of_stop(day, state, run, k, rank)
        if day.trip[trip, WAS] == run:
            rank = state.node[node, RANK]
        if node & 1:
            p = state.card[trip, POSITION]
            ride_s = state.start[k] - state.start[p] - dwell_s(day, state, run, node - 1)
            cost += price[RIDE] * max(ZERO, ride_s - day.trip[trip, DIRECT])
            riders -= 1
        else:
            state.card[trip, POSITION] = k
            riders += 1
        at_s, here = state.start[k] + dwell_s(day, state, run, node), state.node[node, PLACE]
    for _ in range(state.taken[count]):
        at_s = state.rest_start[rests] + day.rest[day.run[run, REST] + rests, REST_S]
        rests += 1
    drive_s = travel_s(day, here, day.run[run, END], at_s)
    return cost + price[DRIVE] * drive_s + price_of_duty(day, run, pull_out_s, at_s + drive_s)


@inner
def price_of_duty(day: Day, run: int, pull_out_s: int, home_s: int) -> int:
    """Give the price of being on duty from pull-out to pull-in."""
    price, work_s = day.price, home_s - pull_out_s
    cost = price[WORK] * work_s + price[OVERTIME] * max(ZERO, home_s - day.run[run, SHIFT_TO])
    if price[BALANCE] > 0:
        before_s = day.run[run, WORKED]
        cost += price[BALANCE] * ((before_s + work_s) ** 2 - before_s**2) // 3600
    return cost
