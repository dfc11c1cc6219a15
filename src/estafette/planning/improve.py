"""The stages of a search: empty runs, then cool; which way, the day decides."""

from functools import partial

import numpy as np

from estafette.planning.choosing import cool_and_choose
from estafette.planning.cooling import Span, mean_ride, runs_come_first
from estafette.planning.crew import Crew, Pace, cool, meet, parts_of
from estafette.planning.kernel.arrays import ABSENT, ACTIVATION, BEST_TOTAL, Day, State
from estafette.planning.kernel.doors import adopt, begin_ejecting, eject, end_ejecting
from estafette.planning.seen import may_be_put_together

# How much of the budget goes to emptying runs: where a run costs more than all else, there on a day that is
# not divided, and elsewhere.
RUNS_FIRST, RUNS_AT_FIRST, RUNS_TOO = 0.4, 0.2, 0.1
# Where a run costs more than all else it costs so many mean direct rides at the first so many temperatures,
# and then some runs are emptied once more: so many steps for as many trips.
CHEAP, CHEAP_UNTIL, STEPS_ONCE_MORE = 5, 60, 20_000


def improve(crew: Crew, divide_from: int) -> None:
    """Search until the budget is spent; the first state ends with the best plan found."""
    day, first = crew.day, crew.states[0]
    for state in crew.states[1:]:
        adopt(day, state, first)
    share = _share_of_runs(crew, divide_from)
    crew.everyone(lambda thread: _empty_runs(crew, thread, share))
    meet(crew)
    crew.watch.begin_search()
    parts = parts_of(crew, divide_from)
    if runs_come_first(day) and len(day.trip) < divide_from:
        _with_cheap_runs(crew)
        _cool(crew, Span(CHEAP_UNTIL, cold=False), parts)
    elif parts == 1 and may_be_put_together(day):
        cool_and_choose(crew)
    else:
        _cool(crew, Span(cold=not runs_come_first(day)), parts)
    adopt(day, first, first)


def _cool(crew: Crew, span: Span, parts: int) -> None:
    cool(crew._replace(span=span), parts, span.temperatures)


def _with_cheap_runs(crew: Crew) -> None:
    """
    Search where a run costs little; then give each plan as few runs as the one before, or take that one up.

    With as few runs as can be a plan hardly moves: the way from a long one to a short one is by one run
    more. See decision 0058.
    """
    day = crew.day
    kept = State._make(part.copy() for part in crew.states[crew.best()])
    tell = partial(crew.report, kept)  # what the others cost here is told to nobody
    cheap = crew._replace(day=_cheapened(day), report=tell)
    for state in crew.states:
        adopt(cheap.day, state, state)
    _cool(cheap, Span(last=CHEAP_UNTIL, cold=False), 1)
    crew.everyone(lambda thread: _at_full_price(day, crew.states[thread], kept))


def _at_full_price(day: Day, state: State, kept: State) -> None:
    """Empty runs of a plan once more, and take up another one unless it costs less than that."""
    adopt(day, state, state)
    begin_ejecting(day, state)
    eject(day, state, STEPS_ONCE_MORE // len(day.trip))
    end_ejecting(day, state)
    adopt(day, state, kept if kept.figure[BEST_TOTAL] < state.figure[BEST_TOTAL] else state)


def _cheapened(day: Day) -> Day:
    run = day.run.copy()
    run[:, ACTIVATION] = np.minimum(run[:, ACTIVATION], round(CHEAP * mean_ride(day)))
    return day._replace(run=run)


def _share_of_runs(crew: Crew, divide_from: int) -> float:
    """Give how much of the budget goes to emptying runs: none where a run is free and all are served."""
    if not crew.day.run[:, ACTIVATION].any() and crew.states[0].figure[ABSENT] == 0:
        return 0.0
    if not runs_come_first(crew.day):
        return RUNS_TOO
    return RUNS_FIRST if len(crew.day.trip) >= divide_from else RUNS_AT_FIRST


def _empty_runs(crew: Crew, thread: int, share: float) -> None:
    day, state, watch = crew.day, crew.states[thread], crew.watch
    begin_ejecting(day, state)
    pace = Pace(1)
    while steps := watch.ejections_left(thread, share, pace.slice):
        with pace.measured(watch):
            eject(day, state, steps)
        watch.ejections[thread] += steps
        if thread == 0:
            crew.report()
    end_ejecting(day, state)
    adopt(day, state, state)
