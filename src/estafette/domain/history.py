"""The history of plans: how each was made, what came of it, and when it was applied."""

from datetime import date, datetime

from estafette.domain.applied import Outcome
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.record import Record


class Parameters(Record, frozen=True, kw_only=True):
    """
    What a search was asked for. `weights` are those of the objective, by name.

    What is `shared` by several workers depends on who came when, and cannot be made again.
    """

    seed: int
    time_limit_s: float | None = None
    iterations: int | None = None
    weights: dict[str, int]
    shared: bool = False


class Made(Record, frozen=True, kw_only=True):
    """
    How a plan was made: all that is needed to make it again.

    A plan that came from elsewhere has neither problem nor travel times nor duration. `versions` are those of
    the program and of what it computes with; `violations` counts what the independent checker found.
    """

    parameters: Parameters
    versions: dict[str, str]
    problem: Problem | None = None
    travel_sha256: str | None = None
    duration_s: float | None = None
    violations: int = 0


class ApplyEntry(Record, frozen=True, kw_only=True):
    """When a plan was applied, whole or in part, by whom, and how many trips had which outcome."""

    applied_id: int
    at: datetime
    actor: str
    counts: dict[Outcome, int]


class PlanEntry(Record, frozen=True, kw_only=True):
    """
    One plan of the history without the plan itself.

    `answer_sha256` identifies the plan by its bytes: the same plan is kept once, with the time and the
    author of the first. `placed` and `left_over` count trips. Without `content` a rule of the company has let
    what the plan says go.
    """

    plan_id: int
    service_on: date
    at: datetime
    actor: str
    board_version: int
    problem_sha256: str
    answer_sha256: str
    travel_source: str
    travel_estimated: bool
    travel_sha256: str | None
    parameters: Parameters
    versions: dict[str, str]
    cost: int
    iterations: int
    duration_s: float | None
    placed: int
    left_over: int
    violations: int
    applies: tuple[ApplyEntry, ...]
    content: bool = True


class KeptPlan(Record, frozen=True, kw_only=True):
    """
    A plan of the history with what it was computed from (`None`: it came from elsewhere).

    The plan has no course where another version of the program recorded it in another form.
    """

    entry: PlanEntry
    plan: Plan
    problem: Problem | None
