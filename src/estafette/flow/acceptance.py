"""Accepting a plan that exists already, whole or in part: checked against the day as it is, then applied."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from estafette.domain.applied import Applied
from estafette.domain.booking import Lock, TripFacts
from estafette.domain.counted import counted
from estafette.domain.error import Conflict
from estafette.domain.plan import Plan, PlannedRun, Violation
from estafette.domain.problem import Problem
from estafette.domain.record import Record
from estafette.domain.travel import Travel, TravelMatrix
from estafette.flow.check import plan_in_force
from estafette.flow.history import made_elsewhere
from estafette.planning.check import violations
from estafette.planning.part import part_of, run_violations, runs_with, trips_of
from estafette.store.apply import Order, apply_plan, apply_targets, frames_of, targets_of
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.day_now import load_now
from estafette.store.plans import save_plan


class Part(Record, frozen=True, kw_only=True):
    """What of a plan is accepted, once under `key`: all that concerns these runs, and these trips."""

    key: str
    actor: str
    runs: frozenset[int] = frozenset()
    trips: frozenset[int] = frozenset()


def apply_from_file(database: Database, plan: Plan, *, travel: Travel, key: str, actor: str) -> Applied:
    """
    Check a plan that comes from anywhere against the day as it is now, keep it, then apply it.

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
    _refuse("the plan", [broken for broken in wrong if broken.run_id not in untouched])
    plan_id = save_plan(database, plan, made_elsewhere(plan), actor=actor)
    return apply_plan(database, plan, key=key, actor=actor, plan_id=plan_id)


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


def still_wrong(problem: Problem, matrix: TravelMatrix, plan: Plan) -> list[Violation]:
    """
    List the violations that are not explained by what changed after the plan was computed.

    Explained is one that names a trip or a run which has changed or is gone, and no other: what a whole run
    breaks (shift, break) names no trip and counts while the run is the same.
    """
    same_trips = {t.trip_id for t in problem.trips if _version(t) <= plan.board_version}
    same_runs = {run.run_id for run in problem.runs if run.version <= plan.board_version}
    unchanged = problem.board_version == plan.board_version
    return [
        found
        for found in violations(problem, matrix, plan)
        if unchanged or (found.trip_id in same_trips | {None} and found.run_id in same_runs | {None})
    ]


def _version(trip: TripFacts) -> int:
    return max(trip.version, trip.assigned.version if trip.assigned else 0)


def _refuse(what: str, found: Sequence[Violation]) -> None:
    if found:
        rules = counted(len(found), "rule")
        message = f"{what} breaks {rules} and was not applied: " + "; ".join(map(str, found[:3]))
        raise Conflict(message, code="breaks_rules", present={"violations": found})


def apply_part(database: Database, plan: Plan, part: Part, *, travel: Travel) -> Applied:
    """
    Apply a part of a plan; the rest stays a proposal.

    1. The part takes along what leaves a named run, so that the run stands as planned afterwards.
    2. The runs that change are put together from what stays and what comes, and checked: driving times,
       windows, spaces, breaks, shifts. What stood broken before blocks nothing.
    3. The whole plan is kept in the history, and the part applied, judged trip by trip as ever.

    Raises
    ------
    Invalid
        The plan has no such run or trip.
    Conflict
        A run could not be driven with the part alone; the first violations are named.
    """
    now = load_now(database, plan.company_id, plan.service_on)
    problem = now.problem
    matrix = travel.matrix(problem.places)
    accepted = part_of(plan, runs=part.runs, trips=part.trips | _leaving(problem, plan, part.runs))
    moving = _movable(problem, plan) & set(_all_trips(accepted))
    in_force = plan_in_force(now, matrix)
    changed = runs_with(problem, matrix, in_force, plan=plan, moving=moving)
    _refuse("this part of the plan alone", _new_violations(problem, matrix, in_force, changed))
    order = Order(
        key=part.key,
        actor=part.actor,
        company_id=plan.company_id,
        service_on=plan.service_on,
        board_version=plan.board_version,
        plan_id=save_plan(database, plan, made_elsewhere(plan), actor=part.actor),
    )
    frames = frames_of(msgspec.structs.replace(plan, runs=tuple(changed)))
    return apply_targets(database, order, targets=targets_of(accepted), frames=frames)


def _leaving(problem: Problem, plan: Plan, runs: frozenset[int]) -> frozenset[int]:
    here = {t.trip_id for t in problem.trips if t.assigned is not None and t.assigned.run_id in runs}
    return frozenset(here & set(_all_trips(plan)))


def _all_trips(plan: Plan) -> Iterable[int]:
    yield from trips_of(plan.runs)
    yield from (left.trip_id for left in plan.left_over)


def _movable(problem: Problem, plan: Plan) -> set[int]:
    """Name the trips that the apply will move: not changed since the plan, not under way, not locked."""
    proposed = {trip_id: run.run_id for run in plan.runs for trip_id in trips_of([run])}
    reordered = _reordered_runs(problem, plan)

    def free(trip: TripFacts) -> bool:
        at = trip.assigned
        stays = at is not None and at.run_id == proposed.get(trip.trip_id)
        loose = {Lock.DRIVER} if at and at.run_id in reordered else {Lock.DRIVER, Lock.ORDER}
        unlocked = at is None or at.lock is Lock.NONE or (stays and at.lock in loose)
        return unlocked and not trip.under_way and _version(trip) <= plan.board_version

    return {trip.trip_id for trip in problem.trips if free(trip)}


def _reordered_runs(problem: Problem, plan: Plan) -> set[int]:
    """Name the runs on which a trip that is locked in its order has changed since the plan."""
    changed = (
        trip.assigned
        for trip in problem.trips
        if trip.assigned and trip.assigned.version > plan.board_version
    )
    return {each.run_id for each in changed if each.lock in {Lock.ORDER, Lock.TIME}}


def _new_violations(
    problem: Problem, matrix: TravelMatrix, in_force: Plan, changed: Iterable[PlannedRun]
) -> list[Violation]:
    """List what the changed runs break and did not break before, or break by more."""
    stands = {run.run_id: run for run in in_force.runs}
    found = []
    for run in changed:
        broken = run_violations(problem, matrix, stands[run.run_id]) if run.run_id in stands else []
        before = _worst(broken)
        new = run_violations(problem, matrix, run)
        found += [each for each in new if each.by > before.get(_what(each), -1)]
    return found


def _worst(broken: Iterable[Violation]) -> dict[tuple[str, int | None], int]:
    worst: dict[tuple[str, int | None], int] = {}
    for each in broken:
        worst[_what(each)] = max(each.by, worst.get(_what(each), -1))
    return worst


def _what(broken: Violation) -> tuple[str, int | None]:
    # A run in force that nobody can drive is too late at its doors; put together anew, the same run is there
    # in time and has driven too fast. It lacks the same seconds.
    return "arrival" if broken.rule == "wait" else broken.rule, broken.trip_id
