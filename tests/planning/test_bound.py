"""What no plan is cheaper than: against exact optima of tiny days, and every plan that a search finds."""

import functools

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning import bound
from estafette.planning.bound import least_cost
from estafette.planning.budget import Budget, Progress
from estafette.planning.solve import solve
from tests.examples import up_to
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_line, on_a_plane
from tests.planning.cheapest import UNTIMED, cheapest
from tests.planning.featured import FEATURES, PLACES, a_featured_matrix, a_random_featured_day

SEEDS = st.integers(0, 100_000)
SIZES = ["assigned", "paired", "by place"]


@pytest.fixture(params=SIZES)
def _size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way of reckoning, whatever the size of the day."""
    monkeypatch.setattr(bound, "MOST_ASSIGNED", 700 if request.param == "assigned" else 0)
    monkeypatch.setattr(bound, "MOST_PAIRED", 0 if request.param == "by place" else 2_000)


def test_one_trip_costs_its_run_and_its_way_and_no_less() -> None:
    problem = a_day([a_trip(1, 2, 4, "08:00-09:00")], [a_run(1), a_run(2, activation_s=1000, start_id=5)])
    # The cheaper run starts half an hour away; 30 to the door, 20 on, 30 home.
    assert least_cost(problem, on_a_line(), UNTIMED, left_over=0) == 100 * (1000 + 80 * 60)
    assert cheapest(problem, on_a_line())[0] == 100 * (1000 + 80 * 60)


def test_at_a_fast_hour_the_ways_are_as_short_as_they_can_be() -> None:
    problem = a_day([a_trip(1, 2, 4, "08:00-09:00")], [a_run(1)])
    fast = on_a_line(profile=[500])
    fast_at_eight = on_a_line(profile=[1000] * 470 + [990] * 20 + [1000])
    assert least_cost(problem, fast, UNTIMED, left_over=0) == 100 * (3600 + 30 * 60)
    assert least_cost(problem, fast_at_eight, UNTIMED, left_over=0) == 100 * (3600 + 594 + 1188 + 1782)


def test_a_trip_left_over_costs_its_price() -> None:
    problem = a_day([a_trip(1, 2, 4, unserved_s=77), a_trip(2, 2, 4, unserved_s=78)], [a_run(1)])
    assert least_cost(problem, on_a_line(), UNTIMED, left_over=2) == 100 * (77 + 78)


def test_as_many_runs_are_paid_for_as_the_time_of_all_stops_takes() -> None:
    trips = [a_trip(k, 2, 4, dwell_s=3600) for k in (1, 2, 3)]
    problem = a_day(trips, [a_run(k, "06:00-10:00", activation_s=1000) for k in (1, 2, 3)])
    assert least_cost(problem, on_a_line(), UNTIMED, left_over=0) >= 100 * 2 * 1000


@pytest.mark.usefixtures("_size")
@pytest.mark.parametrize("features", [[], *([name] for name in FEATURES), list(FEATURES)])
def test_no_exact_optimum_of_a_tiny_day_is_below_its_bound(features: list[str]) -> None:
    for seed in range(6):
        problem, matrix, cost, left_over = _an_exact_optimum(seed, tuple(features))
        assert least_cost(problem, matrix, UNTIMED, left_over=left_over) <= cost


@functools.cache  # what is cheapest does not depend on how the bound is found
def _an_exact_optimum(seed: int, features: tuple[str, ...]) -> tuple[Problem, TravelMatrix, int, int]:
    problem, matrix = a_random_featured_day(seed, 4, 2, features), a_featured_matrix(seed)
    cost, plan = cheapest(problem, matrix)
    return problem, matrix, cost, len(plan.left_over)


@pytest.mark.usefixtures("_size")
def test_no_plan_that_a_search_reports_is_below_its_bound() -> None:
    @given(seed=SEEDS, features=st.sets(st.sampled_from(sorted(FEATURES)), max_size=4), work=st.booleans())
    @settings(max_examples=up_to(10), deadline=None)
    def none_is(seed: int, features: set[str], work: bool) -> None:
        matrix = on_a_plane(seed, PLACES, 1200, [1000] * 60 + [950 + 5 * k for k in range(60)])
        problem = a_random_featured_day(seed, 12, 3, features)
        weights = Weights(work_percent=50 if work else 0)
        told: list[Progress] = []
        plan = solve(
            problem, matrix, budget=Budget(iterations=100), weights=weights,
            on_progress=lambda progress: told.append(progress) or True,
        )  # fmt: skip
        assert all(each.bound <= each.cost for each in told)
        assert least_cost(problem, matrix, weights, left_over=len(plan.left_over)) <= plan.cost

    none_is()


def test_a_search_tells_its_bound_once_it_is_reckoned() -> None:
    told: list[int] = []

    def until_known(progress: Progress) -> bool:
        told.append(progress.bound)
        return progress.bound == 0

    matrix = on_a_plane(1, 40)
    problem = a_random_day(1, 60, 15, matrix)
    solve(problem, matrix, budget=Budget(iterations=10_000_000), on_progress=until_known)
    assert told[-1] == least_cost(problem, matrix, Weights(), left_over=0)


def test_the_bound_of_a_day_says_something() -> None:
    matrix = on_a_plane(1, 40)
    problem = a_random_day(1, 60, 15, matrix)
    plan = solve(problem, matrix, budget=Budget(iterations=3000))
    assert plan.left_over == ()
    free = Weights(run_s=0)
    driven = msgspec.structs.replace(plan.terms, run=0).cost()
    assert least_cost(problem, matrix, free, left_over=0) > driven // 3
