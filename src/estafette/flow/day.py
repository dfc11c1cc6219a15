"""Planning and dispatching a service day."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

from estafette.domain.applied import Applied
from estafette.domain.booking import TripFacts
from estafette.domain.error import ApplyFailed, Conflict
from estafette.domain.plan import Plan, PlannedRun, Violation
from estafette.domain.problem import Problem
from estafette.domain.record import Record
from estafette.domain.travel import Travel, TravelMatrix
from estafette.exchange.plan_file import write_plan
from estafette.flow.notices import Delivery, deliver_due
from estafette.flow.stages import Stage, Stages
from estafette.notify.channel import Channel
from estafette.planning.budget import Budget, Progress
from estafette.planning.check import violations
from estafette.planning.solve import solve
from estafette.store.apply import apply_plan
from estafette.store.database import Database
from estafette.store.day import load_day

# Every notice of one plan goes out together; a worker takes what is left.
_ALL = 100_000


class Solve(Record, frozen=True, kw_only=True):
    """How to plan: where travel times come from, how long to search, from which seed."""

    travel: Travel
    budget: Budget
    seed: int = 1
    on_progress: Callable[[Progress], bool] | None = None


class Planned(Record, frozen=True, kw_only=True):
    """
    A plan with the problem it answers and what the independent checker says of it.

    `violations` are the plan's own: it is not applied. `standing` are on runs that the plan leaves exactly
    as they stand (a locked trip nobody can reach in time): they are told, and block nothing.
    """

    problem: Problem
    plan: Plan
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
    """A day from load to notices. Without `applied` the plan broke a rule and was not applied."""

    planned: Planned
    stages: dict[str, Stage]
    kept_at: Path
    applied: Applied | None = None
    delivery: Delivery | None = None


def plan_day(database: Database, company_id: int, service_on: date, *, how: Solve, stages: Stages) -> Planned:
    """Load a day, plan it and check the plan; changes nothing."""
    with stages.stage("load"):
        problem = load_day(database, company_id, service_on)
    with stages.stage("travel"):
        matrix = how.travel.matrix(problem.places)
    with stages.stage("plan"):
        plan = solve(problem, matrix, budget=how.budget, seed=how.seed, on_progress=how.on_progress)
    with stages.stage("check"):
        found = violations(problem, matrix, plan)
        untouched = untouched_runs(problem, plan)
    return Planned(
        problem=problem,
        plan=plan,
        violations=tuple(broken for broken in found if broken.run_id not in untouched),
        standing=tuple(broken for broken in found if broken.run_id in untouched),
    )


def untouched_runs(problem: Problem, plan: Plan) -> set[int]:
    """Name the runs with trips that a plan leaves exactly as they stand."""
    stands: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for trip in problem.trips:
        if trip.assigned is not None:
            stands[trip.assigned.run_id] |= {
                (trip.trip_id, trip.assigned.pickup_s),
                (trip.trip_id, trip.assigned.dropoff_s),
            }
    return {run.run_id for run in plan.runs if run.stops and _visits(run) == stands[run.run_id]}


def _visits(run: PlannedRun) -> set[tuple[int, int]]:
    return {(stop.trip_id, stop.start_s) for stop in run.stops if stop.trip_id is not None}


def dispatch(
    database: Database, order: Dispatch, *, how: Solve, channel: Channel, stages: Stages
) -> Dispatched:
    """
    Plan a day, apply the plan and tell the drivers.

    1. Load, travel times, plan, check: nothing is locked meanwhile.
    2. Keep the plan on disk, so that a failed apply loses no work.
    3. Apply it in one transaction, unless the checker found a violation.
    4. Deliver the notices that this transaction wrote.

    Raises
    ------
    ApplyFailed
        The database refused; nothing changed, and the message names the kept plan.
    """
    planned = plan_day(database, order.company_id, order.service_on, how=how, stages=stages)
    kept_at = write_plan(planned.plan, order.keep_in / f"plan-{order.service_on}-{_safe(order.key)}.json")
    if planned.violations:
        return Dispatched(planned=planned, stages=stages.done, kept_at=kept_at)
    with stages.stage("apply"):
        applied = _apply_kept(database, planned.plan, order=order, kept_at=kept_at)
    with stages.stage("notify"):
        delivery = deliver_due(database, order.company_id, channel, limit=_ALL)
    return Dispatched(
        planned=planned, stages=stages.done, kept_at=kept_at, applied=applied, delivery=delivery
    )


def _apply_kept(database: Database, plan: Plan, *, order: Dispatch, kept_at: Path) -> Applied:
    try:
        return apply_plan(database, plan, key=order.key, actor=order.actor)
    except ApplyFailed as error:
        message = f"{error} The plan is kept in {kept_at}."
        raise ApplyFailed(message) from error


def _safe(key: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in key)


def apply_from_file(database: Database, plan: Plan, *, travel: Travel, key: str, actor: str) -> Applied:
    """
    Check a plan that comes from anywhere against the day as it is now, then apply it.

    What changed since the plan was computed is for the apply to judge, trip by trip; for the rest the
    plan must break no rule.

    Raises
    ------
    Conflict
        The plan breaks a rule; the first violations are named.
    """
    problem = load_day(database, plan.company_id, plan.service_on)
    untouched = untouched_runs(problem, plan)
    wrong = still_wrong(problem, travel.matrix(problem.places), plan)
    found = [broken for broken in wrong if broken.run_id not in untouched]
    if found:
        message = f"the plan breaks {len(found)} rules and was not applied: " + "; ".join(map(str, found[:3]))
        raise Conflict(message)
    return apply_plan(database, plan, key=key, actor=actor)


def still_wrong(problem: Problem, matrix: TravelMatrix, plan: Plan) -> list[Violation]:
    """
    List the violations that are not explained by what changed after the plan was computed.

    Explained is one that names a trip or a run which has changed or is gone, and no other: what a whole run
    breaks (shift, break) names no trip and counts while the run is the same.
    """
    same_trips = {t.trip_id for t in problem.trips if max(t.version, _assigned(t)) <= plan.board_version}
    same_runs = {run.run_id for run in problem.runs if run.version <= plan.board_version}
    unchanged = problem.board_version == plan.board_version
    return [
        found
        for found in violations(problem, matrix, plan)
        if unchanged or (found.trip_id in same_trips | {None} and found.run_id in same_runs | {None})
    ]


def _assigned(trip: TripFacts) -> int:
    return trip.assigned.version if trip.assigned else 0
