"""The stages of a search: empty runs, then cool; which way, the day decides."""

import itertools
from functools import partial

from estafette.planning.choosing import cool_and_choose
from estafette.planning.cooling import Span, runs_come_first
from estafette.planning.crew import Crew, Pace, cool, meet, parts_of
from estafette.planning.kernel.arrays import ABSENT, ACTIVATION
from estafette.planning.kernel.doors import adopt, begin_ejecting, eject, end_ejecting
from estafette.planning.left_a_while import cool_leaving_some
from estafette.planning.seen import may_be_put_together

# How much of the budget goes to emptying runs: where a run costs more than all else, there on a day that is
# not divided, and elsewhere.
RUNS_FIRST, RUNS_AT_FIRST, RUNS_TOO = 0.4, 0.2, 0.1
# Where a run costs more than all else trips may be left over for a while, down to the last of these
# temperatures; at each of them some runs are emptied once more: a step for so many since the one before.
EMPTIED_AT, ONCE_MORE = (30, 60, 90), 400


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
        _with_few_runs(crew)
    elif parts == 1 and may_be_put_together(day):
        cool_and_choose(crew)
    else:
        _cool(crew, Span(cold=not runs_come_first(day)), parts)
    adopt(day, first, first)


def _cool(crew: Crew, span: Span, parts: int) -> None:
    cool(crew._replace(span=span), parts, span.temperatures)


def _with_few_runs(crew: Crew) -> None:
    """Cool where hardly any plan has as few runs as this one (decision 0060)."""
    for temperatures in itertools.starmap(range, itertools.pairwise((0, *EMPTIED_AT))):
        cool_leaving_some(crew, temperatures, EMPTIED_AT[-1])
        crew.everyone(partial(_empty_once_more, crew, temperatures))
        meet(crew)
    _cool(crew, Span(EMPTIED_AT[-1], cold=False), 1)


def _empty_once_more(crew: Crew, temperatures: range, thread: int) -> None:
    """Empty some runs of a short plan, which is easier, for a small part of what was done since."""
    day, state = crew.day, crew.states[thread]
    steps = sum(crew.watch.steps[thread][temperatures.start : temperatures.stop])
    begin_ejecting(day, state)
    eject(day, state, steps // ONCE_MORE)
    end_ejecting(day, state)
    adopt(day, state, state)


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
        with pace.measured(watch, steps):
            eject(day, state, steps)
        watch.ejections[thread] += steps
        if thread == 0:
            crew.report()
    end_ejecting(day, state)
    adopt(day, state, state)
