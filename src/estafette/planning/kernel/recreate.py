"""Putting absent trips back: in which order, and each where it is cheapest."""

from estafette.planning.kernel.arrays import (
    ABSENT,
    ABSENT_BEFORE,
    BARRED,
    BEGINS,
    BEHIND,
    BEST_DRIVE,
    BEST_SIZE,
    BEST_TOTAL,
    BEST_WORK,
    CLOSED,
    DRIVE_S,
    FIXED,
    FREE,
    FROM,
    KEY,
    LEAST_WORK,
    LINKS,
    MIDDLE,
    NEVER,
    NODE,
    OPEN,
    PLACE,
    RUN_OF,
    SIZE,
    TO,
    TOTAL,
    UNSERVED,
    UNSETTLED,
    WORK_S,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.insertion import best_insertion
from estafette.planning.kernel.links import publish, withdraw
from estafette.planning.kernel.route import add, drop, refresh
from estafette.planning.kernel.slip import may_wait, settle_run, settle_touched, slip_in
from estafette.planning.kernel.sorting import sort_rows

MOST_ABSENT = 30


@inner
def arrange(day: Day, state: State, order: int, absent: int) -> None:
    """
    Sort the first absent trips: 0 by time, 1 far trips first, 2 narrow windows first, 3 by lot.

    Ties fall to the row of the trip, so the same dice give the same order.
    """
    card, node, listed = state.card, state.node, state.order
    for k in range(absent):
        trip = state.absent[0, k]
        listed[k] = trip
        pickup, dropoff = 2 * trip, 2 * trip + 1
        if order == 0:
            card[trip, KEY] = day.trip[trip, MIDDLE]
        elif order == 1:
            card[trip, KEY] = -day.travel[node[pickup, PLACE], node[dropoff, PLACE]]
        elif order == 2:
            card[trip, KEY] = node[pickup, TO] - node[pickup, FROM]
            card[trip, KEY] += node[dropoff, TO] - node[dropoff, FROM]
        else:
            card[trip, KEY] = draw(state.dice) % (1 << 30)
    sort_rows(card, listed, absent)
    for k in range(absent):
        state.absent[0, k] = listed[k]


@inner
def choose_absent(state: State) -> int:
    """
    Bring to the front the absent trips that this step tries to insert; give how many.

    All that were just taken off, and of those absent before it at most MOST_ABSENT, drawn by lot: on a
    day with far too few runs, trying hundreds in vain would leave time for few steps.
    """
    absent, before = state.figure[ABSENT], state.figure[ABSENT_BEFORE]
    if before <= MOST_ABSENT:
        return absent
    for k in range(MOST_ABSENT):
        swap(state, k, k + draw(state.dice) % (before - k))
    for k in range(absent - before):
        swap(state, MOST_ABSENT + k, before + k)
    return absent - before + MOST_ABSENT


@inner
def swap(state: State, k: int, other: int) -> None:
    """Exchange two absent trips."""
    state.absent[0, k], state.absent[0, other] = state.absent[0, other], state.absent[0, k]


@inner
def insert(day: Day, state: State, k: int, most: int) -> bool:
    """
    Insert the absent trip at `k` where it is cheapest, for at most `most`; tell whether it fits.

    The run may have to be settled before its schedule and price are asked (`kernel/slip.py`).
    """
    trip = state.absent[0, k]
    cost, run, pickup, dropoff = best_insertion(day, state, trip, most)
    if cost == NEVER:
        return False
    if may_wait(day, run):
        slip_in(day, state, trip, run, pickup, dropoff, cost)
    elif not add(day, state, trip, run, pickup, dropoff):
        # What linked legs ask of each other is only known once both are timed.
        drop(day, state, trip, run)
        refresh(day, state, run)
        return insert_elsewhere(day, state, k, run, most)
    strike(day, state, k)
    return True


@inner
def insert_elsewhere(day: Day, state: State, k: int, refused: int, most: int) -> bool:
    """Insert the absent trip at `k` on any other run than the one that refused it."""
    trip, barred = state.absent[0, k], state.sheet[refused, BARRED]
    state.sheet[refused, BARRED] = 1
    cost, run, pickup, dropoff = best_insertion(day, state, trip, most)
    state.sheet[refused, BARRED] = barred
    if cost == NEVER:
        return False
    if not add(day, state, trip, run, pickup, dropoff):
        drop(day, state, trip, run)
        refresh(day, state, run)
        return False
    strike(day, state, k)
    return True


@inner
def strike(day: Day, state: State, k: int) -> None:
    """Strike the trip at `k` off the list of the absent."""
    trip, absent = state.absent[0, k], state.figure[ABSENT] - 1
    for i in range(k, absent):
        state.absent[0, i] = state.absent[0, i + 1]
    state.figure[ABSENT] = absent
    state.figure[TOTAL] -= day.trip[trip, UNSERVED]


@inner
def insert_absent(day: Day, state: State, first: int, wanted: int) -> int:
    """
    Insert absent trips from position `first` on, each where it is cheapest; stop after `wanted`.

    Those that fit nowhere stay absent; gives the position to go on from.
    """
    k = first
    while k < state.figure[ABSENT] and wanted > 0:
        wanted -= 1
        if not insert(day, state, k, NEVER):
            k += 1
    for run in range(len(day.run)):
        if state.sheet[run, UNSETTLED]:
            settle_run(day, state, run)
    return k


@inner
def recreate(day: Day, state: State, wanted: int, most: int) -> bool:
    """
    Insert the first `wanted` absent trips; give up once the plan is sure to cost more than `most`.

    Hardly any insertion makes a plan cheaper: the next one may cost what is left to `most` (decision 0061).
    """
    k, due = ZERO, ZERO
    for i in range(wanted):
        due += day.trip[state.absent[0, i], UNSERVED]
    for _ in range(wanted):
        unserved = day.trip[state.absent[0, k], UNSERVED]
        spare = most - state.figure[TOTAL] + due
        if not insert(day, state, k, spare):
            if unserved > spare:
                return False
            k += 1
        due -= unserved
    return state.figure[TOTAL] <= most and settle_touched(day, state)


@inner
def keep_best(state: State) -> None:
    """Copy the present plan over the best one, run by run where they differ."""
    sheet = state.sheet
    for run in range(len(sheet)):
        if sheet[run, BEHIND]:
            sheet[run, BEST_SIZE], sheet[run, BEHIND] = sheet[run, SIZE], 0
            sheet[run, BEST_WORK], sheet[run, BEST_DRIVE] = sheet[run, WORK_S], sheet[run, DRIVE_S]
            for k in range(sheet[run, SIZE]):
                state.best[run, k, 0] = state.line[run, k, NODE]
                state.best[run, k, 1] = state.line[run, k, BEGINS]
    state.figure[BEST_TOTAL] = state.figure[TOTAL]


@inner
def adopt(day: Day, state: State, other: State) -> None:
    """Make the best plan of another state, or of this one, the best and the present one."""
    figure = state.figure
    for trip in range(len(day.trip)):
        state.card[trip, RUN_OF] = -1
        if day.rule[LINKS]:
            withdraw(day, state, trip)
    for run in range(len(day.run)):
        adopt_run(state, other, run)
    list_open(state)
    for run in range(len(day.run) if day.rule[LINKS] else ZERO):
        publish(day, state, run, state.sheet[run, SIZE])
    for run in range(len(day.run)):
        refresh(day, state, run)
        state.sheet[run, BEHIND] = 0
    for k in range(figure[ABSENT]):
        figure[TOTAL] -= day.trip[state.absent[0, k], UNSERVED]
    figure[ABSENT] = 0
    for trip in range(len(day.trip)):
        if state.card[trip, RUN_OF] < 0 and day.trip[trip, FIXED] == FREE:
            state.absent[0, figure[ABSENT]] = trip
            figure[ABSENT] += 1
            figure[TOTAL] += day.trip[trip, UNSERVED]
    figure[BEST_TOTAL] = figure[TOTAL]


@inner
def list_open(state: State) -> None:
    """List the runs where trips may be put back: on a large day those of a part are few."""
    state.figure[OPEN] = 0
    for run in range(len(state.sheet)):
        if not state.sheet[run, CLOSED]:
            state.open[state.figure[OPEN]] = run
            state.figure[OPEN] += 1


@inner
def adopt_run(state: State, other: State, run: int) -> None:
    """Put the stops of a run in the best plan of another state on it."""
    count, sheet, theirs = other.sheet[run, BEST_SIZE], state.sheet, other.sheet
    sheet[run, SIZE], sheet[run, BEST_SIZE], sheet[run, CLOSED] = count, count, theirs[run, CLOSED]
    # So the first run that is timed again leaves the others of its driver what they have.
    sheet[run, BEST_WORK], sheet[run, BEST_DRIVE] = theirs[run, BEST_WORK], theirs[run, BEST_DRIVE]
    sheet[run, WORK_S], sheet[run, LEAST_WORK] = theirs[run, BEST_WORK], theirs[run, BEST_WORK]
    sheet[run, DRIVE_S] = theirs[run, BEST_DRIVE]
    for k in range(count):
        node, begins_s = other.best[run, k, 0], other.best[run, k, 1]
        state.best[run, k, 0], state.best[run, k, 1] = node, begins_s
        state.line[run, k, NODE], state.line[run, k, BEGINS] = node, begins_s
        state.card[node >> 1, RUN_OF] = run
