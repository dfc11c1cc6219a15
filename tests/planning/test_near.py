"""Related trips: those that looking at every trip would find, in the same order."""

import numpy as np
import pytest

from estafette.domain.weights import Weights
from estafette.planning.kernel.arrays import ABSENT, MIDDLE, NEAR_KNOWN, PLACE, Day, State, new_state
from estafette.planning.kernel.doors import begin_day, insert_absent, keep_best, search
from estafette.planning.problem import begin_of, day_of
from tests.planning.builders import a_random_day, on_a_plane

TRIPS = 300


def searched(seed: int) -> tuple[Day, State]:
    matrix = on_a_plane(seed, 40)
    problem = a_random_day(seed, TRIPS, 30, matrix)
    day, node = day_of(problem, matrix, Weights())
    state = new_state(day, node, 1)
    begin_day(day, state, *begin_of(problem))
    insert_absent(day, state, 0, int(state.figure[ABSENT]))
    keep_best(day, state)
    search(day, state, 100, 1_000)
    return day, state


def by_relatedness(day: Day, state: State, trip: int) -> list[int]:
    pickup, dropoff, middle = state.node[0::2, PLACE], state.node[1::2, PLACE], day.trip[:, MIDDLE]
    apart = day.travel[pickup[trip], pickup] + day.travel[dropoff[trip], dropoff]
    apart = apart + np.abs(middle - middle[trip])
    apart[trip] = -1
    found: list[int] = np.argsort(apart, kind="stable").tolist()
    return found


@pytest.mark.parametrize("seed", range(5))
def test_only_trips_at_about_its_time_are_looked_at_and_none_is_missed(seed: int) -> None:
    day, state = searched(seed)
    known = np.flatnonzero(state.card[:, NEAR_KNOWN]).tolist()
    assert len(known) > TRIPS // 10
    for trip in known:
        assert state.near[trip].tolist() == by_relatedness(day, state, trip)[: state.near.shape[1]]
