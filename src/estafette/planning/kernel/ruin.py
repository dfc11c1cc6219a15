"""Taking trips off: strings of neighbouring runs, related trips, whole runs."""

from estafette.planning.kernel.arrays import (
    CLOSED,
    FIXED,
    FREE,
    NODE,
    RUN_OF,
    SIZE,
    STEP,
    TOUCHED,
    TOUCHED_AT,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.near import neighbours
from estafette.planning.kernel.route import refresh, take

# Trips taken per step on average, and the longest string: Christiaens and Vanden Berghe (2020), table 2.
MEAN_TAKEN = 10
LONGEST_STRING = 10


@inner
def ruin(day: Day, state: State) -> bool:
    """
    Take some trips off with one operator drawn by lot, and refresh the runs they left.

    False when a run is no longer legal: a break is taken where the stop before it was, so a run that
    loses that stop may have to drive further after the break.
    """
    seed = draw_trip(day, state)
    neighbours(day, state, seed)
    lot = draw(state.dice) % 100
    if lot < 80:
        take_strings(day, state, seed)
    elif lot < 90:
        take_related(day, state, seed, 2 * MEAN_TAKEN - 2)
    else:
        take_run(day, state, seed)
    return refresh_touched(day, state)


@inner
def draw_trip(day: Day, state: State) -> int:
    """Draw a trip by lot, if possible one on an open run."""
    trip = draw(state.dice) % len(day.trip)
    for _ in range(30):
        run = state.card[trip, RUN_OF]
        if run >= 0 and not state.sheet[run, CLOSED]:
            break
        trip = draw(state.dice) % len(day.trip)
    return trip


@inner
def refresh_touched(day: Day, state: State) -> bool:
    """Refresh the runs touched in this step; tell whether all are legal."""
    legal = True
    for i in range(state.figure[TOUCHED]):
        legal = refresh(day, state, state.touched[i]) and legal
    return legal


@inner
def take_strings(day: Day, state: State, seed: int) -> None:
    """
    Take a string of consecutive trips off each of several runs near the seed.

    Slack induction by string removals: Christiaens and Vanden Berghe (2020), section 5.2,
    doi:10.1287/trsc.2019.0914. Trips of a run are in the order of their pick-ups.
    """
    sheet, used, placed = state.sheet, ZERO, ZERO
    for run in range(len(day.run)):
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
        if day.trip[order[k], FIXED] == FREE:
            take(day, state, order[k])


@inner
def take_related(day: Day, state: State, seed: int, most: int) -> None:
    """Take the trips most related to the seed, at most 1 + `most`, leaving some out by lot."""
    wanted = 2 + draw(state.dice) % most
    for k in range(state.near.shape[1]):
        trip = state.near[seed, k]
        run = state.card[trip, RUN_OF]
        if run < 0 or state.sheet[run, CLOSED] or day.trip[trip, FIXED] != FREE or draw(state.dice) % 5 == 0:
            continue
        take(day, state, trip)
        wanted -= 1
        if wanted == 0:
            return


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
