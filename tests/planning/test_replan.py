"""Planning a day that has a plan already: what stands, what is locked, what is under way."""

from datetime import date

import msgspec
import pytest

from estafette.domain.booking import Lock
from estafette.domain.fleet import Spaces
from estafette.domain.plan import Reason
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.solve import solve
from tests.planning.builders import (
    a_day,
    a_random_day,
    a_run,
    a_trip,
    on_a_line,
    on_a_plane,
    placed,
    seconds,
)
from tests.planning.solving import in_force, planned, run_of

SHORT = Budget(iterations=100)


def test_replanning_an_unchanged_day_moves_nothing() -> None:
    matrix = on_a_plane(1, 30)
    problem = a_random_day(1, 40, 8, matrix)
    plan = planned(problem, matrix, budget=Budget(iterations=5000))
    again = planned(in_force(problem, plan), matrix, budget=Budget(iterations=500), seed=2)
    assert again.runs == plan.runs


def test_replanning_without_searching_keeps_even_a_poor_plan() -> None:
    matrix = on_a_plane(2, 30)
    problem = a_random_day(2, 40, 20, matrix)
    plan = planned(problem, matrix, budget=Budget(iterations=0))
    again = planned(in_force(problem, plan), matrix, budget=Budget(iterations=0))
    assert again.runs == plan.runs


@pytest.mark.parametrize(("change_s", "moved"), [(0, True), (100_000, False)])
def test_a_change_of_driver_must_pay(change_s: int, moved: bool) -> None:
    # Two drivers where one could do both; joining them saves a run and its way.
    trips = [a_trip(1, 2, 3, "08:00-08:10"), a_trip(2, 3, 2, "11:00-11:10")]
    held = [placed(trip, run_id, trip.pickup_from_s, trip.pickup_from_s + 660)
            for run_id, trip in enumerate(trips, start=1)]  # fmt: skip
    plan = planned(a_day(held, [a_run(1), a_run(2)]), weights=Weights(change_s=change_s))
    assert (run_of(plan) != {1: 1, 2: 2}) is moved


def test_a_new_trip_is_added_without_moving_the_others() -> None:
    matrix = on_a_plane(1, 30)
    problem = a_random_day(1, 40, 8, matrix)
    held = in_force(problem, planned(problem, matrix, budget=Budget(iterations=3000)))
    new = a_trip(99, 3, 4, "12:00-14:00")
    plan = planned(
        msgspec.structs.replace(held, trips=(*held.trips, new)), matrix, budget=Budget(iterations=0)
    )
    before = {trip.trip_id: trip.assigned.run_id for trip in held.trips if trip.assigned}
    assert {trip_id: run_id for trip_id, run_id in run_of(plan).items() if trip_id != 99} == before
    assert 99 in run_of(plan)


def test_a_trip_locked_to_its_driver_stays_there_though_another_is_cheaper() -> None:
    trips = [placed(a_trip(1, 2, 3, "08:00-09:00"), 2, seconds("08:00"), seconds("08:11"), Lock.DRIVER)]
    far = a_run(2, start_id=9, end_id=9)
    assert run_of(planned(a_day(trips, [a_run(1), far]))) == {1: 2}


def test_a_trip_locked_to_its_driver_may_still_move_in_time() -> None:
    locked = placed(a_trip(1, 2, 3, "08:00-10:00"), 1, seconds("08:00"), seconds("08:11"), Lock.DRIVER)
    other = a_trip(2, 2, 3, "08:00-08:00", takes=Spaces(seats=3))
    plan = planned(a_day([locked, other], [a_run(1)]))
    assert plan.left_over == ()


def test_a_trip_locked_in_time_keeps_its_times() -> None:
    locked = placed(a_trip(1, 2, 3, "08:00-10:00"), 1, seconds("09:07"), seconds("09:20"), Lock.TIME)
    plan = planned(a_day([locked, a_trip(2, 4, 5, "08:00-11:00")], [a_run(1)]))
    held = [stop.start_s for stop in plan.runs[0].stops if stop.trip_id == 1]
    assert held == [seconds("09:07"), seconds("09:20")]
    assert plan.left_over == ()


def test_a_trip_under_way_keeps_run_and_times_without_any_lock() -> None:
    aboard = placed(a_trip(1, 2, 3, "08:00-08:05", under_way=True), 2, seconds("08:20"), seconds("08:40"))
    plan = planned(a_day([aboard], [a_run(1), a_run(2)]))
    assert [stop.start_s for stop in plan.runs[1].stops[1:3]] == [seconds("08:20"), seconds("08:40")]


def test_an_impossible_fixed_trip_closes_its_run_and_is_reported() -> None:
    # Five minutes for a way of ten: a person locked it so.
    locked = placed(a_trip(1, 2, 3), 1, seconds("08:00"), seconds("08:06"), Lock.TIME)
    problem = a_day([locked, a_trip(2, 2, 3, "12:00-12:10")], [a_run(1)])
    plan = solve(problem, on_a_line(), budget=SHORT)
    assert [stop.start_s for stop in plan.runs[0].stops[1:3]] == [seconds("08:00"), seconds("08:06")]
    assert [str(found) for found in violations(problem, on_a_line(), plan)] == [
        "arrival by 300: run 1, trip 1"
    ]
    assert [left.refusals[0].reason for left in plan.left_over] == [Reason.LOCKED]


def test_a_trip_locked_to_a_run_that_is_gone_is_left_over() -> None:
    locked = placed(a_trip(1, 2, 3), 77, seconds("08:00"), seconds("08:11"), Lock.DRIVER)
    plan = planned(a_day([locked], [a_run(1)]))
    assert plan.left_over[0].reasons() == (Reason.LOCKED,)


def test_a_run_in_force_that_became_illegal_keeps_what_still_fits() -> None:
    trips = [a_trip(1, 2, 3, "08:00-08:10"), a_trip(2, 8, 9, "08:05-08:10"), a_trip(3, 3, 2, "11:00-11:10")]
    held = [placed(trip, 1, trip.pickup_from_s, trip.pickup_from_s + 660) for trip in trips]
    plan = planned(a_day(held, [a_run(1)]))
    assert {1, 3} <= set(run_of(plan)) | {left.trip_id for left in plan.left_over}
    assert len(plan.left_over) == 1


DAYS = [date(2026, 3, 3), date(2026, 3, 29), date(2026, 10, 25)]
