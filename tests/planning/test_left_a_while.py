"""Trips are left over for a while where runs come first; in the end none is that need not be."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.weights import Weights
from estafette.planning.budget import Budget, Watch
from estafette.planning.crew import Crew
from estafette.planning.kernel.arrays import (
    ABSENT,
    BARRED,
    BEST_TOTAL,
    COST,
    RUN_OF,
    SIZE,
    TOTAL,
    UNSERVED,
    Day,
    State,
    new_state,
)
from estafette.planning.kernel.doors import begin_day, insert_absent, keep_best, search
from estafette.planning.left_a_while import LeftAWhile, cool_leaving_some
from estafette.planning.problem import begin_of, day_of
from tests.examples import up_to
from tests.planning.builders import a_random_day, on_a_plane

MATRIX = on_a_plane(3, places=30)
RUNS_FIRST = Weights(run_s=1_000_000, unserved_s=10_000_000)


def a_first_plan(seed: int, trips: int, runs: int, inserted: int = 100) -> tuple[Day, State]:
    """A day on which a run costs more than all else, with trips inserted where they are cheapest."""
    problem = a_random_day(seed, trips=trips, runs=runs, matrix=MATRIX)
    day, node = day_of(problem, MATRIX, RUNS_FIRST)
    state = new_state(day, node, seed)
    begin_day(day, state, *begin_of(problem))
    insert_absent(day, state, 0, inserted)
    keep_best(day, state)
    return day, state


def price_of(day: Day, state: State) -> int:
    """What the present plan costs, added up anew."""
    return int(state.sheet[:, COST].sum() + day.trip[state.card[:, RUN_OF] < 0, UNSERVED].sum())


@pytest.fixture
def day_and_state() -> tuple[Day, State]:
    """A plan that serves all."""
    day, state = a_first_plan(3, trips=30, runs=12)
    assert state.figure[ABSENT] == 0
    return day, state


def test_a_trip_that_stays_left_over_becomes_dearer_and_no_other(day_and_state: tuple[Day, State]) -> None:
    day, state = day_and_state
    left = LeftAWhile(day, state)
    first = left.priced.trip[:, UNSERVED].copy()
    _, fewer = a_first_plan(3, trips=30, runs=12, inserted=20)
    absent = fewer.card[:, RUN_OF] < 0
    left.look(left.priced, fewer)
    left.learn(fewer)
    now = left.priced.trip[:, UNSERVED]
    assert (now[absent] > first[absent]).all()
    assert (now[~absent] == first[~absent]).all()


def test_once_all_are_served_leaving_any_over_becomes_cheaper(day_and_state: tuple[Day, State]) -> None:
    day, state = day_and_state
    left = LeftAWhile(day, state)
    first = left.priced.trip[:, UNSERVED].copy()
    left.look(left.priced, state)
    left.learn(state)
    assert (left.priced.trip[:, UNSERVED] < first).all()


def test_no_further_run_is_taken_meanwhile(day_and_state: tuple[Day, State]) -> None:
    day, state = day_and_state
    used = state.sheet[:, SIZE] > 0
    left = LeftAWhile(day, state)
    search(left.priced, state, 300, 10**9)
    assert not ((state.sheet[:, SIZE] > 0) & ~used).any()
    left.end(state, left.kept)
    assert not state.sheet[:, BARRED].any()


@settings(max_examples=up_to(15), deadline=None)
@given(seed=st.integers(0, 10_000), runs=st.integers(2, 9), threads=st.integers(1, 2))
def test_all_end_at_full_price_with_a_plan_that_is_no_worse(seed: int, runs: int, threads: int) -> None:
    """Also where some trips fit nowhere from the beginning."""
    day, state = a_first_plan(seed, trips=30, runs=runs)
    before = int(state.figure[BEST_TOTAL])
    states = tuple(a_first_plan(seed, trips=30, runs=runs)[1] for _ in range(threads))
    told: list[int] = []
    with ThreadPoolExecutor(threads) as pool:
        crew = Crew(
            day, states, Watch(Budget(iterations=2_000), threads),
            lambda kept: told.append(int(kept.figure[BEST_TOTAL])), pool,
        )  # fmt: skip
        cool_leaving_some(crew, range(90), 90)
    assert told == sorted(told, reverse=True)
    for each in states:
        assert each.figure[TOTAL] == each.figure[BEST_TOTAL] == price_of(day, each)
        assert each.figure[TOTAL] <= min(before, *told)
        assert not each.sheet[:, BARRED].any()


def test_as_few_runs_as_there_are_drive_less_far_for_it() -> None:
    day, state = a_first_plan(3, trips=40, runs=4)
    before, absent = price_of(day, state), int(state.figure[ABSENT])
    with ThreadPoolExecutor(1) as pool:
        crew = Crew(day, (state,), Watch(Budget(iterations=3_000), 1), lambda _: None, pool)
        cool_leaving_some(crew, range(90), 90)
    assert price_of(day, state) < before
    assert np.count_nonzero(state.card[:, RUN_OF] < 0) <= absent
