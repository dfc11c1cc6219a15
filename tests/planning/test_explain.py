"""Reasons: one small day for each rule on which only that rule decides, with the figure worked out."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Lock, TripFacts
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.plan import Course, PlannedRun, Reason, RunRefusal
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.explain import refusals_of
from estafette.planning.kernel.arrays import UNSERVED
from estafette.planning.prices import unserved_prices
from estafette.planning.rules import direct_s, ride_limit_s
from estafette.planning.solve import solve
from estafette.planning.standing import standing_of
from tests.examples import up_to
from tests.planning.builders import (
    VAN,
    WHEELCHAIR,
    a_break,
    a_day,
    a_run,
    a_trip,
    on_a_line,
    placed,
    seconds,
)
from tests.planning.exhaustive import can_insert
from tests.planning.featured import FEATURES, a_featured_matrix, a_random_featured_day

FULL = Spaces(seats=3)


def refusals(trips: list[TripFacts], runs: list[RunFacts]) -> list[tuple[RunRefusal, ...]]:
    problem = a_day(trips, runs)
    plan = solve(problem, on_a_line(), budget=Budget(iterations=50))
    assert violations(problem, on_a_line(), plan) == []
    return [left.refusals for left in plan.left_over]


def refusal(trips: list[TripFacts], run: RunFacts) -> tuple[Reason, int | None]:
    (only,) = refusals(trips, [run])
    return only[0].reason, only[0].short_by


def test_a_driver_who_is_elsewhere_is_late_by_the_way_back() -> None:
    trips = [
        a_trip(1, 2, 3, "08:00-08:00", takes=FULL),
        a_trip(2, 2, 3, "08:05-08:05", takes=FULL),
    ]
    assert refusal(trips, a_run(1)) == (Reason.TIME_WINDOW, 17 * 60)


def test_a_ride_limit_below_the_direct_ride_is_short_by_the_difference() -> None:
    assert refusal([a_trip(1, 2, 3, max_ride_s=300)], a_run(1)) == (Reason.RIDE_TIME, 300)


def test_a_wheelchair_lacks_one_space_in_a_car() -> None:
    assert refusal([a_trip(1, 2, 3, takes=WHEELCHAIR)], a_run(1)) == (Reason.SPACE, 1)


def test_an_evening_trip_is_short_by_the_overtime_until_the_driver_is_home() -> None:
    late = seconds("20:32") - seconds("18:00")
    assert refusal([a_trip(1, 2, 3, "20:00-20:10")], a_run(1)) == (Reason.SHIFT, late)


def test_an_early_trip_is_short_by_how_much_sooner_the_driver_would_leave() -> None:
    # Late by 20 minutes, or leaving 20 minutes before the shift: the shift is named first.
    assert refusal([a_trip(1, 4, 5, "06:10-06:10")], a_run(1)) == (Reason.SHIFT, 20 * 60)


def test_a_break_at_a_fixed_time_is_named() -> None:
    run = a_run(1, breaks=(a_break("08:00-08:00", 40),))
    assert refusal([a_trip(1, 2, 3, "08:00-08:10")], run) == (Reason.BREAK, None)


def test_a_neighbour_pinned_by_a_person_is_named_as_a_lock() -> None:
    pinned = placed(a_trip(1, 2, 3, takes=FULL), 1, seconds("08:00"), seconds("08:11"), Lock.TIME)
    assert refusal([pinned, a_trip(2, 2, 3, "08:00-08:00", takes=FULL)], a_run(1)) == (Reason.LOCKED, 22 * 60)


def test_when_several_rules_forbid_it_the_least_negotiable_is_named_without_a_figure() -> None:
    assert refusal([a_trip(1, 2, 3, "20:00-20:10", takes=WHEELCHAIR)], a_run(1)) == (Reason.SPACE, None)


def test_a_search_that_is_not_to_explain_says_that_it_did_not_look() -> None:
    problem = a_day([a_trip(1, 2, 3, takes=WHEELCHAIR)], [a_run(1)])
    plan = solve(problem, on_a_line(), budget=Budget(iterations=50, explains=False))
    assert plan.left_over[0].refusals == (RunRefusal(run_id=1, reason=Reason.NOT_SEARCHED),)


def test_every_run_gives_its_own_reason_in_the_order_of_their_ids() -> None:
    runs = [a_run(3, "19:00-20:20", VAN), a_run(2), a_run(1, "19:00-22:00")]
    (found,) = refusals([a_trip(1, 2, 3, "20:00-20:10", takes=WHEELCHAIR)], runs)
    assert [(each.run_id, each.reason, each.short_by) for each in found] == [
        (1, Reason.SPACE, 1),
        (2, Reason.SPACE, None),
        (3, Reason.SHIFT, 12 * 60),
    ]


@pytest.mark.parametrize("end", ["20:31", "20:32"])
def test_the_figure_is_exact_to_the_minute(end: str) -> None:
    found = refusals([a_trip(1, 2, 3, "20:00-20:10")], [a_run(1, f"06:00-{end}")])
    assert sum(each.short_by or 0 for of_trip in found for each in of_trip) == seconds("20:32") - seconds(end)


def lifted(problem: Problem, matrix: TravelMatrix, refusal: RunRefusal) -> Problem:
    """The day on which the reason's rule gives way by the amount, for everybody on the run."""
    by, reason = refusal.short_by or 0, refusal.reason

    def trip(facts: TripFacts) -> TripFacts:
        limit_s = ride_limit_s(problem, facts, direct_s(facts, matrix))
        late_s = by if reason is Reason.TIME_WINDOW else 0
        return msgspec.structs.replace(
            facts, max_ride_s=limit_s + (by if reason is Reason.RIDE_TIME else 0),
            pickup_to_s=facts.pickup_to_s + late_s, dropoff_to_s=facts.dropoff_to_s + late_s,
        )  # fmt: skip

    def run(facts: RunFacts) -> RunFacts:
        more = by if reason is Reason.SPACE else 0
        layouts = tuple(
            each.plus(Spaces(seats=more, wheelchairs=more, stretchers=more)) for each in facts.layouts
        )
        longer_s = by if reason is Reason.SHIFT else 0
        return msgspec.structs.replace(
            facts, layouts=layouts, shift_from_s=facts.shift_from_s - longer_s, shift_to_s=facts.shift_to_s + longer_s,
            max_work_s=None if facts.max_work_s is None else facts.max_work_s + 2 * longer_s,
            max_drive_s=None if facts.max_drive_s is None else facts.max_drive_s + longer_s,
        )  # fmt: skip

    wait_s = problem.max_onboard_wait_s
    if wait_s is not None and reason is Reason.ONBOARD_WAIT:
        wait_s += by
    return msgspec.structs.replace(
        problem,
        trips=tuple(map(trip, problem.trips)),
        runs=tuple(map(run, problem.runs)),
        max_onboard_wait_s=wait_s,
    )


# What happens on other runs is unknown to `can_insert`.
ALONE = sorted(set(FEATURES) - {"links", "waits", "one_driver"})


@settings(max_examples=up_to(40), deadline=None)
@given(st.integers(0, 10_000), st.sets(st.sampled_from(ALONE), max_size=3))
def test_a_rule_that_gives_way_by_the_figure_lets_the_trip_in(seed: int, features: set[str]) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 2, features), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=Budget(iterations=60))
    for left, refusal in [(over, each) for over in plan.left_over for each in over.refusals]:
        run = next(run for run in problem.runs if run.run_id == refusal.run_id)
        trip = next(trip for trip in problem.trips if trip.trip_id == left.trip_id)
        planned = next(each for each in plan.runs if each.run_id == refusal.run_id)
        if refusal.reason is Reason.SKILL:
            assert not set(trip.needs) <= set(run.skills)
        elif refusal.reason is Reason.BANNED:
            assert run.driver_id in trip.banned_driver_ids
        elif refusal.reason is Reason.BEATEN:
            assert can_insert(problem, matrix, run, planned, trip)
            assert trip.unserved_s is not None
        else:
            assert not can_insert(problem, matrix, run, planned, trip)
            if refusal.short_by is not None:
                day = lifted(problem, matrix, refusal)
                asked = next(each for each in day.trips if each.trip_id == left.trip_id)
                frame = next(each for each in day.runs if each.run_id == refusal.run_id)
                assert can_insert(day, matrix, frame, planned, asked), refusal


@settings(max_examples=up_to(25), deadline=None)
@given(st.integers(0, 10_000))
def test_a_trip_that_is_beaten_is_worth_its_place_from_the_figure_on(seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 4, 2, {"optional", "activation"}), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=Budget(iterations=30))
    standing = standing_of(problem, matrix, Weights(), plan)
    for left, refusal in [(over, each) for over in plan.left_over for each in over.refusals]:
        if refusal.reason is Reason.BEATEN and refusal.short_by is not None:
            row = standing.row_of(left.trip_id)
            for more_s, beaten in ((refusal.short_by - 1, True), (refusal.short_by, False)):
                day = standing.day._replace(trip=standing.day.trip.copy())
                day.trip[row, UNSERVED] += 100 * more_s
                found = refusals_of(problem, day, standing.state, row)
                reasons = {each.run_id: each.reason for each in found}
                assert (reasons[refusal.run_id] is Reason.BEATEN) == beaten


def test_a_run_full_of_trips_that_come_first_says_so() -> None:
    first = a_trip(1, 2, 3, "08:00-08:00", takes=FULL, priority=1)
    assert refusal([first, a_trip(2, 2, 3, "08:05-08:05", takes=FULL)], a_run(1)) == (Reason.PRIORITY, None)


def test_a_will_call_that_nobody_has_called_yet_gives_way_to_everybody() -> None:
    held = a_trip(2, 2, 3, "08:05-08:05", takes=FULL, expected=True)
    assert refusal([a_trip(1, 2, 3, "08:00-08:00", takes=FULL), held], a_run(1)) == (Reason.PRIORITY, None)


def test_priority_is_no_reason_where_a_trip_of_the_same_priority_would_make_room_too() -> None:
    # Two seats are taken by one that comes first and one that does not; either would do for a third rider.
    both = Spaces(seats=2)
    trips = [
        a_trip(1, 2, 3, "08:00-08:10", takes=both, priority=1),
        a_trip(2, 2, 3, "08:00-08:10"),
        a_trip(3, 2, 3, "08:00-08:10"),
    ]
    assert refusal(trips, a_run(1)) == (Reason.TIME_WINDOW, 13 * 60)


@settings(max_examples=up_to(30), deadline=None)
@given(st.integers(0, 10_000), st.sets(st.sampled_from(["expected", "optional", "skills"]), max_size=2))
def test_one_that_comes_first_would_have_to_go_where_priority_is_the_reason(
    seed: int, features: set[str]
) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 2, features | {"priority"}), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=Budget(iterations=60))
    prices = unserved_prices(problem, Weights())
    trips = {trip.trip_id: trip for trip in problem.trips}
    for left, refusal in [(over, each) for over in plan.left_over for each in over.refusals]:
        if refusal.reason is Reason.PRIORITY:
            run = next(run for run in problem.runs if run.run_id == refusal.run_id)
            planned = next(each for each in plan.runs if each.run_id == refusal.run_id)
            assert not can_insert(problem, matrix, run, planned, trips[left.trip_id])
            makes_room = {
                prices[gone] > prices[left.trip_id]
                for gone in sorted({stop.trip_id for stop in planned.stops if stop.trip_id})
                if can_insert(problem, matrix, run, lacking(planned, gone), trips[left.trip_id])
            }
            assert makes_room == {True}


def lacking(planned: PlannedRun, trip_id: int) -> PlannedRun:
    """The run without a trip."""
    stops = tuple(stop for stop in planned.stops if stop.trip_id != trip_id)
    return msgspec.structs.replace(planned, stops=stops)


def test_where_time_is_short_those_who_come_first_are_explained_first() -> None:
    trips = [a_trip(k, 2, 3, takes=WHEELCHAIR, priority=k % 2) for k in range(1, 7)]
    course = Course(tried=6, steps=(), explained=3)
    plan = solve(a_day(trips, [a_run(1)]), on_a_line(), budget=Budget(course=course))
    explained = {left.trip_id for left in plan.left_over if Reason.NOT_SEARCHED not in left.reasons()}
    assert explained == {1, 3, 5}


def test_what_needs_no_search_is_said_even_if_there_was_no_time_for_one() -> None:
    trip = a_trip(1, 2, 3, needs=("lift",), banned_driver_ids=(102, 103))
    runs = [a_run(3, skills=("lift",)), a_run(2), a_run(1, skills=("lift",))]
    plan = solve(a_day([trip], runs), on_a_line(), budget=Budget(time_limit_s=0.0, clock=lambda: 0.0))
    (left,) = plan.left_over
    assert [(each.run_id, each.reason) for each in left.refusals] == [
        (1, Reason.NOT_SEARCHED),
        (2, Reason.SKILL),
        (3, Reason.BANNED),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_several_threads_give_the_reasons_that_one_gives(seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 24, 3), a_featured_matrix(seed)
    one, three = (solve(problem, matrix, budget=Budget(iterations=0), threads=threads) for threads in (1, 3))
    assert three.left_over == one.left_over
