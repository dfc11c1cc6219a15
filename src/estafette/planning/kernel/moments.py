"""
The stops and breaks of one run as moments that may move, and what binds them to each other.

The room to find the cheapest times in: see `kernel/aim.py`.
"""

from estafette.planning.kernel.arrays import (
    END,
    FROM,
    LATEST_TO,
    LIMIT,
    MAY_WORK,
    NO_LIMIT_S,
    PLACE,
    POSITION,
    REST,
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
from estafette.planning.kernel.road import latest_departure_s, travel_s
from estafette.planning.kernel.timing import wait_limit_s

# Columns of `State.moment`: when, within what, the place (a break's is that of the stop before), how long the
# service and the waiting before the next moment may take, hence the least and most from here to there, the
# node (-1: a break), the moment of the other end of the ride, whether in the set that is shifted, that set,
# the time to fall back on, and of the first the way to it from the start place.
AT, LEAST, MOST, HERE, SERVICE, PATIENCE, GAP, REACH, STOP, OTHER, CHOSEN, LIST, KEPT, LEAD = range(14)


@inner
def load_moments(day: Day, state: State, run: int, count: int) -> int:
    """List stops and breaks of the settled schedule with what binds them; give how many there are."""
    m, n, rests, riders, here = state.moment, ZERO, ZERO, ZERO, day.run[run, START]
    for k in range(count + 1):
        for _ in range(state.taken[k]):
            load_break(day, state, day.run[run, REST] + rests, n, state.rest_start[rests])
            m[n, HERE] = here
            rests += 1
            n += 1
        if k == count:
            break
        node = state.seq[k]
        riders += -1 if node & 1 else 1
        load_stop(day, state, run, node, n, state.start[k])
        m[n, PATIENCE] = wait_limit_s(day, state, state.seq[k + 1]) if riders > 0 else NO_LIMIT_S
        here = m[n, HERE]
        n += 1
    for i in range(n):
        add_leg(day, state, run, n, i)
    from_s = day.run[run, SHIFT_FROM]
    if m[0, STOP] >= 0:
        from_s += travel_s(day, day.run[run, START], m[0, HERE], from_s)
    m[0, LEAST] = max(m[0, LEAST], from_s)
    m[n - 1, MOST] = min(m[n - 1, MOST], day.run[run, LATEST_TO] - m[n - 1, GAP])
    add_lead(day, state, run)
    return n


@inner
def load_break(day: Day, state: State, row: int, n: int, at_s: int) -> None:
    """Make moment n a break."""
    m = state.moment
    m[n, AT], m[n, STOP], m[n, OTHER], m[n, PATIENCE] = at_s, -1, -1, NO_LIMIT_S
    m[n, LEAST], m[n, MOST] = day.rest[row, REST_FROM], day.rest[row, REST_TO]
    m[n, SERVICE] = day.rest[row, REST_S]


@inner
def load_stop(day: Day, state: State, run: int, node: int, n: int, at_s: int) -> None:
    """Make moment n a stop; the two ends of a ride know each other."""
    m, p = state.moment, state.card[node >> 1, POSITION]
    m[n, AT], m[n, STOP], m[n, HERE] = at_s, node, state.node[node, PLACE]
    m[n, LEAST], m[n, MOST] = state.node[node, FROM], state.node[node, TO]
    m[n, SERVICE] = dwell_s(day, state, run, node)
    if node & 1:
        m[n, OTHER], m[p, OTHER] = p, n
    else:
        state.card[node >> 1, POSITION] = n


@inner
def add_leg(day: Day, state: State, run: int, n: int, i: int) -> None:
    """Reckon the way from moment i to the next at the hour of its departure."""
    m, drive_s = state.moment, ZERO
    leave_s = m[i, AT] + m[i, SERVICE]
    if i == n - 1:
        drive_s = travel_s(day, m[i, HERE], day.run[run, END], leave_s)
    elif m[i + 1, STOP] >= 0:
        drive_s = travel_s(day, m[i, HERE], m[i + 1, HERE], leave_s)
    m[i, GAP] = m[i, SERVICE] + drive_s
    m[i, REACH] = m[i, GAP] + m[i, PATIENCE]


@inner
def add_lead(day: Day, state: State, run: int) -> None:
    """Reckon the way from the start place to the first moment: none to a break, which is taken there."""
    m = state.moment
    m[0, LEAD] = 0
    if m[0, STOP] >= 0:
        m[0, LEAD] = m[0, AT] - latest_departure_s(day, day.run[run, START], m[0, HERE], m[0, AT])


@inner
def store_moments(state: State, n: int) -> int:
    """Write the moments back as a schedule; give the pull-out for it."""
    m, k, rests = state.moment, ZERO, ZERO
    for i in range(n):
        if m[i, STOP] < 0:
            state.rest_start[rests] = m[i, AT]
            rests += 1
        else:
            state.start[k] = m[i, AT]
            k += 1
    return m[0, AT] - m[0, LEAD]


@inner
def keep_moments(state: State, n: int) -> None:
    """Keep the times to fall back on."""
    for i in range(n):
        state.moment[i, KEPT] = state.moment[i, AT]


@inner
def restore_moments(day: Day, state: State, run: int, n: int) -> None:
    """Fall back on the times kept."""
    for i in range(n):
        state.moment[i, AT] = state.moment[i, KEPT]
    add_lead(day, state, run)


@inner
def drive_on(day: Day, state: State, run: int, n: int) -> bool:
    """Delay moments until the travel of their hour fits; tell whether all rules but the drive are kept."""
    m = state.moment
    for i in range(n):
        if i > 0:
            m[i, AT] = max(m[i, AT], m[i - 1, AT] + m[i - 1, GAP])
            if m[i, AT] - m[i - 1, AT] > m[i - 1, REACH]:
                return False
        add_leg(day, state, run, n, i)
        node = m[i, STOP]
        if not m[i, LEAST] <= m[i, AT] <= m[i, MOST]:
            return False
        if node & 1 and node > 0 and ride_s(state, i) > day.trip[node >> 1, LIMIT]:
            return False
    is_home = m[n - 1, AT] + m[n - 1, GAP] <= day.run[run, LATEST_TO]
    add_lead(day, state, run)
    is_out = m[0, AT] - m[0, LEAD] >= day.run[run, SHIFT_FROM]
    return is_home and is_out and work_s(state, n) <= state.sheet[run, MAY_WORK]


@inner
def ride_s(state: State, i: int) -> int:
    """Give how long the rider of a stop is aboard."""
    m, other = state.moment, state.moment[i, OTHER]
    return abs(m[i, AT] - m[other, AT]) - m[min(i, other), SERVICE]


@inner
def work_s(state: State, n: int) -> int:
    """Give the time from pull-out to pull-in."""
    m = state.moment
    return m[n - 1, AT] + m[n - 1, GAP] - m[0, AT] + m[0, LEAD]
