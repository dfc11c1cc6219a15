"""Why each trip left over is on no run."""

from collections.abc import Callable
from itertools import takewhile

import numpy as np

from estafette.domain.plan import LeftOver, Reason, RunRefusal
from estafette.domain.problem import Problem
from estafette.planning.kernel.arrays import ABSENT, FIXED, FREE, HOME, Day, State
from estafette.planning.kernel.refusal import IS_BANNED, IS_BEATEN, NO_SKILL, refuse
from estafette.planning.kernel.timing import (
    LIFT_BREAK,
    LIFT_COMPANY,
    LIFT_LINK,
    LIFT_LOCK,
    LIFT_RIDE,
    LIFT_SHIFT,
    LIFT_SPACE,
    LIFT_TIME,
    LIFT_WAIT,
)
from estafette.planning.relax import relaxations

_REASONS = {
    0: Reason.REACHABLE,
    LIFT_TIME: Reason.TIME_WINDOW,
    LIFT_RIDE: Reason.RIDE_TIME,
    LIFT_SPACE: Reason.SPACE,
    LIFT_SHIFT: Reason.SHIFT,
    LIFT_BREAK: Reason.BREAK,
    LIFT_LOCK: Reason.LOCKED,
    LIFT_WAIT: Reason.ONBOARD_WAIT,
    LIFT_COMPANY: Reason.NO_SHARE,
    LIFT_LINK: Reason.LINKED_LEG,
    NO_SKILL: Reason.SKILL,
    IS_BANNED: Reason.BANNED,
    IS_BEATEN: Reason.BEATEN,
}


def left_over(
    problem: Problem, day: Day, state: State, *, tried: int, may_explain: Callable[[], bool]
) -> tuple[LeftOver, ...]:
    """
    List the trips on no run with one refusal for each run, both sorted by id, and what would place them.

    The first `tried` absent trips have been proven to fit nowhere as the runs are, or to cost more than
    leaving them over (`beaten`, by so many seconds). `not_searched` are the others, and the reasons that
    there is no time left to find: `may_explain` is asked for each trip, and once more for its relaxations
    when all reasons are known. A trip locked to a run that is not in the problem is `locked` for every run.
    """
    refusals = dict.fromkeys(_without_run(day), _everywhere(problem, Reason.LOCKED))
    not_searched = _everywhere(problem, Reason.NOT_SEARCHED)
    stuck = []
    for k, trip in enumerate(state.absent[0, : state.figure[ABSENT]].tolist()):
        searched = k < tried and may_explain()
        refusals[trip] = refusals_of(problem, day, state, trip) if searched else not_searched
        if searched and all(each.reason is not Reason.BEATEN for each in refusals[trip]):
            stuck.append(trip)
    in_time = takewhile(lambda _: may_explain(), stuck)
    relaxed = {trip: relaxations(problem, day, state, trip) for trip in in_time}
    found = [
        LeftOver(trip_id=problem.trips[t].trip_id, refusals=each, relaxations=relaxed.get(t, ()))
        for t, each in refusals.items()
    ]
    return tuple(sorted(found, key=lambda left: left.trip_id))


def _without_run(day: Day) -> list[int]:
    return [
        t for t, (fixed, home) in enumerate(day.trip[:, [FIXED, HOME]].tolist())
        if fixed != FREE and home < 0
    ]  # fmt: skip


def _everywhere(problem: Problem, reason: Reason) -> tuple[RunRefusal, ...]:
    run_ids = sorted(run.run_id for run in problem.runs)
    return tuple(RunRefusal(run_id=run_id, reason=reason) for run_id in run_ids)


def refusals_of(problem: Problem, day: Day, state: State, trip: int) -> tuple[RunRefusal, ...]:
    """Say for each run why it cannot take an absent trip, by its row; sorted by the id of the run."""
    rules = np.full(len(problem.runs), LIFT_LOCK, np.int64)  # closed runs keep this
    amounts = np.full(len(problem.runs), -1, np.int64)
    refuse(day, state, trip, rules, amounts)
    refusals = [
        RunRefusal(run_id=run.run_id, reason=_REASONS[rule], short_by=None if amount < 0 else amount)
        for run, rule, amount in zip(problem.runs, rules.tolist(), amounts.tolist(), strict=True)
    ]
    return tuple(sorted(refusals, key=lambda refusal: refusal.run_id))
