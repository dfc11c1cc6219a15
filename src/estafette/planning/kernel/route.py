"""One run in the state: refresh, add and take trips, and undo it."""

from estafette.planning.kernel.arrays import (
    ABOARD,
    ABSENT,
    ABSENT_BEFORE,
    APART,
    APARTS,
    AVOIDED,
    BEGINS,
    BEHIND,
    CHANGED,
    CHANGES,
    COST,
    END,
    FROM,
    GROUPS,
    HELD,
    HERE,
    KEPT_CHANGED,
    KEPT_COST,
    KEPT_SIZE,
    LATEST,
    LATEST_TO,
    LEAVE,
    LINKS,
    MARKED,
    MAX_DRIVE,
    NEVER,
    NO_LIMIT_S,
    NODE,
    PLACE,
    PRESENT,
    PULL_OUT,
    RUN_OF,
    SHIFT_FROM,
    SIZE,
    START,
    STEP,
    TAKES,
    TO,
    TOTAL,
    TOUCHED,
    TOUCHED_AT,
    UNSERVED,
    ZERO,
    Day,
    Ints,
    State,
    dwell_s,
    fits,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.gates import look_back
from estafette.planning.kernel.links import comes_late, publish, tie, waits_before, withdraw
from estafette.planning.kernel.road import latest_departure_s, travel_s
from estafette.planning.kernel.settle import drive_of, is_change, settle, settled_cost
from estafette.planning.kernel.timing import breaks_of, reach


@inner
def refresh(day: Day, state: State, run: int) -> bool:
    """Recompute everything known about a run from its stops; False when they have no legal schedule."""
    count, sheet = state.sheet[run, SIZE], state.sheet
    state.figure[TOTAL] -= sheet[run, COST]
    state.figure[CHANGES] -= sheet[run, CHANGED]
    sheet[run, COST], sheet[run, CHANGED], sheet[run, BEHIND] = 0, 0, 1
    if not load_up(day, state, run, count):
        return False
    from_s = reach(day, state, run, count, True)
    if from_s == NEVER:
        return False
    if count > 0:
        look_back(day, state, run, count)
        pull_out_s = settle(day, state, run, count, from_s)
        if not may_drive(day, state, run, count, pull_out_s):
            return False
        write(day, state, run, count, pull_out_s)
    look_ahead(day, state, run, count)
    state.figure[TOTAL] += sheet[run, COST]
    state.figure[CHANGES] += sheet[run, CHANGED]
    return True


@inner
def may_drive(day: Day, state: State, run: int, count: int, pull_out_s: int) -> bool:
    """Tell whether the settled schedule keeps the limit on driving."""
    most_s = day.run[run, MAX_DRIVE]
    return most_s >= NO_LIMIT_S or drive_of(day, state, run, count, pull_out_s)[0] <= most_s


@inner
def load_up(day: Day, state: State, run: int, count: int) -> bool:
    """Fill `seq` and what is aboard between the stops; tell whether it may be aboard together."""
    line, load, here = state.line, ZERO, day.run[run, START]
    line[run, 0, HERE], line[run, 0, ABOARD], line[run, 0, PRESENT], line[run, 0, AVOIDED] = here, 0, 0, 0
    allowed = True
    for k in range(count):
        node = line[run, k, NODE]
        trip = node >> 1
        state.seq[k] = node
        load += -day.trip[trip, TAKES] if node & 1 else day.trip[trip, TAKES]
        aboard = load
        if day.rule[LINKS]:
            aboard += HELD if waits_before(day, state, run, k + 1, count) else ZERO
            allowed = allowed and not comes_late(day, state, run, k)
        line[run, k + 1, ABOARD], line[run, k + 1, HERE] = aboard, state.node[node, PLACE]
        allowed = allowed and fits(day, run, aboard)
        if day.rule[APARTS]:
            allowed = company(day, state, run, k) and allowed
    return allowed


@inner
def company(day: Day, state: State, run: int, k: int) -> bool:
    """Say which groups are aboard after stop k of `seq` and which they avoid; False if they must not meet."""
    seq, order, riders = state.seq, state.order, ZERO
    present, avoided, allowed = ZERO, ZERO, True
    for i in range(k, -1, -1):
        trip = seq[i] >> 1
        if seq[i] & 1:
            state.card[trip, MARKED] = k + 1
        elif state.card[trip, MARKED] != k + 1:
            for r in range(riders):
                other = order[r]
                meets = day.trip[trip, GROUPS] & day.trip[other, APART]
                allowed = allowed and (meets | (day.trip[trip, APART] & day.trip[other, GROUPS])) == 0
            present, avoided = present | day.trip[trip, GROUPS], avoided | day.trip[trip, APART]
            order[riders] = trip
            riders += 1
        if state.line[run, i, ABOARD] == 0:
            break
    for i in range(k, -1, -1):
        state.card[seq[i] >> 1, MARKED] = 0
        if state.line[run, i, ABOARD] == 0:
            break
    state.line[run, k + 1, PRESENT], state.line[run, k + 1, AVOIDED] = present, avoided
    return allowed


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
    if day.rule[LINKS]:
        publish(day, state, run, count)


@inner
def look_ahead(day: Day, state: State, run: int, count: int) -> None:
    """
    Fill `leave` and `latest`, bounds that hold whatever else is put on the run.

    From windows and travel alone inside a block, exact between blocks.
    """
    line, gate, breaks = state.line, state.gate, breaks_of(day, state, run)
    for k in range(count + 1):
        at_s = day.run[run, SHIFT_FROM]
        if k > 0:
            node = line[run, k - 1, NODE]
            at_s = line[run, k - 1, LEAVE]
            at_s += travel_s(day, line[run, k - 1, HERE], state.node[node, PLACE], at_s)
            at_s = max(at_s, state.node[node, FROM]) + dwell_s(day, state, run, node)
        if line[run, k, ABOARD] == 0:
            least_s = gate[run, k, 0, 0]
            for b in range(1, breaks + 1):
                least_s = min(least_s, gate[run, k, 0, b])
            at_s = max(at_s, least_s)
        line[run, k, LEAVE] = at_s
    by_s, there = day.run[run, LATEST_TO], day.run[run, END]
    line[run, count, LATEST] = by_s
    for k in range(count - 1, -1, -1):
        node = line[run, k, NODE]
        here = state.node[node, PLACE]
        depart_s = latest_departure_s(day, here, there, by_s)
        by_s = min(depart_s - dwell_s(day, state, run, node), state.node[node, TO])
        if line[run, k, ABOARD] == 0:
            most_s = gate[run, k, 1, 0]
            for b in range(1, breaks + 1):
                most_s = max(most_s, gate[run, k, 1, b])
            by_s = min(by_s, most_s)
        line[run, k, LATEST] = by_s
        there = here


@inner
def touch(state: State, run: int) -> None:
    """Keep a copy of a run before the first change of this step."""
    sheet = state.sheet
    if sheet[run, TOUCHED_AT] == state.figure[STEP]:
        return
    sheet[run, TOUCHED_AT] = state.figure[STEP]
    state.touched[state.figure[TOUCHED]] = run
    state.figure[TOUCHED] += 1
    sheet[run, KEPT_SIZE], sheet[run, KEPT_COST] = sheet[run, SIZE], sheet[run, COST]
    sheet[run, KEPT_CHANGED] = sheet[run, CHANGED]
    copy_run(state.line, state.gate, run, state.kept_line, state.kept_gate, run, sheet[run, SIZE])


@inner
def copy_run(  # noqa: PLR0917 - from where to where
    line: Ints, gate: Ints, run: int, to_line: Ints, to_gate: Ints, to_run: int, count: int
) -> None:
    """Copy what is known of a run with `count` stops."""
    for k in range(count + 1):
        for column in range(8):
            to_line[to_run, k, column] = line[run, k, column]
        if line[run, k, ABOARD] == 0:
            for b in range(gate.shape[3]):
                to_gate[to_run, k, 0, b] = gate[run, k, 0, b]
                to_gate[to_run, k, 1, b] = gate[run, k, 1, b]


@inner
def begin(state: State) -> None:
    """Begin a step that may be undone."""
    state.figure[STEP] += 1
    state.figure[TOUCHED] = 0
    absent = state.figure[ABSENT]
    for k in range(absent):
        state.absent[1, k] = state.absent[0, k]
    state.figure[ABSENT_BEFORE] = absent


@inner
def undo(day: Day, state: State) -> None:
    """Put back every run touched in this step, and the trips that were absent before it."""
    sheet, figure = state.sheet, state.figure
    for k in range(figure[ABSENT]):
        figure[TOTAL] -= day.trip[state.absent[0, k], UNSERVED]
    for i in range(figure[TOUCHED]):
        run = state.touched[i]
        for k in range(sheet[run, SIZE]):
            state.card[state.line[run, k, NODE] >> 1, RUN_OF] = -1
            if day.rule[LINKS]:
                withdraw(day, state, state.line[run, k, NODE] >> 1)
    for i in range(figure[TOUCHED]):
        run = state.touched[i]
        figure[TOTAL] += sheet[run, KEPT_COST] - sheet[run, COST]
        figure[CHANGES] += sheet[run, KEPT_CHANGED] - sheet[run, CHANGED]
        sheet[run, SIZE], sheet[run, COST] = sheet[run, KEPT_SIZE], sheet[run, KEPT_COST]
        sheet[run, CHANGED], sheet[run, BEHIND] = sheet[run, KEPT_CHANGED], 1
        copy_run(state.kept_line, state.kept_gate, run, state.line, state.gate, run, sheet[run, SIZE])
        for k in range(sheet[run, SIZE]):
            state.card[state.line[run, k, NODE] >> 1, RUN_OF] = run
    for i in range(figure[TOUCHED] if day.rule[LINKS] else ZERO):
        publish(day, state, state.touched[i], sheet[state.touched[i], SIZE])
    figure[ABSENT] = figure[ABSENT_BEFORE]
    for k in range(figure[ABSENT]):
        state.absent[0, k] = state.absent[1, k]
        figure[TOTAL] += day.trip[state.absent[0, k], UNSERVED]


@inner
def add(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> bool:
    """Put a trip on a run: pick-up before stop `pickup`, drop-off before stop `dropoff`; tell if legal."""
    touch(state, run)
    if day.rule[LINKS]:
        tie(day, state, trip, run)
    line, count = state.line, state.sheet[run, SIZE]
    for k in range(count - 1, dropoff - 1, -1):
        line[run, k + 2, NODE] = line[run, k, NODE]
    for k in range(dropoff - 1, pickup - 1, -1):
        line[run, k + 1, NODE] = line[run, k, NODE]
    line[run, pickup, NODE], line[run, dropoff + 1, NODE] = 2 * trip, 2 * trip + 1
    state.sheet[run, SIZE] = count + 2
    state.card[trip, RUN_OF] = run
    return refresh(day, state, run)


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
