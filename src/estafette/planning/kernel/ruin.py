"""Taking trips off: strings of neighbouring runs, related trips, whole runs."""

from estafette.planning.kernel.arrays import FIXED, FREE, MIDDLE, PLACE, STEP, TOUCHED, Day, State
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.route import refresh, take
from estafette.planning.kernel.sorting import sort_rows

# Trips taken per step on average, and the longest string: Christiaens and Vanden Berghe (2020), table 2.
MEAN_TAKEN = 10
LONGEST_STRING = 10


@inner
def neighbours(day: Day, state: State, trip: int) -> None:
    """
    Fill the row of `near` of a trip, once: itself first, then by relatedness.

    Related trips begin and end near each other and at about the same time (Shaw 1998,
    doi:10.1007/3-540-49481-2_30), all in seconds.
    """
    if state.near_known[trip]:
        return
    here, there = day.node[2 * trip, PLACE], day.node[2 * trip + 1, PLACE]
    for other in range(len(day.trip)):
        state.key[other] = (
            day.road.travel_s[here, day.node[2 * other, PLACE]]
            + day.road.travel_s[there, day.node[2 * other + 1, PLACE]]
            + abs(day.trip[trip, MIDDLE] - day.trip[other, MIDDLE])
        )
        state.order[other] = other
    state.key[trip] = -1
    sort_rows(state.key, state.order, len(day.trip))
    for k in range(state.near.shape[1]):
        state.near[trip, k] = state.order[k]
    state.near_known[trip] = 1


@inner
def ruin(day: Day, state: State) -> bool:
    """
    Take some trips off with one operator drawn by lot, and refresh the runs they left.

    False when a run is no longer legal: a break is taken where the stop before it was, so a run that
    loses that stop may have to drive further after the break.
    """
    seed = draw(state.dice) % len(day.trip)
    neighbours(day, state, seed)
    lot = draw(state.dice) % 100
    if lot < 80:
        take_strings(day, state, seed)
    elif lot < 90:
        take_related(day, state, seed)
    else:
        take_run(day, state, seed)
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
    used, placed = 0, 0
    for run in range(len(day.run)):
        used += state.size[run] > 0
        placed += state.size[run] // 2
    longest = max(1, min(LONGEST_STRING, placed // max(used, 1)))
    strings = 1 + draw(state.dice) % max(1, 4 * MEAN_TAKEN // (1 + longest))
    for k in range(state.near.shape[1]):
        trip = state.near[seed, k]
        run = state.run_of[trip]
        if run < 0 or state.touched_at[run] == state.figure[STEP] or state.closed[run]:
            continue
        trips = state.size[run] // 2
        take_string(day, state, trip, run, 1 + draw(state.dice) % min(longest, trips))
        strings -= 1
        if strings == 0:
            return


@inner
def take_string(day: Day, state: State, trip: int, run: int, length: int) -> None:
    """Take `length` consecutive trips that include `trip` off a run."""
    order, at, trips = state.order, 0, 0
    for k in range(state.size[run]):
        node = state.stops[run, k]
        if node & 1 == 0:
            if node >> 1 == trip:
                at = trips
            order[trips] = node >> 1
            trips += 1
    first = at - draw(state.dice) % length
    first = max(0, min(first, trips - length))
    for k in range(first, first + length):
        if day.trip[order[k], FIXED] == FREE:
            take(day, state, order[k])


@inner
def take_related(day: Day, state: State, seed: int) -> None:
    """Take the trips most related to the seed, leaving some out by lot."""
    wanted = 2 + draw(state.dice) % (2 * MEAN_TAKEN - 2)
    for k in range(state.near.shape[1]):
        trip = state.near[seed, k]
        run = state.run_of[trip]
        if run < 0 or state.closed[run] or day.trip[trip, FIXED] != FREE or draw(state.dice) % 5 == 0:
            continue
        take(day, state, trip)
        wanted -= 1
        if wanted == 0:
            return


@inner
def take_run(day: Day, state: State, seed: int) -> None:
    """Empty the smaller of two runs near the seed, so that it may stay at home."""
    first, second = -1, -1
    for k in range(state.near.shape[1]):
        run = state.run_of[state.near[seed, k]]
        if run < 0 or run == first or state.closed[run] or draw(state.dice) % 2 == 0:
            continue
        if first >= 0:
            second = run
            break
        first = run
    if first < 0:
        return
    run = second if second >= 0 and state.size[second] < state.size[first] else first
    for k in range(state.size[run] - 1, -1, -1):
        node = state.stops[run, k]
        if node & 1 == 0 and day.trip[node >> 1, FIXED] == FREE:
            take(day, state, node >> 1)
