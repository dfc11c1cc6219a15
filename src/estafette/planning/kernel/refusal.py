"""Why one trip fits nowhere on one run: which rule, lifted, would let it in, and by how much."""

from estafette.planning.kernel.arrays import (
    DWELL,
    END,
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
    Day,
    Ints,
    State,
)
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
RULES = (LIFT_TIME, LIFT_RIDE, LIFT_SHIFT, LIFT_BREAK, LIFT_LOCK, LIFT_SPACE)
ALL_RULES = LIFT_TIME | LIFT_RIDE | LIFT_SHIFT | LIFT_BREAK | LIFT_LOCK | LIFT_SPACE

# To compare unlike amounts when several rules alone would do: one space, or one break, in seconds.
SPACE_IS_WORTH_S, BREAK_IS_WORTH_S = 1_800, 1_800
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
def space_short_between(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> int:
    """Give the spaces missing at the fullest moment of the trip's ride."""
    short = 0
    for k in range(pickup, dropoff + 1):
        short = max(short, space_short(day, run, state.aboard[run, k] + day.trip[trip, TAKES]))
    return short


@inner
def amount_over(day: Day, state: State, run: int, count: int, lift: int) -> int:
    """Give by how many seconds the candidate, settled with one rule lifted, breaks that rule."""
    work = state.work
    stops = work.stops
    pull_out_s = settle(day, run, stops, count, work, lift)
    over_s, rests = 0, 0
    at_s = pull_out_s
    for k in range(count):
        node = stops[k]
        trip = node >> 1
        late_s = work.start[k] - day.node[node, TO]
        if (day.trip[trip, FIXED] == PINNED) == (lift == LIFT_LOCK):
            over_s = max(over_s, late_s if lift in (LIFT_TIME, LIFT_LOCK) else 0)
        if node & 1 and lift == LIFT_RIDE:
            ride_s = work.start[k] - work.start[work.seen[trip]] - day.node[node - 1, DWELL]
            over_s = max(over_s, ride_s - day.trip[trip, LIMIT])
    if lift == LIFT_SHIFT:
        at_s = work.start[count - 1] + day.node[stops[count - 1], DWELL]
        rests = day.run[run, REST_END] - day.run[run, REST]
        if work.taken[count] > 0:
            at_s = work.rest_start[rests - 1] + day.rest[day.run[run, REST_END] - 1, REST_S]
        at_s += travel_s(day, day.node[stops[count - 1], PLACE], day.run[run, END], at_s)
        over_s = max(day.run[run, SHIFT_FROM] - pull_out_s, at_s - day.run[run, SHIFT_TO])
    return over_s


@inner
def least_amount(day: Day, state: State, trip: int, run: int, lift: int, any_will_do: bool) -> int:
    """
    Give the least amount over all positions that are legal with `lift` lifted; NEVER for none.

    The amount is enough, not always the least possible: each position is timed as early as legal.
    """
    count, least = state.count[run], NEVER
    for i in range(count + 1):
        if hopeless(day, state, trip, run, i, lift):
            continue
        for j in range(i, count + 1):
            short = space_short_between(day, state, trip, run, i, j)
            if short > 0 and not lift & LIFT_SPACE:
                break
            with_trip(state.work.stops, state.stops[run], count, trip, i, j)
            if not reach(day, run, state.work.stops, count + 2, state.work, lift):
                continue
            if any_will_do:
                return 0
            amount = short if lift == LIFT_SPACE else amount_over(day, state, run, count + 2, lift)
            least = min(least, amount)
    return least


@inner
def hopeless(day: Day, state: State, trip: int, run: int, position: int, lift: int) -> bool:
    """Tell whether windows and travel alone forbid a pick-up at this position."""
    if lift & (LIFT_TIME | LIFT_LOCK | LIFT_SHIFT):
        return False
    leave_s = state.leave[run, position]
    return leave_s > day.node[2 * trip, TO] or (
        position < state.count[run] and day.node[2 * trip, FROM] > state.latest[run, position]
    )


@inner
def refuse(day: Day, state: State, trip: int, run: int) -> tuple[int, int]:
    """
    Give the rule that keeps a trip off a run, and the amount in seconds or spaces.

    If lifting one rule alone would do, the rule that is missed by least. Otherwise several rules
    together stand in the way: rules are dropped one after another while the trip still does not fit;
    what remains is an irreducible conflict (deletion filter, Chinneck and Dravnieks 1991,
    doi:10.1287/ijoc.3.2.157), and the answer is its least negotiable member, without an amount. 0 when
    even with every rule lifted there is no way.
    """
    rule, amount, nearest = 0, NO_AMOUNT, NEVER
    for lift in RULES:
        found = least_amount(day, state, trip, run, lift, lift == LIFT_BREAK)
        if found == NEVER:
            continue
        distance = found
        if lift == LIFT_SPACE:
            distance = found * SPACE_IS_WORTH_S
        elif lift == LIFT_BREAK:
            distance, found = BREAK_IS_WORTH_S, NO_AMOUNT
        if distance < nearest:
            rule, amount, nearest = lift, found, distance
    if rule != 0:
        return rule, amount
    if least_amount(day, state, trip, run, ALL_RULES, True) == NEVER:
        return 0, NO_AMOUNT
    lifted = 0
    for lift in RULES:
        if least_amount(day, state, trip, run, lifted | lift, True) == NEVER:
            lifted |= lift
        else:
            rule = lift
    return rule, NO_AMOUNT


@door
def refuse_all(day: Day, state: State, trip: int, rules: Ints, amounts: Ints) -> None:
    """Write rule and amount for each run; closed runs are left alone."""
    for run in range(len(day.run)):
        if not state.closed[run]:
            rules[run], amounts[run] = refuse(day, state, trip, run)
