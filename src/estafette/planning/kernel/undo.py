"""A step that may be undone: what is kept of the runs it changes, and how they are put back."""

from estafette.planning.kernel.arrays import (
    ABOARD,
    ABSENT,
    ABSENT_BEFORE,
    BEHIND,
    BUSY_S,
    CHANGED,
    CHANGES,
    COST,
    DRIVE_S,
    KEPT_BUSY,
    KEPT_CHANGED,
    KEPT_COST,
    KEPT_DRIVE,
    KEPT_LEAST,
    KEPT_OUT,
    KEPT_SIZE,
    KEPT_WORK,
    LEAST_WORK,
    LINKS,
    NODE,
    PULL_OUT,
    RUN_OF,
    SIZE,
    STEP,
    TOTAL,
    TOUCHED,
    TOUCHED_AT,
    UNSERVED,
    UNSETTLED,
    WORK_S,
    ZERO,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.links import publish, withdraw


@inner
def touch(state: State, run: int) -> None:
    """Keep a copy of a run before the first change of this step."""
    sheet = state.sheet
    if sheet[run, TOUCHED_AT] == state.figure[STEP]:
        return
    sheet[run, TOUCHED_AT] = state.figure[STEP]
    state.touched[state.figure[TOUCHED]] = run
    state.figure[TOUCHED] += 1
    sheet[run, KEPT_SIZE], sheet[run, KEPT_COST] = sheet[run, SIZE], sheet[run, COST]
    sheet[run, KEPT_CHANGED], sheet[run, KEPT_WORK] = sheet[run, CHANGED], sheet[run, WORK_S]
    sheet[run, KEPT_LEAST], sheet[run, KEPT_DRIVE] = sheet[run, LEAST_WORK], sheet[run, DRIVE_S]
    sheet[run, KEPT_BUSY], sheet[run, KEPT_OUT] = sheet[run, BUSY_S], sheet[run, PULL_OUT]
    copy_run(state.line, state.gate, run, state.kept_line, state.kept_gate, run, sheet[run, SIZE])


@inner
def copy_run(  # noqa: PLR0917 - from where to where
    line: Ints, gate: Ints, run: int, to_line: Ints, to_gate: Ints, to_run: int, count: int
) -> None:
    """Copy what is known of a run with `count` stops."""
    for k in range(count + 1):
        for column in range(8):
            to_line[to_run, k, column] = line[run, k, column]
        if line[run, k, ABOARD] == 0:
            for b in range(gate.shape[3]):
                to_gate[to_run, k, 0, b] = gate[run, k, 0, b]
                to_gate[to_run, k, 1, b] = gate[run, k, 1, b]


@inner
def begin(state: State) -> None:
    """Begin a step that may be undone."""
    state.figure[STEP] += 1
    state.figure[TOUCHED] = 0
    absent = state.figure[ABSENT]
    for k in range(absent):
        state.absent[1, k] = state.absent[0, k]
    state.figure[ABSENT_BEFORE] = absent


@inner
def undo(day: Day, state: State) -> None:
    """Put back every run touched in this step, and the trips that were absent before it."""
    sheet, figure = state.sheet, state.figure
    for k in range(figure[ABSENT]):
        figure[TOTAL] -= day.trip[state.absent[0, k], UNSERVED]
    for i in range(figure[TOUCHED]):
        run = state.touched[i]
        for k in range(sheet[run, SIZE]):
            state.card[state.line[run, k, NODE] >> 1, RUN_OF] = -1
            if day.rule[LINKS]:
                withdraw(day, state, state.line[run, k, NODE] >> 1)
    for i in range(figure[TOUCHED]):
        run = state.touched[i]
        figure[TOTAL] += sheet[run, KEPT_COST] - sheet[run, COST]
        figure[CHANGES] += sheet[run, KEPT_CHANGED] - sheet[run, CHANGED]
        sheet[run, SIZE], sheet[run, COST] = sheet[run, KEPT_SIZE], sheet[run, KEPT_COST]
        sheet[run, CHANGED], sheet[run, BEHIND] = sheet[run, KEPT_CHANGED], 1
        sheet[run, WORK_S], sheet[run, LEAST_WORK] = sheet[run, KEPT_WORK], sheet[run, KEPT_LEAST]
        sheet[run, DRIVE_S], sheet[run, BUSY_S] = sheet[run, KEPT_DRIVE], sheet[run, KEPT_BUSY]
        sheet[run, PULL_OUT], sheet[run, UNSETTLED] = sheet[run, KEPT_OUT], 0
        copy_run(state.kept_line, state.kept_gate, run, state.line, state.gate, run, sheet[run, SIZE])
        for k in range(sheet[run, SIZE]):
            state.card[state.line[run, k, NODE] >> 1, RUN_OF] = run
    for i in range(figure[TOUCHED] if day.rule[LINKS] else ZERO):
        publish(day, state, state.touched[i], sheet[state.touched[i], SIZE])
    figure[ABSENT] = figure[ABSENT_BEFORE]
    for k in range(figure[ABSENT]):
        state.absent[0, k] = state.absent[1, k]
        figure[TOTAL] += day.trip[state.absent[0, k], UNSERVED]
