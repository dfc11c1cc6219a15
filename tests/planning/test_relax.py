"""Relaxations: with what they say a trip left over finds a place, with a minute less it does not."""

from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from estafette.domain.fleet import Break
from estafette.domain.offer import Move
from estafette.domain.plan import Give, LeftOver, Plan, Reason, Relaxation
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.offers import offers
from estafette.planning.preview import preview
from estafette.planning.rules import direct_s, ride_limit_s
from estafette.planning.solve import solve
from estafette.planning.standing import standing_of
from tests.examples import up_to
from tests.planning.builders import CAR, VAN, WHEELCHAIR, a_break, a_day, a_run, a_trip, on_a_line, seconds
from tests.planning.exhaustive import can_insert
from tests.planning.featured import FEATURES, a_featured_matrix, a_random_featured_day

BRIEF = Budget(iterations=60)
FEW = settings(max_examples=up_to(25), deadline=None)


def relaxed(problem: Problem, matrix: TravelMatrix, trip_id: int, wanted: Relaxation, by_s: int) -> Problem:
    """The day on which one limit gives way by so much."""

    def trip(facts: Any) -> Any:
        if facts.trip_id != trip_id:
            return facts
        limit_s = ride_limit_s(problem, facts, direct_s(facts, matrix))
        changes: dict[Give, dict[str, int]] = {
            Give.PICKUP_LATER: {"pickup_to_s": facts.pickup_to_s + by_s},
            Give.PICKUP_EARLIER: {"pickup_from_s": facts.pickup_from_s - by_s},
            Give.DROPOFF_LATER: {"dropoff_to_s": facts.dropoff_to_s + by_s},
            Give.RIDE_LONGER: {"max_ride_s": limit_s + by_s},
        }
        changes[Give.TRIP_LATER] = changes[Give.PICKUP_LATER] | changes[Give.DROPOFF_LATER]
        changes[Give.TRIP_EARLIER] = changes[Give.PICKUP_EARLIER] | {
            "dropoff_from_s": facts.dropoff_from_s - by_s
        }
        # The limit of the company follows the direct ride, and that the window: it stays what it was.
        return msgspec.structs.replace(facts, **{"max_ride_s": limit_s, **changes.get(wanted.kind, {})})

    def run(facts: Any) -> Any:
        if facts.run_id != wanted.run_id:
            return facts
        breaks = tuple(
            Break(from_s=each.from_s - by_s, to_s=each.to_s + by_s, duration_s=each.duration_s)
            for each in facts.breaks
        )
        changes: dict[Give, dict[str, Any]] = {
            Give.RUN_LONGER: {"shift_to_s": facts.shift_to_s + by_s},
            Give.RUN_EARLIER: {"shift_from_s": facts.shift_from_s - by_s},
            Give.BREAK_MOVED: {"breaks": breaks},
        }
        return msgspec.structs.replace(facts, **changes.get(wanted.kind, {}))

    return msgspec.structs.replace(
        problem, trips=tuple(map(trip, problem.trips)), runs=tuple(map(run, problem.runs))
    )


def runs_that_can(problem: Problem, matrix: TravelMatrix, plan: Plan, trip_id: int) -> set[int]:
    """The runs that can take the trip, and the checker agrees."""
    standing = standing_of(problem, matrix, Weights(), plan)
    found = {each.run_id for each in offers(standing, trip_id, len(problem.runs))}
    for run_id in found:
        assert preview(standing, Move(trip_id=trip_id, run_id=run_id)).violations == ()
    return found


def is_linked(problem: Problem, trip_id: int) -> bool:
    links = ((trip.trip_id, trip.link.after_trip_id) for trip in problem.trips if trip.link)
    return any(trip_id in pair for pair in links)


def assert_makes_room(
    problem: Problem, matrix: TravelMatrix, plan: Plan, trip_id: int, wanted: Relaxation
) -> None:
    moved = wanted.moved_trip_id
    assert moved is not None
    move = Move(trip_id=moved, run_id=wanted.to_run_id)
    broken = preview(standing_of(problem, matrix, Weights(), plan), move).violations
    assert [found for found in broken if found.run_id != wanted.run_id] == []
    runs = tuple(
        msgspec.structs.replace(run, stops=tuple(stop for stop in run.stops if stop.trip_id != moved))
        for run in plan.runs
    )
    gone = msgspec.structs.replace(plan, runs=runs)
    assert wanted.run_id in runs_that_can(problem, matrix, gone, trip_id)


def assert_least(problem: Problem, matrix: TravelMatrix, plan: Plan, left: LeftOver) -> None:
    for wanted in left.relaxations:
        if wanted.kind is Give.TRIP_MOVED:
            assert_makes_room(problem, matrix, plan, left.trip_id, wanted)
            continue
        enough = relaxed(problem, matrix, left.trip_id, wanted, wanted.amount_s)
        assert wanted.run_id in runs_that_can(enough, matrix, plan, left.trip_id)
        too_little = relaxed(problem, matrix, left.trip_id, wanted, wanted.amount_s - 60)
        assert wanted.run_id not in runs_that_can(too_little, matrix, plan, left.trip_id)
        run = next(run for run in too_little.runs if run.run_id == wanted.run_id)
        planned = next(run for run in plan.runs if run.run_id == wanted.run_id)
        trip = next(trip for trip in too_little.trips if trip.trip_id == left.trip_id)
        # The exhaustive search knows nothing of links across runs.
        assert is_linked(problem, left.trip_id) or not can_insert(too_little, matrix, run, planned, trip)


@FEW
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=3))
@example(1, {"expected", "one_driver", "activation"})
def test_a_relaxation_is_enough_and_a_minute_less_is_not(seed: int, features: set[str]) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 2, features), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=BRIEF)
    for left in plan.left_over:
        assert_least(problem, matrix, plan, left)


@FEW
@given(st.integers(0, 10_000))
def test_an_optional_trip_that_is_beaten_is_served_once_it_is_worth_as_much_more(seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 4, 2, {"optional", "activation"}), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=BRIEF)
    for left in plan.left_over:
        short = [each.short_by for each in left.refusals if each.reason is Reason.BEATEN and each.short_by]
        trip = next(each for each in problem.trips if each.trip_id == left.trip_id)
        assert trip.unserved_s is not None or not short
        assert not (short and left.relaxations)


def left_over(trips: list[Any], runs: list[Any]) -> tuple[LeftOver, ...]:
    return solve(a_day(trips, runs), on_a_line(), budget=BRIEF).left_over


def test_the_rider_is_asked_before_the_driver() -> None:
    (left,) = left_over([a_trip(1, 2, 3, "17:30-17:40")], [a_run(1)])
    # From 2 to 3 and home to 1 takes 32 minutes from the pick-up on.
    assert [(each.kind, each.amount_s // 60) for each in left.relaxations] == [
        (Give.PICKUP_EARLIER, 2),
        (Give.RUN_LONGER, 2),
    ]


def test_a_ride_limit_is_relaxed_by_whole_minutes() -> None:
    (left,) = left_over([a_trip(1, 2, 3, max_ride_s=290)], [a_run(1)])
    assert [(each.kind, each.amount_s) for each in left.relaxations] == [(Give.RIDE_LONGER, 360)]


def test_a_break_that_moves_lets_a_trip_in() -> None:
    (left,) = left_over(
        [a_trip(1, 2, 3, "08:00-08:00")], [a_run(1, "07:50-08:52", breaks=(a_break("08:00-08:00", 20),))]
    )
    kinds = {each.kind: each.amount_s // 60 for each in left.relaxations}
    assert kinds[Give.BREAK_MOVED] == 12


def test_an_optional_trip_names_what_it_is_short_of() -> None:
    (left,) = left_over([a_trip(1, 2, 3, unserved_s=100)], [a_run(1, layouts=CAR, activation_s=0)])
    # Driving 40 minutes costs 2400 seconds.
    assert [(each.reason, each.short_by) for each in left.refusals] == [(Reason.BEATEN, 2301)]
    assert seconds("00:40") - 100 == 2300


def test_another_trip_that_can_go_elsewhere_makes_room() -> None:
    wanted = a_trip(2, 2, 3, "08:03-08:06", takes=WHEELCHAIR, no_share=True)
    problem = a_day([a_trip(1, 2, 3, "08:00-08:05"), wanted], [a_run(1, start_id=9), a_run(2, layouts=VAN)])
    # The first trip goes to the van, which stands nearer, and nothing is searched after that.
    plan = solve(problem, on_a_line(), budget=Budget(iterations=0))
    (left,) = plan.left_over
    assert left.relaxations[-1] == Relaxation(
        kind=Give.TRIP_MOVED, run_id=2, amount_s=0, moved_trip_id=1, to_run_id=1
    )
    assert_makes_room(problem, on_a_line(), plan, 2, left.relaxations[-1])
