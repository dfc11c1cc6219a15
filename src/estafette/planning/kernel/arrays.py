"""The arrays a search works on: the day (never written) and the state (everything that is)."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.planning.kernel.compiled import inner

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]

# Columns of `Day.node`. Node 2t is the pick-up of trip t, node 2t + 1 its drop-off.
PLACE, FROM, TO, DWELL = range(4)
# Columns of `Day.trip`.
LIMIT, DIRECT, TAKES, FIXED, HOME, WAS, MIDDLE = range(7)
# Columns of `Day.run`.
START, END, SHIFT_FROM, SHIFT_TO, LAYOUT, LAYOUT_END, REST, REST_END, KIND = range(9)
# Columns of `Day.rest`.
REST_FROM, REST_TO, REST_S = range(3)
# Entries of `Day.price`, in hundredths of a driving second.
UNSERVED, RUN, CHANGE, DRIVE, RIDE, WAIT = range(6)
# Entries of `State.figure`.
COST, BEST_COST, STEP, ABSENT, TOUCHED, ABSENT_BEFORE, MARK, BLINKING = range(8)

# Typed numbers, not literals: numba would compile a function that is called with a literal once more.
NEVER: int = np.int64(1 << 40)  # type: ignore[assignment]
ZERO: int = np.int64(0)  # type: ignore[assignment]

# Values of `Day.trip[:, FIXED]`: free, kept on its run, kept on its run at its times (NOBODY: above all).
FREE: int = np.int64(0)  # type: ignore[assignment]
ON_RUN: int = np.int64(1)  # type: ignore[assignment]
PINNED: int = np.int64(2)  # type: ignore[assignment]
NOBODY: int = np.int64(3)  # type: ignore[assignment]

LONGEST_RUN = 512
FIELD_BITS = 20
GUARD = sum(1 << (FIELD_BITS * kind + FIELD_BITS - 1) for kind in range(3))


class Road(NamedTuple):
    """
    Travel between places, by time of departure.

    travel_s : (n, n) int32, free flow, `[i, j]` = from i to j. profile : (k,) int64, thousandths at the
    start of each minute. fastest : its least value.
    """

    travel_s: Small
    profile: Ints
    fastest: int


class Day(NamedTuple):
    """
    A service day in plain integers; rows stand for trips, runs and places of the problem, in order.

    node : (2m, 4). trip : (m, 7); TAKES is packed (see
    `fits`), HOME the run a fixed trip belongs to, WAS the run it stands on now, -1 for none. run :
    (r, 9); LAYOUT to LAYOUT_END are its rows of `layout`, REST to REST_END of `rest`, KIND is equal for
    runs that cannot be told apart while empty. layout : (l,) packed. rest : (b, 3) in the order in
    which they are taken. price : (6,).
    """

    road: Road
    node: Ints
    trip: Ints
    run: Ints
    layout: Ints
    rest: Ints
    price: Ints


class State(NamedTuple):
    """
    One plan in the making, the best one seen, and room to work.

    stops : (r, c) int32 nodes in order, breaks left out (`timing` places them). size : (r,) stops of
    each run. leave : (r, c + 1) earliest departure after k stops, from windows and travel alone.
    latest : (r, c + 1) latest start of stop k by the same; column `size` is the arrival at the end
    place. aboard : (r, c + 1) packed load after k stops. cost : (r,). run_of : (m,) or -1. absent :
    (m,), the first `figure[ABSENT]` count. closed : (r,) 1 where nothing may be inserted.
    The rest is bookkeeping for undoing a step, for the best plan and for scratch.
    """

    stops: Small
    size: Ints
    leave: Ints
    latest: Ints
    aboard: Ints
    cost: Ints
    run_of: Ints
    absent: Ints
    closed: Ints
    figure: Ints
    dice: npt.NDArray[np.uint64]
    best_stops: Small
    best_count: Ints
    behind: Ints
    kept_stops: Small
    kept_count: Ints
    kept_absent: Ints
    touched: Ints
    touched_at: Ints
    near: Ints
    near_known: Ints
    tried_kind: Ints
    key: Ints
    order: Ints
    work: "Work"


class Work(NamedTuple):
    """
    Scratch for timing one sequence of stops.

    stops : (c + 2,) int32 the candidate. start, lower : (c + 2,) start of service and its lower bound.
    seen : (m,) position of each pick-up. at : (b + 1,) earliest departure by breaks taken. came : (c +
    3, b + 1) 1 where the state was reached by a break. first : (c + 3,) where the block before a
    boundary begins. taken : (c + 3,) breaks at a boundary. rest_start : (b,). lifted : (1,) rules not
    asked at present, as bits; 0 except while explaining.
    """

    stops: Small
    start: Ints
    lower: Ints
    seen: Ints
    at: Ints
    came: Ints
    first: Ints
    taken: Ints
    rest_start: Ints
    lifted: Ints


@inner
def fits(day: Day, run: int, load: int) -> bool:
    """
    Tell whether a packed load fits one of the run's layouts.

    Three counts stand in one integer, 20 bits each; the top bit of each field is set in a layout, so
    a field that does not fit borrows it (see `planning/problem.py`).
    """
    for row in range(day.run[run, LAYOUT], day.run[run, LAYOUT_END]):
        if (day.layout[row] - load) & GUARD == GUARD:
            return True
    return False


def packed(counts: tuple[int, int, int]) -> int:
    """Put three counts into one integer."""
    return sum(count << (FIELD_BITS * kind) for kind, count in enumerate(counts))


def new_state(day: Day, seed: int) -> State:
    """Make the state in which every trip is absent."""
    runs, trips = len(day.run), len(day.trip)
    room = min(max(2 * trips, 2), LONGEST_RUN)
    breaks = int((day.run[:, REST_END] - day.run[:, REST]).max(initial=0))

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    def nodes(*shape: int) -> Small:
        return np.zeros(shape, dtype=np.int32)

    near = min(max(trips, 1), 128)
    fields: dict[str, Any] = {
        "stops": nodes(runs, room),
        "size": ints(runs),
        "leave": ints(runs, room + 1),
        "latest": ints(runs, room + 1),
        "aboard": ints(runs, room + 1),
        "cost": ints(runs),
        "run_of": np.full(trips, -1, dtype=np.int64),
        "absent": ints(trips),
        "closed": ints(runs),
        "figure": ints(8),
        "dice": np.array([2 * abs(seed) + 1], dtype=np.uint64),
        "best_stops": nodes(runs, room),
        "best_count": ints(runs),
        "behind": ints(runs),
        "kept_stops": nodes(runs, room),
        "kept_count": ints(runs),
        "kept_absent": ints(trips),
        "touched": ints(runs),
        "touched_at": ints(runs),
        "near": ints(trips, near),
        "near_known": ints(trips),
        "tried_kind": ints(runs + 1),
        "key": ints(trips),
        "order": ints(trips),
    }
    work = Work(
        stops=nodes(room + 2),
        start=ints(room + 2),
        lower=ints(room + 2),
        seen=ints(trips),
        at=ints(breaks + 1),
        came=ints(room + 3, breaks + 1),
        first=ints(room + 3),
        taken=ints(room + 3),
        rest_start=ints(breaks),
        lifted=ints(1),
    )
    return State(**fields, work=work)
