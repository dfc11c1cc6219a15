"""What a plan in force is worth: nothing changes without need, and every change has its price."""

import msgspec
import pytest

from estafette.domain.booking import TripFacts
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_plane, placed, seconds
from tests.planning.solving import in_force, planned, run_of, told

SEARCHED = Budget(iterations=3000)


def a_planned_day(seed: int, trips: int = 30, runs: int = 6) -> tuple[Problem, Plan]:
    """A day on which half the riders asked for a time, and its plan."""
    problem = a_random_day(seed, trips, runs, on_a_plane(seed, 30))
    asked = tuple(
        msgspec.structs.replace(trip, target_s=trip.pickup_from_s + 300) if trip.trip_id % 2 else trip
        for trip in problem.trips
    )
    problem = msgspec.structs.replace(problem, trips=asked)
    return problem, planned(problem, on_a_plane(seed, 30), budget=SEARCHED)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_unchanged_day_is_planned_as_it_stands_and_pays_for_no_change(seed: int) -> None:
    problem, plan = a_planned_day(seed)
    again = planned(in_force(problem, plan), on_a_plane(seed, 30), budget=Budget(iterations=0))
    assert again.runs == plan.runs
    assert (again.terms.change, again.terms.order, again.terms.moved) == (0, 0, 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_searching_on_an_unchanged_day_never_ends_dearer(seed: int) -> None:
    problem, plan = a_planned_day(seed)
    again = planned(in_force(problem, plan), on_a_plane(seed, 30), budget=Budget(iterations=500), seed=2)
    assert again.cost <= plan.cost


@pytest.mark.parametrize(("change_s", "kept"), [(0, False), (20_000, True)])
def test_the_price_of_another_driver_decides_whether_a_trip_changes_its_run(
    change_s: int, kept: bool
) -> None:
    # The driver in force starts far away; the other one stands at the door.
    held = placed(a_trip(1, 2, 3, "08:00-10:00"), 2, seconds("08:00"), seconds("08:11"))
    problem = a_day([held], [a_run(1), a_run(2, start_id=9, end_id=9)])
    plan = planned(problem, weights=Weights(change_s=change_s))
    assert run_of(plan) == {1: 2 if kept else 1}
    assert plan.terms.change == (0 if kept else 100 * change_s)


def two_that_could_swap() -> list[TripFacts]:
    """In force the farther rider is fetched first; the other order is 40 minutes shorter."""
    return [
        placed(a_trip(1, 4, 5, "07:00-12:00"), 1, seconds("08:00"), seconds("08:11")),
        placed(a_trip(2, 2, 3, "07:00-12:00"), 1, seconds("08:42"), seconds("08:53")),
    ]


@pytest.mark.parametrize(("order_s", "order"), [(0, "+2 -2 +1 -1"), (10_000, "+1 -1 +2 -2")])
def test_the_price_of_order_decides_whether_stops_overtake_each_other(order_s: int, order: str) -> None:
    problem = a_day(two_that_could_swap(), [a_run(1, start_id=1, end_id=6)])
    plan = planned(problem, weights=Weights(order_s=order_s, moved_percent=0))
    assert told(plan.runs[0]) == order
    assert plan.terms.order == 0


@pytest.mark.parametrize(("moved_percent", "order"), [(0, "+2 -2 +1 -1"), (1000, "+1 -1 +2 -2")])
def test_the_price_of_a_promise_decides_whether_times_move(moved_percent: int, order: str) -> None:
    problem = a_day(two_that_could_swap(), [a_run(1, start_id=1, end_id=6)])
    plan = planned(problem, weights=Weights(order_s=0, moved_percent=moved_percent))
    assert told(plan.runs[0]) == order
    assert plan.terms.moved == 0


def test_a_promise_that_cannot_be_kept_is_paid_for_beyond_the_tolerance() -> None:
    held = placed(a_trip(1, 2, 4, "08:30-09:00"), 1, seconds("08:00"), seconds("08:21"))
    plan = planned(a_day([held], [a_run(1)]))
    assert plan.terms.moved == Weights().moved_percent * (30 * 60 - Weights().moved_tolerance_s)
    assert plan.runs[0].terms.moved == plan.terms.moved


def test_what_is_frozen_keeps_run_and_times_and_the_rest_may_move() -> None:
    trips = [
        placed(a_trip(1, 2, 3, "08:00-10:00"), 2, seconds("08:10"), seconds("08:30")),
        placed(a_trip(2, 2, 3, "11:00-14:00"), 2, seconds("11:10"), seconds("11:30")),
    ]
    problem = a_day(
        trips,
        [a_run(1, start_id=2, end_id=3), a_run(2, start_id=9, end_id=9)],
        now_s=seconds("08:00"),
        freeze_s=1800,
    )
    plan = planned(problem, weights=Weights(change_s=0, run_s=0))
    assert run_of(plan) == {1: 2, 2: 1}
    assert [stop.start_s for stop in plan.runs[1].stops[1:3]] == [seconds("08:10"), seconds("08:30")]


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_no_more_trips_than_allowed_get_another_driver(most: int) -> None:
    # All three riders would rather be driven by the first driver, who also stands at their door.
    trips = [
        placed(a_trip(k, 2, 3, f"{6 + 2 * k:02}:00-{7 + 2 * k:02}:00", preferred_driver_ids=(101,)), 2,
               seconds(f"{6 + 2 * k}:00"), seconds(f"{6 + 2 * k}:30"))
        for k in (1, 2, 3)
    ]  # fmt: skip
    runs = [a_run(1, start_id=2, end_id=3), a_run(2, start_id=9, end_id=9)]
    plan = planned(
        a_day(trips, runs, max_changes=most), weights=Weights(change_s=0, run_s=0, moved_percent=0)
    )
    assert sum(run_id != 2 for run_id in run_of(plan).values()) == most


@pytest.mark.parametrize(("worked_hours", "gets_it"), [((40, 10), 2), ((10, 40), 1)])
def test_the_driver_with_fewer_hours_gets_the_work(worked_hours: tuple[int, int], gets_it: int) -> None:
    runs = [a_run(k, worked_s=3600 * hours) for k, hours in enumerate(worked_hours, start=1)]
    plan = planned(a_day([a_trip(1, 2, 3, "08:00-09:00")], runs), weights=Weights(balance_percent=100))
    assert run_of(plan) == {1: gets_it}


def test_with_a_price_on_uneven_hours_two_drivers_share_what_one_could_do() -> None:
    trips = [a_trip(k, 2, 3, f"{7 + 2 * k:02}:00-{7 + 2 * k:02}:30") for k in (1, 2, 3, 4)]
    problem = a_day(trips, [a_run(1), a_run(2)])

    def used(percent: int) -> int:
        weights = Weights(balance_percent=percent)
        plan = planned(problem, budget=Budget(iterations=0), weights=weights)
        return sum(bool(run.stops) for run in plan.runs)

    assert [used(0), used(100)] == [1, 2]
