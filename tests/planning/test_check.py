"""The checker: legal plans pass, and a planted violation of each rule is found and named."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from estafette.domain.booking import AssignmentFacts, Lock, RideLimit
from estafette.domain.fleet import Spaces
from estafette.domain.plan import LeftOver, Plan, PlannedRun, Stop, StopKind
from estafette.domain.problem import Problem
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.solve import solve
from tests.planning.builders import VAN, WHEELCHAIR, a_break, a_day, a_run, a_trip, on_a_line, seconds

MATRIX = on_a_line()


def a_full_day() -> Problem:
    """Two riders share run 1, which has a break; run 2 is empty; trip 3 is outside every shift."""
    return a_day(
        [
            a_trip(1, 2, 5, "08:00-08:05", "08:00-09:30"),
            a_trip(2, 3, 4, "08:05-08:15", "08:00-09:30", takes=WHEELCHAIR),
            a_trip(3, 2, 3, "20:00-20:15"),
        ],
        [a_run(1, "07:00-12:00", VAN, breaks=(a_break("09:00-10:30"),)), a_run(2, "07:00-07:30")],
    )


def a_legal_plan(problem: Problem) -> Plan:
    return solve(problem, MATRIX, budget=Budget(iterations=20))


def with_stop(plan: Plan, index: int, **facts: Any) -> Plan:
    stops = list(plan.runs[0].stops)
    stops[index] = msgspec.structs.replace(stops[index], **facts)
    return with_run(plan, stops=tuple(stops))


def with_run(plan: Plan, **facts: Any) -> Plan:
    return msgspec.structs.replace(
        plan, runs=(msgspec.structs.replace(plan.runs[0], **facts), *plan.runs[1:])
    )


def stop_of(plan: Plan, kind: StopKind, trip_id: int | None = None) -> int:
    return next(
        k for k, stop in enumerate(plan.runs[0].stops) if stop.kind == kind and stop.trip_id == trip_id
    )


def with_trip_facts(problem: Problem, **facts: Any) -> Problem:
    return msgspec.structs.replace(
        problem, trips=(msgspec.structs.replace(problem.trips[0], **facts), *problem.trips[1:])
    )


def with_run_facts(problem: Problem, **facts: Any) -> Problem:
    return msgspec.structs.replace(
        problem, runs=(msgspec.structs.replace(problem.runs[0], **facts), *problem.runs[1:])
    )


def rules(problem: Problem, plan: Plan) -> set[str]:
    return {violation.rule for violation in violations(problem, MATRIX, plan)}


def test_the_plan_the_mutants_are_made_of_is_legal_and_shares_the_ride() -> None:
    problem = a_full_day()
    plan = a_legal_plan(problem)
    assert violations(problem, MATRIX, plan) == []
    assert [stop.kind.value for stop in plan.runs[0].stops] == [
        "pull_out", "pickup", "pickup", "dropoff", "dropoff", "break", "pull_in",
    ]  # fmt: skip
    assert [left.trip_id for left in plan.left_over] == [3]


def swapped(plan: Plan) -> Plan:
    """Trip 2 is dropped off before it is picked up."""
    stops = list(plan.runs[0].stops)
    pickup, dropoff = stop_of(plan, StopKind.PICKUP, 2), stop_of(plan, StopKind.DROPOFF, 2)
    stops[pickup], stops[dropoff] = stops[dropoff], stops[pickup]
    return with_run(plan, stops=tuple(stops))


def left(trip_id: int) -> tuple[LeftOver, ...]:
    return (LeftOver(trip_id=trip_id, refusals=()),)


def an_empty_run(run_id: int) -> tuple[PlannedRun, ...]:
    return (PlannedRun(run_id=run_id, driver_id=100 + run_id, stops=()),)


def replaced(plan: Plan, **facts: Any) -> Plan:
    return msgspec.structs.replace(plan, **facts)


PLAN_MUTANTS: dict[str, tuple[str, Callable[[Plan], Plan]]] = {
    "a trip nobody asked for": ("unknown_trip", lambda p: replaced(p, left_over=p.left_over + left(99))),
    "a run that is not there": ("unknown_run", lambda p: replaced(p, runs=p.runs + an_empty_run(99))),
    "placed and left over": ("duplicate_trip", lambda p: replaced(p, left_over=p.left_over + left(1))),
    "a run twice": ("duplicate_run", lambda p: replaced(p, runs=p.runs + an_empty_run(2))),
    "a trip forgotten": ("missing_trip", lambda p: replaced(p, left_over=())),
    "a run forgotten": ("missing_run", lambda p: replaced(p, runs=p.runs[:1])),
    "another driver": ("frame", lambda p: with_run(p, driver_id=7)),
    "no way home": ("frame", lambda p: with_run(p, stops=p.runs[0].stops[:-1])),
    "dropped off first": ("order", swapped),
    "never dropped off": ("order", lambda p: with_stop(p, 3, kind=StopKind.BREAK, trip_id=None)),
    "another door": ("place", lambda p: with_stop(p, 1, place_id=9)),
    "a break elsewhere": ("place", lambda p: with_stop(p, 5, place_id=9)),
    "a place nobody knows": ("place", lambda p: with_stop(p, 1, place_id=77)),
    "a short dwell": ("dwell", lambda p: with_stop(p, 1, depart_s=p.runs[0].stops[1].depart_s - 1)),
    "a long dwell": ("dwell", lambda p: with_stop(p, 1, depart_s=p.runs[0].stops[1].depart_s + 1)),
    "there too early": ("arrival", lambda p: with_stop(p, 2, arrive_s=p.runs[0].stops[2].arrive_s - 1)),
    "served before there": ("wait", lambda p: with_stop(p, 1, arrive_s=p.runs[0].stops[1].start_s + 1)),
    "less driving": ("drive", lambda p: with_run(p, drive_s=p.runs[0].drive_s - 1)),
    "fewer metres": ("drive", lambda p: with_run(p, drive_m=p.runs[0].drive_m - 1)),
    "no break": ("break", lambda p: with_run(p, stops=p.runs[0].stops[:5] + p.runs[0].stops[6:])),
    "a break too many": (
        "break", lambda p: with_run(p, stops=p.runs[0].stops[:5] + p.runs[0].stops[5:6] * 2 + p.runs[0].stops[6:])
    ),
    "a short break": ("break", lambda p: with_stop(p, 5, depart_s=p.runs[0].stops[5].depart_s - 1)),
    "driving while empty": (
        "drive", lambda p: replaced(p, runs=(p.runs[0], msgspec.structs.replace(p.runs[1], drive_s=5)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLAN_MUTANTS)
def test_a_planted_violation_is_found_and_named(name: str) -> None:
    rule, mutate = PLAN_MUTANTS[name]
    problem = a_full_day()
    assert rule in rules(problem, mutate(a_legal_plan(problem)))


def in_force(lock: Lock, run_id: int = 1, pickup_s: int = seconds("08:00")) -> AssignmentFacts:
    return AssignmentFacts(run_id=run_id, pickup_s=pickup_s, dropoff_s=pickup_s + 3600, version=1, lock=lock)


PROBLEM_MUTANTS: dict[str, tuple[str, Callable[[Problem], Problem]]] = {
    "picked up too late": ("time_window", lambda p: with_trip_facts(p, pickup_to_s=seconds("07:59"))),
    "picked up too early": ("time_window", lambda p: with_trip_facts(p, pickup_from_s=seconds("08:06"))),
    "dropped off too late": ("time_window", lambda p: with_trip_facts(p, dropoff_to_s=seconds("08:20"))),
    "its own ride limit": ("ride_time", lambda p: with_trip_facts(p, max_ride_s=1800)),
    "the company's ride limit": (
        "ride_time",
        lambda p: msgspec.structs.replace(p, ride_limit=RideLimit(factor_percent=100, allowance_s=0)),
    ),
    "the shift begins later": ("shift", lambda p: with_run_facts(p, shift_from_s=seconds("07:55"))),
    "the shift ends earlier": ("shift", lambda p: with_run_facts(p, shift_to_s=seconds("09:00"))),
    "no wheelchair place": ("space", lambda p: with_run_facts(p, layouts=(Spaces(seats=4),))),
    "one or the other": (
        "space",
        lambda p: with_run_facts(p, layouts=(Spaces(seats=4), Spaces(wheelchairs=1))),
    ),
    "an earlier break": ("break", lambda p: with_run_facts(p, breaks=(a_break("07:00-07:30"),))),
    "a longer break": ("break", lambda p: with_run_facts(p, breaks=(a_break("09:00-10:30", 31),))),
    "locked to another run": ("fixed", lambda p: with_trip_facts(p, assigned=in_force(Lock.DRIVER, 2))),
    "locked to another time": (
        "fixed",
        lambda p: with_trip_facts(p, assigned=in_force(Lock.TIME, pickup_s=seconds("08:01"))),
    ),
    "under way at another time": (
        "fixed",
        lambda p: with_trip_facts(p, under_way=True, assigned=in_force(Lock.NONE, pickup_s=seconds("08:01"))),
    ),
}


@pytest.mark.parametrize("name", PROBLEM_MUTANTS)
def test_a_plan_for_another_problem_breaks_just_the_rule_that_differs(name: str) -> None:
    rule, mutate = PROBLEM_MUTANTS[name]
    problem = a_full_day()
    assert rules(mutate(problem), a_legal_plan(problem)) == {rule}


def test_a_break_with_somebody_aboard_is_found() -> None:
    problem = a_full_day()
    plan = a_legal_plan(problem)
    aboard = plan.runs[0].stops[3]
    rest = Stop(
        kind=StopKind.BREAK, place_id=aboard.place_id, arrive_s=aboard.depart_s, start_s=aboard.depart_s,
        depart_s=aboard.depart_s,
    )  # fmt: skip
    stops = (*plan.runs[0].stops[:4], rest, *plan.runs[0].stops[4:])
    assert "break" in rules(problem, with_run(plan, stops=stops))


def test_a_pinned_trip_is_not_asked_for_its_window_or_ride_limit() -> None:
    late = a_trip(1, 2, 3, "07:00-07:15", "07:00-07:30", max_ride_s=60, assigned=in_force(Lock.TIME))
    problem = a_day([late], [a_run(1)])
    plan = a_legal_plan(problem)
    assert plan.runs[0].stops[1].start_s == seconds("08:00")
    assert violations(problem, MATRIX, plan) == []


def test_a_violation_reads_as_one_line() -> None:
    problem = a_full_day()
    found = violations(with_trip_facts(problem, max_ride_s=1800), MATRIX, a_legal_plan(problem))
    assert [str(violation) for violation in found] == ["ride_time by 120: run 1, trip 1"]
