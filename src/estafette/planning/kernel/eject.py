"""
Fewer runs, or trips that fit nowhere: a trip comes in and others, hard-to-place least of all, go out.

Route elimination by an ejection pool with guided local search: Nagata and Braysy (2009),
doi:10.1016/j.orl.2009.04.006, for pick-up and delivery Nagata and Kobayashi (2010),
doi:10.1007/978-3-642-15844-5_54.
"""

from typing import NamedTuple

from estafette.planning.kernel.admission import may_look
from estafette.planning.kernel.arrays import (
    ABSENT,
    ABSENT_BEFORE,
    BARRED,
    BEST_TOTAL,
    BLINKING,
    CLOSED,
    EMPTYING,
    FIXED,
    FREE,
    LEAST_WORK,
    MARK,
    NEVER,
    NODE,
    PENALTY,
    SIZE,
    TOTAL,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.bounds import look_ahead, look_behind
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.gates import look_back
from estafette.planning.kernel.insertion import best_on_run
from estafette.planning.kernel.load import load_up
from estafette.planning.kernel.near import neighbours
from estafette.planning.kernel.recreate import insert, keep_best, strike, swap
from estafette.planning.kernel.route import (
    add,
    open_gates,
    refresh,
    take,
)
from estafette.planning.kernel.ruin import refresh_touched
from estafette.planning.kernel.ruin.related import take_related
from estafette.planning.kernel.ruin.whole_run import empty
from estafette.planning.kernel.slip import settle_touched
from estafette.planning.kernel.undo import begin, copy_run, undo

SHAKES = 10
# Trips that move at each beyond the first, at most.
BESIDE: int = ZERO + 3


class Swap(NamedTuple):
    """One or two trips to eject from a run (-1: none), so that another fits; `price` is their penalties."""

    run: int
    first: int
    second: int
    price: int


@inner
def eject(day: Day, state: State, steps: int) -> int:
    """
    Do `steps` steps towards a plan without absent trips, and from there towards one with a run fewer.

    The run being emptied is `figure[EMPTYING]`, and barred with every other empty one. Complete plans that
    cost less than the best are kept; give the number of complete plans found.
    """
    found = ZERO
    for _ in range(steps):
        begin(state)
        if state.figure[ABSENT] == 0:
            found += state.figure[EMPTYING] >= 0
            if state.figure[TOTAL] < state.figure[BEST_TOTAL]:
                keep_best(state)
            empty_one(day, state)
            continue
        k = state.figure[ABSENT] - 1
        trip = state.absent[0, k]
        if insert(day, state, k, NEVER):
            settle_touched(day, state)
            continue
        state.card[trip, PENALTY] += 1
        choice = cheapest_swap(day, state, trip)
        if choice.run >= 0:
            exchange(day, state, choice, k)
        elif state.figure[ABSENT] > 1:
            swap(state, k, draw(state.dice) % state.figure[ABSENT])
        shake(day, state)
    return found


@inner
def begin_ejecting(state: State) -> None:
    """Begin with the present plan."""
    state.figure[EMPTYING] = -1
    for trip in range(len(state.card)):
        state.card[trip, PENALTY] = 0


@inner
def end_ejecting(state: State) -> None:
    """Open the barred runs again."""
    for run in range(len(state.sheet)):
        state.sheet[run, BARRED] = 0


@inner
def empty_one(day: Day, state: State) -> None:
    """Empty the smaller of two runs drawn by lot, if one can be emptied, and bar all empty ones."""
    sheet, runs = state.sheet, len(day.run)
    chosen = ZERO - 1
    for _ in range(2):
        first = draw(state.dice) % runs
        for k in range(runs):
            run = (first + k) % runs
            if sheet[run, SIZE] > 0 and not sheet[run, CLOSED] and is_free(day, state, run):
                if chosen < 0 or sheet[run, SIZE] < sheet[chosen, SIZE]:
                    chosen = run
                break
    if chosen < 0:
        return
    empty(day, state, chosen)
    refresh(day, state, chosen)
    for run in range(runs):
        sheet[run, BARRED] = sheet[run, SIZE] == 0
    state.figure[EMPTYING] = chosen


@inner
def is_free(day: Day, state: State, run: int) -> bool:
    """Tell whether every trip of a run may be taken off it."""
    free = True
    for k in range(state.sheet[run, SIZE]):
        free = free and day.trip[state.line[run, k, NODE] >> 1, FIXED] == FREE
    return free


@inner
def cheapest_swap(day: Day, state: State, trip: int) -> Swap:
    """Find the trips with the least sum of penalties whose ejection from their run lets `trip` on it."""
    best = Swap(ZERO - 1, ZERO - 1, ZERO - 1, NEVER)
    runs = len(day.run)
    for pair in range(2):
        state.figure[MARK] += 1
        first = draw(state.dice) % runs
        for k in range(runs):
            run = (first + k) % runs
            if state.sheet[run, SIZE] > 0 and may_look(day, state, trip, run):
                best = swap_on_run(day, state, trip, run, pair == 1, best)
    return best


@inner
def swap_on_run(day: Day, state: State, trip: int, run: int, pairs: bool, best: Swap) -> Swap:
    """Look for a cheaper swap on one run: of one trip, or of two."""
    spare, count = len(day.run), state.sheet[run, SIZE]
    copy_run(state.line, state.gate, run, state.kept_line, state.kept_gate, spare, count)
    for i in range(count):
        one = state.kept_line[spare, i, NODE]
        if one & 1 or day.trip[one >> 1, FIXED] != FREE:
            continue
        price = state.card[one >> 1, PENALTY] + 1
        if price >= best.price:
            continue
        if not pairs:
            if fits_without(day, state, trip, run, count, one >> 1, ZERO - 1):
                best = Swap(run, one >> 1, ZERO - 1, price)
            continue
        for j in range(i + 1, count):
            two = state.kept_line[spare, j, NODE]
            if two & 1 or day.trip[two >> 1, FIXED] != FREE:
                continue
            both = price + state.card[two >> 1, PENALTY] + 1
            if both < best.price and fits_without(day, state, trip, run, count, one >> 1, two >> 1):
                best = Swap(run, one >> 1, two >> 1, both)
    copy_run(state.kept_line, state.kept_gate, spare, state.line, state.gate, run, count)
    state.sheet[run, SIZE] = count
    return best


@inner
def fits_without(day: Day, state: State, trip: int, run: int, count: int, one: int, two: int) -> bool:  # noqa: PLR0917
    """Tell whether a trip fits on a run once one or two others are off it; leaves the run so."""
    spare, kept = len(day.run), ZERO
    for k in range(count):
        node = state.kept_line[spare, k, NODE]
        if node >> 1 not in (one, two):
            state.line[run, kept, NODE] = node
            kept += 1
    state.sheet[run, SIZE] = kept
    least_s = state.sheet[run, LEAST_WORK]
    legal = load_up(day, state, run, ZERO, kept) and open_gates(day, state, run, kept) < NEVER
    state.sheet[run, LEAST_WORK] = least_s  # the run is only imagined so: the driver's others must not see it
    if not legal:
        return False
    if kept > 0:
        look_back(day, state, run, kept, ZERO - 1)
    look_ahead(day, state, run, ZERO, kept)
    look_behind(day, state, run, kept, ZERO)
    cost, _, _ = best_on_run(day, state, trip, run, NEVER)
    return cost < NEVER


@inner
def exchange(day: Day, state: State, choice: Swap, k: int) -> None:
    """Eject what was chosen and insert the absent trip at `k` there."""
    trip = state.absent[0, k]
    take(day, state, choice.first)
    if choice.second >= 0:
        take(day, state, choice.second)
    if not refresh(day, state, choice.run):
        undo(day, state)
        return
    cost, pickup, dropoff = best_on_run(day, state, trip, choice.run, NEVER)
    if cost == NEVER or not add(day, state, trip, choice.run, pickup, dropoff):
        undo(day, state)
        return
    strike(day, state, k)


@inner
def shake(day: Day, state: State) -> None:
    """Move some trips to where they also fit, whatever that costs."""
    state.figure[BLINKING] = 1
    for _ in range(SHAKES):
        begin(state)
        seed = draw(state.dice) % len(day.trip)
        neighbours(day, state, seed)
        take_related(day, state, seed, BESIDE)
        if not (refresh_touched(day, state) and reinsert(day, state)):
            undo(day, state)
    state.figure[BLINKING] = 0
    begin(state)


@inner
def reinsert(day: Day, state: State) -> bool:
    """Insert what was just taken off, in any order; False as soon as one fits nowhere."""
    before = state.figure[ABSENT_BEFORE]
    while state.figure[ABSENT] > before:
        k = before + draw(state.dice) % (state.figure[ABSENT] - before)
        if not insert(day, state, k, NEVER):
            return False
    return settle_touched(day, state)
