"""What a driver may do on the day counts for all runs together: in the checker, the search and the previews."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.offer import Move
from estafette.domain.plan import Plan, Reason
from estafette.domain.problem import Problem
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.preview import preview
from estafette.planning.solve import solve
from estafette.planning.standing import standing_of
from tests.examples import up_to
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_line, on_a_plane, seconds
from tests.planning.driving import a_plan
from tests.planning.featured import FEATURES, PLACES, a_random_featured_day
from tests.planning.solving import planned, run_of

MATRIX = on_a_line()


def two_shifts(trips: list[Any], first: dict[str, Any], second: dict[str, Any]) -> Problem:
    """A driver with a run in the morning and one in the afternoon."""
    runs = [a_run(1, "06:00-12:00", **first), a_run(2, "12:00-20:00", **second)]
    return a_day(trips, [msgspec.structs.replace(run, driver_id=101) for run in runs])


# Out and home for each: 10 minutes there, a minute at the door, 10 on, a minute, 20 back: 42 minutes, 40 driven.
BOTH = {1: "08:00 +1, 08:11 -1", 2: "14:00 +2, 14:11 -2"}
ON_BOTH = [f"{{}}_limit by 1: run {run_id}" for run_id in (1, 2)]
LIMITS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"max_drive_s": 4799}, {"max_drive_s": 4799}, "drive"),
    ({"max_drive_s": 4800}, {"max_drive_s": 4800}, ""),
    ({"max_work_s": 5039}, {"max_work_s": 5039}, "work"),
    ({"max_work_s": 5040}, {"max_work_s": 5040}, ""),
    ({"max_drive_s": 9999}, {"max_drive_s": 4799}, "drive"),
    ({}, {"max_work_s": 5039}, "work"),
    ({}, {}, ""),
]


@pytest.mark.parametrize(("first", "second", "broken"), LIMITS)
def test_the_checker_adds_up_what_a_driver_does_on_all_runs(
    first: dict[str, Any], second: dict[str, Any], broken: str
) -> None:
    problem = two_shifts([a_trip(1, 2, 3), a_trip(2, 2, 3)], first, second)
    found = violations(problem, MATRIX, a_plan(problem, MATRIX, BOTH))
    assert [str(each) for each in found] == ([text.format(broken) for text in ON_BOTH] if broken else [])


@pytest.mark.parametrize("limit", ["max_drive_s", "max_work_s"])
@pytest.mark.parametrize(("limit_s", "served"), [(5040, 2), (4799, 1), (2399, 0)])
def test_the_search_serves_what_a_driver_can_do_on_all_runs_together(
    limit: str, limit_s: int, served: int
) -> None:
    trips = [a_trip(1, 2, 3, "07:00-11:00"), a_trip(2, 2, 3, "13:00-17:00")]
    plan = planned(two_shifts(trips, {limit: limit_s}, {}))
    assert plan.placed() == served
    assert {refusal.reason for left in plan.left_over for refusal in left.refusals} <= {
        Reason.SHIFT, Reason.TIME_WINDOW
    }  # fmt: skip


def worked_s(plan: Plan) -> int:
    return sum(run.stops[-1].depart_s - run.stops[0].start_s for run in plan.runs if run.stops)


@pytest.mark.parametrize(("max_work_s", "at_their_times"), [(5 * 3600, True), (2 * 3600, False)])
def test_a_run_gives_up_its_slack_where_another_of_its_driver_needs_the_time(
    max_work_s: int, at_their_times: bool
) -> None:
    # The riders of the morning ask for times three hours apart; what is legal is both at once.
    early = a_trip(1, 2, 3, "07:00-11:00", target_s=seconds("07:00"), no_share=True)
    late = a_trip(2, 2, 3, "07:00-11:00", target_s=seconds("10:00"), no_share=True)
    evening = a_trip(3, 2, 3, "13:00-17:00", target_s=seconds("13:00"))
    problem = two_shifts([early, late, evening], {"max_work_s": max_work_s}, {})
    plan = planned(problem, weights=Weights(target_percent=100))
    assert plan.placed() == 3
    assert (plan.terms.target == 0) == at_their_times
    assert worked_s(plan) <= max_work_s


def test_a_preview_names_the_limit_of_a_driver_over_both_runs() -> None:
    trips = [a_trip(1, 2, 3, "07:00-11:00"), a_trip(2, 2, 3, "13:00-17:00")]
    problem = two_shifts(trips, {"max_work_s": 5039}, {})
    plan = planned(problem)
    (served,) = run_of(plan)
    other = 3 - served
    found = preview(standing_of(problem, MATRIX, Weights(), plan), Move(trip_id=other, run_id=other))
    assert {each.rule for each in found.violations} == {"work_limit"}


def with_two_shifts_each(problem: Problem, max_work_s: int) -> Problem:
    """The day with a driver for every two runs."""
    runs = tuple(
        msgspec.structs.replace(run, driver_id=101 + k // 2, max_work_s=max_work_s)
        for k, run in enumerate(problem.runs)
    )
    return msgspec.structs.replace(problem, runs=runs)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_day_that_is_divided_among_threads_keeps_the_limits_of_drivers(threads: int) -> None:
    matrix = on_a_plane(5, 30)
    problem = with_two_shifts_each(a_random_day(5, 60, 16, matrix), 7 * 3600)
    plan = planned(problem, matrix, budget=Budget(iterations=2000), threads=threads, divide_from=0)
    free = msgspec.structs.replace(
        problem, runs=tuple(msgspec.structs.replace(run, max_work_s=None) for run in problem.runs)
    )
    assert worked_s(plan) < worked_s(planned(free, matrix, budget=Budget(iterations=2000)))


@given(
    seed=st.integers(0, 100_000),
    features=st.lists(st.sampled_from([name for name in FEATURES if name != "one_driver"]), unique=True),
)
@settings(max_examples=up_to(40), deadline=None)
def test_random_days_of_one_driver_are_legal_also_where_travel_depends_on_the_hour(
    seed: int, features: list[str]
) -> None:
    matrix = on_a_plane(seed, PLACES, 1200, profile=[1000] * 60 + [1000 + 5 * k for k in range(60)] + [1300])
    problem = a_random_featured_day(seed, 10, 3, [*features, "one_driver"])
    plan = solve(problem, matrix, budget=Budget(iterations=200), seed=seed)
    assert violations(problem, matrix, plan) == []
