"""The beginning of a search: the trips in force on their runs, all others absent."""

from estafette.planning.kernel.arrays import (
    ABSENT,
    BEFORE,
    CLOSED,
    FIXED,
    FREE,
    FROM,
    IN_ORDER,
    LINKS,
    NEVER,
    NOBODY,
    NODE,
    ON_RUN,
    PINNED,
    PROMISED,
    RUN_OF,
    SHUT,
    SIZE,
    TOTAL,
    UNSERVED,
    ZERO,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.insertion import best_on_run
from estafette.planning.kernel.links import hold, withdraw
from estafette.planning.kernel.route import add, refresh


@inner
def begin_day(day: Day, state: State, nodes: Ints, offsets: Ints) -> None:
    """
    Put the trips in force on their runs; all others are absent.

    nodes[offsets[r] : offsets[r + 1]] are the stops of run r in time order. A run whose order is legal
    is taken as it is. Otherwise its fixed trips come first, then the others where they fit; a run
    whose fixed trips alone are not legal is closed: nothing is put on it.
    """
    for trip in range(len(day.trip)):
        state.card[trip, RUN_OF] = -1
    state.figure[ABSENT] = 0
    for run in range(len(day.run)):
        begin_run(day, state, run, nodes[offsets[run] : offsets[run + 1]])
    for trip in range(len(day.trip)):
        if state.card[trip, RUN_OF] < 0 and day.trip[trip, FIXED] == FREE:
            state.absent[0, state.figure[ABSENT]] = trip
            state.figure[ABSENT] += 1
            state.figure[TOTAL] += day.trip[trip, UNSERVED]


@inner
def begin_run(day: Day, state: State, run: int, nodes: Ints) -> None:
    """Put the trips in force on one run."""
    if lay(day, state, run, nodes, FREE):
        return
    if not lay(day, state, run, nodes, ON_RUN):
        lay(day, state, run, nodes, NOBODY)
        legal = add_all(day, state, run, nodes, PINNED) and add_all(day, state, run, nodes, IN_ORDER)
        if not (legal and add_all(day, state, run, nodes, ON_RUN)):
            lay(day, state, run, nodes, NOBODY)
            state.sheet[run, CLOSED] = SHUT
            return
    add_all(day, state, run, nodes, FREE)


@inner
def lay(day: Day, state: State, run: int, nodes: Ints, least: int) -> bool:
    """Give a run the stops of the trips at least so fixed, in the order given; tell whether legal."""
    for k in range(state.sheet[run, SIZE]):
        state.card[state.line[run, k, NODE] >> 1, RUN_OF] = -1
        if day.rule[LINKS]:
            withdraw(day, state, state.line[run, k, NODE] >> 1)
    count = ZERO
    for k in range(len(nodes)):
        if day.trip[nodes[k] >> 1, FIXED] >= least:
            state.line[run, count, NODE] = nodes[k]
            state.card[nodes[k] >> 1, RUN_OF] = run
            count += 1
    state.sheet[run, SIZE] = count
    if day.rule[LINKS]:
        tie_in_force(day, state, run)
    return refresh(day, state, run)


@inner
def tie_in_force(day: Day, state: State, run: int) -> None:
    """Let the moment between two linked legs on a run be the time at which the second is in force."""
    for k in range(state.sheet[run, SIZE]):
        node = state.line[run, k, NODE]
        before = day.trip[node >> 1, BEFORE]
        if not node & 1 and before >= 0 and state.card[before, RUN_OF] == run:
            state.node[node, FROM] = max(day.window[node, 0], state.node[node, PROMISED])
            hold(day, state, node >> 1, before, state.node[node, FROM])


@inner
def add_all(day: Day, state: State, run: int, nodes: Ints, wanted: int) -> bool:
    """Put the trips that are just so fixed on a run, in order, where they fit; tell whether all do."""
    all_fit = True
    for k in range(len(nodes)):
        trip = nodes[k] >> 1
        if not nodes[k] & 1 and day.trip[trip, FIXED] == wanted:
            cost, pickup, dropoff = best_on_run(day, state, trip, run, NEVER)
            all_fit = cost < NEVER and add(day, state, trip, run, pickup, dropoff) and all_fit
    return all_fit
