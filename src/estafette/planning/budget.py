"""How long a search may take, and how it tells how far it is."""

import math
from collections.abc import Callable

from estafette.domain.error import Invalid
from estafette.domain.record import Record

# What explaining one trip on one run takes, about; only used to stop searching early enough.
EXPLAIN_PAIR_S = 60e-6


class Budget(Record, frozen=True, kw_only=True):
    """
    When a search ends: after so many seconds of the clock handed in, so many iterations, or both.

    An iteration is one step of ruin and recreate; 0 gives the first complete plan. With an iteration
    limit that is reached before the time limit, the plan depends on problem, seed and limit alone.
    """

    time_limit_s: float | None = None
    iterations: int | None = None
    clock: Callable[[], float] | None = None

    def __post_init__(self) -> None:
        if self.time_limit_s is None and self.iterations is None:
            message = "budget: needs time_limit_s or iterations"
            raise Invalid(message)
        if self.time_limit_s is not None and self.clock is None:
            message = "budget: time_limit_s needs a clock"
            raise Invalid(message)


class Progress(Record, frozen=True, kw_only=True):
    """How far a search is: the best plan so far, in the units of `Plan`."""

    elapsed_s: float
    iterations: int
    left_over: int
    cost: int


class Watch:
    """
    One search's view of its budget.

    `finish_s` is what must be kept for finishing the plan after the search; `cancelled` is set when the
    caller no longer wants more.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.iterations = 0
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

    def is_late(self) -> bool:
        """Tell whether the time limit has passed."""
        limit_s = self.budget.time_limit_s
        return limit_s is not None and self.elapsed_s() >= limit_s

    def keep_for_explaining(self, pairs: int) -> None:
        """Keep time to explain so many pairs of trip and run, but never more than a quarter of the limit."""
        if self.budget.time_limit_s is not None:
            self.finish_s += min(pairs * EXPLAIN_PAIR_S, self.budget.time_limit_s / 4)

    def steps_left(self, slice_steps: int) -> int:
        """Give the iterations of the next slice."""
        if self.budget.iterations is None:
            return slice_steps
        return max(0, min(slice_steps, self.budget.iterations - self.iterations))

    def share_spent(self) -> float:
        """Give how much of the budget is spent, 0 to 1: of the iterations if they are limited."""
        if self.budget.iterations is not None:
            return self.iterations / max(1, self.budget.iterations)
        limit_s = self.budget.time_limit_s or math.inf
        return min(1.0, self.elapsed_s() / limit_s)
