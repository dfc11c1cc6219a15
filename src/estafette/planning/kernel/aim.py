"""
The cheapest times for a given order of stops.

What times cost is convex: a price for each second off a time asked for or promised, aboard, on duty. Every
rule is "this moment is at most so long after that one". From a legal schedule, moments are shifted by the
same amount together with whatever binds them, for as long as the price falls: steepest descent, which ends
at the optimum of such a cost (Murota 2003, Discrete Convex Analysis, chapter 10,
doi:10.1137/1.9780898718508). Only sets that one moment binds are tried, not their unions: exact as long as
stops bind each other along the road alone.
"""

import numpy as np

from estafette.planning.kernel.arrays import (
    AIM,
    BALANCE,
    DIRECT,
    LIMIT,
    MAX_WORK,
    MAY_WORK,
    MOVED,
    NEARNESS,
    NEVER,
    NO,
    NO_LIMIT_S,
    OVERTIME,
    PROMISED,
    RIDE,
    SHIFT_TO,
    TARGET,
    TOLERANCE,
    WAIT,
    WORK,
    WORKED,
    YES,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.moments import (
    AT,
    CHOSEN,
    GAP,
    LEAST,
    LIST,
    MOST,
    OTHER,
    REACH,
    STOP,
    ride_s,
    work_s,
)

MOST_SWEEPS = 12
LATER: int = np.int64(1)  # type: ignore[assignment]
EARLIER: int = np.int64(-1)  # type: ignore[assignment]
# Prices are taken so many fold, so that a one decides among equals: promised times stay, pick-ups are late.
FOLD = 1024
TOO_DEAR: int = NEVER >> 10


@inner
def aim(day: Day, state: State, run: int, n: int) -> None:
    """Shift the loaded moments until the price falls no more."""
    for _ in range(MOST_SWEEPS):
        moved = sweep(day, state, run, n, EARLIER)
        if not sweep(day, state, run, n, LATER) and not moved:
            break


@inner
def sweep(day: Day, state: State, run: int, n: int, sign: int) -> bool:
    """
    Shift every moment later (`sign` 1) or earlier (-1), with those it binds, while the price falls.

    Along the road alone those are all up to the next gap, so their price is a running sum; only where some
    are bound in another way as well is the set looked at whole.
    """
    m, moved, cost, odd = state.moment, False, ZERO, False
    for j in range(n):
        i = n - 1 - j if sign > 0 else j
        if j == 0 or not is_tight(state, i, sign):
            cost, odd = ZERO, False
        own = own_cost(day, state, run, n, i, sign) + ride_cost(day, state, i, sign, YES)
        cost += own
        odd = odd or bound_back(state, n, i, sign) or rides_limit(day, state, i, sign)
        odd = odd or works_limit(day, state, run, n, i, sign)
        if cost < 0 or (odd and own < 0 and cost < TOO_DEAR):
            before_s = m[i, AT]
            cost = shift(day, state, run, n, i, sign)
            moved = moved or m[i, AT] != before_s
    return moved


@inner
def shift(day: Day, state: State, run: int, n: int, i: int, sign: int) -> int:
    """Shift moment i and those it binds from one kink of the price to the next; give what more would cost."""
    m = state.moment
    while True:
        size = choose(day, state, run, n, i, sign)
        cost, step_s = ZERO, NEVER
        for j in range(size):
            each = m[j, LIST]
            cost += own_cost(day, state, run, n, each, sign) + ride_cost(day, state, each, sign, NO)
            step_s = min(step_s, kink_s(day, state, run, n, each, sign))
            step_s = min(step_s, slack_s(day, state, run, n, each, sign))
        if day.price[BALANCE] > 0 and m[0, CHOSEN] != m[n - 1, CHOSEN]:
            step_s = min(step_s, max(1, -cost * 3600 // (2 * FOLD * day.price[BALANCE])))
        falls = cost < 0 and step_s > 0
        for j in range(size):
            each = m[j, LIST]
            m[each, CHOSEN] = 0
            if falls:
                m[each, AT] += sign * step_s
        if not falls:
            return cost if cost >= 0 else TOO_DEAR


@inner
def choose(day: Day, state: State, run: int, n: int, i: int, sign: int) -> int:
    """List moment i and all that cannot stay when it is shifted; give how many."""
    m, size, looked = state.moment, put(state, i, ZERO), ZERO
    while looked < size:
        each = m[looked, LIST]
        looked += 1
        if 0 <= each + sign < n and is_tight(state, each, sign):
            size = put(state, each + sign, size)
        if bound_back(state, n, each, sign):
            size = put(state, each - sign, size)
        if rides_limit(day, state, each, sign):
            size = put(state, m[each, OTHER], size)
        if works_limit(day, state, run, n, each, sign):
            size = put(state, ZERO if sign > 0 else n - 1, size)
    return size


@inner
def put(state: State, i: int, size: int) -> int:
    """Put a moment into the set that is shifted; give its new size."""
    if state.moment[i, CHOSEN]:
        return size
    state.moment[i, CHOSEN], state.moment[size, LIST] = 1, i
    return size + 1


@inner
def is_tight(state: State, i: int, sign: int) -> bool:
    """Tell whether moment i pushes the next (`sign` 1) or the one before along the road."""
    m, before = state.moment, i if sign > 0 else i - 1
    return m[before + 1, AT] - m[before, AT] <= m[before, GAP]


@inner
def bound_back(state: State, n: int, i: int, sign: int) -> bool:
    """Tell whether moment i pulls its neighbour behind, which may not be waited for any longer."""
    m, before = state.moment, i - 1 if sign > 0 else i
    return 0 <= before < n - 1 and m[before + 1, AT] - m[before, AT] >= m[before, REACH]


@inner
def lengthens(state: State, i: int, sign: int) -> bool:
    """Tell whether shifting this stop alone makes its ride longer."""
    return (state.moment[i, OTHER] < i) == (sign > 0)


@inner
def rides_limit(day: Day, state: State, i: int, sign: int) -> bool:
    """Tell whether the stop pulls the other end of its ride, which may not become longer."""
    node = state.moment[i, STOP]
    return node >= 0 and lengthens(state, i, sign) and ride_s(state, i) >= day.trip[node >> 1, LIMIT]


@inner
def works_limit(day: Day, state: State, run: int, n: int, i: int, sign: int) -> bool:
    """Tell whether the moment is an end of the day that pulls the other, lest the work become too long."""
    if i != (n - 1 if sign > 0 else 0) or day.run[run, MAX_WORK] >= NO_LIMIT_S:
        return False
    return work_s(state, n) >= state.sheet[run, MAY_WORK]


@inner
def own_cost(day: Day, state: State, run: int, n: int, i: int, sign: int) -> int:
    """Give `FOLD` times what shifting a moment by a second costs, ride apart; TOO_DEAR where it cannot be."""
    m = state.moment
    if m[i, AT] >= m[i, MOST] if sign > 0 else m[i, AT] <= m[i, LEAST]:
        return TOO_DEAR
    cost = stop_cost(day, state, m[i, STOP], m[i, AT], sign)
    if i == n - 1:
        home_s = m[i, AT] + m[i, GAP] - day.run[run, SHIFT_TO]
        cost += sign * FOLD * day.price[WORK]
        if home_s > 0 or (home_s == 0 and sign > 0):
            cost += sign * FOLD * day.price[OVERTIME]
    if i == 0:
        cost -= sign * FOLD * day.price[WORK]
    if day.price[BALANCE] > 0 and (i == 0 or i == n - 1):
        hours_s = 2 * (day.run[run, WORKED] + work_s(state, n))
        cost += (sign if i > 0 else -sign) * FOLD * day.price[BALANCE] * hours_s // 3600
    return cost


@inner
def stop_cost(day: Day, state: State, node: int, at_s: int, sign: int) -> int:
    """Give what shifting a stop or a break costs by itself: off its target, moved, the wait aboard."""
    if node < 0:
        return sign
    price, cost = day.price, (sign if node & 1 else -sign) * (FOLD * day.price[WAIT] + 1)
    if state.node[node, TARGET] >= 0:
        is_nearer = sign * (at_s - state.node[node, TARGET]) < 0
        cost += FOLD * (-price[AIM] if is_nearer else price[AIM])
    if state.node[node, PROMISED] >= 0 and not node & 1:
        off_s = sign * (at_s - state.node[node, PROMISED])
        cost += 2 if off_s >= 0 else -2
        moved = FOLD * price[MOVED] * day.trip[node >> 1, NEARNESS] // 1000
        if off_s >= price[TOLERANCE]:
            cost += moved
        elif off_s < -price[TOLERANCE]:
            cost -= moved
    return cost


@inner
def ride_cost(day: Day, state: State, i: int, sign: int, either: bool) -> int:
    """
    Give what shifting a stop alone costs by a longer ride.

    Nothing where the other end is shifted too. With `either` a ride without detour counts as if it could also
    become shorter: so the two ends of a ride add up to nothing.
    """
    m = state.moment
    if m[i, STOP] < 0 or (not either and m[m[i, OTHER], CHOSEN]):
        return ZERO
    excess_s, price = ride_s(state, i) - day.trip[m[i, STOP] >> 1, DIRECT], FOLD * day.price[RIDE]
    if lengthens(state, i, sign):
        return price if excess_s >= 0 else ZERO
    return -price if excess_s > 0 or (either and excess_s == 0) else ZERO


@inner
def kink_s(day: Day, state: State, run: int, n: int, i: int, sign: int) -> int:
    """Give for how many seconds the price of shifting a moment stays the same."""
    m, kink = state.moment, NEVER
    node = m[i, STOP]
    if i == n - 1:
        kink = ahead_s(kink, sign * (m[i, AT] + m[i, GAP] - day.run[run, SHIFT_TO]))
    if node < 0:
        return kink
    if state.node[node, TARGET] >= 0:
        kink = ahead_s(kink, sign * (m[i, AT] - state.node[node, TARGET]))
    if state.node[node, PROMISED] >= 0 and not node & 1:
        off_s = sign * (m[i, AT] - state.node[node, PROMISED])
        for tolerance in range(-1, 2):
            kink = ahead_s(kink, off_s + tolerance * day.price[TOLERANCE])
    if not m[m[i, OTHER], CHOSEN]:
        excess_s = ride_s(state, i) - day.trip[node >> 1, DIRECT]
        kink = ahead_s(kink, excess_s if lengthens(state, i, sign) else -excess_s)
    return kink


@inner
def ahead_s(kink: int, off_s: int) -> int:
    """Give the nearer of a kink and one that `off_s`, negative while it is ahead, has yet to reach."""
    return min(kink, -off_s) if off_s < 0 else kink


@inner
def slack_s(day: Day, state: State, run: int, n: int, i: int, sign: int) -> int:
    """Give by how many seconds the window and those that stay let a moment of the set be shifted."""
    m = state.moment
    slack = m[i, MOST] - m[i, AT] if sign > 0 else m[i, AT] - m[i, LEAST]
    for before in range(max(0, i - 1), min(i + 1, n - 1)):
        if m[before, CHOSEN] != m[before + 1, CHOSEN]:
            apart_s = m[before + 1, AT] - m[before, AT]
            grows = (before < i) == (sign > 0)
            slack = min(slack, m[before, REACH] - apart_s if grows else apart_s - m[before, GAP])
    node = m[i, STOP]
    if node >= 0 and lengthens(state, i, sign) and not m[m[i, OTHER], CHOSEN]:
        slack = min(slack, day.trip[node >> 1, LIMIT] - ride_s(state, i))
    if i == (n - 1 if sign > 0 else 0) and not m[0 if sign > 0 else n - 1, CHOSEN]:
        slack = min(slack, state.sheet[run, MAY_WORK] - work_s(state, n))
    return slack
