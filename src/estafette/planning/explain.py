"""Why each trip left over is on no run."""

from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import takewhile
from typing import NamedTuple, TypeVar

import numpy as np

from estafette.domain.fleet import RunFacts
from estafette.domain.plan import LeftOver, Reason, RunRefusal
from estafette.domain.problem import Problem
from estafette.planning.kernel.arrays import ABSENT, FIXED, FREE, HOME, SIZE, UNSERVED, Day, State
from estafette.planning.kernel.doors import refuse
from estafette.planning.kernel.refusal import IS_BANNED, IS_BEATEN, IS_OUTRANKED, NO_SKILL, UNASKED
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

Answer = TypeVar("Answer")

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
    IS_OUTRANKED: Reason.PRIORITY,
}


def left_over(
    problem: Problem, day: Day, states: Sequence[State], *, tried: int, may_explain: Callable[[], bool]
) -> tuple[LeftOver, ...]:
    """
    List the trips on no run with one refusal for each run, both sorted by id, and what would place them.

    The first `tried` absent trips of the first state have been proven to fit nowhere as the runs are, or to
    cost more than leaving them over (`beaten`, by so many seconds). `not_searched` are the others, and the
    reasons that there is no time left to find: `may_explain` is asked for each trip, and once more for its
    relaxations when all reasons are known; those dearest to leave over come first. Skills and banned drivers
    need no time. A trip locked to a run that is not in the problem is `locked` for every run. There is a
    thread for each state; all but the first are overwritten.
    """
    absent = states[0].absent[0, : states[0].figure[ABSENT]].tolist()
    with ThreadPoolExecutor(len(states)) as pool:
        team = _Team(_alike(states) if tried else states, pool, may_explain)
        wanted = sorted(absent[:tried], key=lambda trip: -int(day.trip[trip, UNSERVED]))
        found = dict(team.answers(partial(refusals_of, problem, day), wanted))
        stuck = [t for t, each in found.items() if all(one.reason is not Reason.BEATEN for one in each)]
        relaxed = dict(team.answers(partial(relaxations, problem, day), stuck))
    refusals = {
        **dict.fromkeys(_without_run(day), _everywhere(problem, Reason.LOCKED)),
        **_at_a_glance(problem, [trip for trip in absent if trip not in found]),
        **found,
    }
    left = [
        LeftOver(trip_id=problem.trips[t].trip_id, refusals=each, relaxations=relaxed.get(t, ()))
        for t, each in refusals.items()
    ]
    return tuple(sorted(left, key=lambda left: left.trip_id))


def seconds_to_explain(problem: Problem, day: Day, state: State, now_s: Callable[[], float]) -> float:
    """
    Measure how long the reasons of a trip take, on one in the middle of those absent; 0 where there is none.

    It is done whether there is a clock or not, so that a search can be done again step by step.
    """
    absent = state.absent[0, : state.figure[ABSENT]].tolist()
    began_s = now_s()
    for trip in absent[len(absent) // 2 :][:1]:
        refusals_of(problem, day, state, trip)
    return now_s() - began_s


class _Team(NamedTuple):
    """Threads that answer questions about trips, each on a state of its own."""

    states: Sequence[State]
    pool: ThreadPoolExecutor
    may_explain: Callable[[], bool]

    def answers(self, ask: Callable[[State, int], Answer], trips: list[int]) -> Iterator[tuple[int, Answer]]:
        """Ask about one trip after the other, as many at once as there are threads, while there is time."""
        for k in range(0, len(trips), len(self.states)):
            asked = list(takewhile(lambda _: self.may_explain(), trips[k : k + len(self.states)]))
            yield from zip(asked, self.pool.map(ask, self.states, asked), strict=True)
            if not asked:
                return


def _alike(states: Sequence[State]) -> Sequence[State]:
    """Make all states like the first, but for what no run of it uses."""
    stops = int(states[0].sheet[:, SIZE].max(initial=0)) + 1
    for state in states[1:]:
        for name in State._fields:
            mine, theirs = getattr(state, name), getattr(states[0], name)
            used = np.s_[:, :stops] if theirs.ndim >= states[0].line.ndim else np.s_[:]
            mine[used] = theirs[used]
    return states


def _without_run(day: Day) -> list[int]:
    return [
        t for t, (fixed, home) in enumerate(day.trip[:, [FIXED, HOME]].tolist())
        if fixed != FREE and home < 0
    ]  # fmt: skip


def _everywhere(problem: Problem, reason: Reason) -> tuple[RunRefusal, ...]:
    run_ids = sorted(run.run_id for run in problem.runs)
    return tuple(RunRefusal(run_id=run_id, reason=reason) for run_id in run_ids)


def _at_a_glance(problem: Problem, trips: list[int]) -> dict[int, tuple[RunRefusal, ...]]:
    """Say for each run what is plain without a search; trips that ask for the same share an answer."""
    runs = sorted(problem.runs, key=lambda run: run.run_id)

    @cache
    def of_all(needs: tuple[str, ...], banned: tuple[int, ...]) -> tuple[RunRefusal, ...]:
        return tuple(RunRefusal(run_id=run.run_id, reason=_plain(run, needs, banned)) for run in runs)

    asked = ((trip, problem.trips[trip]) for trip in trips)
    return {trip: of_all(facts.needs, facts.banned_driver_ids) for trip, facts in asked}


def _plain(run: RunFacts, needs: tuple[str, ...], banned: tuple[int, ...]) -> Reason:
    if not set(needs) <= set(run.skills):
        return Reason.SKILL
    return Reason.BANNED if run.driver_id in banned else Reason.NOT_SEARCHED


def refusals_of(
    problem: Problem, day: Day, state: State, trip: int, only: Container[int] | None = None
) -> tuple[RunRefusal, ...]:
    """
    Say for each run why it cannot take an absent trip, by its row; sorted by the id of the run.

    With `only`, the ids of runs, nothing is said of the others.
    """
    asked = [only is None or run.run_id in only for run in problem.runs]
    rules = np.where(asked, LIFT_LOCK, UNASKED)  # closed runs keep this
    amounts = np.full(len(problem.runs), -1, np.int64)
    refuse(day, state, trip, rules, amounts)
    refusals = [
        RunRefusal(run_id=run.run_id, reason=_REASONS[rule], short_by=None if amount < 0 else amount)
        for run, rule, amount in zip(problem.runs, rules.tolist(), amounts.tolist(), strict=True)
        if rule != UNASKED
    ]
    return tuple(sorted(refusals, key=lambda refusal: refusal.run_id))
