"""
Dividing a large day by area, so that each thread works on runs of its own.

POPMUSIC (Taillard and Voss 2002, doi:10.1007/978-1-4615-1507-4_27): parts of a plan are improved by
themselves, and the next time they are others.
"""

from estafette.planning.kernel.arrays import (
    ABSENT,
    AFTER,
    BEHIND,
    BUSY_S,
    CHANGED,
    CHANGES,
    CLOSED,
    COST,
    DRIVE_S,
    ELSEWHERE,
    FIXED,
    FREE,
    LEAST_WORK,
    LINKS,
    NODE,
    PLACE,
    PULL_OUT,
    RUN_OF,
    SIZE,
    TOTAL,
    UNSERVED,
    WORK_S,
    ZERO,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.links import first_leg, reckon_links, sever
from estafette.planning.kernel.recreate import list_open
from estafette.planning.kernel.undo import copy_run


@inner
def lean(day: Day, state: State, score: Ints) -> None:
    """Write for each run how much nearer its stops are to one place than to another, both drawn by lot."""
    first = state.node[draw(state.dice) % len(state.node), PLACE]
    second = state.node[draw(state.dice) % len(state.node), PLACE]
    for run in range(len(day.run)):
        score[run] = draw(state.dice) % 1000
        for k in range(state.sheet[run, SIZE]):
            place = state.node[state.line[run, k, NODE], PLACE]
            toward = (day.travel[place, first] - day.travel[place, second]) * 1000
            score[run] += toward // state.sheet[run, SIZE]


@inner
def take_part(day: Day, state: State, whole: State, part: Ints, mine: int, parts: int) -> None:
    """Take up a whole plan, and leave the runs of other parts and their share of the absent alone."""
    for trip in range(len(day.trip)):
        state.card[trip, RUN_OF] = -1
    for run in range(len(part)):
        take_run_over(state, whole, run)
        if part[run] != mine and not state.sheet[run, CLOSED]:
            state.sheet[run, CLOSED] = ELSEWHERE
    list_open(state)
    list_absent(day, state)
    reckon_links(day, state)
    sever(day, state, part)
    kept = ZERO
    for k in range(state.figure[ABSENT]):
        if part_of_absent(day, state, part, k, parts) == mine:
            state.absent[0, kept] = state.absent[0, k]
            kept += 1
        else:
            state.figure[TOTAL] -= day.trip[state.absent[0, k], UNSERVED]
    state.figure[ABSENT] = kept


@inner
def put_together(day: Day, whole: State, state: State, part: Ints, mine: int) -> None:
    """Take the runs of one part over from the thread that worked on it; the absent are listed anew."""
    for run in range(len(part)):
        if part[run] == mine:
            for k in range(whole.sheet[run, SIZE]):
                whole.card[whole.line[run, k, NODE] >> 1, RUN_OF] = -1
    for run in range(len(part)):
        if part[run] == mine:
            take_run_over(whole, state, run)
    list_absent(day, whole)


@inner
def open_all(day: Day, state: State) -> None:
    """Work on every run again."""
    for run in range(len(day.run)):
        if state.sheet[run, CLOSED] == ELSEWHERE:
            state.sheet[run, CLOSED] = 0
    list_open(state)
    list_absent(day, state)
    reckon_links(day, state)


@inner
def take_run_over(state: State, other: State, run: int) -> None:
    """Make a run what it is in another state."""
    sheet, theirs = state.sheet, other.sheet
    for column in (SIZE, COST, CHANGED, WORK_S, LEAST_WORK, DRIVE_S, BUSY_S, PULL_OUT):
        sheet[run, column] = theirs[run, column]
    sheet[run, CLOSED] = theirs[run, CLOSED] if theirs[run, CLOSED] != ELSEWHERE else 0
    sheet[run, BEHIND] = 1
    copy_run(other.line, other.gate, run, state.line, state.gate, run, theirs[run, SIZE])
    for k in range(sheet[run, SIZE]):
        state.card[state.line[run, k, NODE] >> 1, RUN_OF] = run


@inner
def part_of_absent(day: Day, state: State, part: Ints, k: int, parts: int) -> int:
    """Give the part where the absent trip at `k` is tried: that of its linked legs; -1 if they have two."""
    if day.rule[LINKS] == 0:
        return k % parts
    first, home = first_leg(day, state.absent[0, k]), ZERO - 1
    leg = first
    for _ in range(len(day.trip)):
        run = state.card[leg, RUN_OF]
        if run >= 0:
            if home >= 0 and part[run] != home:
                return ZERO - 1
            home = part[run]
        leg = day.trip[leg, AFTER]
        if leg < 0:
            break
    return home if home >= 0 else first % parts


@inner
def list_absent(day: Day, state: State) -> None:
    """List the trips without a run, and add up what the plan costs."""
    figure = state.figure
    figure[ABSENT], figure[TOTAL], figure[CHANGES] = 0, 0, 0
    for run in range(len(day.run)):
        figure[TOTAL] += state.sheet[run, COST]
        figure[CHANGES] += state.sheet[run, CHANGED]
    for trip in range(len(day.trip)):
        if state.card[trip, RUN_OF] < 0 and day.trip[trip, FIXED] == FREE:
            state.absent[0, figure[ABSENT]] = trip
            figure[ABSENT] += 1
            figure[TOTAL] += day.trip[trip, UNSERVED]
