"""Planning and dispatching a service day."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from estafette.domain.applied import Applied
from estafette.domain.error import ApplyFailed
from estafette.domain.history import Made
from estafette.domain.plan import Plan, Violation
from estafette.domain.problem import Problem
from estafette.domain.record import Record
from estafette.domain.travel import Travel, TravelMatrix
from estafette.exchange.plan_file import write_plan
from estafette.flow.acceptance import untouched_runs
from estafette.flow.history import parameters_of, versions
from estafette.flow.notices import Delivery, deliver_due
from estafette.flow.stages import Stage, Stages
from estafette.notify.channel import Channel
from estafette.planning.budget import Budget, Progress
from estafette.planning.check import violations
from estafette.planning.solve import solve
from estafette.store.apply import apply_plan
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.plans import save_plan

# Every notice of one plan goes out together; a worker takes what is left.
_ALL = 100_000


class Solve(Record, frozen=True, kw_only=True):
    """How to plan: where travel times come from, how long to search, from which seed, on how many threads."""

    travel: Travel
    budget: Budget
    seed: int = 1
    threads: int = 1
    on_progress: Callable[[Progress], bool] | None = None


Search = Callable[[Problem, TravelMatrix, Solve], Plan]


def search_alone(problem: Problem, matrix: TravelMatrix, how: Solve) -> Plan:
    """Search for a plan in this process."""
    return solve(
        problem, matrix, budget=how.budget, seed=how.seed, threads=how.threads, on_progress=how.on_progress
    )


class Planned(Record, frozen=True, kw_only=True):
    """
    A plan with the problem it answers and what the independent checker says of it.

    `violations` are the plan's own: it is not applied. `standing` are on runs that the plan leaves exactly
    as they stand (a locked trip nobody can reach in time): they are told, and block nothing. `made` is what
    the history keeps beside the plan.
    """

    problem: Problem
    plan: Plan
    made: Made
    violations: tuple[Violation, ...]
    standing: tuple[Violation, ...] = ()


class Dispatch(Record, frozen=True, kw_only=True):
    """What to dispatch: a company's service day, under a key, on whose order, keeping the plan where."""

    company_id: int
    service_on: date
    key: str
    actor: str
    keep_in: Path


class Dispatched(Record, frozen=True, kw_only=True):
    """
    A day from load to notices. Without `applied` the plan broke a rule and was not applied.

    `plan_id` is the number of the plan in the history.
    """

    planned: Planned
    plan_id: int
    stages: dict[str, Stage]
    kept_at: Path
    applied: Applied | None = None
    delivery: Delivery | None = None


def plan_day(
    database: Database,
    company_id: int,
    service_on: date,
    *,
    how: Solve,
    stages: Stages,
    search: Search = search_alone,
) -> Planned:
    """Load a day, plan it and check the plan; changes nothing."""
    with stages.stage("load"):
        problem = load_day(database, company_id, service_on)
    with stages.stage("travel"):
        matrix = how.travel.matrix(problem.places)
    with stages.stage("plan"):
        plan = search(problem, matrix, how)
    with stages.stage("check"):
        found = violations(problem, matrix, plan)
        untouched = untouched_runs(problem, plan)
        own = tuple(broken for broken in found if broken.run_id not in untouched)
    made = Made(
        parameters=parameters_of(how.budget, how.seed, shared=plan.course is None),
        versions=versions(),
        problem=problem,
        travel_sha256=matrix.sha256(),
        duration_s=stages.done["plan"].ms / 1000,
        violations=len(own),
    )
    return Planned(
        problem=problem,
        plan=plan,
        made=made,
        violations=own,
        standing=tuple(broken for broken in found if broken.run_id in untouched),
    )


def dispatch(
    database: Database, order: Dispatch, *, how: Solve, channel: Channel, stages: Stages
) -> Dispatched:
    """
    Plan a day, apply the plan and tell the drivers.

    1. Load, travel times, plan, check: nothing is locked meanwhile.
    2. Keep the plan on disk and in the history, so that a failed apply loses no work and every applied plan
       is explained.
    3. Apply it in one transaction, unless the checker found a violation.
    4. Deliver the notices that this transaction wrote.

    Raises
    ------
    ApplyFailed
        The database refused; nothing changed, and the message names the kept plan.
    """
    planned = plan_day(database, order.company_id, order.service_on, how=how, stages=stages)
    kept_at = write_plan(planned.plan, order.keep_in / f"plan-{order.service_on}-{_safe(order.key)}.json")
    with stages.stage("keep"):
        plan_id = save_plan(database, planned.plan, planned.made, actor=order.actor)
    done = Dispatched(planned=planned, plan_id=plan_id, stages=stages.done, kept_at=kept_at)
    if planned.violations:
        return done
    with stages.stage("apply"):
        applied = _apply_kept(database, order, done)
    with stages.stage("notify"):
        delivery = deliver_due(database, order.company_id, channel, limit=_ALL)
    return msgspec.structs.replace(done, applied=applied, delivery=delivery)


def _apply_kept(database: Database, order: Dispatch, done: Dispatched) -> Applied:
    try:
        return apply_plan(database, done.planned.plan, key=order.key, actor=order.actor, plan_id=done.plan_id)
    except ApplyFailed as error:
        message = f"{error} The plan is kept in {done.kept_at}, and in the history as plan {done.plan_id}."
        raise ApplyFailed(message) from error


def _safe(key: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in key)
