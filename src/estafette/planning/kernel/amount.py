"""By how much a rule keeps a trip off a run: the least over the positions that come nearest to legal."""

from typing import NamedTuple

from estafette.planning.kernel.admission import with_trip
from estafette.planning.kernel.arrays import (
    ABOARD,
    ALONE,
    APART,
    APARTS,
    AVOIDED,
    FIELD_BITS,
    FIELDS,
    FIXED,
    FROM,
    GROUPS,
    GUARD,
    LATEST_TO,
    LAYOUT,
    LAYOUT_END,
    LEAST_WORK,
    LIMIT,
    MAX_DRIVE,
    MAX_WAIT,
    MAY_WORK,
    NEVER,
    NO,
    NO_LIMIT_S,
    PINNED,
    PLACE,
    POSITION,
    PRESENT,
    SHIFT_FROM,
    SIZE,
    TAKES,
    TO,
    ZERO,
    Day,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.driver import grant, may_drive_s
from estafette.planning.kernel.links import beside_linked, waits_before
from estafette.planning.kernel.road import travel_s
from estafette.planning.kernel.route import may_drive
from estafette.planning.kernel.settle import drive_of, settle
from estafette.planning.kernel.shortfall import Bounds, apart_s, shortfall_s, together_s
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


class Refused(NamedTuple):
    """
    A trip that fits nowhere on a run, and the positions that are looked at.

    `strict` bounds hold while no stop may be late, `own` when they may. Where windows alone make a stop late
    by more than `within_s`, nothing is looked at.
    """

    trip: int
    run: int
    strict: Bounds
    own: Bounds
    within_s: int


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
def stands_in_the_way(day: Day, state: State, trip: int, run: int, position: int, rules: int) -> bool:
    """Tell whether who is aboard before stop `position`, or waited for there, shuts the trip out."""
    if waits_before(day, state, run, position, state.sheet[run, SIZE]):
        return not rules & LIFT_LINK
    return not rules & LIFT_COMPANY and in_bad_company(day, state, trip, run, position)


@inner
def over_s(day: Day, state: State, run: int, count: int, from_s: int) -> int:
    """Give by how many seconds the candidate just reached breaks the one rule that is lifted."""
    rule, seq, start = state.lifted[0], state.seq, state.start
    pull_out_s = settle(day, state, run, count, from_s)
    worst_s = ZERO
    if rule == LIFT_SHIFT:
        drive, home_s = drive_of(day, state, run, count, pull_out_s)
        worst_s = max(day.run[run, SHIFT_FROM] - pull_out_s, home_s - day.run[run, LATEST_TO])
        over_work_s = home_s - max(pull_out_s, day.run[run, SHIFT_FROM]) - state.sheet[run, MAY_WORK]
        return max(worst_s, over_work_s, drive - may_drive_s(day, state, run))
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
def least_amount(day: Day, state: State, refused: Refused, rules: int, below: int) -> int:
    """
    Give the least amount, less than `below`, over the positions legal with `rules` lifted; NEVER for none.

    The amount is enough, not always the least possible: each position is timed as early as legal. It is 0,
    without looking further, when several rules are lifted or one that has no amount.
    """
    trip, run = refused.trip, refused.run
    count, least = state.sheet[run, SIZE], below
    any_will_do = rules & (rules - 1) != 0 or rules & (LIFT_BREAK | LIFT_COMPANY | LIFT_LINK) != 0
    may_be_late = rules & (LIFT_TIME | LIFT_LOCK) != 0
    within_s, bounds = (refused.within_s, refused.own) if may_be_late else (ZERO, refused.strict)
    if rules & LIFT_LINK:
        own_windows(day, state, trip)
    state.lifted[0] = rules
    for i in range(count + 1):
        if shortfall_s(state, 2 * trip, run, i) > within_s:
            continue
        short, most_s = ZERO, least - 1 if may_be_late else ZERO
        pickup_s = apart_s(day, state, run, 2 * trip, i, bounds)
        for j in range(i, count + 1 if pickup_s <= most_s else i + 1):
            short = max(short, space_short(day, run, state.line[run, j, ABOARD] + day.trip[trip, TAKES]))
            if short > 0 and not rules & LIFT_SPACE:
                break
            if stands_in_the_way(day, state, trip, run, j, rules):
                break
            if not rules & LIFT_LINK and not beside_linked(day, state, trip, run, i, j):
                continue
            # Where spaces are not short, to lift them is to lift nothing.
            if (rules == LIFT_SPACE and short == 0) or shortfall_s(state, 2 * trip + 1, run, j) > within_s:
                continue
            if i == j:
                late_s = together_s(day, state, run, trip, i, bounds)
            else:
                late_s = apart_s(day, state, run, 2 * trip + 1, j, bounds)
            if late_s > most_s:
                continue
            # What is later than the least so far need not be timed to its end.
            state.lifted[1] = NEVER if any_will_do else most_s
            least = min(least, amount_at(day, state, trip, run, i, j, short, any_will_do))
            most_s = least - 1 if may_be_late else ZERO
            if any_will_do and least == 0:
                break
        if any_will_do and least == 0:
            break
    state.lifted[0], state.lifted[1] = 0, NEVER
    return least if least < below else NEVER


@inner
def amount_at(  # noqa: PLR0917 - a position and what is known of it
    day: Day, state: State, trip: int, run: int, i: int, j: int, short: int, any_will_do: bool
) -> int:
    """Give the amount at one pair of positions, NEVER where it is not legal with the rules lifted."""
    count, rules = state.sheet[run, SIZE] + 2, state.lifted[0]
    with_trip(state, run, trip, i, j)
    grant(day, state, run, ZERO + LEAST_WORK)
    from_s = reach(day, state, run, count, NO)
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
