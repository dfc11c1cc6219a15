"""
The limits of a driver who has several runs on the day: what one run takes the others cannot have.

Such runs are a ring (`NEXT`), so no sums have to be kept right: what the others take is added up when it is
asked. A run that is alone is its own ring, and pays for none of this. See decision 0029.
"""

from estafette.planning.kernel.arrays import (
    DRIVE_S,
    MAX_DRIVE,
    MAX_WORK,
    MAY_WORK,
    NEXT,
    ZERO,
    Day,
    State,
)
from estafette.planning.kernel.compiled import inner


@inner
def shares_limits(day: Day, run: int) -> bool:
    """Tell whether the driver of a run has limits, and other runs as well."""
    return day.run[run, NEXT] != run


@inner
def of_others(day: Day, state: State, run: int, column: int) -> int:
    """Add up a column of the sheet over the other runs that share the limits of this one."""
    total, other = ZERO, day.run[run, NEXT]
    while other != run:
        total += state.sheet[other, column]
        other = day.run[other, NEXT]
    return total


@inner
def grant(day: Day, state: State, run: int, column: int) -> None:
    """Let a run that is to be timed be on duty for as long as the others (a column of theirs) leave it."""
    if day.run[run, NEXT] != run:
        state.sheet[run, MAY_WORK] = day.run[run, MAX_WORK] - of_others(day, state, run, column)


@inner
def may_drive_s(day: Day, state: State, run: int) -> int:
    """Give how long a run may be driven beside what the others are."""
    return day.run[run, MAX_DRIVE] - of_others(day, state, run, ZERO + DRIVE_S)
