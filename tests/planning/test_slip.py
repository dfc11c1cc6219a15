"""A run that trips were slipped into is known as if it had been timed anew, and so is what it costs."""

import msgspec
import numpy as np
import pytest

from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.kernel.arrays import (
    ABOARD,
    BEGINS,
    COST,
    NODE,
    PULL_OUT,
    SIZE,
    TOTAL,
    UNSETTLED,
    Day,
    State,
    new_state,
)
from estafette.planning.kernel.doors import (
    adopt,
    arrange,
    begin_day,
    eject,
    insert_absent,
    keep_best,
    search,
)
from estafette.planning.problem import begin_of, day_of
from tests.planning.builders import a_matrix, a_random_day, on_a_plane
from tests.planning.featured import a_featured_matrix, a_random_featured_day


def known(day: Day, state: State) -> list[object]:
    """All that is kept of each run: bounds, what is aboard, times, gates, the price."""
    assert not state.sheet[:, UNSETTLED].any()
    found: list[object] = [int(state.figure[TOTAL])]
    for run in range(len(day.run)):
        line = state.line[run, : state.sheet[run, SIZE] + 1]
        stops = line[:-1, [NODE, BEGINS]].tolist()
        moments = np.flatnonzero(line[:, ABOARD] == 0)
        gates = [state.gate[run, moments, 0].tolist(), state.gate[run, moments[:-1], 1].tolist()]
        found.append((line[:, 1:BEGINS].tolist(), stops, gates, state.sheet[run, [COST, PULL_OUT]].tolist()))
    return found


def known_anew(day: Day, state: State) -> list[object]:
    """The same of the same plan, with each run timed anew."""
    keep_best(day, state)
    adopt(day, state, state)
    return known(day, state)


def searched(
    problem: Problem, matrix: TravelMatrix, weights: Weights, *, ejecting: bool
) -> tuple[Day, State]:
    day, node = day_of(problem, matrix, weights)
    state = new_state(day, node, 1)
    begin_day(day, state, *begin_of(problem))
    arrange(day, state, 0, len(problem.trips))
    insert_absent(day, state, 0, len(problem.trips))
    keep_best(day, state)
    search(day, state, 150, 20_000)
    if ejecting:
        eject(day, state, 20)
    return day, state


def to_ten_minutes(problem: Problem) -> Problem:
    """The day by the clock of ten minutes, without dwell: many departures are the same from different places."""
    trips = [
        msgspec.structs.replace(
            trip, pickup_dwell_s=0, dropoff_dwell_s=0,
            **{name: getattr(trip, name) // 600 * 600 for name in WINDOWS},
        )
        for trip in problem.trips
    ]  # fmt: skip
    return msgspec.structs.replace(problem, trips=tuple(trips))


WINDOWS = ("pickup_from_s", "pickup_to_s", "dropoff_from_s", "dropoff_to_s")
DRIVEN = Weights(excess_ride_percent=0, onboard_wait_percent=0, target_percent=0)


@pytest.mark.parametrize("weights", [Weights(), DRIVEN], ids=["all-prices", "driving-alone"])
@pytest.mark.parametrize("ejecting", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_after_a_search_each_run_is_known_as_timing_it_anew_knows_it(
    seed: int, ejecting: bool, weights: Weights
) -> None:
    matrix = on_a_plane(seed, 30)
    day, state = searched(a_random_day(seed, 40, 8, matrix), matrix, weights, ejecting=ejecting)
    assert known(day, state) == known_anew(day, state)


@pytest.mark.parametrize("seed", range(10))
def test_so_it_is_where_vehicles_leave_different_places_at_once(seed: int) -> None:
    far = np.random.default_rng(seed).integers(0, 4, (8, 8)) * 600 * (1 - np.eye(8, dtype=int))
    matrix = a_matrix(far, far)
    problem = to_ten_minutes(a_random_day(seed, 40, 8, matrix, profile_breaks=seed % 2 == 0))
    day, state = searched(problem, matrix, DRIVEN, ejecting=False)
    assert known(day, state) == known_anew(day, state)


@pytest.mark.parametrize("seed", range(40))
def test_so_it_is_whatever_the_day_asks_for(seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 14, 4), a_featured_matrix(seed)
    day, state = searched(problem, matrix, Weights(), ejecting=False)
    assert known(day, state) == known_anew(day, state)
