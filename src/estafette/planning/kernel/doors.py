"""What Python may ask of the kernel; each door is the function of the same name there."""

import numpy as np

from estafette.planning.kernel import entry
from estafette.planning.kernel.arrays import Day, Ints, State

_NONE: Ints = np.zeros(0, np.int64)
_NO_TABLE: Ints = np.zeros((0, 0), np.int64)


def _make(
    work: int,
    day: Day,
    state: State,
    a: int = 0,
    b: int = 0,
    *arrays: Ints,
    other: State | None = None,
) -> int:
    given = (*arrays, _NONE, _NONE, _NONE, _NONE)[:4]
    return entry.make(work, day, state, state if other is None else other, a, b, *given)


def make_nothing(day: Day, state: State) -> None:
    """Have all doors compiled that make or change a plan."""
    _make(entry.NOTHING, day, state)


def ask_nothing(day: Day, state: State) -> None:
    """Have all doors compiled that answer questions."""
    entry.tell(entry.NOTHING, day, state, 0, 0, 0, _NO_TABLE, _NONE, _NONE, _NONE, _NONE)


def search(day: Day, state: State, steps: int, warmth: int) -> None:
    """Do so many steps of ruin and recreate (`kernel/search.py`)."""
    _make(entry.SEARCH, day, state, steps, warmth)


def eject(day: Day, state: State, steps: int) -> int:
    """Do so many steps towards a plan with a run fewer; give the complete ones found (`kernel/eject.py`)."""
    return _make(entry.EJECT, day, state, steps)


def begin_ejecting(day: Day, state: State) -> None:
    """Begin to eject with the present plan."""
    _make(entry.BEGIN_EJECTING, day, state)


def end_ejecting(day: Day, state: State) -> None:
    """Open the runs barred meanwhile."""
    _make(entry.END_EJECTING, day, state)


def insert_absent(day: Day, state: State, first: int, wanted: int) -> int:
    """Insert so many absent trips; give the position to go on from (`kernel/recreate.py`)."""
    return _make(entry.INSERT_ABSENT, day, state, first, wanted)


def arrange(day: Day, state: State, order: int, absent: int) -> None:
    """Sort the first absent trips (`kernel/recreate.py`)."""
    _make(entry.ARRANGE, day, state, order, absent)


def keep_best(day: Day, state: State) -> None:
    """Copy the present plan over the best one."""
    _make(entry.KEEP_BEST, day, state)


def adopt(day: Day, state: State, other: State) -> None:
    """Make the best plan of another state, or of this one, the best and the present one."""
    _make(entry.ADOPT, day, state, other=other)


def begin_day(day: Day, state: State, nodes: Ints, offsets: Ints) -> None:
    """Put the trips in force on their runs (`kernel/begin.py`)."""
    _make(entry.BEGIN_DAY, day, state, 0, 0, nodes, offsets)


def stand(day: Day, state: State, nodes: Ints, starts: Ints, offsets: Ints) -> None:
    """Put the stops of a plan on a fresh state (`kernel/offer.py`)."""
    _make(entry.STAND, day, state, 0, 0, nodes, starts, offsets)


def lean(day: Day, state: State, score: Ints) -> None:
    """Write to which of two places drawn by lot each run leans (`kernel/parts.py`)."""
    _make(entry.LEAN, day, state, 0, 0, score)


def take_part(day: Day, state: State, whole: State, part: Ints, mine: int, parts: int) -> None:
    """Take up a whole plan to work on a part of it (`kernel/parts.py`)."""
    _make(entry.TAKE_PART, day, state, mine, parts, part, other=whole)


def put_together(day: Day, whole: State, state: State, part: Ints, mine: int) -> None:
    """Take a part over from the thread that worked on it (`kernel/parts.py`)."""
    _make(entry.PUT_TOGETHER, day, whole, mine, 0, part, other=state)


def open_all(day: Day, state: State) -> None:
    """Work on every run again."""
    _make(entry.OPEN_ALL, day, state)


def timetable(day: Day, state: State, start: Ints, taken: Ints, rest_start: Ints, pull_out: Ints) -> None:
    """Write the settled schedule of every run, by rows (`kernel/search.py`)."""
    by_row = (each.reshape(-1) for each in (start, taken, rest_start))
    _make(entry.TIMETABLE, day, state, 0, 0, *by_row, pull_out)


def refuse(day: Day, state: State, trip: int, rules: Ints, amounts: Ints) -> None:
    """Write for each run what keeps a trip off it (`kernel/refusal.py`)."""
    entry.tell(entry.REFUSE, day, state, trip, 0, 0, _NO_TABLE, rules, amounts, _NONE, _NONE)


def relax(day: Day, state: State, trip: int, most: int, found: Ints) -> None:
    """Write the least relaxations that let a trip in (`kernel/relax.py`)."""
    entry.tell(entry.RELAX, day, state, trip, most, 0, found, _NONE, _NONE, _NONE, _NONE)


def rank_runs(day: Day, state: State, trip: int, only: int, found: Ints) -> int:
    """Fill `found` with the runs that can take a trip, cheapest first; give how many (`kernel/offer.py`)."""
    return entry.tell(entry.RANK_RUNS, day, state, trip, only, 0, found, _NONE, _NONE, _NONE, _NONE)


def time_sequence(  # noqa: PLR0917 - as the kernel's
    day: Day,
    state: State,
    run: int,
    nodes: Ints,
    joins: int,
    lifted: int,
    start: Ints,
    taken: Ints,
    rest_start: Ints,
) -> int:
    """Time a run as if its stops were `nodes`; give the pull-out, NEVER if not legal (`kernel/offer.py`)."""
    return entry.tell(
        entry.TIME_SEQUENCE, day, state, run, joins, lifted, _NO_TABLE, nodes, start, taken, rest_start
    )
