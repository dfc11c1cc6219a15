"""The arrays a search works on: the day (never written) and the state (everything that is)."""

from math import prod
from mmap import mmap
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.handed import handed

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Cube = npt.NDArray[np.int64]

# Columns of `State.node`. Node 2t is the pick-up of trip t, node 2t + 1 its drop-off.
PLACE, FROM, TO, DWELL, WHEELED, TARGET, PROMISED, RANK = range(8)
# Columns of `Day.trip`.
(
    LIMIT, DIRECT, TAKES, FIXED, HOME, WAS, MIDDLE, UNSERVED, NEARNESS, CHANGE, NEEDS, GROUPS, APART, BEFORE,
    AFTER, STAY, TOGETHER, WAITS, STRANGE, PAIR, PAIR_END,
) = range(21)  # fmt: skip
# Columns of `Day.run`.
(
    START, END, SHIFT_FROM, SHIFT_TO, LATEST_TO, LAYOUT, LAYOUT_END, REST, REST_END, KIND, DRIVER, ACTIVATION,
    SKILLS, MAX_DRIVE, MAX_WORK, WHEELED_S, WORKED, NEXT,
) = range(18)  # fmt: skip
# Columns of `Day.rest`.
REST_FROM, REST_TO, REST_S = range(3)
# Entries of `Day.price`, in hundredths of a driving second for each second, and one tolerance in seconds.
DRIVE, RIDE, WAIT, AIM, WORK, OVERTIME, BALANCE, ORDER, MOVED, TOLERANCE = range(10)
# Entries of `Day.rule`.
MAX_WAIT, MAX_CHANGES, LINKS, APARTS, AIMS, WHEELED_MOST, RIDES, HORIZON = range(8)
# Columns of `State.line`: position k of a run is before its stop k.
NODE, HERE, LEAVE, LATEST, ABOARD, BEGINS, PRESENT, AVOIDED = range(8)
# Columns of `State.sheet`.
(
    SIZE, COST, CLOSED, BARRED, BEHIND, TOUCHED_AT, KEPT_SIZE, KEPT_COST, BEST_SIZE, CHANGED, KEPT_CHANGED,
    TRIED_KIND, PULL_OUT, MAY_WORK, WORK_S, LEAST_WORK, DRIVE_S, KEPT_WORK, KEPT_LEAST, KEPT_DRIVE, BEST_WORK,
    BEST_DRIVE, BUSY_S, KEPT_BUSY, KEPT_OUT, UNSETTLED,
) = range(26)  # fmt: skip
# Columns of `State.card`.
RUN_OF, NEAR_KNOWN, PENALTY, KEY, MARKED, POSITION = range(6)
# Entries of `State.figure`.
(
    TOTAL, BEST_TOTAL, STEP, ABSENT, TOUCHED, ABSENT_BEFORE, MARK, BLINKING, CHANGES, LAVISH, EMPTYING, OPEN,
) = range(12)  # fmt: skip

# Typed numbers, not literals: numba would compile a function that is called with a literal once more.
NEVER: int = np.int64(1 << 60)  # type: ignore[assignment]
ZERO: int = np.int64(0)  # type: ignore[assignment]
YES: bool = np.bool_(True)  # type: ignore[assignment]
NO: bool = np.bool_(False)  # type: ignore[assignment]

# Values of `Day.trip[:, FIXED]`: free, kept on its run, in its order too, at its times (NOBODY: above all).
FREE: int = np.int64(0)  # type: ignore[assignment]
ON_RUN: int = np.int64(1)  # type: ignore[assignment]
IN_ORDER: int = np.int64(2)  # type: ignore[assignment]
PINNED: int = np.int64(3)  # type: ignore[assignment]
NOBODY: int = np.int64(4)  # type: ignore[assignment]

# Values of `State.sheet[:, CLOSED]` that are not 0: for ever, and while another thread works on the run.
SHUT: int = np.int64(1)  # type: ignore[assignment]
ELSEWHERE: int = np.int64(2)  # type: ignore[assignment]

NO_LIMIT_S = 1 << 50
LONGEST_RUN = 512
NEAR = 100
# A load: seats, wheelchairs, stretchers and company, 15 bits each, of which the top one guards.
FIELD_BITS, FIELDS = 15, 4
GUARD = sum(1 << (FIELD_BITS * kind + FIELD_BITS - 1) for kind in range(FIELDS))
ALONE = 4_000
# What is aboard while a vehicle waits at the door for the next leg of a rider: room for nobody.
HELD: int = np.int64(ALONE << (FIELD_BITS * (FIELDS - 1)))  # type: ignore[assignment]


@handed
class Day(NamedTuple):
    """
    A service day in plain integers; rows stand for trips, runs and places of the problem, in order.

    travel : (n, n) int32 seconds at free flow, `[i, j]` = from i to j. zone : (n,). profile : (z, z, k)
    two-thousandths at the start of each minute for legs from zone to zone; a k of 1 means 2000 for ever.
    fastest : their least value. window : (2m, 2) of the
    problem. trip : (m, 21); TAKES is packed (see `fits`), HOME the run a fixed trip belongs to, WAS the run
    it stands on now, BEFORE and AFTER the trips linked to it, -1 for none, WAITS 1 if the vehicle waits for
    it at the drop-off of BEFORE; PAIR to PAIR_END are its rows of `pair`, STRANGE the price of any other
    driver. run : (r, 18); LAYOUT to LAYOUT_END are its rows of `layout`, REST to REST_END of `rest`, KIND is
    equal for runs that cannot be told apart while empty, MAX_DRIVE and MAX_WORK are those of the driver, NEXT
    is the next of the runs that share them, in a ring: the run itself where there is no other.
    layout : (l,) packed. rest : (b, 3) in the order in which they are taken. pair : (p, 2) driver and price,
    NEVER for banned. price : (10,). rule : (8,). odds : (o,) of
    the search's choices (see `kernel/odds.py`).
    """

    travel: Small
    zone: Ints
    profile: Cube
    fastest: int
    window: Ints
    trip: Ints
    run: Ints
    layout: Ints
    rest: Ints
    pair: Ints
    price: Ints
    rule: Ints
    odds: Ints


@handed
class State(NamedTuple):
    """
    One plan in the making, the best one seen, and room to work.

    node : (2m, 8); FROM and TO are the windows of the problem, narrowed by where the linked trip stands.
    line : (r, c + 1, 8) the runs, by position: the stop, the place before it, bounds on departing there
    and on starting the stop, the packed load in between, the settled start. gate : (r, c + 1, 2, b + 1)
    where nobody is aboard: the earliest departure and the latest start of the next stop, by breaks taken.
    sheet : (r, 26); of the runs that share limits (NEXT) also what they take of them, the least time on duty
    that their stops allow, and MAY_WORK, what a run may take while it is timed. card : (m, 6). near :
    (m, NEAR) related trips. in_time : (m,) the trips by MIDDLE. absent : (2, m), the first
    `figure[ABSENT]` count; row 1 is kept for undoing, as are kept_line and kept_gate for the
    runs `touched` (their last row is for trying what ejecting trips would allow). open : (r,), the first
    `figure[OPEN]` count: all runs that are not CLOSED are among them. best : (r, c, 2) stop
    and start. The rest is scratch for timing one sequence of stops `seq`: start and lower bound of each,
    `at` departures by breaks taken, `came` 1 where that was reached by a break, `taken` breaks at a
    position, `rest_start`; `moment` for the cheapest times (see `kernel/moments.py`).
    lifted : (2,) rules not asked at present, as bits, 0 except while explaining; by how much a stop may be
    late where that is not asked. early, late, last : bounds on the starts of a run's stops, while explaining
    (see `kernel/shortfall.py`).
    """

    node: Ints
    line: Ints
    gate: Ints
    sheet: Ints
    card: Ints
    near: Small
    in_time: Ints
    absent: Ints
    kept_line: Ints
    kept_gate: Ints
    touched: Ints
    open: Ints
    best: Ints
    figure: Ints
    dice: npt.NDArray[np.uint64]
    seq: Ints
    start: Ints
    lower: Ints
    at: Ints
    came: Ints
    taken: Ints
    rest_start: Ints
    order: Ints
    moment: Ints
    lifted: Ints
    early: Ints
    late: Ints
    last: Ints


@inner
def fits(day: Day, run: int, load: int) -> bool:
    """
    Tell whether a packed load fits one of the run's layouts.

    The counts stand in one integer; the top bit of each field is set in a layout, so a field that does not
    fit borrows it (see `planning/run_rows.py`).
    """
    for row in range(day.run[run, LAYOUT], day.run[run, LAYOUT_END]):
        if (day.layout[row] - load) & GUARD == GUARD:
            return True
    return False


@inner
def dwell_s(day: Day, state: State, run: int, node: int) -> int:
    """Give how long service at a stop takes on a run."""
    return state.node[node, DWELL] + state.node[node, WHEELED] * day.run[run, WHEELED_S]


def packed(counts: tuple[int, ...]) -> int:
    """Put the counts of a load into one integer."""
    return sum(count << (FIELD_BITS * kind) for kind, count in enumerate(counts))


def new_state(day: Day, node: Ints, seed: int) -> State:
    """Make the state in which every trip is absent."""
    runs, trips = len(day.run), len(day.trip)
    room = min(max(2 * trips, 2), LONGEST_RUN)
    breaks = int((day.run[:, REST_END] - day.run[:, REST]).max(initial=0))

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    fields: dict[str, Any] = {
        "node": node.copy(),
        "line": roomy(runs, room + 1, 8),
        "gate": roomy(runs, room + 1, 2, breaks + 1),
        "sheet": ints(runs, 26),
        "card": ints(trips, 6),
        "near": np.zeros((trips, min(max(trips, 1), NEAR)), dtype=np.int32),
        "in_time": np.argsort(day.trip[:, MIDDLE], kind="stable"),
        "absent": ints(2, trips),
        "kept_line": roomy(runs + 1, room + 1, 8),
        "kept_gate": roomy(runs + 1, room + 1, 2, breaks + 1),
        "touched": ints(runs),
        "open": np.arange(runs),
        "best": roomy(runs, room, 2),
        "figure": ints(12),
        "dice": np.array([2 * abs(seed) + 1], dtype=np.uint64),
        "seq": ints(room + 3),
        "start": ints(room + 3),
        "lower": ints(room + 3),
        "at": ints(breaks + 1),
        "came": ints(room + 3, breaks + 1),
        "taken": ints(room + 3),
        "rest_start": ints(breaks),
        "order": ints(max(trips, runs)),
        "moment": ints(room + 3 + breaks, 14),
        "lifted": np.array([0, NEVER]),
        "early": ints(room),
        "late": ints(room),
        "last": ints(room),
    }
    fields["card"][:, RUN_OF] = -1
    fields["figure"][OPEN] = runs
    fields["sheet"][:, MAY_WORK] = day.run[:, MAX_WORK]
    return State(**fields)


def roomy(*shape: int) -> Ints:
    """
    Make a table of zeros that takes memory only where it is written.

    Each run has room for hundreds of stops and uses tens. NumPy would ask for huge pages, and filling those
    takes longer than reading the trips.
    """
    memory = mmap(-1, 8 * max(1, prod(shape)))
    return np.frombuffer(memory, dtype=np.int64, count=prod(shape)).reshape(shape)
