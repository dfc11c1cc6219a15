"""Wait and return: the vehicle that brings a rider waits at the door and brings the rider back."""

from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Link, Lock, TripFacts
from estafette.domain.offer import Move
from estafette.domain.plan import Reason
from estafette.domain.problem import Problem
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.offers import offers
from estafette.planning.preview import preview
from estafette.planning.solve import solve
from estafette.planning.standing import standing_of
from estafette.planning.terms import priced
from tests.examples import up_to
from tests.planning.builders import a_break, a_day, a_run, a_trip, on_a_line, placed, seconds
from tests.planning.featured import FEATURES, a_featured_matrix, a_random_featured_day
from tests.planning.solving import in_force, planned, run_of, told

MATRIX, W = on_a_line(), Weights()
WAIT = Link(after_trip_id=1, min_stay_s=3600, waits=True)
THERE = a_trip(1, 2, 5, "08:00-08:10")
BACK = a_trip(2, 5, 2, "09:40-09:50", link=WAIT)
# From next door and back while rider 1 is with the doctor: on the way of nobody, and an hour is plenty.
MEANWHILE = a_trip(3, 5, 4, "08:40-08:50")


def a_waiting_day(*more: TripFacts, **run: Any) -> Problem:
    return a_day([THERE, BACK, *more], [a_run(1, **run), a_run(2, **run)])


def waiting_for(trip: TripFacts, **link: Any) -> TripFacts:
    assert trip.link is not None
    return msgspec.structs.replace(trip, link=msgspec.structs.replace(trip.link, **link))


def test_the_vehicle_that_brings_a_rider_waits_and_does_nothing_else() -> None:
    plan = planned(a_waiting_day(MEANWHILE))
    assert sorted(told(run) for run in plan.runs) == ["+1 -1 +2 -2", "+3 -3"]


def test_a_vehicle_that_need_not_wait_is_used_meanwhile() -> None:
    plan = planned(a_day([THERE, waiting_for(BACK, waits=False), MEANWHILE], [a_run(1), a_run(2)]))
    assert sorted(told(run) for run in plan.runs) == ["", "+1 -1 +3 -3 +2 -2"]


def test_the_driver_takes_a_break_at_the_door() -> None:
    plan = planned(a_waiting_day(breaks=(a_break("08:45-09:00"),)))
    assert "+1 -1 break +2 -2" in [told(run) for run in plan.runs]


def test_others_ride_along_before_and_after_the_wait() -> None:
    along = [a_trip(3, 2, 4, "08:00-08:10"), a_trip(4, 4, 2, "09:50-10:05")]
    plan = planned(a_day([THERE, BACK, *along], [a_run(1)]))
    assert plan.left_over == ()
    assert "-1 +2" in told(plan.runs[0])


def test_a_rider_may_be_waited_for_more_than_once() -> None:
    again = a_trip(3, 2, 6, "10:30-11:30", link=Link(after_trip_id=2, waits=True))
    plan = planned(a_waiting_day(again))
    assert "+1 -1 +2 -2 +3 -3" in [told(run) for run in plan.runs]


@pytest.mark.parametrize("lock", [Lock.DRIVER, Lock.TIME])
def test_a_return_goes_where_a_person_put_the_way_there(lock: Lock) -> None:
    there = placed(THERE, 2, seconds("08:05"), seconds("08:36"), lock)
    plan = planned(a_day([there, BACK, MEANWHILE], [a_run(1), a_run(2)]))
    assert told(plan.runs[1]) == "+1 -1 +2 -2"


@pytest.mark.parametrize("link", [{}, {"waits": False, "same_driver": True}])
@pytest.mark.parametrize("kept", [1, 2])
def test_legs_that_stand_on_two_runs_are_brought_together(kept: int, link: dict[str, bool]) -> None:
    held = [
        placed(trip, run_id, pickup_s, pickup_s + 1860, Lock.DRIVER if run_id == kept else Lock.NONE)
        for trip, run_id, pickup_s in (
            (THERE, 1, seconds("08:00")),
            (waiting_for(BACK, **link), 2, seconds("09:40")),
        )
    ]
    plan = planned(a_day(held, [a_run(1), a_run(2)]))
    assert told(plan.runs[kept - 1]) == "+1 -1 +2 -2"


def test_legs_that_people_put_on_two_runs_stay_there() -> None:
    held = [
        placed(THERE, 1, seconds("08:00"), seconds("08:31"), Lock.DRIVER),
        placed(BACK, 2, seconds("09:40"), seconds("10:11"), Lock.DRIVER),
    ]
    assert run_of(planned(a_day(held, [a_run(1), a_run(2)]))) == {1: 1, 2: 2}


def standing(*trips: TripFacts, **run: Any) -> Any:
    problem = a_day(trips, [a_run(1, **run), a_run(2, **run)])
    return standing_of(problem, MATRIX, W, solve(problem, MATRIX, budget=Budget(iterations=30)))


def test_a_return_is_offered_where_the_vehicle_can_wait_and_nowhere_else() -> None:
    (only,) = offers(standing(THERE), BACK, k=9)
    assert (only.pickup_position, only.dropoff_position) == (2, 2)


def test_a_return_is_not_offered_behind_another_rider() -> None:
    assert offers(standing(THERE, MEANWHILE), BACK, k=9) == ()


def test_nobody_is_offered_the_time_of_the_wait() -> None:
    day = standing(THERE, BACK)
    (other,) = {1, 2} - set(run_of(day.plan).values())
    assert [each.run_id for each in offers(day, MEANWHILE, k=9)] == [other]


def test_what_a_move_by_hand_does_to_the_wait_is_told() -> None:
    day = standing(THERE, BACK)
    (home,) = set(run_of(day.plan).values())
    found = preview(day, Move(trip_id=2, run_id=3 - home))
    assert [each.rule for each in found.violations] == ["linked_leg"]
    assert preview(day, Move(trip_id=2, run_id=None)).violations == ()


def reasons(trips: list[TripFacts], runs: int = 1) -> list[list[Reason]]:
    plan = planned(a_day(trips, [a_run(run_id) for run_id in range(1, runs + 1)]))
    return [[each.reason for each in left.refusals] for left in plan.left_over]


def test_a_trip_in_the_time_of_the_wait_is_left_over_for_the_link() -> None:
    held = [
        placed(THERE, 1, seconds("08:00"), seconds("08:31"), Lock.TIME),
        placed(BACK, 1, seconds("09:45"), seconds("10:16"), Lock.DRIVER),
    ]
    assert reasons([*held, MEANWHILE]) == [[Reason.LINKED_LEG]]


def test_a_return_that_nobody_can_wait_for_is_left_over_for_the_link() -> None:
    held = [
        placed(THERE, 1, seconds("08:00"), seconds("08:31"), Lock.TIME),
        placed(MEANWHILE, 1, seconds("08:45"), seconds("08:56"), Lock.TIME),
    ]
    assert reasons([*held, BACK], runs=2) == [[Reason.LINKED_LEG, Reason.LINKED_LEG]]


@given(
    seed=st.integers(0, 100_000),
    more=st.sets(st.sampled_from(sorted(set(FEATURES) - {"waits"})), max_size=4),
    trips=st.integers(2, 12),
)
@example(seed=21458, more={"banned", "overtime", "activation"}, trips=4)  # in force at the last moment
@settings(max_examples=up_to(40), deadline=None)
def test_random_days_with_waits_are_legal_cost_what_they_say_and_stay_so(
    seed: int, more: set[str], trips: int
) -> None:
    problem = a_random_featured_day(seed, trips, 3, {*more, "waits"})
    matrix, budget = a_featured_matrix(seed), Budget(iterations=100)
    plan = solve(problem, matrix, budget=budget, seed=seed)
    assert violations(problem, matrix, plan) == []
    assert priced(problem, matrix, W, plan).cost == plan.cost
    again = in_force(problem, plan)
    assert violations(again, matrix, solve(again, matrix, budget=budget, seed=seed + 1)) == []


@given(
    seed=st.integers(0, 10_000),
    features=st.sets(st.sampled_from(["links", "waits", "one_driver"]), min_size=1),
)
@settings(max_examples=up_to(40), deadline=None)
def test_a_day_with_linked_legs_is_divided_among_threads_and_keeps_its_links(
    seed: int, features: set[str]
) -> None:
    problem, matrix = a_random_featured_day(seed, 24, 8, features), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=Budget(iterations=1500), seed=seed, threads=2, divide_from=0)
    assert violations(problem, matrix, plan) == []
