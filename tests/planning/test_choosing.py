"""A cheaper plan is chosen among the runs seen, and the search can be done again."""

import itertools
import math
from collections.abc import Callable, Iterator
from unittest import mock

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Link
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.record import encode
from estafette.domain.weights import Weights
from estafette.planning import budget, choosing, crew, seen
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.kernel.arrays import Day, Ints, new_state
from estafette.planning.kernel.doors import begin_day
from estafette.planning.partition import cheaper
from estafette.planning.problem import day_of
from estafette.planning.seen import Seen, SeenRun, may_be_put_together, seen_by_all
from estafette.planning.solve import solve
from tests.examples import up_to
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_line, on_a_plane, placed

MATRIX = on_a_plane(3, places=30)
DAY = a_random_day(3, trips=40, runs=8, matrix=MATRIX)
LINE = on_a_line()
TRIPS = [a_trip(k, 2, 3) for k in range(1, 5)]


@pytest.fixture
def early() -> Iterator[None]:
    """A choice from a few steps on, as a search of some seconds has it."""
    with (
        mock.patch.object(choosing, "STEPS_A_TRIP", 5),
        mock.patch.object(crew, "LOOK_EVERY", 4),
        mock.patch.object(budget, "LEAST_TO_CHOOSE_S", 0.0),
        mock.patch.object(budget, "CHOOSING_SHARE", 1.0),
    ):
        yield


def kernel_day(problem: Problem) -> Day:
    return day_of(problem, LINE, Weights())[0]


def a_seen_run(cost: int, *trips: int, kind: int = 0, plan_cost: int = 1_000) -> SeenRun:
    """A run that serves trips, by rows, one after the other."""
    nodes = [node for trip in trips for node in (2 * trip, 2 * trip + 1)]
    stops = np.array([(node, 0) for node in nodes], dtype=np.int64)
    return SeenRun(kind, cost, plan_cost, stops, np.array(trips))


def served_by(runs: list[SeenRun]) -> list[list[int]]:
    return sorted(run.trips.tolist() for run in runs)


def in_time() -> float:
    return math.inf


def rows(count: int) -> Ints:
    return np.arange(count)


def test_runs_that_serve_all_for_less_are_chosen() -> None:
    day = kernel_day(a_day(TRIPS, [a_run(1), a_run(2)]))
    runs = [
        a_seen_run(60, 0, 1), a_seen_run(60, 2, 3), a_seen_run(30, 0, 2), a_seen_run(80, 1, 3),
        a_seen_run(1, 0), a_seen_run(50, 1, 2, 3), a_seen_run(1, 1),
    ]  # fmt: skip
    assert served_by(cheaper(day, runs, rows(4), 120, in_time)) == [[0], [1, 2, 3]]


def test_no_more_runs_of_a_kind_are_chosen_than_there_are() -> None:
    day = kernel_day(a_day(TRIPS, [a_run(1), a_run(2, layouts=a_run(1).layouts * 1, shift="05:00-18:00")]))
    alike = [a_seen_run(10, 0, 1), a_seen_run(10, 2, 3)]
    assert cheaper(day, alike, rows(4), 100, in_time) == []
    assert len(cheaper(day, [*alike, a_seen_run(40, 2, 3, kind=1)], rows(4), 100, in_time)) == 2


def test_nothing_is_chosen_that_is_no_cheaper_or_not_known_in_time() -> None:
    day = kernel_day(a_day(TRIPS, [a_run(1), a_run(2)]))
    runs = [a_seen_run(50, 0, 1), a_seen_run(50, 2, 3)]
    assert cheaper(day, runs, rows(4), 100, in_time) == []
    assert cheaper(day, runs, rows(4), 101, lambda: 0.0) == []
    assert len(cheaper(day, runs, rows(4), 101, in_time)) == 2


def test_a_run_with_a_trip_that_is_left_over_is_passed_over() -> None:
    day = kernel_day(a_day(TRIPS, [a_run(1), a_run(2)]))
    runs = [a_seen_run(1, 0, 1, 3), a_seen_run(9, 0, 1), a_seen_run(9, 2)]
    assert served_by(cheaper(day, runs, rows(3), 20, in_time)) == [[0, 1], [2]]


def test_where_there_are_too_many_runs_those_of_good_plans_are_not_passed_over() -> None:
    day = kernel_day(a_day(TRIPS, [a_run(1), a_run(2)]))
    cheap = [a_seen_run(20, *trips) for trips in itertools.combinations(range(4), 3)]
    good = [a_seen_run(45, 0, 1, plan_cost=90), a_seen_run(45, 2, 3, plan_cost=90)]
    with mock.patch("estafette.planning.partition.MOST_RUNS", 4):
        assert served_by(cheaper(day, [*cheap, *good], rows(4), 100, in_time)) == [[0, 1], [2, 3]]
        assert (
            cheaper(day, [*cheap, *(run._replace(plan_cost=1_000) for run in good)], rows(4), 100, in_time)
            == []
        )


def test_a_choice_that_serves_a_trip_twice_is_none_whatever_the_solver_says() -> None:
    day = kernel_day(a_day(TRIPS, [a_run(1), a_run(2)]))
    runs = [a_seen_run(10, 0, 1, 2), a_seen_run(10, 2, 3), a_seen_run(40, 3)]
    assert served_by(cheaper(day, runs, rows(4), 100, in_time)) == [[0, 1, 2], [3]]
    all_of_them = mock.Mock(status=0, fun=0.6, x=np.ones(3))
    with mock.patch("estafette.planning.partition.milp", return_value=all_of_them):
        assert cheaper(day, runs, rows(4), 100, in_time) == []


@settings(max_examples=up_to(30), deadline=None)
@given(costs=st.lists(st.integers(1, 100), min_size=15, max_size=15), fleet=st.integers(1, 4))
def test_the_choice_is_the_cheapest_of_all(costs: list[int], fleet: int) -> None:
    day = kernel_day(a_day(TRIPS, [a_run(k) for k in range(1, fleet + 1)]))
    sets = [trips for size in range(1, 5) for trips in itertools.combinations(range(4), size)]
    runs = [a_seen_run(cost, *trips) for cost, trips in zip(costs, sets, strict=True)]
    whole = [
        sum(run.cost for run in some) for size in range(1, fleet + 1) for some in itertools.combinations(runs, size)
        if sorted(trip for run in some for trip in run.trips) == [0, 1, 2, 3]
    ]  # fmt: skip
    found = cheaper(day, runs, rows(4), 1_000, in_time)
    assert sum(run.cost for run in found) == min(whole)


def test_of_a_set_of_trips_the_cheapest_order_is_remembered_and_of_all_the_latest() -> None:
    problem = a_day([a_trip(1, 2, 3)], [a_run(1)])
    day, node = day_of(problem, LINE, Weights())
    state = new_state(day, node, 1)
    begin_day(day, state, np.array([0, 1]), np.array([0, 2]))
    one, other = Seen(), Seen()
    one.look(day, state)
    state.sheet[0, seen.COST] -= 7
    other.look(day, state)
    state.sheet[0, seen.COST] += 9
    other.look(day, state)
    (found,) = seen_by_all([one, other])
    assert (found.trips.tolist(), found.cost) == ([0], state.sheet[0, seen.COST] - 9)
    assert found.plan_cost == state.figure[seen.TOTAL]
    with mock.patch.object(seen, "MOST_SEEN", 0):
        other.look(day, state)
    assert seen_by_all([other]) == []


def test_runs_are_not_put_together_where_their_cost_hangs_on_more_than_their_stops() -> None:
    trips, runs = TRIPS[:2], [a_run(1), a_run(2)]
    linked = msgspec.structs.replace(trips[1], link=Link(after_trip_id=1, min_stay_s=0))
    same = [msgspec.structs.replace(run, driver_id=9, max_work_s=9_000) for run in runs]
    assert may_be_put_together(kernel_day(a_day(trips, runs)))
    assert not may_be_put_together(kernel_day(a_day([trips[0], linked], runs)))
    assert not may_be_put_together(kernel_day(a_day([trips[0], placed(trips[1], 1, 30_000, 40_000)], runs)))
    assert not may_be_put_together(kernel_day(a_day(trips, same)))


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_search_finds_cheaper_plans_in_what_it_saw_and_is_done_again(threads: int) -> None:
    plans = [
        solve(DAY, MATRIX, budget=Budget(iterations=800), seed=seed, threads=threads) for seed in range(1, 6)
    ]
    assert any(plan.course and plan.course.chosen for plan in plans)
    for plan in plans:
        assert violations(DAY, MATRIX, plan) == []
        assert encode(again(plan)) == encode(plan)


def again(plan: Plan) -> Plan:
    assert plan.course is not None
    return solve(DAY, MATRIX, budget=Budget(course=plan.course), seed=plan.seed, threads=plan.course.threads)


def ticking(tick_s: float) -> Callable[[], float]:
    ticks = itertools.count()
    return lambda: next(ticks) * tick_s


@pytest.mark.usefixtures("early")
@settings(max_examples=up_to(8), deadline=None)
@given(tick_s=st.floats(0.0005, 0.01), seed=st.integers(1, 9))
def test_a_search_that_chooses_by_the_clock_is_done_again_byte_for_byte(tick_s: float, seed: int) -> None:
    plan = solve(DAY, MATRIX, budget=Budget(time_limit_s=1.0, clock=ticking(tick_s)), seed=seed, threads=2)
    assert encode(again(plan)) == encode(plan)
