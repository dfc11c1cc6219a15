"""Why one trip fits nowhere on one run: which rule, lifted, would let it in, and by how much."""

import numpy as np

from estafette.planning.kernel.arrays import (
    ABOARD,
    ALONE,
    APART,
    APARTS,
    AVOIDED,
    CHANGES,
    CLOSED,
    DWELL,
    FIELD_BITS,
    FIELDS,
    FIXED,
    FROM,
    GROUPS,
    GUARD,
    HOME,
    LATEST_TO,
    LAYOUT,
    LAYOUT_END,
    LIMIT,
    LINKS,
    MAX_CHANGES,
    MAX_DRIVE,
    MAX_WAIT,
    MAX_WORK,
    NEEDS,
    NEVER,
    NO_LIMIT_S,
    NODE,
    PINNED,
    PLACE,
    POSITION,
    PRESENT,
    REST,
    REST_END,
    SHIFT_FROM,
    SIZE,
    SKILLS,
    TAKES,
    TO,
    UNSERVED,
    ZERO,
    Day,
    Ints,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import door, inner
from estafette.planning.kernel.insertion import best_on_run, with_linked, with_trip
from estafette.planning.kernel.road import travel_s
from estafette.planning.kernel.route import may_drive
from estafette.planning.kernel.settle import drive_of, is_change, price_of_driver, settle
from estafette.planning.kernel.timing import (
    LIFT_BREAK,
    LIFT_COMPANY,
    LIFT_LINK,
    LIFT_LOCK,
    LIFT_RIDE,
    LIFT_SHIFT,
    LIFT_SPACE,
    LIFT_TIME,
    LIFT_WAIT,
    reach,
)

# The rules that can stand in the way, in the order in which they are dropped when several together do:
# what is easiest to grant first, so that what remains is what matters.
_RULES = np.array([
    LIFT_TIME, LIFT_WAIT, LIFT_RIDE, LIFT_SHIFT, LIFT_LINK, LIFT_BREAK, LIFT_COMPANY, LIFT_LOCK, LIFT_SPACE,
])  # fmt: skip
# What no relaxation of times would change: asked before them.
NO_SKILL, IS_BANNED = 1 << 10, 1 << 11
# Nothing stands in the way but the price.
IS_BEATEN = 1 << 12

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
        short = ZERO
        for kind in range(FIELDS - 1):
            shift = FIELD_BITS * kind
            short += max(0, ((load >> shift) & field) - (((day.layout[row] & ~GUARD) >> shift) & field))
        least = min(least, short)
    return least


@inner
def in_bad_company(day: Day, state: State, trip: int, run: int, position: int) -> bool:
    """Tell whether the trip may not be aboard before stop `position` with those who are."""
    line = state.line
    load = line[run, position, ABOARD] + day.trip[trip, TAKES]
    if load >> (FIELD_BITS * (FIELDS - 1)) > ALONE:
        return True
    meets = line[run, position, PRESENT] & day.trip[trip, APART]
    return day.rule[APARTS] and (meets | (line[run, position, AVOIDED] & day.trip[trip, GROUPS])) != 0


@inner
def over_s(day: Day, state: State, run: int, count: int, from_s: int) -> int:
    """Give by how many seconds the candidate just reached breaks the one rule that is lifted."""
    rule, seq, start = state.lifted[0], state.seq, state.start
    pull_out_s = settle(day, state, run, count, from_s)
    worst_s = ZERO
    if rule == LIFT_SHIFT:
        drive, home_s = drive_of(day, state, run, count, pull_out_s)
        worst_s = max(day.run[run, SHIFT_FROM] - pull_out_s, home_s - day.run[run, LATEST_TO])
        over_work_s = home_s - max(pull_out_s, day.run[run, SHIFT_FROM]) - day.run[run, MAX_WORK]
        return max(worst_s, over_work_s, drive - day.run[run, MAX_DRIVE])
    for k in range(count):
        node = seq[k]
        if rule == LIFT_RIDE:
            if node & 1:
                p = state.card[node >> 1, POSITION]
                ride_s = start[k] - start[p] - dwell_s(day, state, run, node - 1)
                worst_s = max(worst_s, ride_s - day.trip[node >> 1, LIMIT])
            else:
                state.card[node >> 1, POSITION] = k
        elif rule == LIFT_WAIT:
            worst_s = max(worst_s, wait_over_s(day, state, run, k))
        elif (day.trip[node >> 1, FIXED] == PINNED) == (rule == LIFT_LOCK):
            worst_s = max(worst_s, start[k] - state.node[node, TO])
    return worst_s


@inner
def wait_over_s(day: Day, state: State, run: int, k: int) -> int:
    """Give by how much the wait before stop k of the settled schedule is too long, if anybody is aboard."""
    if k == 0 or state.taken[k] > 0:
        return ZERO
    before, node = state.seq[k - 1], state.seq[k]
    leave_s = state.start[k - 1] + dwell_s(day, state, run, before)
    drive_s = travel_s(day, state.node[before, PLACE], state.node[node, PLACE], leave_s)
    return state.start[k] - leave_s - drive_s - day.rule[MAX_WAIT]


@inner
def shortfall_s(state: State, node: int, run: int, position: int) -> int:
    """
    Give a lower bound on how late something gets when the stop goes before stop `position`.

    From the stop before, whose earliest departure is known, and the stop after, which has to wait for
    this one; whether the shift is asked or not.
    """
    late_s = ZERO
    if position > 0:
        before = state.line[run, position - 1, NODE]
        leave_s = state.node[before, FROM] + state.node[before, DWELL]
        late_s = leave_s - state.node[node, TO]
    if position < state.sheet[run, SIZE]:
        leave_s = state.node[node, FROM] + state.node[node, DWELL]
        late_s = max(late_s, leave_s - state.node[state.line[run, position, NODE], TO])
    return late_s


@inner
def nearest_s(state: State, trip: int, run: int) -> int:
    """Give the least shortfall over all pairs of positions."""
    least_s = NEVER
    for i in range(state.sheet[run, SIZE] + 1):
        pickup_s = max(ZERO, shortfall_s(state, 2 * trip, run, i))
        if pickup_s >= least_s:
            continue
        for j in range(i, state.sheet[run, SIZE] + 1):
            least_s = min(least_s, max(pickup_s, shortfall_s(state, 2 * trip + 1, run, j)))
    return least_s


@inner
def least_amount(day: Day, state: State, trip: int, run: int, rules: int, within_s: int) -> int:
    """
    Give the least amount over the positions that are legal with `rules` lifted, or NEVER.

    Positions where something is late by more than `within_s` in any case are not looked at. The amount
    is enough, not always the least possible: each position is timed as early as legal. It is 0,
    without looking further, when several rules are lifted or one that has no amount.
    """
    count, least = state.sheet[run, SIZE], NEVER
    any_will_do = rules & (rules - 1) != 0 or rules & (LIFT_BREAK | LIFT_COMPANY | LIFT_LINK) != 0
    if not rules & (LIFT_TIME | LIFT_LOCK | LIFT_LINK):
        within_s = min(within_s, ZERO)
    if rules & LIFT_LINK:
        own_windows(day, state, trip)
    state.lifted[0] = rules
    for i in range(count + 1):
        if shortfall_s(state, 2 * trip, run, i) > within_s:
            continue
        short = ZERO
        for j in range(i, count + 1):
            short = max(short, space_short(day, run, state.line[run, j, ABOARD] + day.trip[trip, TAKES]))
            if short > 0 and not rules & LIFT_SPACE:
                break
            if not rules & LIFT_COMPANY and in_bad_company(day, state, trip, run, j):
                break
            if shortfall_s(state, 2 * trip + 1, run, j) > within_s:
                continue
            amount = amount_at(day, state, trip, run, i, j, short, any_will_do)
            least = min(least, amount)
            if any_will_do and amount < NEVER:
                break
        if any_will_do and least == 0:
            break
    state.lifted[0] = 0
    return least


@inner
def amount_at(  # noqa: PLR0917 - a position and what is known of it
    day: Day, state: State, trip: int, run: int, i: int, j: int, short: int, any_will_do: bool
) -> int:
    """Give the amount at one pair of positions, NEVER where it is not legal with the rules lifted."""
    count, rules = state.sheet[run, SIZE] + 2, state.lifted[0]
    with_trip(state, run, trip, i, j)
    from_s = reach(day, state, run, count, False)
    if from_s == NEVER:
        return NEVER
    drive_counts = day.run[run, MAX_DRIVE] < NO_LIMIT_S and not rules & LIFT_SHIFT
    if drive_counts and not may_drive(day, state, run, count, settle(day, state, run, count, from_s)):
        return NEVER
    if any_will_do:
        return ZERO
    return short if rules == LIFT_SPACE else over_s(day, state, run, count, from_s)


@inner
def own_windows(day: Day, state: State, trip: int) -> None:
    """Forget what the linked trips ask of this one."""
    for node in range(2 * trip, 2 * trip + 2):
        state.node[node, FROM], state.node[node, TO] = day.window[node, 0], day.window[node, 1]


@inner
def vacuous(day: Day, state: State, run: int, rule: int) -> bool:
    """Tell whether there is nothing to lift: no break, no pinned trip, no company, no limit on waiting."""
    if rule == LIFT_WAIT:
        return day.rule[MAX_WAIT] >= NO_LIMIT_S
    if rule == LIFT_LINK:
        return day.rule[LINKS] == 0
    if rule == LIFT_BREAK:
        return day.run[run, REST] == day.run[run, REST_END]
    if rule == LIFT_LOCK:
        pinned = 0
        for k in range(state.sheet[run, SIZE]):
            pinned += day.trip[state.line[run, k, NODE] >> 1, FIXED] == PINNED
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
        elif found < NEVER and lift & (LIFT_BREAK | LIFT_COMPANY | LIFT_LINK):
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


@inner
def standing_rule(day: Day, state: State, trip: int, run: int) -> int:
    """Give what keeps the trip off the run whatever the times: 0 for nothing."""
    home = day.trip[trip, HOME]
    if home >= 0 and home != run:
        return LIFT_LOCK
    if day.trip[trip, NEEDS] & ~day.run[run, SKILLS]:
        return NO_SKILL
    if price_of_driver(day, trip, run) == NEVER:
        return IS_BANNED
    if is_change(day, trip, run) and state.figure[CHANGES] >= day.rule[MAX_CHANGES]:
        return LIFT_LOCK  # as many trips as may have another driver have one
    return ZERO if with_linked(day, state, trip, run) else LIFT_LINK


@inner
def beaten(day: Day, trip: int, cost: int) -> tuple[int, int]:
    """
    Give why a trip is not where it would be legal, and by how many seconds it is too dear.

    Where it is not: what its linked trip asks for was only known once both were timed.
    """
    over = cost - day.trip[trip, UNSERVED]
    if over < 0:
        return LIFT_LINK, NO_AMOUNT
    return IS_BEATEN, over // 100 + 1


@door
def refuse(day: Day, state: State, trip: int, rules: Ints, amounts: Ints) -> None:
    """
    Write for each run the rule that keeps a trip off it, and the amount in seconds or spaces.

    Where the trip would be legal, leaving it over is cheaper: the amount is by how much.

    Otherwise asked at the positions nearest to legal: where windows alone force the least lateness, or up to
    NEAR_S more.

    If lifting one rule alone would do: the rule that is missed by least. Otherwise several rules
    together stand in the way: rules are dropped one after another while the trip still does not fit;
    what remains is an irreducible conflict (deletion filter, Chinneck and Dravnieks 1991,
    doi:10.1287/ijoc.3.2.157), and the answer is its least negotiable member, without an amount. 0 when
    even with every rule lifted there is no way. Closed runs are left alone.
    """
    windows = state.node[2 * trip : 2 * trip + 2, FROM : TO + 1].copy()
    for run in range(len(day.run)):
        if state.sheet[run, CLOSED]:
            continue
        amounts[run] = NO_AMOUNT
        rules[run] = standing_rule(day, state, trip, run)
        if rules[run] != 0:
            continue
        cost = best_on_run(day, state, trip, run, NEVER)[0]
        if cost < NEVER:
            rules[run], amounts[run] = beaten(day, trip, cost)
            continue
        within_s = nearest_s(state, trip, run) + NEAR_S
        rules[run], amounts[run] = nearest_rule(day, state, trip, run, within_s)
        if rules[run] == 0:
            rules[run] = conflicting_rule(day, state, trip, run, within_s)
        state.node[2 * trip : 2 * trip + 2, FROM : TO + 1] = windows
