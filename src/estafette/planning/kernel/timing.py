"""
When the stops of one sequence happen: exact feasibility, the schedule, its cost.

A sequence falls into blocks: from one moment with nobody aboard to the next. Rides end inside their
block and breaks stand between blocks, so the earliest departure after a block, for each number of
breaks already taken, is all that the rest of the day depends on.
"""

from estafette.planning.kernel.arrays import (
    CHANGE,
    DIRECT,
    DRIVE,
    DWELL,
    END,
    FIXED,
    FROM,
    LIMIT,
    NEVER,
    PINNED,
    PLACE,
    REST,
    REST_END,
    REST_FROM,
    REST_S,
    REST_TO,
    RIDE,
    RUN,
    SHIFT_FROM,
    SHIFT_TO,
    START,
    TO,
    WAIT,
    WAS,
    ZERO,
    Day,
    Small,
    Work,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.road import fastest_s, latest_departure_s, travel_s

# What may be lifted when asking for reasons, as bits.
LIFT_TIME, LIFT_RIDE, LIFT_SPACE, LIFT_SHIFT, LIFT_BREAK, LIFT_LOCK = 1, 2, 4, 8, 16, 32

HORIZON_S = 10 * 86_400
LONG_AGO_S = -86_400


@inner
def lateness_lifted(day: Day, node: int, work: Work) -> bool:
    """Tell whether this stop may be late: a pinned time is a lock, any other a window."""
    if day.trip[node >> 1, FIXED] == PINNED:
        return (work.lifted[0] & LIFT_LOCK) != 0
    return (work.lifted[0] & LIFT_TIME) != 0


@inner
def ride_too_long_always(day: Day, stops: Small, first: int, last: int) -> bool:
    """Tell whether a ride breaks its limit even without any waiting and at the fastest hour."""
    ride_s = 0
    for k in range(first, last):
        ride_s += fastest_s(day.road, day.node[stops[k], PLACE], day.node[stops[k + 1], PLACE])
        if k > first:
            ride_s += day.node[stops[k], DWELL]
    return ride_s > day.trip[stops[last] >> 1, LIMIT]


@inner
def through_block(  # noqa: PLR0917 - a tuple of positions would be built in the innermost loop
    day: Day, stops: Small, first: int, end: int, place: int, leave_s: int, work: Work
) -> int:
    """
    Time the stops first..end-1 as early as legal; give the departure from the last, or NEVER.

    The least fixpoint of monotone constraints: when a ride turns out too long its pick-up is delayed
    by the excess and everything after it timed again (Cordeau and Laporte 2003, section 3,
    doi:10.1016/S0191-2615(02)00045-0, reach the same by forward slack).
    """
    start, lower, seen = work.start, work.lower, work.seen
    for k in range(first, end):
        lower[k] = day.node[stops[k], FROM]
    at_s, here, k = leave_s, place, first
    while k < end:
        node = stops[k]
        at_s = max(at_s + travel_s(day.road, here, day.node[node, PLACE], at_s), lower[k])
        if at_s > day.node[node, TO] and (at_s > HORIZON_S or not lateness_lifted(day, node, work)):
            return NEVER
        start[k] = at_s
        if node & 1:
            p = seen[node >> 1]
            over_s = at_s - start[p] - day.node[node - 1, DWELL] - day.trip[node >> 1, LIMIT]
            if over_s > 0 and not work.lifted[0] & LIFT_RIDE:
                if ride_too_long_always(day, stops, p, k):
                    return NEVER
                lower[p] = start[p] + over_s
                k, here, at_s = p, place, leave_s
                if p > first:
                    here = day.node[stops[p - 1], PLACE]
                    at_s = start[p - 1] + day.node[stops[p - 1], DWELL]
                continue
        else:
            seen[node >> 1] = k
        here = day.node[node, PLACE]
        at_s += day.node[node, DWELL]
        k += 1
    return at_s


@inner
def take_breaks(day: Day, first_rest: int, breaks: int, k: int, work: Work) -> None:
    """At a moment with nobody aboard, let every state take its next break if that is earlier."""
    for b in range(breaks + 1):
        work.came[k, b] = 0
    for b in range(breaks):
        if work.at[b] == NEVER:
            continue
        start_s = max(work.at[b], day.rest[first_rest + b, REST_FROM])
        if start_s > day.rest[first_rest + b, REST_TO]:
            continue
        end_s = start_s + day.rest[first_rest + b, REST_S]
        if end_s < work.at[b + 1]:
            work.at[b + 1] = end_s
            work.came[k, b + 1] = 1


@inner
def block_end(stops: Small, first: int) -> int:
    """Give the position after the stop at which nobody is aboard any more."""
    riders, k = 0, first
    while True:
        riders += -1 if stops[k] & 1 else 1
        k += 1
        if riders == 0:
            return k


@inner
def reach(day: Day, run: int, stops: Small, count: int, work: Work) -> bool:
    """Tell whether some legal schedule of the sequence exists; spaces are not looked at."""
    rest = day.run[run, REST]
    breaks = 0 if work.lifted[0] & LIFT_BREAK else day.run[run, REST_END] - rest
    at = work.at
    at[0] = LONG_AGO_S if work.lifted[0] & LIFT_SHIFT else day.run[run, SHIFT_FROM]
    for b in range(breaks):
        at[b + 1] = NEVER
    here, k = day.run[run, START], ZERO
    take_breaks(day, rest, breaks, k, work)
    while k < count:
        end = block_end(stops, k)
        alive = False
        for b in range(breaks + 1):
            if at[b] < NEVER:
                at[b] = through_block(day, stops, k, end, here, at[b], work)
                alive = alive or at[b] < NEVER
        if not alive:
            return False
        work.first[end] = k
        take_breaks(day, rest, breaks, end, work)
        here, k = day.node[stops[end - 1], PLACE], end
    if at[breaks] == NEVER:
        return False
    home_s = at[breaks] + travel_s(day.road, here, day.run[run, END], at[breaks])
    return home_s <= day.run[run, SHIFT_TO] or (work.lifted[0] & LIFT_SHIFT) != 0


@inner
def settle(day: Day, run: int, stops: Small, count: int, work: Work) -> int:
    """
    Write the schedule that `reach` found, then delay pick-ups that only lead to waiting.

    Call it directly after `reach` gave True. Fills `work.start`, `work.taken` (breaks at the moment
    after k stops) and `work.rest_start`; gives the pull-out, as late as the first stop allows. Only
    pick-ups and the pull-out move, and never past the start of what follows, so no ride gets longer.
    """
    rest = day.run[run, REST]
    b = 0 if work.lifted[0] & LIFT_BREAK else day.run[run, REST_END] - rest
    for k in range(count + 1):
        work.taken[k] = 0
    k = count
    while True:
        while work.came[k, b] == 1:
            work.taken[k] += 1
            b -= 1
        if k == 0:
            break
        k = work.first[k]
    at_s = LONG_AGO_S if work.lifted[0] & LIFT_SHIFT else day.run[run, SHIFT_FROM]
    here = day.run[run, START]
    while True:
        for _ in range(work.taken[k]):
            work.rest_start[b] = max(at_s, day.rest[rest + b, REST_FROM])
            at_s = work.rest_start[b] + day.rest[rest + b, REST_S]
            b += 1
        if k == count:
            break
        end = block_end(stops, k)
        at_s = through_block(day, stops, k, end, here, at_s, work)
        here, k = day.node[stops[end - 1], PLACE], end
    return delay(day, run, stops, count, work)


@inner
def delay(day: Day, run: int, stops: Small, count: int, work: Work) -> int:
    """Start each pick-up as late as the stop after it allows; give the latest pull-out."""
    for k in range(count - 2, -1, -1):
        node = stops[k]
        if node & 1:
            continue
        depart_s = latest_departure_s(
            day.road, day.node[node, PLACE], day.node[stops[k + 1], PLACE], work.start[k + 1]
        )
        start_s = min(depart_s - day.node[node, DWELL], day.node[node, TO])
        work.start[k] = max(work.start[k], start_s)
    if work.taken[0] > 0:
        return work.rest_start[0]
    return latest_departure_s(day.road, day.run[run, START], day.node[stops[0], PLACE], work.start[0])


@inner
def settled_cost(day: Day, run: int, stops: Small, count: int, work: Work, pull_out_s: int) -> int:
    """
    Give the price of the settled schedule, in hundredths of a driving second.

    The run itself, driving, riders' time beyond the direct ride, their waiting aboard, and a price for
    each trip that stood on another run.
    """
    price = day.price
    cost = price[RUN]
    at_s, here, riders, rests = pull_out_s, day.run[run, START], 0, 0
    for k in range(count):
        for _ in range(work.taken[k]):
            at_s = work.rest_start[rests] + day.rest[day.run[run, REST] + rests, REST_S]
            rests += 1
        node = stops[k]
        drive_s = travel_s(day.road, here, day.node[node, PLACE], at_s)
        cost += price[DRIVE] * drive_s + price[WAIT] * riders * (work.start[k] - at_s - drive_s)
        trip = node >> 1
        if node & 1:
            ride_s = work.start[k] - work.start[work.seen[trip]] - day.node[node - 1, DWELL]
            cost += price[RIDE] * max(0, ride_s - day.trip[trip, DIRECT])
            riders -= 1
        else:
            if day.trip[trip, WAS] >= 0 and day.trip[trip, WAS] != run:
                cost += price[CHANGE]
            riders += 1
        at_s, here = work.start[k] + day.node[node, DWELL], day.node[node, PLACE]
    for _ in range(work.taken[count]):
        at_s = work.rest_start[rests] + day.rest[day.run[run, REST] + rests, REST_S]
        rests += 1
    return cost + price[DRIVE] * travel_s(day.road, here, day.run[run, END], at_s)
