"""A plan as it stands: put it on its runs, rank the runs that could take one more trip, time one sequence."""

from estafette.planning.kernel.admission import may_look, may_stand, welcome, with_trip
from estafette.planning.kernel.arrays import (
    AFTER,
    BEFORE,
    BEGINS,
    CLOSED,
    COST,
    FROM,
    HERE,
    LATEST,
    LEAVE,
    LINKS,
    MARK,
    NEVER,
    NO,
    NODE,
    PLACE,
    RUN_OF,
    SIZE,
    TO,
    WORK_S,
    ZERO,
    Day,
    Ints,
    State,
    dwell_s,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.driver import grant
from estafette.planning.kernel.insertion import best_on_run
from estafette.planning.kernel.links import publish, tie
from estafette.planning.kernel.road import travel_s
from estafette.planning.kernel.route import may_drive, refresh, take
from estafette.planning.kernel.settle import settle, settled_cost
from estafette.planning.kernel.timing import reach
from estafette.planning.kernel.undo import begin, undo


@inner
def stand(day: Day, state: State, nodes: Ints, starts: Ints, offsets: Ints) -> None:
    """
    Put the stops of a plan on a fresh state: nodes[offsets[r] : offsets[r + 1]] on run r, at these starts.

    Linked trips are told of each other's times before any run is timed. A run whose stops have no legal
    schedule is closed.
    """
    for run in range(len(day.run)):
        first, count = offsets[run], offsets[run + 1] - offsets[run]
        state.sheet[run, SIZE] = count
        for k in range(count):
            state.line[run, k, NODE], state.line[run, k, BEGINS] = nodes[first + k], starts[first + k]
            state.card[nodes[first + k] >> 1, RUN_OF] = run
    for run in range(len(day.run) if day.rule[LINKS] else ZERO):
        publish(day, state, run, state.sheet[run, SIZE])
    for run in range(len(day.run)):
        state.sheet[run, CLOSED] = 0 if refresh(day, state, run) else 1


@inner
def rank_runs(day: Day, state: State, trip: int, only: int, found: Ints) -> int:
    """
    Fill `found` with the runs that can take a trip, cheapest first; give how many. The state stays as it is.

    No other run than `only` is looked at, unless that is -1.

    found : (n, 4) cost in hundredths of a driving second, run, pick-up before, drop-off before stop. A
    trip on a run is taken off first. Of empty runs that cannot be told apart the first alone is listed.
    The n runs that look cheapest by the search's own estimate are priced exactly, at every legal position.
    """
    begin(state)
    home = state.card[trip, RUN_OF]
    barred = ZERO
    if home >= 0:
        take(day, state, trip)
        barred = ZERO if refresh(day, state, home) else ZERO + 1
    count = shortlist(day, state, trip, found, home if barred else ZERO - 1, only)
    for k in range(count):
        price_exactly(day, state, trip, found, k)
    for k in range(1, count):
        sink(found, k)
    undo(day, state)
    return count


@inner
def shortlist(day: Day, state: State, trip: int, found: Ints, without: int, only: int) -> int:
    """Fill `found` with the runs that look cheapest, except one, or with `only`; give how many."""
    count, most = ZERO, len(found)
    first, end = (only, only + 1) if only >= 0 else (ZERO, ZERO + len(day.run))
    state.figure[MARK] += 1
    for run in range(first, end):
        if run == without or not may_look(day, state, trip, run):
            continue
        bound = found[count - 1, 0] if count == most else NEVER
        cost, pickup, dropoff = best_on_run(day, state, trip, run, bound)
        if cost >= bound:
            continue
        if count < most:
            count += 1
        found[count - 1, 0], found[count - 1, 1] = cost, run
        found[count - 1, 2], found[count - 1, 3] = pickup, dropoff
        sink(found, count - 1)
    return count


@inner
def sink(found: Ints, k: int) -> None:
    """Let row k sink to where it belongs among the rows before it, after its equals."""
    while k > 0 and found[k, 0] < found[k - 1, 0]:
        for column in range(found.shape[1]):
            found[k, column], found[k - 1, column] = found[k - 1, column], found[k, column]
        k -= 1


@inner
def price_exactly(day: Day, state: State, trip: int, found: Ints, k: int) -> None:
    """Replace what row k estimates by the cheapest of all legal positions on its run, as settled."""
    run, best = found[k, 1], NEVER
    after_s, before_s = bind(day, state, trip, run)
    for i in range(state.sheet[run, SIZE] + 1):
        if not may_call(day, state, 2 * trip, run, i) or not welcome(day, state, trip, run, i):
            continue
        for j in range(i, state.sheet[run, SIZE] + 1):
            if j > i and not welcome(day, state, trip, run, j):
                break
            if not may_call(day, state, 2 * trip + 1, run, j):
                continue
            if not may_stand(day, state, trip, run, i, j):
                continue
            cost = settled_with(day, state, trip, run, i, j)
            if cost < best:
                best, found[k, 2], found[k, 3] = cost, i, j
    unbind(day, state, trip, after_s, before_s)
    if best < NEVER:
        found[k, 0] = best - state.sheet[run, COST]


@inner
def may_call(day: Day, state: State, node: int, run: int, position: int) -> bool:
    """Tell by the bounds of a run whether a stop may be legal before stop `position`."""
    leave_s = state.line[run, position, LEAVE]
    at_s = leave_s + travel_s(day, state.line[run, position, HERE], state.node[node, PLACE], leave_s)
    at_s = max(at_s, state.node[node, FROM])
    if at_s > state.node[node, TO]:
        return False
    return at_s + dwell_s(day, state, run, node) <= state.line[run, position, LATEST]


@inner
def settled_with(day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int) -> int:
    """Give the settled cost of a run with the trip at a position, NEVER where it is not legal."""
    count = state.sheet[run, SIZE] + 2
    with_trip(state, run, trip, pickup, dropoff)
    grant(day, state, run, ZERO + WORK_S)
    from_s = reach(day, state, run, count, NO)
    if from_s == NEVER:
        return NEVER
    pull_out_s = settle(day, state, run, count, from_s)
    if not may_drive(day, state, run, count, pull_out_s):
        return NEVER
    return settled_cost(day, state, run, count, pull_out_s)


@inner
def bind(day: Day, state: State, trip: int, run: int) -> tuple[int, int]:
    """Fix the moment between a trip and its linked trips on the run, as joining it does; give what was."""
    after, before = day.trip[trip, AFTER], day.trip[trip, BEFORE]
    after_s = state.node[2 * after, FROM] if after >= 0 else ZERO
    before_s = state.node[2 * before + 1, TO] if before >= 0 else ZERO
    if day.rule[LINKS]:
        tie(day, state, trip, run)
    return after_s, before_s


@inner
def unbind(day: Day, state: State, trip: int, after_s: int, before_s: int) -> None:
    """Put back what `bind` changed."""
    after, before = day.trip[trip, AFTER], day.trip[trip, BEFORE]
    if after >= 0:
        state.node[2 * after, FROM] = after_s
    if before >= 0:
        state.node[2 * before + 1, TO] = before_s


@inner
def time_sequence(  # noqa: PLR0917 - what to time, and where to write it
    day: Day,
    state: State,
    run: int,
    nodes: Ints,
    joins: int,
    lifted: int,
    start: Ints,
    taken: Ints,
    rest_start: Ints,
) -> int:
    """
    Write the settled schedule of a run as if its stops were `nodes`; give the pull-out, NEVER if not legal.

    `joins` is a trip that is new on the run, -1 for none; `lifted` are rules not asked, as bits. Spaces and
    company are not looked at. start : (n,). taken : (n + 1,). rest_start : (b,). The state stays as it is.
    """
    count = len(nodes)
    for k in range(count):
        state.seq[k] = nodes[k]
    after_s, before_s = bind(day, state, joins, run) if joins >= 0 else (ZERO, ZERO)
    state.lifted[0] = lifted
    grant(day, state, run, ZERO + WORK_S)
    from_s = reach(day, state, run, count, NO)
    pull_out_s = NEVER
    if from_s < NEVER:
        pull_out_s = settle(day, state, run, count, from_s)
        copy_times(state, count, start, taken, rest_start)
    state.lifted[0] = 0
    if joins >= 0:
        unbind(day, state, joins, after_s, before_s)
    return pull_out_s


@inner
def copy_times(state: State, count: int, start: Ints, taken: Ints, rest_start: Ints) -> None:
    """Copy the settled schedule out of the scratch room."""
    for k in range(count):
        start[k] = state.start[k]
    for k in range(count + 1):
        taken[k] = state.taken[k]
    for b in range(len(rest_start)):
        rest_start[b] = state.rest_start[b]
