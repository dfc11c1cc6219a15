"""Offers: the runs that could take one more trip, against brute force on tiny days."""

from itertools import combinations_with_replacement

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Link
from estafette.domain.error import Invalid
from estafette.domain.offer import Move
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.offers import best_positions, marginal, offers, standing_run, without
from estafette.planning.preview import preview
from estafette.planning.solve import solve
from estafette.planning.standing import Standing, asking, standing_of, timed
from tests.examples import up_to
from tests.planning.builders import a_day, a_run, a_trip, on_a_line
from tests.planning.exhaustive import can_insert
from tests.planning.featured import FEATURES, a_featured_matrix, a_random_featured_day
from tests.planning.solving import run_of

W = Weights()
BRIEF = Budget(iterations=30)
# What `can_insert` does not know: who is linked with whom across runs, what a driver does on others.
KNOWN = sorted(set(FEATURES) - {"links", "waits", "one_driver"})
FEW = settings(max_examples=up_to(15), deadline=None)


def stands(problem: Problem, matrix: TravelMatrix, plan: Plan | None = None) -> Standing:
    plan = plan or solve(problem, matrix, budget=BRIEF)
    return standing_of(problem, matrix, W, plan)


def kinds_of(problem: Problem, standing: Standing) -> dict[int, object]:
    """Runs by what tells them apart: an empty run is like all others of its kind."""
    kinds = standing.day.run[:, 9].tolist()
    return {
        run.run_id: ("empty", kind) if not standing.nodes(row) else run.run_id
        for row, (run, kind) in enumerate(zip(problem.runs, kinds, strict=True))
    }


@FEW
@given(st.integers(0, 10_000), st.sets(st.sampled_from(KNOWN), max_size=3))
def test_a_new_trip_is_offered_on_exactly_the_runs_that_can_take_it(seed: int, features: set[str]) -> None:
    whole, matrix = a_random_featured_day(seed, 4, 3, features), a_featured_matrix(seed)
    day, new = msgspec.structs.replace(whole, trips=whole.trips[:-1]), whole.trips[-1]
    standing = stands(day, matrix)
    kinds = kinds_of(day, standing)
    planned = {run.run_id: run for run in standing.plan.runs}
    able = {
        kinds[run.run_id]
        for run in day.runs
        if can_insert(whole, matrix, run, planned[run.run_id], new)
        and run.driver_id not in new.banned_driver_ids
    }
    found = offers(standing, new, k=9)
    assert {kinds[each.run_id] for each in found} == able
    assert [each.cost for each in found] == sorted(each.cost for each in found)


@FEW
@given(st.integers(0, 10_000), st.sets(st.sampled_from(KNOWN), max_size=3))
def test_offers_come_cheapest_first_by_what_they_cost(seed: int, features: set[str]) -> None:
    whole, matrix = a_random_featured_day(seed, 14, 7, features), a_featured_matrix(seed)
    standing = stands(msgspec.structs.replace(whole, trips=whole.trips[:-1]), matrix)
    costs = [each.cost for each in offers(standing, whole.trips[-1], k=7)]
    assert costs == sorted(costs)


@FEW
@given(st.integers(0, 10_000), st.sets(st.sampled_from(KNOWN), max_size=2))
def test_an_offer_is_the_cheapest_of_all_positions_of_its_run(seed: int, features: set[str]) -> None:
    whole, matrix = a_random_featured_day(seed, 4, 2, features), a_featured_matrix(seed)
    day, new = msgspec.structs.replace(whole, trips=whole.trips[:-1]), whole.trips[-1]
    standing = stands(day, matrix)
    for offer in offers(standing, new, k=9):
        with asking(standing, new) as asked:
            run = standing.book.names.run[offer.run_id]
            alone, node, costs = without(asked, run), 2 * asked.row, []
            for i, j in combinations_with_replacement(range(len(alone) + 1), 2):
                nodes = [*alone[:i], node, *alone[i:j], node + 1, *alone[j:]]
                way = timed(asked, run, nodes, joins=asked.row)
                if way is not None:
                    costs.append(marginal(asked, run, standing_run(standing, run), way).cost())
        # Spaces and limits of driving are not looked at here: some of these positions may not be legal.
        assert min(costs) <= offer.cost
        assert offer.cost in costs
        if not features:
            assert offer.cost == min(costs)


@FEW
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=3))
def test_the_best_positions_on_a_run_are_those_that_it_is_offered_with(seed: int, features: set[str]) -> None:
    day, matrix = a_random_featured_day(seed, 14, 5, features), a_featured_matrix(seed)
    standing = stands(day, matrix)
    for trip in day.trips:
        offered = {each.run_id: each for each in offers(standing, trip.trip_id, k=9)}
        with asking(standing, trip.trip_id) as asked:
            for run_id, offer in offered.items():
                found = best_positions(asked, standing.book.names.run[run_id])
                assert found == (offer.pickup_position, offer.dropoff_position)


def a_line_day() -> Problem:
    trips = [a_trip(1, 2, 3, "08:00-08:30"), a_trip(2, 4, 5, "09:00-09:30"), a_trip(3, 6, 7, "08:00-08:20")]
    return a_day(trips, [a_run(1), a_run(2)])


def test_the_ripple_is_the_difference_of_the_two_timetables() -> None:
    standing = stands(a_line_day(), on_a_line())
    new = a_trip(9, 3, 4, "08:20-08:50")
    (best, *_) = offers(standing, new, 1)
    whole = msgspec.structs.replace(a_line_day(), trips=(*a_line_day().trips, new))
    with asking(standing, new) as asked:
        run = standing.book.names.run[best.run_id]
        alone, node = without(asked, run), 2 * asked.row
        i, j = best.pickup_position, best.dropoff_position
        after = timed(asked, run, [*alone[:i], node, *alone[i:j], node + 1, *alone[j:]], joins=asked.row)
    assert after is not None
    before = {(stop.kind, stop.trip_id): stop.start_s for stop in standing.planned[best.run_id].stops}
    moved = {
        (stop.kind, stop.trip_id): stop.start_s - before[stop.kind, stop.trip_id]
        for stop in after.stops
        if before.get((stop.kind, stop.trip_id), stop.start_s) != stop.start_s
    }
    assert {(each.kind, each.trip_id): each.by_s for each in best.ripple} == moved
    assert len(whole.trips) == 4


def test_a_trip_of_the_plan_is_offered_as_if_it_were_on_no_run() -> None:
    problem = a_line_day()
    standing = stands(problem, on_a_line())
    home = run_of(standing.plan)[1]
    found = offers(standing, 1, 2)
    assert found[0].run_id == home
    assert found[0].ripple == ()


def test_questions_leave_the_plan_as_it_was() -> None:
    problem, matrix = a_random_featured_day(5, 5, 2), a_featured_matrix(5)
    standing = stands(problem, matrix)
    before = [array.copy() for array in (standing.state.line, standing.state.card, standing.state.node[:-2])]
    first = offers(standing, 1, 2)
    offers(standing, msgspec.structs.replace(problem.trips[0], trip_id=77), 2)
    preview(standing, Move(trip_id=2, run_id=1))
    assert offers(standing, 1, 2) == first
    sizes = standing.state.sheet[:, 0].tolist()
    for run, size in enumerate(sizes):
        np.testing.assert_array_equal(standing.state.line[run, :size], before[0][run, :size])
    np.testing.assert_array_equal(standing.state.card[:, 0], before[1][:, 0])
    np.testing.assert_array_equal(standing.state.node[:-2], before[2])


@FEW
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=3))
def test_the_plan_stands_at_the_times_that_are_written_in_it(seed: int, features: set[str]) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 3, features), a_featured_matrix(seed)
    standing = stands(problem, matrix)
    with asking(standing, a_trip(9, 2, 3)) as asked:
        for run in range(len(problem.runs)):
            again = timed(asked, run, standing.nodes(run))
            assert again is not None
            assert again.stops == standing_run(standing, run).stops


def test_a_skill_nobody_has_heard_of_is_offered_nowhere() -> None:
    standing = stands(
        a_day([a_trip(1, 2, 3, needs=("lift",))], [a_run(1, skills=("lift", "oxygen"))]), on_a_line()
    )
    assert offers(standing, a_trip(9, 3, 4, needs=("bariatric",))) == ()
    assert len(offers(standing, a_trip(9, 3, 4, needs=("oxygen",)))) == 1


def test_a_return_is_offered_after_the_trip_it_is_linked_to() -> None:
    problem = a_day([a_trip(1, 2, 3, "08:00-08:10")], [a_run(1), a_run(2)])
    standing = stands(problem, on_a_line())
    back = a_trip(2, 3, 2, link=Link(after_trip_id=1, min_stay_s=1800))
    (found, *_) = offers(standing, back)
    arrived_s = next(
        stop.depart_s for run in standing.plan.runs for stop in run.stops if stop.kind == "dropoff"
    )
    assert found.pickup_s >= arrived_s + 1800


def test_a_trip_of_the_problem_is_not_taken_for_a_new_one() -> None:
    standing = stands(a_line_day(), on_a_line())
    with pytest.raises(Invalid, match="trip 1 is in the problem already"):
        offers(standing, a_trip(1, 2, 3))
    with pytest.raises(Invalid, match="the problem has no trip 50"):
        offers(standing, 50)


def test_a_plan_of_other_trips_does_not_stand() -> None:
    plan = solve(a_line_day(), on_a_line(), budget=BRIEF)
    with pytest.raises(Invalid, match="the plan has trip 3, which the problem has not"):
        stands(msgspec.structs.replace(a_line_day(), trips=a_line_day().trips[:2]), on_a_line(), plan)


def test_a_plan_prepared_again_with_a_place_more_is_offered_the_same_as_anew() -> None:
    runs = [a_run(10), msgspec.structs.replace(a_run(11), end_place_id=None), a_run(12)]
    for own in (runs, runs[::2]):  # the place where a run with an open end goes comes after all others
        day = a_day([a_trip(1, 2, 4, "08:00-08:30"), a_trip(2, 5, 3, "09:00-09:30")], own)
        near, far = on_a_line(10), on_a_line(12)
        before, new = stands(day, near), a_trip(3, 12, 11, "10:00-11:00")
        anew = stands(day, far, before.plan)
        found = offers(standing_of(day, far, W, before.plan, before), new, 3)
        assert found == offers(anew, new, 3) != ()


def test_a_matrix_extends_those_of_its_first_places_alone() -> None:
    few, many, slow = on_a_line(3), on_a_line(5), on_a_line(5, minutes_apart=20)
    assert many.extends(few)
    assert not few.extends(many)
    assert not slow.extends(few)
