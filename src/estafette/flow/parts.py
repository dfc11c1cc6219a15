"""Large days: the worker that holds a solve divides its plan, and others make parts of it with it."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from estafette.domain.error import Unavailable
from estafette.domain.part import DayPart
from estafette.domain.place import Place
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.solve import ClaimedSolve
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.flow.day import Solve, search_alone
from estafette.flow.reporter import Clock, Reporter
from estafette.planning.budget import Budget, Progress
from estafette.planning.division import divide
from estafette.planning.solve import solve
from estafette.planning.together import put_together
from estafette.store.database import Database
from estafette.store.parts import (
    Answers,
    ClaimedPart,
    answer_part,
    call_helpers,
    claim_part,
    collect_answers,
    count_helpers,
    helper_is_wanted,
    hold_part,
    put_parts,
)
from estafette.store.queue import Pace

log = logging.getLogger(__name__)

# A day with fewer trips is one worker's: dividing it would gain nothing.
SMALLEST = 200
# How long the holder searches the whole day by itself, at first (divided by the number of workers, for they
# wait) and at the end: a share of the time, but not longer than so much for each trip.
FIRST, LAST, ALONE_TRIP_S = 0.5, 0.1, 0.01
# So often the day is divided at least, each time in another way, and how long a round may be for each trip.
ROUNDS, ROUND_TRIP_S = 3, 0.02
# A round shorter than this is not worth its beginning and end.
_SHORTEST_S = 0.2
# An idle worker answers a call within so long.
_COMES_WITHIN_S = 0.5
_LOOK_S = 0.1
# How late an answer may be, as a share of the round and at least: a loaded machine writes slowly.
_LATE, _LATE_S = 0.1, 1.0


class _Day(NamedTuple):
    """What is searched, how, and since when by the clock of the budget."""

    problem: Problem
    matrix: TravelMatrix
    how: Solve
    clock: Clock
    began_s: float


class SharedSearch:
    """A search for the plan of a day that other workers may help with; it counts the parts they all made."""

    def __init__(self, database: Database, held: ClaimedSolve, pace: Pace) -> None:
        self.parts = self.helped = 0
        self._database, self._held, self._pace = database, held, pace
        self._rng = np.random.default_rng(abs(held.seed))

    def search(self, problem: Problem, matrix: TravelMatrix, how: Solve) -> Plan:
        """
        Search for a plan: with helpers where they were asked for and come, or else alone.

        1. Search the whole day, alone.
        2. Divide the plan into as many parts as there are workers, have each searched, and put them together;
           a part without an answer stays as it was. And again, divided in another way.
        3. Search the whole day once more, and say why trips are left over.

        What a plan made by several workers depends on is not recorded: it has no course.
        """
        limit_s, clock = how.budget.time_limit_s, how.budget.clock
        asked = self._held.workers > 1 and len(problem.trips) >= SMALLEST
        if not asked or limit_s is None or clock is None:
            return search_alone(problem, matrix, how)
        day = _Day(problem, matrix, how, clock, clock())
        ends_s = day.began_s + limit_s
        helpers = self._called(clock)
        if not helpers:
            return _search(day, ends_s - clock())
        most_s = ALONE_TRIP_S * len(problem.trips)
        first_s = min(FIRST / (1 + helpers) * (ends_s - clock()), most_s)
        plan = _search(day, first_s, explains=False)
        plan = self._in_rounds(day, plan, ends_s - min(LAST * limit_s, most_s))
        return msgspec.structs.replace(_search(day, ends_s - clock(), begin=plan), course=None)

    def _called(self, clock: Clock) -> int:
        """Call helpers, and count those who come; each worker that is free does so at once."""
        call_helpers(self._database, self._held)
        until_s = clock() + _COMES_WITHIN_S
        while not (found := self._helpers()) and clock() < until_s:
            time.sleep(_LOOK_S)
        return found

    def _helpers(self) -> int:
        return count_helpers(self._database, self._held, silent_s=self._pace.silent_s)

    def _in_rounds(self, day: _Day, plan: Plan, ends_s: float) -> Plan:
        """Improve a plan round by round until it is time or called off; alone while no helper is there."""
        lost_s = 0.0
        for rounds in range(_rounds(day, ends_s), 0, -1):
            began_s = day.clock()
            seconds = (ends_s - began_s) / rounds - lost_s
            if seconds < _SHORTEST_S or not _goes_on(day, plan):
                break
            try:
                if helpers := self._helpers():
                    plan = self._round(day, plan, helpers + 1, seconds)
                else:
                    plan = _search(day, seconds, begin=plan, explains=False)
            except Unavailable as error:
                log.warning("solve %d: parts: %s", self._held.solve_id, error)
                break
            lost_s = day.clock() - began_s - seconds
        return plan

    def _round(self, day: _Day, plan: Plan, workers: int, seconds: float) -> Plan:
        problem, matrix = day.problem, day.matrix
        parts = divide(problem, matrix, plan, parts=workers, rng=self._rng)
        if not put_parts(self._database, self._held, parts, seconds=seconds):
            return plan  # another worker has the solve, and this one is about to hear of it
        ends_s = day.clock() + seconds
        own = Making(
            self._database, matrix.among, day.clock, self._pace, day.how.threads,
            lambda: _goes_on(day, plan),
        )  # fmt: skip
        while part := own.claim(self._held.company_id, self._held.solve_id, helps=False):
            own.make(part)
        answers = self._awaited(day, plan, ends_s + max(_LATE_S, _LATE * seconds))
        self.parts += len(answers.plans)
        self.helped += answers.helped
        return put_together(problem, matrix, Weights(), plan, _matched(parts, answers))

    def _awaited(self, day: _Day, plan: Plan, until_s: float) -> Answers:
        """Wait for those who are still at their parts, but not for the dead or the late."""
        while (answers := collect_answers(self._database, self._held)).awaited:
            if day.clock() > until_s or not _goes_on(day, plan):
                break
            time.sleep(_LOOK_S)
        return answers


def _rounds(day: _Day, ends_s: float) -> int:
    return max(ROUNDS, int((ends_s - day.clock()) / (ROUND_TRIP_S * len(day.problem.trips))))


def _search(day: _Day, seconds: float, *, begin: Plan | None = None, explains: bool = True) -> Plan:
    budget = Budget(time_limit_s=max(0.0, seconds), clock=day.clock, explains=explains)
    return solve(
        day.problem, day.matrix, budget=budget, seed=day.how.seed, threads=day.how.threads, begin=begin,
        on_progress=lambda progress: _told(day, progress),
    )  # fmt: skip


def _goes_on(day: _Day, plan: Plan) -> bool:
    """Tell how far the whole day is, and hear whether to search on."""
    left_over = len(plan.left_over)
    progress = Progress(
        elapsed_s=0, iterations=plan.iterations, trips=plan.placed() + left_over, left_over=left_over,
        cost=plan.cost,
    )  # fmt: skip
    return _told(day, progress)


def _told(day: _Day, progress: Progress) -> bool:
    """Pass progress on, with the time since the whole search began."""
    if day.how.on_progress is None:
        return True
    elapsed_s = day.clock() - day.began_s
    return day.how.on_progress(msgspec.structs.replace(progress, elapsed_s=elapsed_s))


def _matched(parts: tuple[DayPart, ...], answers: Answers) -> list[tuple[DayPart, Plan]]:
    """Find the part of each plan; one to a part of somebody else's round has none."""
    by_problem = {part.begin.problem_sha256: part for part in parts}
    pairs = [(by_problem.get(plan.problem_sha256), plan) for plan in answers.plans]
    return [(part, plan) for part, plan in pairs if part is not None]


class Making(NamedTuple):
    """Making parts of a day, as its holder or as a helper, while `goes_on`; `travel` between places."""

    database: Database
    travel: Callable[[Sequence[Place]], TravelMatrix]
    clock: Clock
    pace: Pace
    threads: int
    goes_on: Callable[[], bool]

    def claim(self, company_id: int, solve_id: int, *, helps: bool) -> ClaimedPart | None:
        """Take a part that nobody has; `None` when there is none, or none is wanted."""
        if not self.goes_on():
            return None
        return claim_part(self.database, company_id, solve_id, lease_s=self.pace.lease_s, helps=helps)

    def make(self, held: ClaimedPart) -> bool:
        """Search a part until its round ends, and answer it; `False`: nobody waits for it any more."""
        began_s = self.clock()
        begin, problem = held.part.begin, held.part.problem
        matrix = self.travel(problem.places)
        left_s = max(0.0, held.time_limit_s - (self.clock() - began_s))
        plan = solve(
            problem, matrix, budget=Budget(time_limit_s=left_s, clock=self.clock, explains=False),
            seed=begin.seed, threads=self.threads, begin=begin,
            on_progress=Reporter(lambda _: self._holds(held), self.clock, every_s=self.pace.beat_s),
        )  # fmt: skip
        return answer_part(self.database, held, plan)

    def _holds(self, held: ClaimedPart) -> bool:
        try:
            return hold_part(self.database, held, lease_s=self.pace.lease_s) and self.goes_on()
        except Unavailable as error:
            log.warning("part %d: %s", held.part_id, error)
            return True


def help_with(
    making: Making, company_id: int, solve_id: int, *, stop: threading.Event, look_s: float = _LOOK_S
) -> int:
    """Make parts of a solve until it ends, another waits for a worker, or `stop` is set; give how many."""
    made = 0
    while not stop.is_set() and helper_is_wanted(making.database, company_id, solve_id):
        if part := making.claim(company_id, solve_id, helps=True):
            made += making.make(part)
        else:
            stop.wait(look_s)
    return made
