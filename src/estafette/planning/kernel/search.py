"""The search: ruin and recreate, kept by simulated annealing."""

import numpy as np

from estafette.planning.kernel.arrays import (
    BEGINS,
    BEST_TOTAL,
    BLINKING,
    LAVISH,
    PULL_OUT,
    SIZE,
    TOTAL,
    Day,
    Ints,
    State,
)
from estafette.planning.kernel.compiled import inner
from estafette.planning.kernel.dice import draw
from estafette.planning.kernel.odds import BLINK, BY_LOT, BY_TIME, LAVISHLY, drawn, has_habit
from estafette.planning.kernel.recreate import arrange, choose_absent, keep_best, recreate
from estafette.planning.kernel.route import refresh
from estafette.planning.kernel.ruin import ruin
from estafette.planning.kernel.undo import begin, undo

# -ln((i + 1/2) / 256) in thousandths: how far above the present cost a step may end, in temperatures.
_PATIENCE = np.round(-1000 * np.log((np.arange(256) + 0.5) / 256)).astype(np.int64)


@inner
def search(day: Day, state: State, steps: int, warmth: int) -> None:
    """
    Do `steps` steps of ruin and recreate.

    A step is kept when it costs at most a draw of the temperature `warmth`, in hundredths of a driving
    second, more than the plan before (simulated annealing, Kirkpatrick et al. 1983,
    doi:10.1126/science.220.4598.671).
    """
    figure = state.figure
    for _ in range(steps):
        before = figure[TOTAL]
        most = before + warmth * _PATIENCE[draw(state.dice) % 256] // 1000
        begin(state)
        figure[BLINKING], figure[LAVISH] = has_habit(day, state, BLINK), has_habit(day, state, LAVISHLY)
        if step(day, state, most):
            if figure[TOTAL] < figure[BEST_TOTAL]:
                keep_best(state)
        else:
            undo(day, state)
    figure[BLINKING], figure[LAVISH] = 0, 0


@inner
def step(day: Day, state: State, most: int) -> bool:
    """Ruin and recreate once; tell whether the plan is complete and costs at most `most`."""
    if not ruin(day, state):
        return False
    wanted = choose_absent(state)
    arrange(day, state, drawn(day, state, BY_TIME, BY_LOT) - BY_TIME, wanted)
    return recreate(day, state, wanted, most) and state.figure[TOTAL] <= most


@inner
def timetable(day: Day, state: State, start: Ints, taken: Ints, rest_start: Ints, pull_out: Ints) -> None:
    """
    Write the settled schedule of every run.

    start : (r * c,) start of service of stop k. taken : (r * (c + 1),) breaks taken after k stops.
    rest_start : (r * b,). pull_out : (r,).
    """
    room, rests = state.line.shape[1], len(state.rest_start)
    for run in range(len(day.run)):
        count = state.sheet[run, SIZE]
        if count == 0 or not refresh(day, state, run):
            continue
        pull_out[run] = state.sheet[run, PULL_OUT]
        for k in range(count):
            start[run * room + k] = state.line[run, k, BEGINS]
        for k in range(count + 1):
            taken[run * room + k] = state.taken[k]
        for b in range(len(state.rest_start)):
            rest_start[run * rests + b] = state.rest_start[b]
