"""Ruin: two neighbouring runs exchange all that they do after a moment with nobody aboard."""

from estafette.planning.kernel.admission import place_at, price_to_enter
from estafette.planning.kernel.arrays import (
    ABOARD,
    AFTER,
    BEFORE,
    CLOSED,
    END,
    FIXED,
    FREE,
    HERE,
    LATEST,
    LATEST_TO,
    LEAVE,
    MAX_CHANGES,
    NEVER,
    NO_LIMIT_S,
    NODE,
    RUN_OF,
    SIZE,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.road import travel_s
from estafette.planning.kernel.undo import touch


@inner
def exchange_tails(day: Day, state: State, seed: int) -> None:
    """
    Exchange the tails of the run of the seed and of one near it, where that costs least.

    The neighbourhood 2-opt* of Potvin and Rousseau (1995), doi:10.1057/jors.1995.204, at moments when both
    vehicles are empty; pairs of moments are left out by lot, so that equal steps differ.
    """
    one = state.card[seed, RUN_OF]
    other = run_near(state, seed)
    if one >= 0 and other >= 0 and not state.sheet[one, CLOSED] and day.rule[MAX_CHANGES] >= NO_LIMIT_S:
        cost, at, there = best_exchange(day, state, one, other)
        if cost < NEVER and may_move(day, state, one, at, other) and may_move(day, state, other, there, one):
            exchange(state, one, at, other, there)


@inner
def run_near(state: State, seed: int) -> int:
    """Draw an open run of a trip near the seed, other than that of the seed; -1 for none."""
    for k in range(state.near.shape[1]):
        run = state.card[state.near[seed, k], RUN_OF]
        if run < 0 or run == state.card[seed, RUN_OF] or state.sheet[run, CLOSED]:
            continue
        if draw(state.dice) % 3 == 0:
            return run
    return ZERO - 1


@inner
def best_exchange(day: Day, state: State, one: int, other: int) -> tuple[int, int, int]:
    """Give the cheapest exchange that windows allow: seconds of driving more, NEVER for none; where."""
    line, best, best_at, best_there = state.line, NEVER, ZERO, ZERO
    ends, stops = state.sheet[one, SIZE], state.sheet[other, SIZE]
    for i in range(ends + 1):
        if line[one, i, ABOARD] != 0:
            continue
        for j in range(stops + 1):
            if line[other, j, ABOARD] != 0 or (i == 0 and j == 0) or (i == ends and j == stops):
                continue
            if draw(state.dice) % 4 == 0:
                continue
            cost = join_s(day, state, one, i, other, j)
            if cost < best:
                cost += join_s(day, state, other, j, one, i)
            if cost < best:
                best, best_at, best_there = cost, i, j
    return best, best_at, best_there


@inner
def join_s(day: Day, state: State, run: int, at: int, other: int, there: int) -> int:
    """Give the driving more where a run goes on with the tail of another; NEVER if it comes too late."""
    leave_s, here = state.line[run, at, LEAVE], state.line[run, at, HERE]
    next_to, by_s = day.run[run, END], day.run[run, LATEST_TO]
    if there < state.sheet[other, SIZE]:
        next_to, by_s = place_at(day, state, other, there), state.line[other, there, LATEST]
    on_s = travel_s(day, here, next_to, leave_s)
    if leave_s + on_s > by_s:
        return NEVER
    return on_s - travel_s(day, here, place_at(day, state, run, at), leave_s)


@inner
def may_move(day: Day, state: State, run: int, position: int, other: int) -> bool:
    """Tell whether every trip of a tail may be on another run; linked ones stay where they are."""
    for k in range(position, state.sheet[run, SIZE]):
        trip = state.line[run, k, NODE] >> 1
        if day.trip[trip, FIXED] != FREE or day.trip[trip, BEFORE] >= 0 or day.trip[trip, AFTER] >= 0:
            return False
        if price_to_enter(day, state, trip, other) == NEVER:
            return False
    return True


@inner
def exchange(state: State, one: int, at: int, other: int, there: int) -> None:
    """Exchange the stops of one run from `at` on and those of another from `there` on."""
    touch(state, one)
    touch(state, other)
    line, sheet, order = state.line, state.sheet, state.seq
    ends, stops = sheet[one, SIZE], sheet[other, SIZE]
    if at + stops - there + 3 > line.shape[1] or there + ends - at + 3 > line.shape[1]:
        return
    for k in range(at, ends):
        order[k - at] = line[one, k, NODE]
    for k in range(there, stops):
        line[one, at + k - there, NODE] = line[other, k, NODE]
        state.card[line[other, k, NODE] >> 1, RUN_OF] = one
    for k in range(ends - at):
        line[other, there + k, NODE] = order[k]
        state.card[order[k] >> 1, RUN_OF] = other
    sheet[one, SIZE], sheet[other, SIZE] = at + stops - there, there + ends - at
