"""A planned day divided and put together again: nothing lost, nothing broken, never worse."""

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Link, Lock
from estafette.domain.error import Invalid
from estafette.domain.part import DayPart
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.division import divide
from estafette.planning.part import trips_of
from estafette.planning.solve import solve
from estafette.planning.together import put_together
from tests.examples import up_to
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_line, on_a_plane, placed
from tests.planning.featured import FEATURES, a_featured_matrix, a_random_featured_day
from tests.planning.solving import in_force, run_of

WEIGHTS = Weights()
FIRST = Budget(iterations=0, explains=False)
SHORT = Budget(iterations=30, explains=False)


def parts_of(problem: Problem, matrix: TravelMatrix, plan: Plan, seed: int = 1) -> tuple[DayPart, ...]:
    return divide(problem, matrix, plan, parts=3, rng=np.random.default_rng(seed))


def answered(matrix: TravelMatrix, part: DayPart) -> Plan:
    return solve(
        part.problem, matrix.among(part.problem.places), budget=SHORT, seed=part.begin.seed, begin=part.begin
    )


def improved(problem: Problem, matrix: TravelMatrix, plan: Plan, seed: int = 1) -> Plan:
    parts = parts_of(problem, matrix, plan, seed)
    answers = [(part, answered(matrix, part)) for part in parts]
    return put_together(problem, matrix, WEIGHTS, plan, answers)


@pytest.fixture(scope="module")
def city() -> tuple[Problem, TravelMatrix, Plan]:
    """Sixty trips on twelve runs, planned in haste."""
    matrix = on_a_plane(1, 30)
    problem = a_random_day(1, 60, 12, matrix)
    return problem, matrix, solve(problem, matrix, budget=FIRST)


@settings(deadline=None, max_examples=up_to(60))
@given(seed=st.integers(0, 10_000), features=st.sets(st.sampled_from(sorted(FEATURES))), moved=st.booleans())
def test_whatever_the_parts_change_the_day_is_legal_and_never_worse(
    seed: int, features: set[str], moved: bool
) -> None:
    matrix = a_featured_matrix(seed)
    problem = a_random_featured_day(seed, trips=10, runs=4, features=features)
    if moved:
        stood = in_force(problem, solve(problem, matrix, budget=FIRST, seed=seed))
        problem = msgspec.structs.replace(stood, max_changes=seed % 4)
    plan = solve(problem, matrix, budget=FIRST, seed=seed)
    assume(violations(problem, matrix, plan) == [])  # that it is legal is promised, and tested, elsewhere
    for part in parts_of(problem, matrix, plan, seed):
        assert violations(part.problem, matrix, part.begin) == []
    better = improved(problem, matrix, plan, seed)
    assert violations(problem, matrix, better) == []
    assert better.cost <= plan.cost


def test_every_run_and_every_trip_is_in_one_part(city: tuple[Problem, TravelMatrix, Plan]) -> None:
    problem, matrix, plan = city
    parts = parts_of(problem, matrix, plan)
    assert len(parts) == 3
    assert sorted(run.run_id for part in parts for run in part.problem.runs) == [
        run.run_id for run in problem.runs
    ]
    assert sorted(trip.trip_id for part in parts for trip in part.problem.trips) == [
        trip.trip_id for trip in problem.trips
    ]
    for part in parts:
        on_runs = set(trips_of(part.begin.runs))
        assert on_runs <= {trip.trip_id for trip in part.problem.trips}
        assert {left.trip_id for left in part.begin.left_over}.isdisjoint(on_runs)


def test_dividing_again_gives_other_parts(city: tuple[Problem, TravelMatrix, Plan]) -> None:
    rng = np.random.default_rng(1)
    twice = [divide(*city, parts=3, rng=rng) for _ in range(2)]
    together = [{tuple(run.run_id for run in part.problem.runs) for part in parts} for parts in twice]
    assert together[0] != together[1]


def test_parts_have_no_names(city: tuple[Problem, TravelMatrix, Plan]) -> None:
    for part in parts_of(*city):
        assert {place.name for place in part.problem.places} == {""}
        assert {trip.ref for trip in part.problem.trips} == {""}


def test_rounds_of_parts_make_a_hasty_plan_cheaper(city: tuple[Problem, TravelMatrix, Plan]) -> None:
    problem, matrix, plan = city
    once = improved(problem, matrix, plan)
    assert improved(problem, matrix, once, seed=2).cost < once.cost < plan.cost


def test_runs_of_one_driver_stay_together(city: tuple[Problem, TravelMatrix, Plan]) -> None:
    problem, matrix, _ = city
    runs = [msgspec.structs.replace(run, driver_id=run.run_id // 2) for run in problem.runs]
    problem = msgspec.structs.replace(problem, runs=tuple(runs))
    parts = parts_of(problem, matrix, solve(problem, matrix, budget=FIRST))
    drivers = [{run.driver_id for run in part.problem.runs} for part in parts]
    assert sum(map(len, drivers)) == len(set.union(*drivers))


def test_linked_legs_in_different_parts_are_both_free_to_move_towards_each_other() -> None:
    there = a_trip(1, 2, 3, "08:00-09:00")
    back = a_trip(2, 3, 2, "08:00-12:00", link=Link(after_trip_id=1, min_stay_s=600))
    problem = a_day([placed(there, 1, 28800, 29460), placed(back, 2, 34800, 35460)], [a_run(1), a_run(2)])
    plan = solve(problem, on_a_line(), budget=FIRST)
    first, second = divide(problem, on_a_line(), plan, parts=2, rng=np.random.default_rng(1))
    out, home = sorted((*first.problem.trips, *second.problem.trips), key=lambda trip: trip.trip_id)
    assert home.link is None
    assert out.dropoff_to_s + out.dropoff_dwell_s + 600 <= home.pickup_from_s
    assert out.dropoff_to_s > 29460
    assert home.pickup_from_s < 34800


def test_an_answer_that_breaks_a_rule_or_saves_nothing_is_not_taken(
    city: tuple[Problem, TravelMatrix, Plan],
) -> None:
    problem, matrix, plan = city
    part, *others = parts_of(problem, matrix, plan)
    slow = TravelMatrix(
        place_ids=matrix.place_ids, durations_s=matrix.durations_s // 2, distances_m=matrix.distances_m,
        profile_permille=matrix.profile_permille, source="elsewhere", estimated=False,
    )  # fmt: skip
    dreamt, idle = answered(slow, part), [(other, other.begin) for other in others]
    assert put_together(problem, matrix, WEIGHTS, plan, [(part, dreamt), *idle]) is plan
    good = answered(matrix, others[0])
    better = put_together(problem, matrix, WEIGHTS, plan, [(part, dreamt), (others[0], good)])
    assert better.cost < plan.cost
    assert violations(problem, matrix, better) == []


def test_an_answer_to_another_problem_is_refused(city: tuple[Problem, TravelMatrix, Plan]) -> None:
    problem, matrix, plan = city
    first, second, _ = parts_of(problem, matrix, plan)
    with pytest.raises(Invalid, match="an answer to problem"):
        put_together(problem, matrix, WEIGHTS, plan, [(first, second.begin)])


def test_a_search_begins_from_a_plan_as_it_is(city: tuple[Problem, TravelMatrix, Plan]) -> None:
    problem, matrix, plan = city
    good = solve(problem, matrix, budget=Budget(iterations=300))
    again = solve(problem, matrix, budget=FIRST, begin=good)
    assert (run_of(again), again.cost) == (run_of(good), good.cost)
    assert run_of(again) != run_of(plan)


def test_a_locked_trip_stays_on_its_run_in_a_part() -> None:
    held = placed(a_trip(1, 2, 3), 1, 30000, 30660, Lock.TIME)
    problem = a_day([held, *(a_trip(k, k, k + 1) for k in range(2, 6))], [a_run(k) for k in (1, 2, 3)])
    better = improved(problem, on_a_line(), solve(problem, on_a_line(), budget=FIRST))
    assert violations(problem, on_a_line(), better) == []
    assert run_of(better)[1] == 1


def test_a_run_that_is_shut_stays_as_it_is_and_no_trip_is_lost() -> None:
    held = [placed(a_trip(k, 2, 9), 1, 30000, 34200, Lock.TIME) for k in (1, 2)]
    far = placed(a_trip(3, 9, 2), 1, 30000, 34200, Lock.TIME)
    problem = a_day([*held, far, *(a_trip(k, k, k + 1) for k in range(4, 8))], [a_run(k) for k in (1, 2, 3)])
    plan = solve(problem, on_a_line(), budget=FIRST)
    broken = set(violations(problem, on_a_line(), plan))
    assert {violation.run_id for violation in broken} == {1}
    again = solve(problem, on_a_line(), budget=SHORT, begin=plan)
    better = improved(problem, on_a_line(), plan)
    for each in (again, better):
        assert set(violations(problem, on_a_line(), each)) == broken
        assert sorted(run_of(each)) == list(range(1, 8))
