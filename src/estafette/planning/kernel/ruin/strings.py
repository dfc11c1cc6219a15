"""Ruin: strings of consecutive trips, off several neighbouring runs."""

from estafette.planning.kernel.arrays import (
    CLOSED,
    FIXED,
    NODE,
    ON_RUN,
    OPEN,
    RUN_OF,
    SIZE,
    STEP,
    TOUCHED_AT,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.route import take

# Trips taken per step on average, and the longest string: Christiaens and Vanden Berghe (2020), table 2.
MEAN_TAKEN = 10
LONGEST_STRING = 10


@inner
def take_strings(day: Day, state: State, seed: int) -> None:
    """
    Take a string of consecutive trips off each of several runs near the seed.

    Slack induction by string removals: Christiaens and Vanden Berghe (2020), section 5.2,
    doi:10.1287/trsc.2019.0914. Trips of a run are in the order of their pick-ups.
    """
    sheet, used, placed = state.sheet, ZERO, ZERO
    for k in range(state.figure[OPEN]):
        run = state.open[k]
        used += sheet[run, SIZE] > 0
        placed += sheet[run, SIZE] // 2
    longest = max(1, min(LONGEST_STRING, placed // max(used, 1)))
    # On a tiny day taking ten would be beginning anew each time.
    mean = max(2, min(MEAN_TAKEN, placed // 5))
    strings = 1 + draw(state.dice) % max(1, 4 * mean // (1 + longest))
    for k in range(state.near.shape[1]):
        trip = state.near[seed, k]
        run = state.card[trip, RUN_OF]
        if run < 0 or sheet[run, TOUCHED_AT] == state.figure[STEP] or sheet[run, CLOSED]:
            continue
        trips = sheet[run, SIZE] // 2
        take_string(day, state, trip, run, 1 + draw(state.dice) % min(longest, trips))
        strings -= 1
        if strings == 0:
            return


@inner
def take_string(day: Day, state: State, trip: int, run: int, length: int) -> None:
    """
    Take `length` consecutive trips that include `trip` off a run.

    Half of the time some trips in the middle of a longer string stay (split strings, section 5.2.2).
    """
    order, at, trips = state.order, ZERO, ZERO
    for k in range(state.sheet[run, SIZE]):
        node = state.line[run, k, NODE]
        if node & 1 == 0:
            if node >> 1 == trip:
                at = trips
            order[trips] = node >> 1
            trips += 1
    kept = ZERO
    if length > 1 and draw(state.dice) % 2 == 0:
        while length + kept < trips and draw(state.dice) % 2 == 0:
            kept += 1
    span = length + kept
    first = max(ZERO, min(at - draw(state.dice) % span, trips - span))
    skip = first + (draw(state.dice) % length if kept > 0 else ZERO)
    for k in range(first, first + span):
        if kept > 0 and skip <= k < skip + kept:
            continue
        if day.trip[order[k], FIXED] <= ON_RUN:
            take(day, state, order[k])
