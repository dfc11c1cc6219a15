"""Why one trip fits nowhere on one run: which rule, lifted, would let it in, and by how much."""

import numpy as np

from estafette.planning.kernel.amount import Refused, in_bad_company, least_amount
from estafette.planning.kernel.arrays import (
    CHANGES,
    CLOSED,
    FIXED,
    FROM,
    HOME,
    LINKS,
    MAX_CHANGES,
    MAX_WAIT,
    NEEDS,
    NEVER,
    NO_LIMIT_S,
    NODE,
    PINNED,
    REST,
    REST_END,
    RIDES,
    SIZE,
    SKILLS,
    TO,
    UNSERVED,
    ZERO,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.insertion import best_on_run
from estafette.planning.kernel.links import with_linked
from estafette.planning.kernel.priority import is_outranked
from estafette.planning.kernel.settle import is_change, price_of_driver
from estafette.planning.kernel.shortfall import Bounds, nearest_s, windows_alone
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
# A trip that comes first would have to go.
IS_OUTRANKED = 1 << 13
# Written where a run is not to be looked at.
UNASKED = -1

# To compare unlike amounts when several rules alone would do: one space, or one break, in seconds.
SPACE_IS_WORTH_S, BREAK_IS_WORTH_S = 1_800, 1_800
NEAR_S = 900
# Lateness is looked for up to the first, then up to four times as much, up to the last, then without a bound.
FIRST_S, MOST_S = 900, 86_400
NO_AMOUNT = -1


@inner
def vacuous(day: Day, state: State, trip: int, run: int, rule: int) -> bool:
    """Tell whether there is nothing to lift: no break, no pinned trip, no limit, no company to avoid."""
    if rule == LIFT_WAIT:
        return day.rule[MAX_WAIT] >= NO_LIMIT_S
    if rule == LIFT_RIDE:
        return day.rule[RIDES] == 0
    if rule == LIFT_LINK:
        return day.rule[LINKS] == 0
    if rule == LIFT_BREAK:
        return day.run[run, REST] == day.run[run, REST_END]
    matters = rule not in (LIFT_LOCK, LIFT_COMPANY)
    for k in range(state.sheet[run, SIZE]):
        if rule == LIFT_LOCK:
            matters = matters or day.trip[state.line[run, k, NODE] >> 1, FIXED] == PINNED
        elif rule == LIFT_COMPANY:
            matters = matters or in_bad_company(day, state, trip, run, k)
    return not matters


@inner
def nearest_rule(day: Day, state: State, refused: Refused) -> tuple[int, int]:
    """Give the rule that, lifted alone, lets the trip in and is missed by least; 0 for none."""
    rule, amount, nearest = ZERO, NO_AMOUNT, NEVER
    for lift in _RULES[::-1]:
        if vacuous(day, state, refused.trip, refused.run, lift):
            continue
        in_seconds = not lift & (LIFT_SPACE | LIFT_BREAK | LIFT_COMPANY | LIFT_LINK)
        found = nearest_amount(day, state, refused, lift, nearest if in_seconds else NEVER)
        distance = found
        if found < NEVER and lift == LIFT_SPACE:
            distance = found * SPACE_IS_WORTH_S
        elif found < NEVER and lift & (LIFT_BREAK | LIFT_COMPANY | LIFT_LINK):
            distance, found = BREAK_IS_WORTH_S, NO_AMOUNT
        if distance < nearest:
            rule, amount, nearest = lift, found, distance
    return rule, amount


@inner
def nearest_amount(day: Day, state: State, refused: Refused, rule: int, below: int) -> int:
    """
    Give the least amount below a bound for one rule, as `least_amount`; lateness is looked for near first.

    A run that can only be had hours late is timed again and again until it is: most are had sooner.
    """
    soon_s = FIRST_S
    while rule & (LIFT_TIME | LIFT_LOCK) and soon_s < min(below, MOST_S):
        found = least_amount(day, state, refused, rule, soon_s)
        if found < NEVER:
            return found
        soon_s *= 4
    return least_amount(day, state, refused, rule, below)


@inner
def conflicting_rule(day: Day, state: State, refused: Refused) -> int:
    """Give one of several rules that together keep the trip off the run; 0 when there is no way at all."""
    lifted, rule = ZERO, ZERO
    for lift in _RULES:
        # One rule alone has been asked before.
        if (
            lifted == 0
            or vacuous(day, state, refused.trip, refused.run, lift)
            or least_amount(day, state, refused, lifted | lift, NEVER) == NEVER
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


@inner
def refuse(day: Day, state: State, trip: int, rules: Ints, amounts: Ints) -> None:
    """
    Write for each run the rule that keeps a trip off it, and the amount in seconds or spaces.

    Where the trip would be legal, leaving it over is cheaper: the amount is by how much. Where a trip of a
    higher priority would have to go, and none of its own or a lower one would do, that is the reason.

    Otherwise asked at the positions nearest to legal: where windows alone force the least lateness, or up to
    NEAR_S more.

    If lifting one rule alone would do: the rule that is missed by least. Otherwise several rules
    together stand in the way: rules are dropped one after another while the trip still does not fit;
    what remains is an irreducible conflict (deletion filter, Chinneck and Dravnieks 1991,
    doi:10.1287/ijoc.3.2.157), and the answer is its least negotiable member, without an amount. 0 when
    even with every rule lifted there is no way. Closed runs, and those with UNASKED, are left alone.
    """
    early, late, last = state.early, state.late, state.last
    pickup, dropoff = 2 * trip, 2 * trip + 1
    pickup_from, pickup_to = state.node[pickup, FROM], state.node[pickup, TO]
    dropoff_from, dropoff_to = state.node[dropoff, FROM], state.node[dropoff, TO]
    for run in range(len(day.run)):
        if state.sheet[run, CLOSED] or rules[run] == UNASKED:
            continue
        amounts[run] = NO_AMOUNT
        rules[run] = standing_rule(day, state, trip, run)
        if rules[run] != 0:
            continue
        cost = best_on_run(day, state, trip, run, NEVER)[0]
        if cost < NEVER:
            rules[run], amounts[run] = beaten(day, trip, cost)
            continue
        if is_outranked(day, state, trip, run):
            rules[run] = IS_OUTRANKED
            continue
        windows_alone(day, state, run, early, late, last)
        within_s = nearest_s(state, trip, run) + NEAR_S
        refused = Refused(trip, run, Bounds(early, late), Bounds(early, last), within_s)
        rules[run], amounts[run] = nearest_rule(day, state, refused)
        if rules[run] == 0:
            rules[run] = conflicting_rule(day, state, refused)
        state.node[pickup, FROM], state.node[pickup, TO] = pickup_from, pickup_to
        state.node[dropoff, FROM], state.node[dropoff, TO] = dropoff_from, dropoff_to
