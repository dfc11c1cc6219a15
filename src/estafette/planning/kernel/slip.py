"""
A trip put on a run whose gates are right at once, and whose schedule and price may wait.

While a search puts trips back, the next one asks where there is room: the gates and bounds of the run. They
change from the blocks that a trip touches to where they are as they were. Only a plan that may be kept needs
times and an exact price. See decision 0062.
"""

from estafette.planning.kernel.arrays import (
    ABOARD,
    BEHIND,
    COST,
    LINKS,
    MAX_CHANGES,
    MAX_DRIVE,
    MAX_WORK,
    NO,
    NO_LIMIT_S,
    NODE,
    RUN_OF,
    SIZE,
    TOTAL,
    TOUCHED,
    UNSETTLED,
    Day,
    State,
)
from estafette.planning.kernel.bounds import look_ahead, look_behind
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.duty import work_has_price
from estafette.planning.kernel.gates import blocks_at, look_back, look_on
from estafette.planning.kernel.load import load_up
from estafette.planning.kernel.route import forget, put_down, write_between
from estafette.planning.kernel.timing import reach
from estafette.planning.kernel.undo import touch


@inner
def may_wait(day: Day, run: int) -> bool:
    """Tell whether nothing but the gates and bounds of a run is asked before the next trip is put on it."""
    return (
        not day.rule[LINKS]
        and day.rule[MAX_CHANGES] >= NO_LIMIT_S
        and day.run[run, MAX_WORK] >= NO_LIMIT_S
        and day.run[run, MAX_DRIVE] >= NO_LIMIT_S
        and not work_has_price(day)
    )


@inner
def slip_in(  # noqa: PLR0917 - what, where, at what price
    day: Day, state: State, trip: int, run: int, pickup: int, dropoff: int, cost: int
) -> None:
    """Put a trip on a run where it is legal, for what it is thought to cost until the run is settled."""
    touch(state, run)
    sheet = state.sheet
    first, end = blocks_at(state, run, pickup, dropoff)
    shift(state, run, end)
    write_between(state, trip, run, pickup, dropoff, end)
    sheet[run, SIZE] += 2
    state.card[trip, RUN_OF] = run
    state.figure[TOTAL] += cost
    sheet[run, COST] += cost
    sheet[run, BEHIND], sheet[run, UNSETTLED] = 1, 1
    for k in range(sheet[run, SIZE]):
        state.seq[k] = state.line[run, k, NODE]
    load_up(day, state, run, first, end + 2)
    # Where the first or the last stop of what is touched is another, so is the way to it or from it.
    until = look_on(day, state, run, first, end + 2 if dropoff == end else end + 1)
    since = look_back(day, state, run, end + 2, first if pickup == first else first + 1)
    look_ahead(day, state, run, first, until)
    look_behind(day, state, run, end + 2, min(since, first))


@inner
def shift(state: State, run: int, end: int) -> None:
    """Make room for two stops before stop `end`, before which nobody is aboard."""
    line, gate = state.line, state.gate
    for k in range(state.sheet[run, SIZE], end - 1, -1):
        for column in range(8):
            line[run, k + 2, column] = line[run, k, column]
        if line[run, k, ABOARD] == 0:
            for b in range(gate.shape[3]):
                gate[run, k + 2, 0, b] = gate[run, k, 0, b]
                gate[run, k + 2, 1, b] = gate[run, k, 1, b]


@inner
def settle_touched(day: Day, state: State) -> bool:
    """Settle the runs of this step whose price waits; tell whether all are legal."""
    legal = True
    for i in range(state.figure[TOUCHED]):
        if state.sheet[state.touched[i], UNSETTLED]:
            legal = settle_run(day, state, state.touched[i]) and legal
    return legal


@inner
def settle_run(day: Day, state: State, run: int) -> bool:
    """Settle a run whose gates and bounds are right."""
    count = state.sheet[run, SIZE]
    for k in range(count):
        state.seq[k] = state.line[run, k, NODE]
    forget(state, run)
    return put_down(day, state, run, count, reach(day, state, run, count, NO))
