"""The least that would have to give way for one trip to fit: minutes of one limit, or one other trip."""

from estafette.planning.kernel.arrays import (
    AFTER,
    BEFORE,
    BEGINS,
    CLOSED,
    FIXED,
    FREE,
    FROM,
    LATEST_TO,
    LIMIT,
    NEVER,
    NODE,
    REST,
    REST_END,
    REST_FROM,
    REST_TO,
    RUN_OF,
    SHIFT_FROM,
    SIZE,
    TO,
    ZERO,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.insertion import best_on_run
from estafette.planning.kernel.refusal import standing_rule
from estafette.planning.kernel.route import add, refresh, take
from estafette.planning.kernel.undo import begin, touch, undo

# What gives way, in the order of who is disturbed: the rider of the trip, the driver, another rider.
(
    PICKUP_LATER, PICKUP_EARLIER, DROPOFF_LATER, TRIP_LATER, TRIP_EARLIER, RIDE_LONGER,
    RUN_LONGER, RUN_EARLIER, BREAK_MOVED, TRIP_MOVED,
) = range(10)  # fmt: skip
_BY_MINUTES = 9

# Other trips are moved only if they are under way so near the wanted trip, and so many at most.
_NEAR_S = 3_600
_MOST_MOVES = 30


@inner
def relax(day: Day, state: State, trip: int, most: int, found: Ints) -> None:
    """
    Write for each kind of relaxation the least of it, on any run, that lets an absent trip in.

    found : (10, 4) amount in seconds (-1 for none up to `most` minutes), run, and for TRIP_MOVED the trip
    and the run it moves to. Minutes are found by bisection against the exact test: one less does not do.
    Writes to `trip`, `run` and `rest` of the day, which must be copies, and puts all back.
    """
    for kind in range(_BY_MINUTES):
        found[kind, 0], least = -1, most + 1
        if is_tied(day, state, trip, kind):
            continue
        for run in range(len(day.run)):
            if least == 1 or not worth_asking(day, state, trip, run):
                continue
            if kind == BREAK_MOVED and day.run[run, REST] == day.run[run, REST_END]:
                continue
            minutes = least_minutes(day, state, trip, run, kind, least - 1)
            if minutes < least:
                least = minutes
                found[kind, 0], found[kind, 1] = 60 * minutes, run
    move_another(day, state, trip, found)


@inner
def worth_asking(day: Day, state: State, trip: int, run: int) -> bool:
    """Tell whether times are all that can keep the trip off a run."""
    return state.sheet[run, CLOSED] == 0 and standing_rule(day, state, trip, run) == 0


@inner
def is_tied(day: Day, state: State, trip: int, kind: int) -> bool:
    """Tell whether a linked trip on a run holds the end that would have to give way."""
    before, after = day.trip[trip, BEFORE], day.trip[trip, AFTER]
    if kind in (PICKUP_EARLIER, TRIP_EARLIER):
        return before >= 0 and state.card[before, RUN_OF] >= 0
    if kind in (DROPOFF_LATER, TRIP_LATER):
        return after >= 0 and state.card[after, RUN_OF] >= 0
    return False


@inner
def least_minutes(day: Day, state: State, trip: int, run: int, kind: int, most: int) -> int:
    """Give the least minutes, up to `most`, with which the trip fits on the run; most + 1 if none do."""
    if not fits_with(day, state, trip, run, kind, 60 * most):
        return most + 1
    too_few, enough = ZERO, most
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if fits_with(day, state, trip, run, kind, 60 * middle):
            enough = middle
        else:
            too_few = middle
    return enough


@inner
def fits_with(day: Day, state: State, trip: int, run: int, kind: int, by_s: int) -> bool:
    """Tell whether the trip fits on the run when one limit gives way by so much."""
    if kind < RUN_LONGER:
        give_way(day, state, trip, kind, by_s)
        fits = best_on_run(day, state, trip, run, NEVER)[0] < NEVER
        give_way(day, state, trip, kind, -by_s)
        return fits
    begin(state)
    touch(state, run)
    let_run(day, run, kind, by_s)
    fits = refresh(day, state, run) and best_on_run(day, state, trip, run, NEVER)[0] < NEVER
    let_run(day, run, kind, -by_s)
    undo(day, state)
    return fits


@inner
def give_way(day: Day, state: State, trip: int, kind: int, by_s: int) -> None:
    """Widen a window of the trip, or its ride limit."""
    node, pickup, dropoff = state.node, 2 * trip, 2 * trip + 1
    if kind in (PICKUP_LATER, TRIP_LATER):
        node[pickup, TO] += by_s
    if kind in (DROPOFF_LATER, TRIP_LATER):
        node[dropoff, TO] += by_s
    if kind in (PICKUP_EARLIER, TRIP_EARLIER):
        node[pickup, FROM] -= by_s
    if kind == TRIP_EARLIER:
        node[dropoff, FROM] -= by_s
    if kind == RIDE_LONGER:
        day.trip[trip, LIMIT] += by_s


@inner
def let_run(day: Day, run: int, kind: int, by_s: int) -> None:
    """Let a run end later or begin earlier, or widen the windows of its breaks."""
    if kind == RUN_LONGER:
        day.run[run, LATEST_TO] += by_s
    elif kind == RUN_EARLIER:
        day.run[run, SHIFT_FROM] -= by_s
    else:
        for rest in range(day.run[run, REST], day.run[run, REST_END]):
            day.rest[rest, REST_FROM] -= by_s
            day.rest[rest, REST_TO] += by_s


@inner
def move_another(day: Day, state: State, trip: int, found: Ints) -> None:
    """Look for one other trip that makes room by going to another run; by least change of its pick-up."""
    found[TRIP_MOVED, 0] = -1
    moves = ZERO
    for run in range(len(day.run)):
        if not worth_asking(day, state, trip, run):
            continue
        for k in range(state.sheet[run, SIZE]):
            node = state.line[run, k, NODE]
            if moves >= _MOST_MOVES:
                return
            if node & 1 or day.trip[node >> 1, FIXED] != FREE or not is_near(state, trip, run, k):
                continue
            begins_s = state.line[run, k, BEGINS]
            begin(state)
            if makes_room(day, state, node >> 1, trip, run):
                moves += 1
                keep_least(
                    state, found, run, node >> 1, begins_s, settle_elsewhere(day, state, node >> 1, run)
                )
            undo(day, state)


@inner
def is_near(state: State, trip: int, run: int, k: int) -> bool:
    """Tell whether the trip picked up at stop k may be in the way of the wanted one."""
    begins_s = state.line[run, k, BEGINS]
    return (
        begins_s > state.node[2 * trip, FROM] - 2 * _NEAR_S
        and begins_s < state.node[2 * trip + 1, TO] + _NEAR_S
    )


@inner
def makes_room(day: Day, state: State, other: int, trip: int, run: int) -> bool:
    """Put the trip in the place of another one on the run; tell whether that is legal."""
    take(day, state, other)
    if not refresh(day, state, run):
        return False
    cost, pickup, dropoff = best_on_run(day, state, trip, run, NEVER)
    return cost < NEVER and add(day, state, trip, run, pickup, dropoff)


@inner
def settle_elsewhere(day: Day, state: State, other: int, without: int) -> int:
    """Put a trip on the cheapest run but one; give that run, -1 for none."""
    best, best_run, best_pickup, best_dropoff = NEVER, ZERO - 1, ZERO, ZERO
    for run in range(len(day.run)):
        if run != without and not state.sheet[run, CLOSED]:
            cost, pickup, dropoff = best_on_run(day, state, other, run, best)
            if cost < best:
                best, best_run, best_pickup, best_dropoff = cost, run, pickup, dropoff
    if best_run >= 0 and add(day, state, other, best_run, best_pickup, best_dropoff):
        return best_run
    return ZERO - 1


@inner
def keep_least(state: State, found: Ints, run: int, other: int, begins_s: int, to_run: int) -> None:
    """Keep the move of a trip if its pick-up moves less than that of the one found before."""
    if to_run < 0:
        return
    moved_s = NEVER
    for k in range(state.sheet[to_run, SIZE]):
        if state.line[to_run, k, NODE] == 2 * other:
            moved_s = abs(state.line[to_run, k, BEGINS] - begins_s)
    if found[TRIP_MOVED, 0] < 0 or moved_s < found[TRIP_MOVED, 0]:
        found[TRIP_MOVED, 0], found[TRIP_MOVED, 1] = moved_s, run
        found[TRIP_MOVED, 2], found[TRIP_MOVED, 3] = other, to_run
