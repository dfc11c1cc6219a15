"""
The times in a plan: as cheap as the order of the stops allows.

The cost of a schedule is convex on the integers in the sense of Murota (L-natural), its rules are differences: so a
schedule is the cheapest if and only if no set of stops, shifted together by one second, makes it cheaper. That is tried
for every set, by the checker and the terms, which know nothing of how the times were found.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Anchor, RideLimit, TripFacts
from estafette.domain.plan import Plan, PlannedRun, StopKind
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.solve import solve
from estafette.planning.terms import priced
from tests.examples import up_to
from tests.planning.builders import (
    a_break,
    a_day,
    a_run,
    a_trip,
    on_a_line,
    on_a_plane,
    placed,
    seconds,
    with_zones,
)
from tests.planning.driving import timed
from tests.planning.solving import in_force, planned

HOUR = 3600
PLACES = 6
SEEDS = st.integers(0, 1_000_000)


def starts_of(plan: Plan) -> dict[str, str]:
    """`{"+1": "08:05:00", ...}`: when each stop begins."""
    signs = {StopKind.PICKUP: "+", StopKind.DROPOFF: "-"}
    return {
        f"{signs[stop.kind]}{stop.trip_id}": clock(stop.start_s)
        for run in plan.runs for stop in run.stops if stop.kind in signs
    }  # fmt: skip


def clock(at_s: int) -> str:
    return f"{at_s // 3600:02}:{at_s // 60 % 60:02}" + (f":{at_s % 60:02}" if at_s % 60 else "")


def a_random_timed_day(seed: int, *, limits: bool) -> Problem:
    """One run and up to four trips, some with a time asked for, some promised; with `limits` on rides and work too."""
    rng = np.random.default_rng(seed)
    trips = [_a_random_trip(rng, k) for k in range(1, int(rng.integers(2, 5)))]
    facts: dict[str, Any] = {"ride_limit": RideLimit(factor_percent=1000, allowance_s=9 * HOUR)}
    run = a_run(1, "00:30-09:00", end_id=int(rng.integers(1, PLACES + 1)))
    if rng.random() < 0.5:
        run = msgspec.structs.replace(run, breaks=(a_break("01:30-03:00", 20),))
    if rng.random() < 0.5:
        run = msgspec.structs.replace(run, shift_to_s=2 * HOUR, overtime_s=6 * HOUR)
    if limits:
        facts = {"ride_limit": RideLimit(factor_percent=120, allowance_s=int(rng.integers(0, 900)))}
        facts["max_onboard_wait_s"] = int(rng.integers(0, 600))
        run = msgspec.structs.replace(run, max_work_s=int(rng.integers(2 * HOUR, 4 * HOUR)))
    return a_day(trips, [run], places=PLACES, **facts)


def _a_random_trip(rng: np.random.Generator, trip_id: int) -> TripFacts:
    origin, destination = (int(each) for each in rng.choice(np.arange(1, PLACES + 1), 2, replace=False))
    from_s = int(rng.integers(HOUR, 2 * HOUR))
    anchor = Anchor.ARRIVE_BY if rng.random() < 0.5 else Anchor.PICKUP_AT
    trip = msgspec.structs.replace(
        a_trip(trip_id, origin, destination, dwell_s=int(rng.integers(0, 200))),
        pickup_from_s=from_s, pickup_to_s=from_s + 5400, dropoff_from_s=from_s, dropoff_to_s=from_s + 7200,
        anchor=anchor, target_s=from_s + int(rng.integers(0, 5400)) if rng.random() < 0.7 else None,
    )  # fmt: skip
    promised_s = from_s + int(rng.integers(0, 5400))
    return placed(trip, 1, promised_s, promised_s + 1200) if rng.random() < 0.4 else trip


def shifted(problem: Problem, matrix: TravelMatrix, plan: Plan) -> Iterator[Plan]:
    """The plan of one run with every set of its stops and breaks a second later, and earlier."""
    trips = {trip.trip_id: trip for trip in problem.trips}
    stops = plan.runs[0].stops[1:-1]
    for size in range(1, len(stops) + 1):
        for chosen in combinations(range(len(stops)), size):
            for second in (1, -1):
                visits = [
                    (
                        stop.start_s + (second if k in chosen else 0),
                        trips[stop.trip_id] if stop.trip_id else None,
                        stop.kind is StopKind.PICKUP,
                    )
                    for k, stop in enumerate(stops)
                ]
                yield with_run(plan, timed(matrix, problem.runs[0], visits))


def with_run(plan: Plan, run: PlannedRun) -> Plan:
    return msgspec.structs.replace(plan, runs=(run,))


def cheaper(problem: Problem, matrix: TravelMatrix, weights: Weights, plan: Plan) -> list[Plan]:
    """The legal plans that a shift of some stops by a second makes cheaper."""
    return [
        other for other in shifted(problem, matrix, plan)
        if priced(problem, matrix, weights, other).cost < plan.cost
        and violations(problem, matrix, other) == []
    ]  # fmt: skip


WEIGHTS = (
    Weights(),
    Weights(target_percent=30, onboard_wait_percent=0),
    Weights(target_percent=7, work_percent=9, moved_tolerance_s=0),
    Weights(excess_ride_percent=0, onboard_wait_percent=0, moved_percent=3, work_percent=2),
)


@pytest.mark.parametrize("weights", WEIGHTS)
@given(seed=SEEDS)
@settings(max_examples=up_to(6), deadline=None)
def test_no_stops_shifted_together_make_a_schedule_cheaper(weights: Weights, seed: int) -> None:
    problem, matrix = a_random_timed_day(seed, limits=False), on_a_plane(seed, PLACES, 1200)
    plan = planned(problem, matrix, weights=weights, budget=Budget(iterations=20))
    assert cheaper(problem, matrix, weights, plan) == []


@given(seed=SEEDS)
@settings(max_examples=up_to(6), deadline=None)
def test_limits_of_rides_waiting_and_work_do_not_stop_a_schedule_halfway(seed: int) -> None:
    problem, matrix = a_random_timed_day(seed, limits=True), on_a_plane(seed, PLACES, 1200)
    plan = planned(problem, matrix, weights=Weights(target_percent=15), budget=Budget(iterations=20))
    assert cheaper(problem, matrix, Weights(target_percent=15), plan) == []


@given(seed=SEEDS)
@settings(max_examples=up_to(10), deadline=None)
def test_schedules_in_traffic_keep_every_rule(seed: int) -> None:
    matrix = on_a_plane(seed, PLACES, 1200, profile=[1000 + 8 * abs(k % 60 - 30) for k in range(1440)])
    problem = a_random_timed_day(seed, limits=True)
    plan = solve(problem, matrix, budget=Budget(iterations=20))
    assert violations(problem, matrix, plan) == []


@given(seed=SEEDS)
@settings(max_examples=up_to(10), deadline=None)
def test_schedules_in_traffic_by_zone_keep_every_rule(seed: int) -> None:
    near, centre = ([1000 + rise * abs(k % 60 - 30) for k in range(1440)] for rise in (4, 8))
    matrix = with_zones(on_a_plane(seed, PLACES, 1200), [near, centre, centre[::-1]])
    problem = a_random_timed_day(seed, limits=True)
    plan = solve(problem, matrix, budget=Budget(iterations=20))
    assert plan.left_over != problem.trips
    assert violations(problem, matrix, plan) == []


def asked(trip: TripFacts, clock: str, anchor: Anchor = Anchor.PICKUP_AT) -> TripFacts:
    return msgspec.structs.replace(trip, target_s=seconds(clock), anchor=anchor)


def test_a_pickup_is_made_at_the_time_asked_for_when_nothing_stands_in_the_way() -> None:
    trips = [asked(a_trip(1, 2, 4, "08:00-09:00"), "08:25"), asked(a_trip(2, 4, 2, "11:00-13:00"), "12:10")]
    at = starts_of(planned(a_day(trips, [a_run(1)])))
    assert (at["+1"], at["+2"]) == ("08:25", "12:10")


def test_a_rider_who_is_to_arrive_by_ten_is_set_down_when_asked_and_not_at_the_edge_of_the_window() -> None:
    trip = asked(a_trip(1, 2, 4, dropoff="09:00-10:00"), "09:50", Anchor.ARRIVE_BY)
    assert starts_of(planned(a_day([trip], [a_run(1)]))) == {"+1": "09:29", "-1": "09:50"}


def test_a_time_in_traffic_is_met_as_well() -> None:
    matrix = on_a_line(profile=[1000 + abs(k % 60 - 30) for k in range(1440)])
    trip = asked(a_trip(1, 2, 4, dropoff="09:00-10:00"), "09:50", Anchor.ARRIVE_BY)
    assert starts_of(planned(a_day([trip], [a_run(1)]), matrix))["-1"] in {"09:50", "09:50:01", "09:49:59"}


def test_the_dearer_of_two_times_that_cannot_both_be_met_is_met() -> None:
    # The second rider can only be fetched once the first is there, and each minute early or late costs the same.
    trips = [asked(a_trip(1, 2, 4, "08:00-09:00"), "08:30"), asked(a_trip(2, 4, 2, "08:00-09:00"), "08:40")]
    at = starts_of(planned(a_day(trips, [a_run(1)], max_onboard_wait_s=0)))
    assert seconds(at["+2"]) - seconds(at["+1"]) == 22 * 60
    assert "08:18" <= at["+1"] <= "08:30"


@pytest.mark.parametrize(
    ("target_percent", "dropped"), [(5, "09:26"), (200, "09:40")], ids=["of less worth", "of more worth"]
)
def test_a_ride_is_not_made_longer_to_please_a_target_of_less_worth(
    target_percent: int, dropped: str
) -> None:
    # Fetched by five past nine at the latest, the rider is there at 09:26; asked for was 09:40.
    trip = asked(a_trip(1, 2, 4, "08:00-09:05", "08:00-10:00"), "09:40", Anchor.ARRIVE_BY)
    plan = planned(a_day([trip], [a_run(1)]), weights=Weights(target_percent=target_percent))
    assert starts_of(plan) == {"+1": "09:05", "-1": dropped}


def test_nobody_is_fetched_before_it_is_needed() -> None:
    # The second rider can board late only if the first one's stop, which nothing else holds, waits too.
    trips = [a_trip(1, 2, 3, "08:00-12:00"), a_trip(2, 2, 4, "08:00-12:00", "11:00-11:30")]
    plan = planned(a_day(trips, [a_run(1)]), weights=Weights(run_s=0))
    assert plan.terms.onboard_wait == 0


def test_promised_times_are_kept_when_a_trip_is_added_later_in_the_day() -> None:
    trips = [a_trip(1, 2, 4, "08:00-10:00"), a_trip(2, 5, 3, "10:00-12:00")]
    held = in_force(a_day(trips, [a_run(1)]), planned(a_day(trips, [a_run(1)])))
    later = msgspec.structs.replace(held, trips=(*held.trips, a_trip(3, 6, 8, "15:00-16:00")))
    before = starts_of(planned(held))
    after = starts_of(planned(later))
    assert {stop: after[stop] for stop in before} == before
    assert {"+3", "-3"} <= after.keys()


def test_a_promised_time_gives_way_to_a_window_by_no_more_than_it_must() -> None:
    held = placed(a_trip(1, 2, 4, "08:30-09:00"), 1, seconds("08:00"), seconds("08:21"))
    assert starts_of(planned(a_day([held], [a_run(1)]))) == {"+1": "08:30", "-1": "08:51"}
