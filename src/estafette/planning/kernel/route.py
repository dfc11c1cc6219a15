"""One run in the state: refresh, add and take trips."""

from estafette.planning.kernel.arrays import (
    ABSENT,
    BEGINS,
    BEHIND,
    BUSY_S,
    CHANGED,
    CHANGES,
    COST,
    DRIVE_S,
    LEAST_WORK,
    LINKS,
    MAX_DRIVE,
    MAX_WORK,
    MAY_WORK,
    NEVER,
    NEXT,
    NO,
    NO_LIMIT_S,
    NODE,
    PULL_OUT,
    REST,
    REST_END,
    REST_S,
    RUN_OF,
    SHIFT_FROM,
    SIZE,
    TOTAL,
    UNSERVED,
    UNSETTLED,
    WORK_S,
    YES,
    ZERO,
    Day,
    State,
    dwell_s,
)
from estafette.planning.kernel.bounds import look_ahead, look_behind
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.driver import grant, may_drive_s, of_others, shares_limits
from estafette.planning.kernel.duty import work_has_price
from estafette.planning.kernel.gates import look_back
from estafette.planning.kernel.links import publish, tie, withdraw
from estafette.planning.kernel.load import load_up
from estafette.planning.kernel.settle import drive_of, is_change, settle, settled_cost
from estafette.planning.kernel.timing import breaks_of, home_s, reach, take_breaks_back
from estafette.planning.kernel.undo import touch


@inner
def refresh(day: Day, state: State, run: int) -> bool:
    """Recompute everything known about a run from its stops; False when they have no legal schedule."""
    count = state.sheet[run, SIZE]
    forget(state, run)
    if not load_up(day, state, run, ZERO, count):
        return False
    from_s = open_gates(day, state, run, count)
    if from_s == NEVER:
        return False
    if count > 0:
        if shares_limits(day, run):
            look_back(day, state, run, count, ZERO - 1)
            from_s = agree(day, state, run, count, from_s)
        if from_s == NEVER or not put_down(day, state, run, count, from_s):
            return False
        if not shares_limits(day, run):
            look_back(day, state, run, count, ZERO - 1)
    look_ahead(day, state, run, ZERO, count)
    look_behind(day, state, run, count, ZERO)
    return True


@inner
def forget(state: State, run: int) -> None:
    """Take what a run costs, and what it takes of its driver's limits, out of the plan."""
    sheet = state.sheet
    state.figure[TOTAL] -= sheet[run, COST]
    state.figure[CHANGES] -= sheet[run, CHANGED]
    sheet[run, COST], sheet[run, CHANGED], sheet[run, BEHIND], sheet[run, UNSETTLED] = 0, 0, 1, 0
    sheet[run, WORK_S], sheet[run, DRIVE_S], sheet[run, BUSY_S] = 0, 0, 0


@inner
def open_gates(day: Day, state: State, run: int, count: int) -> int:
    """
    Fill the gates of `seq` by departures; give the earliest moment to leave the start place, or NEVER.

    What the driver's other runs take is not asked: it may be less by the time the gates are used.
    """
    if shares_limits(day, run):
        state.sheet[run, LEAST_WORK], state.sheet[run, MAY_WORK] = 0, NO_LIMIT_S
    return reach(day, state, run, count, YES)


@inner
def agree(day: Day, state: State, run: int, count: int, from_s: int) -> int:
    """
    Give the moment to leave so that the driver's runs keep the limit on duty together, NEVER for none.

    Where the slack of the other runs is in the way, they are timed again without it. Call it after
    `look_back`, whose last departures it reads.
    """
    if day.run[run, MAX_WORK] >= NO_LIMIT_S:
        return from_s
    state.sheet[run, LEAST_WORK] = least_work_s(day, state, run, count)
    grant(day, state, run, ZERO + WORK_S)
    from_s = reach(day, state, run, count, NO)
    if from_s < NEVER:
        return from_s
    if state.sheet[run, LEAST_WORK] > day.run[run, MAX_WORK] - of_others(day, state, run, ZERO + LEAST_WORK):
        return NEVER
    if not tighten_others(day, state, run):
        return NEVER
    load_up(day, state, run, ZERO, count)
    grant(day, state, run, ZERO + WORK_S)
    return reach(day, state, run, count, NO)


@inner
def least_work_s(day: Day, state: State, run: int, count: int) -> int:
    """Give the time on duty if the run leaves as late as it can: the least, where no hour is slower."""
    take_breaks_back(day, state, run, breaks_of(day, state, run))
    last_s = max(state.at[0], day.run[run, SHIFT_FROM])
    return home_s(day, state, run, count, last_s, NO) - last_s


@inner
def tighten_others(day: Day, state: State, run: int) -> bool:
    """Let the driver's other runs take no longer than they must; tell whether they can."""
    sheet, other, legal = state.sheet, day.run[run, NEXT], True
    while other != run and legal:
        if sheet[other, SIZE] > 0 and sheet[other, WORK_S] > sheet[other, LEAST_WORK]:
            touch(state, other)
            legal = tighten(day, state, other)
        other = day.run[other, NEXT]
    return legal


@inner
def tighten(day: Day, state: State, run: int) -> bool:
    """Time a run so that it takes no longer than it must; what was known of it at its gates stays true."""
    sheet, count = state.sheet, state.sheet[run, SIZE]
    load_up(day, state, run, ZERO, count)
    sheet[run, MAY_WORK] = sheet[run, LEAST_WORK]
    from_s = reach(day, state, run, count, NO)
    if from_s == NEVER:
        return False
    forget(state, run)
    return put_down(day, state, run, count, from_s)


@inner
def put_down(day: Day, state: State, run: int, count: int, from_s: int) -> bool:
    """Settle the schedule of `seq` and add its price to the plan; tell whether it may be driven so long."""
    pull_out_s = settle(day, state, run, count, from_s)
    if not may_drive(day, state, run, count, pull_out_s):
        return False
    write(day, state, run, count, pull_out_s)
    state.figure[TOTAL] += state.sheet[run, COST]
    state.figure[CHANGES] += state.sheet[run, CHANGED]
    return True


@inner
def may_drive(day: Day, state: State, run: int, count: int, pull_out_s: int) -> bool:
    """Tell whether the settled schedule keeps the limit on driving."""
    if day.run[run, MAX_DRIVE] >= NO_LIMIT_S:
        return True
    return drive_of(day, state, run, count, pull_out_s)[0] <= may_drive_s(day, state, run)


@inner
def write(day: Day, state: State, run: int, count: int, pull_out_s: int) -> None:
    """Keep the settled schedule and its price, and tell linked trips how it binds them."""
    state.sheet[run, COST] = settled_cost(day, state, run, count, pull_out_s)
    changed = ZERO
    for k in range(count):
        node = state.seq[k]
        state.line[run, k, BEGINS] = state.start[k]
        if not node & 1 and is_change(day, node >> 1, run):
            changed += 1
    state.sheet[run, CHANGED], state.sheet[run, PULL_OUT] = changed, pull_out_s
    if shares_limits(day, run) or work_has_price(day):
        drive, home = drive_of(day, state, run, count, pull_out_s)
        state.sheet[run, DRIVE_S], state.sheet[run, WORK_S] = drive, home - pull_out_s
        state.sheet[run, BUSY_S] = drive + service_of(day, state, run, count)
        state.sheet[run, LEAST_WORK] = min(state.sheet[run, LEAST_WORK], home - pull_out_s)
    if day.rule[LINKS]:
        publish(day, state, run, count)


@inner
def service_of(day: Day, state: State, run: int, count: int) -> int:
    """Give the dwell and the breaks of the settled schedule."""
    service_s = ZERO
    for k in range(count):
        service_s += dwell_s(day, state, run, state.seq[k])
    for rest in range(day.run[run, REST], day.run[run, REST_END]):
        service_s += day.rest[rest, REST_S]
    return service_s


@inner
def add(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> bool:
    """Put a trip on a run: pick-up before stop `pickup`, drop-off before stop `dropoff`; tell if legal."""
    touch(state, run)
    if day.rule[LINKS]:
        tie(day, state, trip, run)
    count = state.sheet[run, SIZE]
    write_between(state, trip, run, pickup, dropoff, count)
    state.sheet[run, SIZE] = count + 2
    state.card[trip, RUN_OF] = run
    return refresh(day, state, run)


@inner
def write_between(state: State, trip: int, run: int, pickup: int, dropoff: int, end: int) -> None:
    """Write the stops of a trip between those before `end`."""
    line = state.line
    for k in range(end - 1, dropoff - 1, -1):
        line[run, k + 2, NODE] = line[run, k, NODE]
    for k in range(dropoff - 1, pickup - 1, -1):
        line[run, k + 1, NODE] = line[run, k, NODE]
    line[run, pickup, NODE], line[run, dropoff + 1, NODE] = 2 * trip, 2 * trip + 1


@inner
def take(day: Day, state: State, trip: int) -> None:
    """Take a trip off its run and list it as absent; the run is not refreshed."""
    run = state.card[trip, RUN_OF]
    touch(state, run)
    drop(day, state, trip, run)
    state.absent[0, state.figure[ABSENT]] = trip
    state.figure[ABSENT] += 1
    state.figure[TOTAL] += day.trip[trip, UNSERVED]


@inner
def drop(day: Day, state: State, trip: int, run: int) -> None:
    """Take the stops of a trip out of a run."""
    kept, line = ZERO, state.line
    for k in range(state.sheet[run, SIZE]):
        if line[run, k, NODE] >> 1 != trip:
            line[run, kept, NODE] = line[run, k, NODE]
            kept += 1
    state.sheet[run, SIZE] = kept
    state.card[trip, RUN_OF] = -1
    if day.rule[LINKS]:
        withdraw(day, state, trip)
