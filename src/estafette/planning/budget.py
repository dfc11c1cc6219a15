"""How long a search may take, and how it tells how far it is."""

import math
from collections.abc import Callable
from typing import NamedTuple

from estafette.domain.error import Invalid
from estafette.domain.plan import Course
from estafette.domain.record import Record

# What explaining one trip on one run takes, about; only used to stop searching early enough.
EXPLAIN_PAIR_S = 60e-6

# Temperatures between the beginning of a search and its end. So few that a plan can say how many steps
# were done at each, so many that one is 4 % below the other.
TEMPERATURES = 100


class Budget(Record, frozen=True, kw_only=True):
    """
    When a search ends: after so many seconds of the clock handed in, so many iterations, or both.

    An iteration is one step of ruin and recreate; 0 gives the first complete plan. With an iteration
    limit that is reached before the time limit, the plan depends on problem, seed and limit alone. With
    the `course` of an earlier search, and no other limit, it does what that one did: the same plan.
    """

    time_limit_s: float | None = None
    iterations: int | None = None
    clock: Callable[[], float] | None = None
    course: Course | None = None

    def __post_init__(self) -> None:
        limited = self.time_limit_s is not None or self.iterations is not None
        if limited == (self.course is not None):
            message = "budget: needs time_limit_s or iterations, or else the course of an earlier search"
            raise Invalid(message)
        if self.time_limit_s is not None and self.clock is None:
            message = "budget: time_limit_s needs a clock"
            raise Invalid(message)


class Progress(Record, frozen=True, kw_only=True):
    """How far a search is: the best plan so far, in the units of `Plan`, for so many `trips`."""

    elapsed_s: float
    iterations: int
    trips: int
    left_over: int
    cost: int


class Turn(NamedTuple):
    """The next steps of a search, and which of the temperatures they are done at."""

    steps: int
    temperature: int


class Watch:
    """
    One search's view of its budget, and its record of what was done.

    `finish_s` is what must be kept for finishing the plan after the search; `cancelled` is set when the
    caller no longer wants more.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.tried = 0
        self.steps = [0] * TEMPERATURES
        self.explained = 0
        self.finish_s = 0.0
        self.cancelled = False
        self._began_s = self._now_s()

    def _now_s(self) -> float:
        return self.budget.clock() if self.budget.clock else 0.0

    def elapsed_s(self) -> float:
        """Give the seconds since the search began; 0 without a clock."""
        return self._now_s() - self._began_s

    def time_is_up(self) -> bool:
        """Tell whether searching must stop now, for want of time or at the caller's wish."""
        limit_s = self.budget.time_limit_s
        return self.cancelled or (limit_s is not None and self.elapsed_s() + self.finish_s >= limit_s)

    @property
    def iterations(self) -> int:
        """Count the steps done."""
        return sum(self.steps)

    def course(self) -> Course:
        """Say what was done."""
        used = max((k + 1 for k, steps in enumerate(self.steps) if steps), default=0)
        return Course(tried=self.tried, steps=(tuple(self.steps[:used]),), explained=self.explained)

    def may_explain(self) -> bool:
        """Tell whether there is still time to explain a trip; the answer yes is counted."""
        course, limit_s = self.budget.course, self.budget.time_limit_s
        if course is not None:
            may = self.explained < course.explained
        else:
            may = limit_s is None or self.elapsed_s() < limit_s
        self.explained += may
        return may

    def keep_for_explaining(self, pairs: int) -> None:
        """Keep time to explain so many pairs of trip and run, but never more than a quarter of the limit."""
        if self.budget.time_limit_s is not None:
            self.finish_s += min(pairs * EXPLAIN_PAIR_S, self.budget.time_limit_s / 4)

    def tries_left(self, slice_tries: int) -> int:
        """Give the insertions of the next slice before the search, 0 when it is time to stop."""
        if self.time_is_up():
            return 0
        course = self.budget.course
        return slice_tries if course is None else min(slice_tries, course.tried - self.tried)

    def next_turn(self, slice_steps: int) -> Turn:
        """Give the steps of the next slice, 0 when it is time to stop."""
        if self.time_is_up():
            return Turn(0, 0)
        if self.budget.course is not None:
            return self._next_of_course(self.budget.course, slice_steps)
        steps = slice_steps
        if self.budget.iterations is not None:
            steps = max(0, min(steps, self.budget.iterations - self.iterations))
        return Turn(steps, min(TEMPERATURES - 1, int(TEMPERATURES * self._share_spent())))

    def _next_of_course(self, course: Course, slice_steps: int) -> Turn:
        for k, steps in enumerate(course.steps[0]):
            if self.steps[k] < steps:
                return Turn(min(slice_steps, steps - self.steps[k]), k)
        return Turn(0, 0)

    def _share_spent(self) -> float:
        """Give how much of the budget is spent, 0 to 1: of the iterations if they are limited."""
        if self.budget.iterations is not None:
            return self.iterations / max(1, self.budget.iterations)
        limit_s = self.budget.time_limit_s or math.inf
        return min(1.0, self.elapsed_s() / limit_s)
