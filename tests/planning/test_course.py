"""A search can be done again from what its plan says of its course, whatever the clock said."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.domain.plan import Course, Plan
from estafette.domain.record import encode
from estafette.planning.budget import Budget, Progress
from estafette.planning.solve import solve
from tests.planning.builders import a_random_day, on_a_plane

MATRIX = on_a_plane(3, places=30)
DAY = a_random_day(3, trips=40, runs=4, matrix=MATRIX)


def ticking(tick_s: float) -> Callable[[], float]:
    """A clock that goes on by so much each time it is read."""
    ticks = itertools.count()
    return lambda: next(ticks) * tick_s


def again(plan: Plan) -> Plan:
    return solve(DAY, MATRIX, budget=Budget(course=plan.course), seed=plan.seed)


@settings(max_examples=20, deadline=None)
@given(tick_s=st.floats(0.001, 0.6), seed=st.integers(1, 9))
def test_a_plan_under_a_time_limit_is_made_again_byte_for_byte(tick_s: float, seed: int) -> None:
    plan = solve(DAY, MATRIX, budget=Budget(time_limit_s=1.0, clock=ticking(tick_s)), seed=seed)
    assert encode(again(plan)) == encode(plan)


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


def test_a_course_and_a_limit_together_are_refused() -> None:
    course = Course(tried=1, steps=(), explained=0)
    with pytest.raises(Invalid, match="or else the course"):
        Budget(iterations=5, course=course)
