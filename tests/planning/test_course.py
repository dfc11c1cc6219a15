"""A search can be done again from what its plan says of its course, whatever the clock said."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.domain.plan import Course, Plan
from estafette.domain.record import encode
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget, Progress
from estafette.planning.check import violations
from estafette.planning.solve import solve
from tests.examples import up_to
from tests.planning.builders import a_random_day, on_a_plane

MATRIX = on_a_plane(3, places=30)
RUNS_FIRST = Weights(run_s=1_000_000)
DAY = a_random_day(3, trips=40, runs=4, matrix=MATRIX)


def ticking(tick_s: float) -> Callable[[], float]:
    """A clock that goes on by so much each time it is read."""
    ticks = itertools.count()
    return lambda: next(ticks) * tick_s


def again(plan: Plan, weights: Weights | None = None) -> Plan:
    assert plan.course is not None
    budget = Budget(course=plan.course)
    return solve(
        DAY, MATRIX, budget=budget, seed=plan.seed, threads=plan.course.threads, weights=weights or Weights()
    )


@settings(max_examples=up_to(12), deadline=None)
@given(tick_s=st.floats(0.004, 0.6), seed=st.integers(1, 9), threads=st.integers(1, 3))
def test_a_plan_under_a_time_limit_is_made_again_byte_for_byte(
    tick_s: float, seed: int, threads: int
) -> None:
    budget = Budget(time_limit_s=1.0, clock=ticking(tick_s))
    plan = solve(DAY, MATRIX, budget=budget, seed=seed, threads=threads)
    assert encode(again(plan)) == encode(plan)


def test_the_same_number_of_threads_and_iterations_gives_the_same_plan_byte_for_byte() -> None:
    first, second = (solve(DAY, MATRIX, budget=Budget(iterations=600), threads=3) for _ in range(2))
    assert encode(first) == encode(second)
    assert first.course is not None
    assert (first.course.threads, first.iterations) == (3, 600)


@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.2, 0.5])
def test_a_plan_of_several_threads_is_made_again_wherever_its_search_was_ended(after_s: float) -> None:
    """Also where the threads have emptied runs but not searched, or have done nothing at all."""
    budget = Budget(time_limit_s=1.0, clock=ticking(0.002))
    plan = solve(
        DAY, MATRIX, budget=budget, threads=2, on_progress=lambda progress: progress.elapsed_s < after_s
    )
    assert encode(again(plan)) == encode(plan)


@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.4, 0.7, 2.0])
def test_a_plan_where_runs_cost_more_than_all_else_is_made_again_wherever_its_search_was_ended(
    after_s: float,
) -> None:
    told: list[int] = []

    def hear(progress: Progress) -> bool:
        told.append(progress.cost)
        return progress.elapsed_s < after_s

    budget = Budget(time_limit_s=1.0, clock=ticking(0.002))
    plan = solve(DAY, MATRIX, budget=budget, threads=2, weights=RUNS_FIRST, on_progress=hear)
    assert violations(DAY, MATRIX, plan) == []
    assert told == sorted(told, reverse=True)
    assert min(told) >= plan.cost
    assert encode(again(plan, RUNS_FIRST)) == encode(plan)


def test_the_temperature_falls_with_the_time_that_was_spent() -> None:
    plan = solve(DAY, MATRIX, budget=Budget(time_limit_s=1.0, clock=ticking(0.002)))
    assert plan.course is not None
    assert len([steps for steps in plan.course.steps[0] if steps]) > 10
    assert sum(plan.course.steps[0]) == plan.iterations


def test_a_plan_of_a_search_that_was_cancelled_is_made_again_byte_for_byte() -> None:
    def stop_after_five_hundred(progress: Progress) -> bool:
        return progress.iterations < 500

    plan = solve(DAY, MATRIX, budget=Budget(iterations=5_000), on_progress=stop_after_five_hundred)
    assert 500 <= plan.iterations < 5_000
    assert encode(again(plan)) == encode(plan)


def test_progress_tells_of_the_best_plan_and_not_of_trips_just_taken_off() -> None:
    told: list[Progress] = []

    def hear(progress: Progress) -> bool:
        told.append(progress)
        return True

    plan = solve(DAY, MATRIX, budget=Budget(iterations=2_000), on_progress=hear)
    left_over = [progress.left_over for progress in told]
    assert left_over == sorted(left_over, reverse=True)
    assert left_over[-1] >= len(plan.left_over)


def test_a_course_and_a_limit_together_are_refused() -> None:
    course = Course(tried=1, steps=(), explained=0)
    with pytest.raises(Invalid, match="or else the course"):
        Budget(iterations=5, course=course)
