"""Ruin: all trips of a run."""

from estafette.planning.kernel.arrays import CLOSED, FIXED, FREE, NODE, RUN_OF, SIZE, ZERO, Day, State
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.route import take


@inner
def take_run(day: Day, state: State, seed: int) -> None:
    """Empty the smaller of two runs near the seed, so that it may stay at home."""
    sheet, first, second = state.sheet, ZERO - 1, ZERO - 1
    for k in range(state.near.shape[1]):
        run = state.card[state.near[seed, k], RUN_OF]
        if run < 0 or run == first or sheet[run, CLOSED] or draw(state.dice) % 2 == 0:
            continue
        if first >= 0:
            second = run
            break
        first = run
    if first >= 0:
        empty(day, state, second if second >= 0 and sheet[second, SIZE] < sheet[first, SIZE] else first)


@inner
def empty(day: Day, state: State, run: int) -> None:
    """Take every free trip off a run."""
    for k in range(state.sheet[run, SIZE] - 1, -1, -1):
        node = state.line[run, k, NODE]
        if node & 1 == 0 and day.trip[node >> 1, FIXED] == FREE:
            take(day, state, node >> 1)
