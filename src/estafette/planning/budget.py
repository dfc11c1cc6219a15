"""How long a search may take, and how it tells how far it is."""

import math
from collections.abc import Callable

from estafette.domain.error import Invalid
from estafette.domain.plan import Course
from estafette.domain.record import Record

# Writing the plan takes up to so many times as long as making the arrays did; and the most of the time limit
# that is kept for it: a plan that is cut short has fewer trips to write.
WRITE_TIMES = 3
WRITE_SHARE = 1 / 4

# The most of the time limit that is kept for explaining trips left over. What would place a trip takes about
# as long to find as why it is on no run.
EXPLAIN_SHARE = 1 / 3
EXPLAIN_TWICE = 2

# Temperatures between the beginning of a search and its end. So few that a plan can say how many steps
# were done at each, so many that one is 4 % below the other.
TEMPERATURES = 100

# A search that chooses among the runs it has seen takes so long at least. It does so for so much of the time
# limit at most, so much of what is left of it, and so many seconds: meanwhile nobody hears of a cancelling.
LEAST_TO_CHOOSE_S = 5.0
CHOOSING_SHARE, CHOOSING_AT_LAST, CHOOSING_S = 0.06, 0.5, 2.0

# For less time a search is not worth calling.
MOMENT_S = 0.001

# What a step of emptying a run takes in steps of ruin and recreate, about: to divide an iteration limit.
EJECTION_STEPS = 5


class Budget(Record, frozen=True, kw_only=True):
    """
    When a search ends: after so many seconds of the clock handed in, so many iterations, or both.

    An iteration is one step of ruin and recreate; 0 gives the first complete plan. With an iteration
    limit that is reached before the time limit, the plan depends on problem, seed and limit alone. With
    the `course` of an earlier search, and no other limit, it does what that one did: the same plan.
    Unless it `explains`, all time is for searching, and reasons that take time are not looked for.
    """

    time_limit_s: float | None = None
    iterations: int | None = None
    clock: Callable[[], float] | None = None
    course: Course | None = None
    explains: bool = True

    def __post_init__(self) -> None:
        limited = self.time_limit_s is not None or self.iterations is not None
        if limited == (self.course is not None):
            message = "budget: needs time_limit_s or iterations, or else the course of an earlier search"
            raise Invalid(message)
        if self.time_limit_s is not None and self.clock is None:
            message = "budget: time_limit_s needs a clock"
            raise Invalid(message)


class Progress(Record, frozen=True, kw_only=True):
    """
    How far a search is: the best plan so far, in the units of `Plan`, for so many `trips`.

    No legal plan that leaves over as many costs less than `bound` (0 while nobody has reckoned it).
    """

    elapsed_s: float
    iterations: int
    trips: int
    left_over: int
    cost: int
    bound: int = 0


class Watch:
    """
    One search's view of its budget, and its record of what was done.

    `finish_s` is what must be kept for finishing the plan after the search; `cancelled` is set when the
    caller no longer wants more, `over` once searching has ended for that or for want of time. The threads of
    a search share it: each writes its own counts alone.
    """

    def __init__(self, budget: Budget, threads: int) -> None:
        self.budget = budget
        self.threads = threads
        self.tried = 0
        self.ejections = [0] * threads
        self.steps = [[0] * TEMPERATURES for _ in range(threads)]
        self.chosen: bool | None = None
        self.explained = 0
        self.finish_s = 0.0
        self.cancelled = False
        self.over = False
        self._began_s = self.now_s()
        self._search_from_s = 0.0
        self._explained_at_s = 0.0
        self._longest_s = 0.0

    def now_s(self) -> float:
        """Give the clock; 0 without one."""
        return self.budget.clock() if self.budget.clock else 0.0

    def elapsed_s(self) -> float:
        """Give the seconds since the search began; 0 without a clock."""
        return self.now_s() - self._began_s

    def left_s(self) -> float:
        """Give the seconds that may still be searched; infinite without a time limit, none if cancelled."""
        if self.cancelled or self.over:
            self.over = True
            return 0.0
        limit_s = self.budget.time_limit_s
        left_s = math.inf if limit_s is None else limit_s - self.finish_s - self.elapsed_s()
        self.over = self.over or left_s <= 0
        return left_s

    @property
    def iterations(self) -> int:
        """Count the steps done."""
        return sum(map(sum, self.steps))

    def course(self) -> Course:
        """Say what was done."""
        used = max((k + 1 for each in self.steps for k, steps in enumerate(each) if steps), default=0)
        return Course(
            tried=self.tried,
            steps=tuple(tuple(each[:used]) for each in self.steps) if used else (),
            explained=self.explained,
            ejections=tuple(self.ejections) if any(self.ejections) else (),
            chosen=self.chosen,
        )

    def may_explain(self) -> bool:
        """
        Tell whether there is still time to explain a trip; the answer yes is counted.

        There is, if the longest explanation so far would end in time.
        """
        course, limit_s, now_s = self.budget.course, self.budget.time_limit_s, self.elapsed_s()
        if self.explained:
            self._longest_s = max(self._longest_s, now_s - self._explained_at_s)
        self._explained_at_s = now_s
        if not self.budget.explains:
            may = False
        elif course is not None:
            may = self.explained < course.explained
        else:
            may = limit_s is None or now_s + self._longest_s < limit_s
        self.explained += may
        return may

    def keep_for_writing(self, arrays_s: float) -> None:
        """Keep time to write the plan of a day whose arrays took so long to make."""
        if self.budget.time_limit_s is not None:
            self.finish_s = min(WRITE_TIMES * arrays_s, self.budget.time_limit_s * WRITE_SHARE)

    def keep_for_explaining(self, trips: int, reasons_s: float) -> None:
        """Keep time to explain so many trips, the reasons of each of which take `reasons_s`."""
        if self.budget.time_limit_s is not None and self.budget.explains:
            wanted_s = trips * EXPLAIN_TWICE * reasons_s / self.threads
            self.finish_s += min(wanted_s, self.budget.time_limit_s * EXPLAIN_SHARE)

    def tries_left(self, slice_tries: int) -> int:
        """Give the insertions of the next slice before the search, 0 when it is time to stop."""
        if self.left_s() <= 0:
            return 0
        course = self.budget.course
        return slice_tries if course is None else min(slice_tries, course.tried - self.tried)

    def ejections_left(self, thread: int, share: float, slice_steps: int) -> int:
        """Give the next steps of emptying runs, for which `share` of the budget may be used; 0 to stop."""
        course, done, left_s = self.budget.course, self.ejections[thread], self.left_s()
        if left_s <= 0:
            return 0
        if course is not None:
            wanted = course.ejections[thread] if thread < len(course.ejections) else 0
            return min(slice_steps, wanted - done)
        if self.budget.iterations is not None:
            return max(0, min(slice_steps, int(share * self.budget.iterations / EJECTION_STEPS) - done))
        return slice_steps if left_s > (1 - share) * (self.budget.time_limit_s or 0.0) else 0

    def begin_search(self, temperature: int = 0) -> None:
        """Divide what time is left among the temperatures from this one on."""
        now_s, until_s = self.elapsed_s(), self._until_s()
        self._search_from_s = until_s - (until_s - now_s) / (1 - temperature / TEMPERATURES)

    def _until_s(self) -> float:
        """Give when the search must be over; with no time limit any moment."""
        return (self.budget.time_limit_s or 0.0) - self.finish_s

    def looks(self, wanted: bool) -> bool:
        """Tell whether to look which runs are seen: if wanted, or as it was; not where time is short."""
        course, limit_s = self.budget.course, self.budget.time_limit_s
        if course is not None:
            wanted = course.chosen is not None
        elif limit_s is not None and limit_s < LEAST_TO_CHOOSE_S:
            wanted = False
        self.chosen = False if wanted else None
        return wanted

    def choosing_s(self) -> float:
        """Give for how long it may choose among them; 0 where there is no time, or was none."""
        course, limit_s, left_s = self.budget.course, self.budget.time_limit_s, self.left_s()
        if left_s <= 0 or (course is not None and not course.chosen):
            return 0.0
        if limit_s is None:
            return math.inf
        return min(CHOOSING_SHARE * limit_s, CHOOSING_AT_LAST * left_s, CHOOSING_S)

    def steps_left(self, thread: int, temperature: int, slice_steps: int, step_s: float) -> int:
        """
        Give the next steps of a thread at a temperature; 0 when that is done or it is time to stop.

        Of steps that take `step_s` (0: who knows) no more than there is time for: others wait for the thread.
        A moment is left to the next temperature.
        """
        course, done = self.budget.course, self.steps[thread][temperature]
        left_s = self.left_s()
        if left_s <= 0:
            return 0
        if course is not None:
            of_thread = course.steps[thread] if thread < len(course.steps) else ()
            return min(slice_steps, of_thread[temperature] - done) if temperature < len(of_thread) else 0
        if self.budget.iterations is not None:
            return min(slice_steps, self._share_of(self.budget.iterations, thread, temperature) - done)
        to_go_s = (self._until_s() - self._search_from_s) * (1 - (temperature + 1) / TEMPERATURES)
        here_s = left_s - to_go_s
        if not step_s:
            return slice_steps if here_s > 0 else 0
        return min(slice_steps, int(here_s / step_s)) if here_s > MOMENT_S else 0

    def _share_of(self, iterations: int, thread: int, temperature: int) -> int:
        """Give the steps of one thread at one temperature out of all."""
        slot = temperature * self.threads + thread
        slots = TEMPERATURES * self.threads
        return iterations * (slot + 1) // slots - iterations * slot // slots
