"""What each lock keeps: the driver, the order, the times; and what may change all the same."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Lock, TripFacts
from estafette.domain.plan import StopKind
from estafette.domain.problem import Problem
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.offers import offers
from estafette.planning.solve import solve
from estafette.planning.standing import standing_of
from tests.examples import up_to
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_line, on_a_plane, placed, seconds
from tests.planning.driving import a_plan
from tests.planning.solving import in_force, planned, run_of, told

MATRIX = on_a_line()
CHANGES_ARE_FREE = Weights(change_s=0, order_s=0, moved_percent=0)


def two_locked(lock: Lock) -> list[TripFacts]:
    """In force on run 1 the farther rider comes first; the other order is an hour shorter."""
    far = a_trip(1, 4, 5, "07:00-12:00", target_s=seconds("08:30"))
    return [
        placed(far, 1, seconds("08:00"), seconds("08:11"), lock),
        placed(a_trip(2, 2, 3, "07:00-12:00"), 1, seconds("08:42"), seconds("08:53"), lock),
    ]


@pytest.mark.parametrize(
    ("lock", "run_id", "order", "fetched"),
    [
        (Lock.NONE, 2, "+2 -2 +1 -1", "08:30"),
        (Lock.DRIVER, 1, "+2 -2 +1 -1", "08:30"),
        (Lock.ORDER, 1, "+1 -1 +2 -2", "08:30"),
        (Lock.TIME, 1, "+1 -1 +2 -2", "08:00"),
    ],
)
def test_each_lock_keeps_what_it_says_and_no_more(lock: Lock, run_id: int, order: str, fetched: str) -> None:
    runs = [a_run(1, end_id=6), a_run(2, start_id=2, end_id=5, activation_s=0)]
    plan = planned(a_day(two_locked(lock), runs), weights=CHANGES_ARE_FREE)
    run = plan.runs[run_id - 1]
    assert run_of(plan) == {1: run_id, 2: run_id}
    assert told(run) == order
    (pickup,) = [stop for stop in run.stops if (stop.trip_id, stop.kind) == (1, StopKind.PICKUP)]
    assert pickup.start_s == seconds(fetched)


def test_others_may_come_between_stops_whose_order_is_locked() -> None:
    between = a_trip(3, 5, 4, "08:00-09:00")
    plan = planned(a_day([*two_locked(Lock.ORDER), between], [a_run(1)]), weights=CHANGES_ARE_FREE)
    assert told(plan.runs[0]) == "+1 -1 +3 -3 +2 -2"


ORDERS = [
    ("08:00 +1, 08:11 -1, 08:42 +2, 08:53 -2", Lock.ORDER, []),
    ("09:00 +1, 09:11 -1, 09:42 +2, 09:53 -2", Lock.ORDER, []),
    (
        "08:00 +2, 08:11 -2, 08:22 +1, 08:33 -1",
        Lock.ORDER,
        ["fixed by 2: run 1, trip 1", "fixed by 2: run 1, trip 1"],
    ),
    ("08:00 +2, 08:11 -2, 08:22 +1, 08:33 -1", Lock.DRIVER, []),
    ("08:00 +1, 08:31 +2, 08:42 -2, 09:03 -1", Lock.ORDER, ["fixed by 2: run 1, trip 1"]),
]


@pytest.mark.parametrize(("visits", "lock", "says"), ORDERS)
def test_the_checker_names_each_stop_that_comes_after_its_turn(
    visits: str, lock: Lock, says: list[str]
) -> None:
    trips = [msgspec.structs.replace(trip, max_ride_s=7200) for trip in two_locked(lock)]
    problem = a_day(trips, [a_run(1)])
    assert [str(found) for found in violations(problem, MATRIX, a_plan(problem, MATRIX, {1: visits}))] == says


def test_a_run_that_became_illegal_keeps_the_order_that_is_locked() -> None:
    # The rider who is in force in the middle has asked to be fetched so late that the last would be missed.
    late = placed(a_trip(3, 9, 8, "11:00-11:30"), 1, seconds("08:15"), seconds("08:26"), Lock.DRIVER)
    plan = planned(a_day([*two_locked(Lock.ORDER), late], [a_run(1)]), weights=CHANGES_ARE_FREE)
    assert told(plan.runs[0]) == "+1 -1 +2 -2 +3 -3"


def test_a_trip_whose_order_is_locked_is_offered_its_own_place_alone() -> None:
    problem = a_day(two_locked(Lock.ORDER), [a_run(1, end_id=6), a_run(2)])
    standing = standing_of(problem, MATRIX, Weights(), planned(problem))
    assert [(each.run_id, each.pickup_position, each.dropoff_position) for each in offers(standing, 2)] == [
        (1, 2, 2)
    ]


def locked_by_lot(problem: Problem, seed: int) -> Problem:
    """The day in force with any locks."""
    lots = np.random.default_rng(seed).choice(list(Lock), len(problem.trips))
    trips = tuple(
        trip if trip.assigned is None else msgspec.structs.replace(
            trip, assigned=msgspec.structs.replace(trip.assigned, lock=Lock(lot))
        )
        for trip, lot in zip(problem.trips, lots, strict=True)
    )  # fmt: skip
    return msgspec.structs.replace(problem, trips=trips)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=up_to(10), deadline=None)
def test_replanning_a_day_with_locks_of_all_kinds_keeps_them(seed: int) -> None:
    matrix = on_a_plane(seed, 20)
    problem = a_random_day(seed, 20, 5, matrix)
    plan = planned(problem, matrix)
    locked = locked_by_lot(in_force(problem, plan), seed)
    again = solve(locked, matrix, budget=Budget(iterations=300), seed=seed, weights=CHANGES_ARE_FREE)
    assert violations(locked, matrix, again) == []
