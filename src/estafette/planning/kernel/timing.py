"""
When the stops of one sequence can happen, exactly.

A sequence falls into blocks: from one moment with nobody aboard to the next. Rides end inside their
block and breaks stand between blocks, so the earliest departure after a block, for each number of
breaks already taken, is all that the rest of the day depends on; and the latest start of the next block
is all that the stops before it must keep.

Inside a block every rule has the form "this start is no earlier than that one plus something". Such rules
have a least and a greatest solution, found by letting stops slip until nothing is broken (Cordeau and
Laporte 2003, section 3, doi:10.1016/S0191-2615(02)00045-0, reach the same by forward slack; Gschwind and
Drexl 2019, doi:10.1287/trsc.2018.0837, keep such bounds to test an insertion without timing the whole run).
"""

from estafette.planning.kernel.arrays import (
    END,
    FIXED,
    FROM,
    HORIZON,
    LATEST_TO,
    LIMIT,
    MAX_WAIT,
    MAY_WORK,
    NEVER,
    NO_LIMIT_S,
    PINNED,
    PLACE,
    POSITION,
    REST,
    REST_END,
    REST_FROM,
    REST_S,
    REST_TO,
    SHIFT_FROM,
    START,
    TO,
    ZERO,
    Day,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.road import fastest_s, latest_departure_s, travel_s

# What may be lifted when asking for reasons, as bits.
LIFT_TIME, LIFT_RIDE, LIFT_SPACE, LIFT_SHIFT, LIFT_BREAK, LIFT_LOCK, LIFT_WAIT = 1, 2, 4, 8, 16, 32, 64
LIFT_COMPANY, LIFT_LINK = 128, 256

LONG_AGO_S = -86_400


@inner
def lateness_lifted(day: Day, state: State, node: int) -> bool:
    """Tell whether this stop may be late: a pinned time is a lock, any other a window."""
    if day.trip[node >> 1, FIXED] == PINNED:
        return (state.lifted[0] & LIFT_LOCK) != 0
    return (state.lifted[0] & LIFT_TIME) != 0


@inner
def wait_limit_s(day: Day, state: State, node: int) -> int:
    """Give how long the vehicle may wait before a stop with somebody aboard."""
    if day.trip[node >> 1, FIXED] == PINNED or state.lifted[0] & LIFT_WAIT:
        return NO_LIMIT_S
    return day.rule[MAX_WAIT]


@inner
def ride_too_long_always(day: Day, state: State, run: int, first: int, last: int) -> bool:
    """Tell whether a ride breaks its limit even without any waiting and at the fastest hour."""
    ride_s = 0
    for k in range(first, last):
        here, there = state.seq[k], state.seq[k + 1]
        ride_s += fastest_s(day, state.node[here, PLACE], state.node[there, PLACE])
        if k > first:
            ride_s += dwell_s(day, state, run, here)
    return ride_s > day.trip[state.seq[last] >> 1, LIMIT]


@inner
def through_block(  # noqa: PLR0917 - a tuple of positions would be built in the innermost loop
    day: Day, state: State, run: int, first: int, end: int, place: int, leave_s: int
) -> int:
    """
    Time the stops first..end-1 of `seq` as early as legal; give the departure from the last, or NEVER.

    When a ride turns out too long its pick-up slips by the excess, when the vehicle waits too long with
    somebody aboard the stop before slips, and everything after it is timed again.
    """
    seq, start, lower = state.seq, state.start, state.lower
    for k in range(first, end):
        lower[k] = state.node[seq[k], FROM]
    at_s, here, k = leave_s, place, first
    while k < end:
        node = seq[k]
        came_s = at_s + travel_s(day, here, state.node[node, PLACE], at_s)
        at_s = max(came_s, lower[k])
        late_s = at_s - state.node[node, TO]
        if late_s > 0 and (
            late_s > state.lifted[1] or at_s > day.rule[HORIZON] or not lateness_lifted(day, state, node)
        ):
            return NEVER
        start[k] = at_s
        slips = k
        if node & 1:
            p = state.card[node >> 1, POSITION]
            over_s = at_s - start[p] - dwell_s(day, state, run, node - 1) - day.trip[node >> 1, LIMIT]
            if over_s > 0 and not state.lifted[0] & LIFT_RIDE:
                if ride_too_long_always(day, state, run, p, k):
                    return NEVER
                lower[p] = start[p] + over_s
                slips = p
        else:
            state.card[node >> 1, POSITION] = k
        if slips == k and k > first and at_s - came_s > day.rule[MAX_WAIT]:
            limit_s = wait_limit_s(day, state, node)
            if at_s - came_s > limit_s:
                slips = k - 1
                least_s = first_departure_s(day, here, state.node[node, PLACE], at_s - limit_s)
                lower[slips] = least_s - dwell_s(day, state, run, seq[slips])
        if slips < k:
            k, here, at_s = slips, place, leave_s
            if k > first:
                here = state.node[seq[k - 1], PLACE]
                at_s = start[k - 1] + dwell_s(day, state, run, seq[k - 1])
            continue
        here = state.node[node, PLACE]
        at_s += dwell_s(day, state, run, node)
        k += 1
    return at_s


@inner
def first_departure_s(day: Day, origin: int, destination: int, arrive_s: int) -> int:
    """Give the earliest departure that arrives no sooner than `arrive_s`."""
    depart_s = latest_departure_s(day, origin, destination, arrive_s)
    if depart_s + travel_s(day, origin, destination, depart_s) < arrive_s:
        depart_s += 1
    return depart_s


@inner
def back_through_block(day: Day, state: State, run: int, first: int, end: int, by_s: int) -> int:
    """
    Time the stops first..end-1 of `seq` as late as legal, leaving the last by `by_s`.

    Gives the start of the first, or -NEVER. The mirror of `through_block`.
    """
    seq, start, upper = state.seq, state.start, state.lower
    for k in range(first, end):
        upper[k] = state.node[seq[k], TO]
    k = end - 1
    while k >= first:
        node = seq[k]
        here, dwell = state.node[node, PLACE], dwell_s(day, state, run, node)
        depart_s = by_s
        if k < end - 1:
            depart_s = latest_departure_s(day, here, state.node[seq[k + 1], PLACE], start[k + 1])
        at_s = min(upper[k], depart_s - dwell)
        if at_s < state.node[node, FROM]:
            return -NEVER
        start[k] = at_s
        if k < end - 1 and day.rule[MAX_WAIT] < NO_LIMIT_S:
            leave_s = at_s + dwell
            most_s = leave_s + travel_s(day, here, state.node[seq[k + 1], PLACE], leave_s)
            most_s += wait_limit_s(day, state, seq[k + 1])
            if start[k + 1] > most_s:
                upper[k + 1] = most_s
                k += 1
                continue
        if node & 1:
            state.card[node >> 1, POSITION] = k
        else:
            d = state.card[node >> 1, POSITION]
            most_s = at_s + dwell + day.trip[node >> 1, LIMIT]
            if start[d] > most_s:
                upper[d] = most_s
                k = d
                continue
        k -= 1
    return start[first]


@inner
def take_breaks(day: Day, state: State, run: int, breaks: int, k: int) -> None:
    """At a moment with nobody aboard, let every state take its next break if that is earlier."""
    at, rest = state.at, day.run[run, REST]
    for b in range(breaks + 1):
        state.came[k, b] = 0
    for b in range(breaks):
        if at[b] == NEVER:
            continue
        start_s = max(at[b], day.rest[rest + b, REST_FROM])
        if start_s > day.rest[rest + b, REST_TO]:
            continue
        end_s = start_s + day.rest[rest + b, REST_S]
        if end_s < at[b + 1]:
            at[b + 1] = end_s
            state.came[k, b + 1] = 1


@inner
def take_breaks_back(day: Day, state: State, run: int, breaks: int) -> None:
    """At a moment with nobody aboard, let a departure with fewer breaks taken be that of the next break."""
    at, rest = state.at, day.run[run, REST]
    for b in range(breaks - 1, -1, -1):
        start_s = min(day.rest[rest + b, REST_TO], at[b + 1] - day.rest[rest + b, REST_S])
        if start_s >= day.rest[rest + b, REST_FROM]:
            at[b] = max(at[b], start_s)


@inner
def breaks_of(day: Day, state: State, run: int) -> int:
    """Count the breaks that a run must take."""
    return 0 if state.lifted[0] & LIFT_BREAK else day.run[run, REST_END] - day.run[run, REST]


@inner
def block_end(state: State, first: int) -> int:
    """Give the position in `seq` after the stop at which nobody is aboard any more."""
    riders, k = 0, first
    while True:
        riders += -1 if state.seq[k] & 1 else 1
        k += 1
        if riders == 0:
            return k


@inner
def block_start(state: State, end: int) -> int:
    """Give the position in `seq` of the first stop of the block that ends before `end`."""
    riders, k = 0, end
    while True:
        k -= 1
        riders += 1 if state.seq[k] & 1 else -1
        if riders == 0:
            return k


@inner
def through_blocks(  # noqa: PLR0917 - as above
    day: Day, state: State, run: int, first: int, count: int, here: int, breaks: int, keep: bool
) -> bool:
    """Take `at`, the departures from `here` by breaks taken, through the stops first..count-1 of `seq`."""
    at, k = state.at, first
    while k < count:
        end = block_end(state, k)
        alive = False
        for b in range(breaks + 1):
            if at[b] < NEVER:
                at[b] = through_block(day, state, run, k, end, here, at[b])
                alive = alive or at[b] < NEVER
        if not alive:
            return False
        take_breaks(day, state, run, breaks, end)
        if keep:
            for b in range(breaks + 1):
                state.gate[run, end, 0, b] = at[b]
        here, k = state.node[state.seq[end - 1], PLACE], end
    return True


@inner
def home_s(day: Day, state: State, run: int, count: int, from_s: int, keep: bool) -> int:
    """Give the earliest return of a run that leaves no sooner than `from_s`, or NEVER."""
    at, breaks = state.at, breaks_of(day, state, run)
    at[0] = from_s
    for b in range(breaks):
        at[b + 1] = NEVER
    take_breaks(day, state, run, breaks, ZERO)
    if keep:
        for b in range(breaks + 1):
            state.gate[run, 0, 0, b] = at[b]
    if not through_blocks(day, state, run, ZERO, count, day.run[run, START], breaks, keep):
        return NEVER
    if at[breaks] == NEVER:
        return NEVER
    here = day.run[run, START] if count == 0 else state.node[state.seq[count - 1], PLACE]
    home = at[breaks] + travel_s(day, here, day.run[run, END], at[breaks])
    late = home > day.run[run, LATEST_TO] and not state.lifted[0] & LIFT_SHIFT
    return NEVER if late else home


@inner
def reach(day: Day, state: State, run: int, count: int, keep: bool) -> int:
    """
    Give the earliest moment to leave the start place in some legal schedule of `seq`, or NEVER.

    Spaces are not looked at. Where the time on duty is limited the moment is late enough that the run can
    keep the limit. With `keep` the departures at moments with nobody aboard are kept in `gate`.
    """
    from_s = LONG_AGO_S if state.lifted[0] & LIFT_SHIFT else day.run[run, SHIFT_FROM]
    home = home_s(day, state, run, count, from_s, keep)
    most_s = state.sheet[run, MAY_WORK]
    if state.lifted[0] & LIFT_SHIFT:
        return NEVER if home == NEVER else from_s
    if most_s < 0:
        return NEVER
    while home < NEVER and home - from_s > most_s:
        # Leaving later brings the run home later only once all its slack is gone.
        later = home_s(day, state, run, count, home - most_s, keep)
        from_s, home, moved = home - most_s, later, later - home
        if day.profile.shape[2] == 1 and moved > 0:
            return NEVER
    return NEVER if home == NEVER else from_s
