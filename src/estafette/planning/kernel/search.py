"""The search: begin from the runs in force, insert what is absent, ruin and recreate."""

import numpy as np

from estafette.planning.kernel.arrays import (
    ABSENT,
    ABSENT_BEFORE,
    BEST_COST,
    BLINKING,
    COST,
    FIXED,
    FREE,
    FROM,
    MIDDLE,
    NEVER,
    NOBODY,
    ON_RUN,
    PINNED,
    PLACE,
    TO,
    UNSERVED,
    ZERO,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.compiled import door, inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.insertion import best_insertion, best_on_run
from estafette.planning.kernel.route import add, begin, refresh, undo
from estafette.planning.kernel.ruin import ruin
from estafette.planning.kernel.sorting import sort_rows
from estafette.planning.kernel.timing import reach, settle

MOST_ABSENT = 30

# -ln((i + 1/2) / 256) in thousandths: how far above the present cost a step may end, in temperatures.
_PATIENCE = np.round(-1000 * np.log((np.arange(256) + 0.5) / 256)).astype(np.int64)


@door
def begin_day(day: Day, state: State, nodes: Ints, offsets: Ints) -> None:
    """
    Put the trips in force on their runs; all others are absent.

    nodes[offsets[r] : offsets[r + 1]] are the stops of run r in time order. A run whose order is legal
    is taken as it is. Otherwise its fixed trips come first, then the others where they fit; a run
    whose fixed trips alone are not legal is closed: nothing is put on it.
    """
    for trip in range(len(day.trip)):
        state.run_of[trip] = -1
    for run in range(len(day.run)):
        begin_run(day, state, run, nodes[offsets[run] : offsets[run + 1]])
    state.figure[ABSENT] = 0
    for trip in range(len(day.trip)):
        if state.run_of[trip] < 0 and day.trip[trip, FIXED] == FREE:
            state.absent[state.figure[ABSENT]] = trip
            state.figure[ABSENT] += 1
    state.figure[COST] += day.price[UNSERVED] * state.figure[ABSENT]


@inner
def begin_run(day: Day, state: State, run: int, nodes: Ints) -> None:
    """Put the trips in force on one run."""
    if lay(day, state, run, nodes, FREE):
        return
    if not lay(day, state, run, nodes, ON_RUN):
        lay(day, state, run, nodes, NOBODY)
        if not (add_all(day, state, run, nodes, PINNED) and add_all(day, state, run, nodes, ON_RUN)):
            lay(day, state, run, nodes, NOBODY)
            state.closed[run] = 1
            return
    add_all(day, state, run, nodes, FREE)


@inner
def lay(day: Day, state: State, run: int, nodes: Ints, least: int) -> bool:
    """Give a run the stops of the trips at least so fixed, in the order given; tell whether legal."""
    for k in range(state.size[run]):
        state.run_of[state.stops[run, k] >> 1] = -1
    count = 0
    for k in range(len(nodes)):
        if day.trip[nodes[k] >> 1, FIXED] >= least:
            state.stops[run, count] = nodes[k]
            state.run_of[nodes[k] >> 1] = run
            count += 1
    state.size[run] = count
    return refresh(day, state, run)


@inner
def add_all(day: Day, state: State, run: int, nodes: Ints, wanted: int) -> bool:
    """Put the trips that are just so fixed on a run, in order, where they fit; tell whether all do."""
    all_fit = True
    for k in range(len(nodes)):
        trip = nodes[k] >> 1
        if not nodes[k] & 1 and day.trip[trip, FIXED] == wanted:
            all_fit = add_on_run(day, state, trip, run) and all_fit
    return all_fit


@inner
def add_on_run(day: Day, state: State, trip: int, run: int) -> bool:
    """Put a trip on a given run if it fits."""
    cost, pickup, dropoff = best_on_run(day, state, trip, run, NEVER)
    return cost < NEVER and add(day, state, trip, run, pickup, dropoff)


@door
def arrange(day: Day, state: State, order: int, absent: int) -> None:
    """
    Sort the first absent trips: 0 by time, 1 far trips first, 2 narrow windows first, 3 by lot.

    Ties fall to the row of the trip, so the same dice give the same order.
    """
    for k in range(absent):
        trip = state.absent[k]
        pickup, dropoff = 2 * trip, 2 * trip + 1
        if order == 0:
            state.key[trip] = day.trip[trip, MIDDLE]
        elif order == 1:
            state.key[trip] = -day.road.travel_s[day.node[pickup, PLACE], day.node[dropoff, PLACE]]
        elif order == 2:
            state.key[trip] = day.node[pickup, TO] - day.node[pickup, FROM]
            state.key[trip] += day.node[dropoff, TO] - day.node[dropoff, FROM]
        else:
            state.key[trip] = draw(state.dice) % (1 << 30)
    sort_rows(state.key, state.absent, absent)


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
    state.absent[k], state.absent[other] = state.absent[other], state.absent[k]


@door
def insert_absent(day: Day, state: State, first: int, wanted: int) -> int:
    """
    Insert absent trips from position `first` on, each where it is cheapest; stop after `wanted`.

    Those that fit nowhere stay absent; gives the position to go on from.
    """
    k, absent = first, state.figure[ABSENT]
    while k < absent and wanted > 0:
        trip = state.absent[k]
        cost, run, pickup, dropoff = best_insertion(day, state, trip)
        wanted -= 1
        if cost == NEVER:
            k += 1
            continue
        add(day, state, trip, run, pickup, dropoff)
        absent -= 1
        for i in range(k, absent):
            state.absent[i] = state.absent[i + 1]
        state.figure[ABSENT] = absent
        state.figure[COST] -= day.price[UNSERVED]
    return k


@door
def keep_best(state: State) -> None:
    """Copy the present plan over the best one, run by run where they differ."""
    for run in range(len(state.size)):
        if state.behind[run]:
            count = state.size[run]
            state.best_count[run] = count
            for k in range(count):
                state.best_stops[run, k] = state.stops[run, k]
            state.behind[run] = 0
    state.figure[BEST_COST] = state.figure[COST]


@door
def return_to_best(day: Day, state: State) -> None:
    """Make the best plan the present one again."""
    for trip in range(len(state.run_of)):
        state.run_of[trip] = -1
    for run in range(len(state.size)):
        count = state.best_count[run]
        if state.behind[run]:
            state.size[run] = count
            for k in range(count):
                state.stops[run, k] = state.best_stops[run, k]
            refresh(day, state, run)
            state.behind[run] = 0
        for k in range(count):
            state.run_of[state.stops[run, k] >> 1] = run
    state.figure[COST] -= day.price[UNSERVED] * state.figure[ABSENT]
    state.figure[ABSENT] = 0
    for trip in range(len(state.run_of)):
        if state.run_of[trip] < 0 and day.trip[trip, FIXED] == FREE:
            state.absent[state.figure[ABSENT]] = trip
            state.figure[ABSENT] += 1
    state.figure[COST] += day.price[UNSERVED] * state.figure[ABSENT]


@door
def search(day: Day, state: State, steps: int, warmth: int) -> None:
    """
    Do `steps` steps of ruin and recreate.

    A step is kept when it costs at most a draw of the temperature `warmth`, in hundredths of a driving
    second, more than the plan before (simulated annealing, Kirkpatrick et al. 1983,
    doi:10.1126/science.220.4598.671).
    """
    state.figure[BLINKING] = 1
    for _ in range(steps):
        before = state.figure[COST]
        begin(state)
        if not ruin(day, state):
            undo(day, state)
            continue
        wanted = choose_absent(state)
        lot = draw(state.dice) % 10
        arrange(day, state, 0 if lot < 3 else 1 if lot < 5 else 2 if lot < 6 else 3, wanted)
        insert_absent(day, state, ZERO, wanted)
        if state.figure[COST] > before + warmth * _PATIENCE[draw(state.dice) % 256] // 1000:
            undo(day, state)
        elif state.figure[COST] < state.figure[BEST_COST]:
            keep_best(state)
    state.figure[BLINKING] = 0


@door
def timetable(day: Day, state: State, start: Ints, taken: Ints, rest_start: Ints, pull_out: Ints) -> None:
    """
    Write the settled schedule of every run.

    start : (r, c) start of service of stop k. taken : (r, c + 1) breaks taken after k stops.
    rest_start : (r, b). pull_out : (r,).
    """
    work = state.work
    for run in range(len(day.run)):
        count, stops = state.size[run], state.stops[run]
        if count > 0 and reach(day, run, stops, count, work):
            pull_out[run] = settle(day, run, stops, count, work)
            for k in range(count):
                start[run, k] = work.start[k]
            for k in range(count + 1):
                taken[run, k] = work.taken[k]
            for b in range(len(work.rest_start)):
                rest_start[run, b] = work.rest_start[b]
