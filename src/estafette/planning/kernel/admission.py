"""Whether a trip may be on a run at all, and between which of its stops."""

from estafette.planning.kernel.arrays import (
    ABOARD,
    ACTIVATION,
    APART,
    APARTS,
    AVOIDED,
    BARRED,
    CHANGE,
    CHANGES,
    CLOSED,
    END,
    GROUPS,
    HERE,
    HOME,
    KIND,
    LEAST_WORK,
    MARK,
    MAX_CHANGES,
    MAX_DRIVE,
    MAX_WORK,
    NEEDS,
    NEVER,
    NO,
    NO_LIMIT_S,
    NODE,
    PRESENT,
    REST,
    REST_END,
    RIDES,
    SIZE,
    SKILLS,
    TAKES,
    TRIED_KIND,
    WAS,
    ZERO,
    Day,
    State,
    fits,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.driver import grant, shares_limits
from estafette.planning.kernel.gates import IN_TIME, NOT_LEGAL, legal
from estafette.planning.kernel.links import beside_linked, with_linked
from estafette.planning.kernel.order import in_order
from estafette.planning.kernel.route import may_drive
from estafette.planning.kernel.settle import is_change, price_of_driver, settle
from estafette.planning.kernel.timing import reach


@inner
def with_trip(state: State, run: int, trip: int, pickup: int, dropoff: int) -> None:
    """Write to `seq` the stops with the trip, pick-up before stop `pickup`, drop-off before `dropoff`."""
    seq, line, count = state.seq, state.line, state.sheet[run, SIZE]
    for k in range(pickup):
        seq[k] = line[run, k, NODE]
    seq[pickup] = 2 * trip
    for k in range(pickup, dropoff):
        seq[k + 1] = line[run, k, NODE]
    seq[dropoff + 1] = 2 * trip + 1
    for k in range(dropoff, count):
        seq[k + 2] = line[run, k, NODE]


@inner
def is_loose(day: Day, run: int) -> bool:
    """Tell whether windows, travel and spaces are all that binds on a run: then bounds are proof."""
    return (
        day.rule[RIDES] == 0
        and day.run[run, REST] == day.run[run, REST_END]
        and day.run[run, MAX_WORK] >= NO_LIMIT_S
        and day.run[run, MAX_DRIVE] >= NO_LIMIT_S
    )


@inner
def may_stand(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> bool:
    """Tell whether linked legs for which the vehicle waits, and a locked order, let the trip be there."""
    beside = beside_linked(day, state, trip, run, pickup, dropoff)
    return beside and in_order(day, state, trip, run, pickup, dropoff)


@inner
def legal_at(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> bool:
    """Tell exactly whether the trip fits there, spaces aside."""
    if not may_stand(day, state, trip, run, pickup, dropoff):
        return False
    answer, drives_on = legal(day, state, trip, run, pickup, dropoff), day.run[run, MAX_DRIVE] >= NO_LIMIT_S
    in_time = answer == IN_TIME and not shares_limits(day, run)
    if answer == NOT_LEGAL:
        return False
    if drives_on and (in_time or day.run[run, MAX_WORK] >= NO_LIMIT_S):
        return True
    count = state.sheet[run, SIZE] + 2
    with_trip(state, run, trip, pickup, dropoff)
    grant(day, state, run, ZERO + LEAST_WORK)
    from_s = reach(day, state, run, count, NO)
    if from_s == NEVER or drives_on:
        return from_s < NEVER
    return may_drive(day, state, run, count, settle(day, state, run, count, from_s))


@inner
def price_to_enter(day: Day, state: State, trip: int, run: int) -> int:
    """
    Give what it costs that the trip is on this run at all, NEVER where it may not be.

    A run more, a change of driver, a driver whom the rider does not prefer.
    """
    home = day.trip[trip, HOME]
    if (home >= 0 and home != run) or day.trip[trip, NEEDS] & ~day.run[run, SKILLS]:
        return NEVER
    price = price_of_driver(day, trip, run)
    if price == NEVER or not with_linked(day, state, trip, run):
        return NEVER
    if is_change(day, trip, run):
        if state.figure[CHANGES] >= day.rule[MAX_CHANGES]:
            return NEVER
        price += day.trip[trip, CHANGE]
    return price + (day.run[run, ACTIVATION] if state.sheet[run, SIZE] == 0 else 0)


@inner
def welcome(day: Day, state: State, trip: int, run: int, position: int) -> bool:
    """Tell whether a trip may be aboard before stop `position` with those who are: spaces and company."""
    line = state.line
    if not fits(day, run, line[run, position, ABOARD] + day.trip[trip, TAKES]):
        return False
    if not day.rule[APARTS]:
        return True
    meets = line[run, position, PRESENT] & day.trip[trip, APART]
    return (meets | (line[run, position, AVOIDED] & day.trip[trip, GROUPS])) == 0


@inner
def place_at(day: Day, state: State, run: int, position: int) -> int:
    """Give the place of stop `position`, or the end of the run."""
    if position == state.sheet[run, SIZE]:
        return day.run[run, END]
    return state.line[run, position + 1, HERE]


@inner
def may_look(day: Day, state: State, trip: int, run: int) -> bool:
    """Tell whether a run is worth a look: open, and not an empty one like another that was looked at."""
    sheet = state.sheet
    if sheet[run, CLOSED] or sheet[run, BARRED]:
        return False
    if sheet[run, SIZE] > 0 or day.trip[trip, WAS] == run:
        return True
    kind, mark = day.run[run, KIND], state.figure[MARK]
    if sheet[kind, TRIED_KIND] == mark:
        return False
    sheet[kind, TRIED_KIND] = mark
    return True
