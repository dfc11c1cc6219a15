"""A solve: one execution of the optimiser, asked for by someone and made by a worker."""

from datetime import date, datetime
from enum import StrEnum

from estafette.domain.error import Invalid
from estafette.domain.record import Record

# The longest that anybody may let the optimiser search.
LONGEST_S = 3600
# The most workers that may share a solve.
MOST_WORKERS = 64


class SolveState(StrEnum):
    """
    Where a solve stands.

    waiting: nobody has begun it. running: a worker holds it. done: it searched as long as it was asked
    to. stopped: it was asked to end early, and its best plan was kept. cancelled: called off before it
    had a plan. replaced: its worker was lost, and a later solve of the day does the work. failed: it was
    tried too often in vain (`trouble` says by a code why the last time).
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    FAILED = "failed"


class Trouble(StrEnum):
    """
    Why a solve was not made: a code, for which every reader has words of their own.

    worker_lost: nobody holds it any more. too_long: it took much longer than it was allowed to search.
    process_ended: its process ended before it had a plan; the worker's log says with which code.
    """

    WORKER_LOST = "worker_lost"
    TOO_LONG = "too_long"
    PROCESS_ENDED = "process_ended"


class Automatic(StrEnum):
    """
    Whether new bookings are planned by themselves.

    by_hand: no. propose: plans are made and kept. apply: they are applied as well.
    """

    BY_HAND = "by_hand"
    PROPOSE = "propose"
    APPLY = "apply"


class SolveRequest(Record, frozen=True, kw_only=True):
    """
    A wish for a solve: which day, how many seconds to search, from which seed, and whether to apply it.

    A large day may be divided among `workers`, as many as are free; 1: it is one worker's alone.
    """

    service_on: date
    time_limit_s: float = 10.0
    seed: int = 1
    applies: bool = False
    workers: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.time_limit_s <= LONGEST_S:
            message = f"time_limit_s: {self.time_limit_s:g} is not between 0 and {LONGEST_S}"
            raise Invalid(message)
        if not 1 <= self.workers <= MOST_WORKERS:
            message = f"workers: {self.workers} is not between 1 and {MOST_WORKERS}"
            raise Invalid(message)


class ClaimedSolve(SolveRequest, frozen=True, kw_only=True):
    """A solve in the hands of one worker: what it records and applies names the claim."""

    company_id: int
    solve_id: int
    claim: int

    @property
    def holder(self) -> str:
        """Give the author and key of what it writes; the database refuses those of an old claim."""
        return f"solve:{self.solve_id}:{self.claim}"


class SolveFigures(Record, frozen=True, kw_only=True):
    """The best plan after so many seconds: trips placed and left over, its cost in the units of `Plan`."""

    placed: int
    left_over: int
    cost: int
    seconds: float


class SolveCard(Record, frozen=True, kw_only=True):
    """A solve as it is listed; `parts` of the day were made apart, `helped` of them by other workers."""

    solve_id: int
    service_on: date
    state: SolveState
    asked_by: str
    asked_at: datetime
    time_limit_s: float
    seed: int
    applies: bool
    attempts: int
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cancel_asked: bool = False
    figures: SolveFigures | None = None
    violations: int | None = None
    plan_id: int | None = None
    applied_id: int | None = None
    trouble: str | None = None
    workers: int = 1
    parts: int = 0
    helped: int = 0
