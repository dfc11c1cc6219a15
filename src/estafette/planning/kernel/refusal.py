"""Why one trip fits nowhere on one run: which rule, lifted, would let it in, and by how much."""

import numpy as np

from estafette.planning.kernel.arrays import (
    DWELL,
    FIELD_BITS,
    FIXED,
    FROM,
    GUARD,
    LAYOUT,
    LAYOUT_END,
    LIMIT,
    NEVER,
    PINNED,
    PLACE,
    REST,
    REST_END,
    REST_S,
    SHIFT_FROM,
    SHIFT_TO,
    TAKES,
    TO,
    ZERO,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.arrays import END as END_PLACE
from estafette.planning.kernel.compiled import door, inner
from estafette.planning.kernel.insertion import with_trip
from estafette.planning.kernel.road import travel_s
from estafette.planning.kernel.timing import (
    LIFT_BREAK,
    LIFT_LOCK,
    LIFT_RIDE,
    LIFT_SHIFT,
    LIFT_SPACE,
    LIFT_TIME,
    reach,
    settle,
)

# The rules that can stand in the way, in the order in which they are dropped when several together do:
# what is easiest to grant first, so that what remains is what matters.
_RULES = np.array([LIFT_TIME, LIFT_RIDE, LIFT_SHIFT, LIFT_BREAK, LIFT_LOCK, LIFT_SPACE])

# To compare unlike amounts when several rules alone would do: one space, or one break, in seconds.
SPACE_IS_WORTH_S, BREAK_IS_WORTH_S = 1_800, 1_800
NEAR_S = 900
NO_AMOUNT = -1


@inner
def space_short(day: Day, run: int, load: int) -> int:
    """Give the spaces missing in the layout that comes nearest; 0 when one fits."""
    field = (1 << (FIELD_BITS - 1)) - 1
    least = NEVER
    for row in range(day.run[run, LAYOUT], day.run[run, LAYOUT_END]):
        short = 0
        for kind in range(3):
            shift = FIELD_BITS * kind
            short += max(0, ((load >> shift) & field) - (((day.layout[row] & ~GUARD) >> shift) & field))
        least = min(least, short)
    return least


@inner
def over_s(day: Day, state: State, run: int, count: int) -> int:
    """Give by how many seconds the candidate just reached breaks the one rule that is lifted."""
    work, rule, stops = state.work, state.work.lifted[0], state.work.stops
    pull_out_s = settle(day, run, stops, count, work)
    worst_s = ZERO
    if rule == LIFT_SHIFT:
        last = stops[count - 1]
        at_s, here = work.start[count - 1] + day.node[last, DWELL], day.node[last, PLACE]
        if work.taken[count] > 0:
            rest = day.run[run, REST_END] - 1
            at_s = work.rest_start[rest - day.run[run, REST]] + day.rest[rest, REST_S]
        at_s += travel_s(day.road, here, day.run[run, END_PLACE], at_s)
        return max(day.run[run, SHIFT_FROM] - pull_out_s, at_s - day.run[run, SHIFT_TO])
    for k in range(count):
        node = stops[k]
        if rule == LIFT_RIDE:
            if node & 1:
                ride_s = work.start[k] - work.start[work.seen[node >> 1]] - day.node[node - 1, DWELL]
                worst_s = max(worst_s, ride_s - day.trip[node >> 1, LIMIT])
        elif (day.trip[node >> 1, FIXED] == PINNED) == (rule == LIFT_LOCK):
            worst_s = max(worst_s, work.start[k] - day.node[node, TO])
    return worst_s


@inner
def shortfall_s(day: Day, state: State, node: int, run: int, position: int) -> int:
    """
    Give a lower bound on how late something gets when the stop goes before stop `position`.

    From the stop before, whose earliest departure is known, and the stop after, which has to wait for
    this one; whether the shift is asked or not.
    """
    late_s = ZERO
    if position > 0:
        before = state.stops[run, position - 1]
        leave_s = day.node[before, FROM] + day.node[before, DWELL]
        late_s = leave_s - day.node[node, TO]
    if position < state.size[run]:
        leave_s = day.node[node, FROM] + day.node[node, DWELL]
        late_s = max(late_s, leave_s - day.node[state.stops[run, position], TO])
    return late_s


@inner
def nearest_s(day: Day, state: State, trip: int, run: int) -> int:
    """Give the least shortfall over all pairs of positions."""
    least_s = NEVER
    for i in range(state.size[run] + 1):
        pickup_s = max(ZERO, shortfall_s(day, state, 2 * trip, run, i))
        if pickup_s >= least_s:
            continue
        for j in range(i, state.size[run] + 1):
            least_s = min(least_s, max(pickup_s, shortfall_s(day, state, 2 * trip + 1, run, j)))
    return least_s


@inner
def least_amount(day: Day, state: State, trip: int, run: int, rules: int, within_s: int) -> int:
    """
    Give the least amount over the positions that are legal with `rules` lifted, or NEVER.

    Positions where something is late by more than `within_s` in any case are not looked at. The amount
    is enough, not always the least possible: each position is timed as early as legal. It is 0,
    without looking further, when several rules are lifted or breaks are.
    """
    count, least, work = state.size[run], NEVER, state.work
    any_will_do = rules & (rules - 1) != 0 or rules == LIFT_BREAK
    if not rules & (LIFT_TIME | LIFT_LOCK):
        within_s = min(within_s, ZERO)
    work.lifted[0] = rules
    for i in range(count + 1):
        if shortfall_s(day, state, 2 * trip, run, i) > within_s:
            continue
        short = ZERO
        for j in range(i, count + 1):
            short = max(short, space_short(day, run, state.aboard[run, j] + day.trip[trip, TAKES]))
            if short > 0 and not rules & LIFT_SPACE:
                break
            if shortfall_s(day, state, 2 * trip + 1, run, j) > within_s:
                continue
            with_trip(work.stops, state.stops[run], count, trip, i, j)
            if reach(day, run, work.stops, count + 2, work):
                amount = ZERO
                if not any_will_do:
                    amount = short if rules == LIFT_SPACE else over_s(day, state, run, count + 2)
                least = min(least, amount)
                if any_will_do:
                    break
        if any_will_do and least == 0:
            break
    work.lifted[0] = 0
    return least


@inner
def vacuous(day: Day, state: State, run: int, rule: int) -> bool:
    """Tell whether a run has nothing to lift: no break, no pinned trip."""
    if rule == LIFT_BREAK:
        return day.run[run, REST] == day.run[run, REST_END]
    if rule == LIFT_LOCK:
        pinned = 0
        for k in range(state.size[run]):
            pinned += day.trip[state.stops[run, k] >> 1, FIXED] == PINNED
        return pinned == 0
    return False


@inner
def nearest_rule(day: Day, state: State, trip: int, run: int, within_s: int) -> tuple[int, int]:
    """Give the rule that, lifted alone, lets the trip in and is missed by least; 0 for none."""
    rule, amount, nearest = ZERO, NO_AMOUNT, NEVER
    for lift in _RULES[::-1]:
        if vacuous(day, state, run, lift):
            continue
        found = least_amount(day, state, trip, run, lift, within_s)
        distance = found
        if found < NEVER and lift == LIFT_SPACE:
            distance = found * SPACE_IS_WORTH_S
        elif found < NEVER and lift == LIFT_BREAK:
            distance, found = BREAK_IS_WORTH_S, NO_AMOUNT
        if distance < nearest:
            rule, amount, nearest = lift, found, distance
    return rule, amount


@inner
def conflicting_rule(day: Day, state: State, trip: int, run: int, within_s: int) -> int:
    """Give one of several rules that together keep the trip off the run; 0 when there is no way at all."""
    lifted, rule = ZERO, ZERO
    for lift in _RULES:
        # One rule alone has been asked before.
        if (
            lifted == 0
            or vacuous(day, state, run, lift)
            or least_amount(day, state, trip, run, lifted | lift, within_s) == NEVER
        ):
            lifted |= lift
        else:
            rule = lift
    return rule


@door
def refuse(day: Day, state: State, trip: int, rules: Ints, amounts: Ints) -> None:
    """
    Write for each run the rule that keeps a trip off it, and the amount in seconds or spaces.

    Asked at the positions nearest to legal: where windows alone force the least lateness, or up to
    NEAR_S more.

    If lifting one rule alone would do: the rule that is missed by least. Otherwise several rules
    together stand in the way: rules are dropped one after another while the trip still does not fit;
    what remains is an irreducible conflict (deletion filter, Chinneck and Dravnieks 1991,
    doi:10.1287/ijoc.3.2.157), and the answer is its least negotiable member, without an amount. 0 when
    even with every rule lifted there is no way. Closed runs are left alone.
    """
    for run in range(len(day.run)):
        if state.closed[run]:
            continue
        within_s = nearest_s(day, state, trip, run) + NEAR_S
        rules[run], amounts[run] = nearest_rule(day, state, trip, run, within_s)
        if rules[run] == 0:
            rules[run] = conflicting_rule(day, state, trip, run, within_s)
