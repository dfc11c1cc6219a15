"""Timing the sequences of others, held against plain relaxation."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.plan import PlannedRun, StopKind
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.check import violations
from estafette.planning.sequence import Visit, plan_of_sequences
from tests.examples import up_to
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_line, on_a_plane, seconds
from tests.planning.exhaustive import is_legal, steps_of

UP, DOWN = StopKind.PICKUP, StopKind.DROPOFF


def only_run(problem: Problem, matrix: TravelMatrix, *visits: Visit) -> PlannedRun:
    return plan_of_sequences(problem, matrix, [visits]).runs[0]


def test_every_stop_is_as_early_as_its_window_and_travel_allow() -> None:
    problem = a_day([a_trip(1, 2, 3, pickup="08:00-09:00")], [a_run(1)])
    stops = only_run(problem, on_a_line(), Visit(1, UP), Visit(1, DOWN)).stops
    assert [stop.start_s for stop in stops] == [
        seconds(clock) for clock in ("07:50", "08:00", "08:11", "08:32")
    ]


def test_a_pickup_waits_for_its_ride_limit() -> None:
    trip = a_trip(1, 2, 3, dropoff="09:00-09:30", max_ride_s=900)
    problem = a_day([trip], [a_run(1)])
    stops = only_run(problem, on_a_line(), Visit(1, UP), Visit(1, DOWN)).stops
    assert stops[1].depart_s == seconds("08:45")


def test_a_stop_waits_so_that_nobody_waits_aboard() -> None:
    trip = a_trip(1, 2, 3, dropoff="09:00-09:30", max_ride_s=36_000)
    problem = msgspec.structs.replace(a_day([trip], [a_run(1)]), max_onboard_wait_s=120)
    rising = on_a_line(profile=[1000] * 500 + [1000 + 5 * k for k in range(100)])
    stops = only_run(problem, rising, Visit(1, UP), Visit(1, DOWN)).stops
    assert stops[2].start_s - stops[2].arrive_s in (119, 120)
    assert (
        violations(problem, rising, plan_of_sequences(problem, rising, [[Visit(1, UP), Visit(1, DOWN)]]))
        == []
    )


def test_a_run_that_nothing_is_asked_of_stays_empty() -> None:
    problem = a_day([a_trip(1, 2, 3)], [a_run(1), a_run(2)])
    plan = plan_of_sequences(problem, on_a_line(), [[], [Visit(1, UP), Visit(1, DOWN)]])
    assert [bool(run.stops) for run in plan.runs] == [False, True]
    assert violations(problem, on_a_line(), plan) == []


def test_a_trip_that_the_problem_does_not_have_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        plan_of_sequences(a_day([], [a_run(1)]), on_a_line(), [[Visit(9, UP)]])


def a_likely_order(problem: Problem, dice: random.Random) -> list[Visit]:
    """Pick-ups about when they are asked for, drop-offs some time later."""
    ends = []
    for trip in problem.trips:
        up_s = trip.pickup_from_s + dice.randint(0, 900)
        ends += [(up_s, trip.trip_id, UP), (up_s + dice.randint(900, 3600), trip.trip_id, DOWN)]
    return [Visit(trip_id, kind) for _, trip_id, kind in sorted(ends)]


def a_day_with_limits(dice: random.Random, trips: int, matrix: TravelMatrix) -> Problem:
    day = a_random_day(dice.randint(0, 10**6), trips, 1, matrix, profile_breaks=False)
    run = msgspec.structs.replace(
        day.runs[0], max_work_s=dice.choice((None, 14_400, 28_800)), shift_to_s=80_000
    )
    wait_s = dice.choice((None, 60, 600))
    return msgspec.structs.replace(day, runs=(run,), max_onboard_wait_s=wait_s)


@settings(max_examples=up_to(120), deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_an_order_is_legal_exactly_when_plain_relaxation_finds_times(dice: random.Random, trips: int) -> None:
    matrix = on_a_plane(dice.randint(0, 10**6), 6, across_s=2400)
    problem = a_day_with_limits(dice, trips, matrix)
    run, by_id = problem.runs[0], {trip.trip_id: trip for trip in problem.trips}
    order = a_likely_order(problem, dice)
    steps = [steps_of(run, by_id[visit.trip_id])[visit.kind is DOWN] for visit in order]
    found = {each.rule for each in violations(problem, matrix, plan_of_sequences(problem, matrix, [order]))}
    assert (not found - {"space"}) == is_legal(problem, matrix, run, steps)
