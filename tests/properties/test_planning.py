"""Properties of the optimiser on random days, against the checker and against exhaustive search."""

from datetime import UTC, datetime

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import AssignmentFacts, Lock, TripFacts
from estafette.domain.fleet import Break, RunFacts, Spaces
from estafette.domain.place import Place
from estafette.domain.plan import LeftOver, Plan, Reason, RunRefusal
from estafette.domain.problem import Problem
from estafette.domain.record import encode
from estafette.domain.travel import TravelMatrix
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.rules import direct_s, ride_limit_s
from estafette.planning.solve import solve
from estafette.travel.estimate import EstimateTravel
from estafette.travel.traffic import Traffic
from tests.examples import up_to
from tests.planning.builders import STRETCHER, VAN, WHEELCHAIR, a_day, a_random_day, a_run, a_trip, on_a_plane
from tests.planning.cheapest import most_served
from tests.planning.exhaustive import can_insert

HOUR = 3600
PLACES = 6
TAKES = st.sampled_from([Spaces(seats=1), Spaces(seats=1), Spaces(seats=2), WHEELCHAIR, STRETCHER])
LAYOUTS = st.sampled_from([VAN, (Spaces(seats=2),), (Spaces(seats=3), Spaces(wheelchairs=1, stretchers=1))])
PROFILES = st.sampled_from([(1000,), tuple(1000 + 2 * abs(90 - k) for k in range(400))])
SEEDS = st.integers(0, 10_000)


@st.composite
def trips(draw: st.DrawFn, trip_id: int) -> TripFacts:
    origin, destination = draw(
        st.lists(st.integers(1, PLACES), min_size=2, max_size=2, unique=trip_id % 4 != 0)
    )
    pickup_from_s = draw(st.integers(HOUR, 4 * HOUR))
    dropoff_from_s = pickup_from_s + draw(st.integers(-900, 1800))
    return msgspec.structs.replace(
        a_trip(trip_id, origin, destination, takes=draw(TAKES), dwell_s=draw(st.integers(0, 300))),
        pickup_from_s=pickup_from_s,
        pickup_to_s=pickup_from_s + draw(st.integers(0, HOUR)),
        dropoff_from_s=dropoff_from_s,
        dropoff_to_s=dropoff_from_s + draw(st.integers(900, 2 * HOUR)),
        max_ride_s=draw(st.none() | st.integers(600, HOUR)),
    )


@st.composite
def runs(draw: st.DrawFn, run_id: int, most_breaks: int) -> RunFacts:
    shift_from_s = draw(st.integers(0, HOUR))
    breaks = draw(
        st.lists(
            st.builds(
                lambda from_s, window_s, duration_s: Break(
                    from_s=from_s, to_s=from_s + window_s, duration_s=duration_s
                ),
                st.integers(HOUR, 3 * HOUR), st.integers(0, HOUR), st.integers(300, 1800),
            ),
            max_size=most_breaks,
        )
    )  # fmt: skip
    frame = a_run(run_id, layouts=draw(LAYOUTS), start_id=draw(st.integers(1, PLACES)), breaks=tuple(breaks))
    shift_to_s = shift_from_s + draw(st.integers(2 * HOUR, 7 * HOUR))
    return msgspec.structs.replace(frame, shift_from_s=shift_from_s, shift_to_s=shift_to_s)


@st.composite
def days(draw: st.DrawFn, most_trips: int, most_breaks: int = 1) -> Problem:
    n = draw(st.integers(1, most_trips))
    return a_day(
        [draw(trips(trip_id)) for trip_id in range(1, n + 1)],
        [draw(runs(run_id, most_breaks)) for run_id in (1, 2)],
        places=PLACES,
    )


@st.composite
def matrices(draw: st.DrawFn) -> TravelMatrix:
    return on_a_plane(draw(SEEDS), PLACES, 1200, draw(PROFILES))


@given(problem=days(4), matrix=matrices())
@settings(max_examples=up_to(60), deadline=None)
def test_tiny_days_serve_as_many_as_exhaustive_search(problem: Problem, matrix: TravelMatrix) -> None:
    plan = solve(problem, matrix, budget=Budget(iterations=2000))
    assert violations(problem, matrix, plan) == []
    assert len(problem.trips) - len(plan.left_over) == most_served(problem, matrix)


@given(problem=days(4), matrix=matrices(), iterations=st.sampled_from([0, 20]))
@settings(max_examples=up_to(80), deadline=None)
def test_left_over_means_that_no_insertion_is_legal(
    problem: Problem, matrix: TravelMatrix, iterations: int
) -> None:
    plan = solve(problem, matrix, budget=Budget(iterations=iterations))
    found = {trip.trip_id: trip for trip in problem.trips}
    insertable = [
        (left.trip_id, run.run_id)
        for left in plan.left_over
        for run, planned in zip(problem.runs, plan.runs, strict=True)
        if can_insert(problem, matrix, run, planned, found[left.trip_id])
    ]
    assert insertable == []


@given(problem=days(10, 2), matrix=matrices(), seed=SEEDS)
@settings(max_examples=up_to(150), deadline=None)
def test_random_days_never_break_the_checker(problem: Problem, matrix: TravelMatrix, seed: int) -> None:
    plan = solve(problem, matrix, budget=Budget(iterations=60), seed=seed)
    assert violations(problem, matrix, plan) == []
    for left in plan.left_over:
        assert [refusal.run_id for refusal in left.refusals] == [1, 2]


def locked(problem: Problem, plan: Plan, locks: list[Lock]) -> Problem:
    """The plan in force, its trips locked in turn."""
    assigned: dict[int, AssignmentFacts] = {}
    for run in plan.runs:
        for stop in run.stops:
            if stop.trip_id is not None:
                before = assigned.get(stop.trip_id)
                assigned[stop.trip_id] = AssignmentFacts(
                    run_id=run.run_id, pickup_s=before.pickup_s if before else stop.start_s,
                    dropoff_s=stop.start_s, version=1, lock=locks[stop.trip_id % len(locks)],
                )  # fmt: skip
    return msgspec.structs.replace(
        problem,
        trips=tuple(
            msgspec.structs.replace(trip, assigned=assigned.get(trip.trip_id)) for trip in problem.trips
        ),
    )


@given(
    problem=days(8),
    matrix=matrices(),
    locks=st.lists(st.sampled_from(list(Lock)), min_size=1, max_size=4),
    more=trips(99),
)
@settings(max_examples=up_to(100), deadline=None)
def test_replanning_with_locks_and_a_new_trip_never_breaks_the_checker(
    problem: Problem, matrix: TravelMatrix, locks: list[Lock], more: TripFacts
) -> None:
    held = locked(problem, solve(problem, matrix, budget=Budget(iterations=20)), locks)
    held = msgspec.structs.replace(held, trips=(*held.trips, more))
    plan = solve(held, matrix, budget=Budget(iterations=60))
    assert violations(held, matrix, plan) == []


@given(problem=days(8), matrix=matrices())
@settings(max_examples=up_to(30), deadline=None)
def test_a_replayed_solve_is_equal_byte_for_byte(problem: Problem, matrix: TravelMatrix) -> None:
    again = msgspec.json.decode(encode(problem), type=Problem)
    plans = [solve(each, matrix, budget=Budget(iterations=40)) for each in (problem, again)]
    assert encode(plans[0]) == encode(plans[1])


def relaxed_trip(problem: Problem, matrix: TravelMatrix, trip: TripFacts, refusal: RunRefusal) -> TripFacts:
    by = refusal.short_by or 0
    if refusal.reason == Reason.TIME_WINDOW:
        return msgspec.structs.replace(
            trip, pickup_to_s=trip.pickup_to_s + by, dropoff_to_s=trip.dropoff_to_s + by,
            max_ride_s=ride_limit_s(problem, trip, direct_s(trip, matrix)),
        )  # fmt: skip
    if refusal.reason == Reason.RIDE_TIME:
        limit_s = ride_limit_s(problem, trip, direct_s(trip, matrix))
        return msgspec.structs.replace(trip, max_ride_s=limit_s + by)
    return trip


def relaxed_run(run: RunFacts, refusal: RunRefusal) -> RunFacts:
    by = refusal.short_by or 0
    if refusal.reason == Reason.SHIFT:
        return msgspec.structs.replace(
            run, shift_from_s=run.shift_from_s - by, shift_to_s=run.shift_to_s + by
        )
    if refusal.reason == Reason.SPACE:
        more = Spaces(seats=by, wheelchairs=by, stretchers=by)
        return msgspec.structs.replace(run, layouts=tuple(layout.plus(more) for layout in run.layouts))
    return run


def alone(problem: Problem, plan: Plan, left: LeftOver, refusal: RunRefusal, matrix: TravelMatrix) -> Problem:
    """The one run as planned and the one trip, with what the reason names relaxed by what it says."""
    held = locked(problem, plan, [Lock.NONE])
    return msgspec.structs.replace(
        held,
        runs=tuple(relaxed_run(run, refusal) for run in held.runs if run.run_id == refusal.run_id),
        trips=tuple(
            relaxed_trip(problem, matrix, trip, refusal)
            for trip in held.trips
            if trip.trip_id == left.trip_id
            or (trip.assigned is not None and trip.assigned.run_id == refusal.run_id)
        ),
    )


@given(seed=SEEDS, crowd=st.integers(8, 40))
@settings(max_examples=up_to(40), deadline=None)
def test_relaxing_what_a_reason_names_by_what_it_says_lets_the_trip_in(seed: int, crowd: int) -> None:
    matrix = on_a_plane(seed, 12, 3000)
    problem = a_random_day(seed, crowd, 3, matrix)
    plan = solve(problem, matrix, budget=Budget(iterations=30))
    for left in plan.left_over:
        for refusal in left.refusals:
            if refusal.short_by is not None:
                day = alone(problem, plan, left, refusal, matrix)
                again = solve(day, matrix, budget=Budget(iterations=0))
                assert violations(day, matrix, again) == []
                assert again.left_over == ()


@given(
    free_flow_s=st.integers(0, 27_000), depart_s=st.integers(-HOUR, 30 * HOUR), later_s=st.integers(0, HOUR)
)
@settings(max_examples=up_to(500), deadline=None)
def test_leaving_later_never_means_arriving_earlier(free_flow_s: int, depart_s: int, later_s: int) -> None:
    matrix = TravelMatrix(
        place_ids=np.array([1, 2]), durations_s=np.full((2, 2), free_flow_s, np.int32),
        distances_m=np.zeros((2, 2), np.int32), profile_permille=Traffic().profiles(free_flow_s), source="",
        estimated=True,
    )  # fmt: skip
    leaving = [depart_s, depart_s + later_s]
    arriving = [at_s + matrix.travel_s(1, 2, at_s) for at_s in leaving]
    assert arriving[0] <= arriving[1]


@given(
    spots=st.lists(st.tuples(st.floats(5, 8), st.floats(45, 48)), min_size=3, max_size=3),
    depart_s=st.integers(0, 24 * HOUR),
)
@settings(max_examples=up_to(200), deadline=None)
def test_a_detour_is_never_estimated_faster_than_the_direct_way(
    spots: list[tuple[float, float]], depart_s: int
) -> None:
    places = [Place(place_id=k, name="", lon=lon, lat=lat) for k, (lon, lat) in enumerate(spots)]
    free = EstimateTravel().matrix(places).durations_s
    assert free[0, 2] <= free[0, 1] + free[1, 2] + 1


def test_the_reference_instant_of_the_builders_is_midnight_in_paris() -> None:
    assert a_day([], []).day_start_at == datetime(2026, 3, 1, 23, tzinfo=UTC)
