"""One trip against all runs: each run is offered or says what binds, and neither is guessed."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import AssignmentFacts, Lock
from estafette.domain.error import Invalid
from estafette.domain.fleet import RunFacts
from estafette.domain.offer import Leaving, Move, Options
from estafette.domain.plan import LeftOver, Plan, Reason, StopKind
from estafette.domain.weights import Terms, Weights
from estafette.planning.budget import Budget
from estafette.planning.by_hand import by_hand
from estafette.planning.offers import offer_on, offers
from estafette.planning.options import options
from estafette.planning.solve import solve
from estafette.planning.standing import Standing, asking, standing_of, timed
from tests.examples import up_to
from tests.planning.builders import a_day, a_run, a_trip, on_a_line, placed
from tests.planning.featured import FEATURES, a_featured_matrix, a_random_featured_day

W = Weights()
BRIEF = Budget(iterations=30)


def left_over(plan: Plan, trip_id: int) -> Plan:
    runs = tuple(
        msgspec.structs.replace(run, stops=tuple(stop for stop in run.stops if stop.trip_id != trip_id))
        for run in plan.runs
    )
    return msgspec.structs.replace(plan, runs=runs, left_over=(LeftOver(trip_id=trip_id, refusals=()),))


def run_ids(found: Options) -> list[int]:
    return [each.run_id for each in found.options]


def test_every_run_is_listed_once_the_offers_first_and_the_cheapest_before_the_dearer() -> None:
    problem = a_day(
        [a_trip(1, 2, 3), a_trip(2, 4, 5)],
        [a_run(1), a_run(2), a_run(3, "12:00-13:00"), a_run(4), a_run(5, start_id=9, end_id=9)],
    )
    plan = solve(problem, on_a_line(), budget=BRIEF)
    standing = standing_of(problem, on_a_line(), W, plan)
    found = options(standing, 2)
    assert sorted(run_ids(found)) == [1, 2, 3, 4, 5]
    costs = [each.offer.cost for each in found.options if each.offer]
    assert costs == sorted(costs)
    assert len(costs) == 4  # empty runs that are alike are offered each
    refused = [each for each in found.options if each.offer is None]
    assert [(each.run_id, each.reason) for each in refused] == [(3, Reason.SHIFT)]
    assert refused == list(found.options[len(costs) :])


def test_the_run_of_a_trip_is_named_and_offered_as_if_it_had_it_not() -> None:
    problem = a_day([a_trip(1, 2, 3)], [a_run(1), a_run(2, start_id=9, end_id=9)])
    plan = solve(problem, on_a_line(), budget=BRIEF)
    found = options(standing_of(problem, on_a_line(), W, plan), 1)
    assert found.run_id == 1
    assert found.options[0].run_id == 1
    assert found.options[0].offer is not None
    assert found.options[0].offer.extra_drive_s > 0


def test_a_trip_that_is_not_planned_is_refused() -> None:
    problem = a_day([a_trip(1, 2, 3)], [a_run(1)])
    standing = standing_of(problem, on_a_line(), W, solve(problem, on_a_line(), budget=BRIEF))
    with pytest.raises(Invalid):
        options(standing, 99)


def delayed(standing: Standing, found: Options, by_s: int) -> bool:
    """Tell whether the first offered run is legal when the pick-up of its trip cannot be before it plus so much."""
    offer = found.options[0].offer
    assert offer is not None
    trips = tuple(
        msgspec.structs.replace(trip, pickup_from_s=offer.pickup_s + by_s)
        if trip.trip_id == found.trip_id else trip
        for trip in standing.room.trips[:-1]
    )  # fmt: skip
    room = msgspec.structs.replace(standing.room, trips=trips)
    later = standing_of(room, standing.matrix, W, standing.plan)
    with asking(later, found.trip_id) as asked:
        row = later.book.names.run[offer.run_id]
        node, alone = 2 * asked.row, later.nodes(row)
        nodes = [*alone[: offer.pickup_position], node, *alone[offer.pickup_position : offer.dropoff_position],
                 node + 1, *alone[offer.dropoff_position :]]  # fmt: skip
        return timed(asked, row, nodes, joins=asked.row) is not None


def test_a_trip_may_be_later_by_its_slack_and_no_more() -> None:
    problem = a_day([a_trip(1, 2, 3), a_trip(2, 4, 5)], [a_run(1)])
    plan = left_over(solve(problem, on_a_line(), budget=BRIEF), 2)
    standing = standing_of(problem, on_a_line(), W, plan)
    found = options(standing, 2)
    offer = found.options[0].offer
    assert offer is not None
    trip = problem.trips[1]
    assert 0 < offer.slack_s <= trip.pickup_to_s - offer.pickup_s
    assert delayed(standing, found, offer.slack_s)
    assert offer.pickup_s + offer.slack_s == trip.pickup_to_s or not delayed(
        standing, found, offer.slack_s + 1
    )


@settings(max_examples=up_to(15), deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_offered_here_is_what_offers_offers(seed: int) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 3, set()), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=BRIEF)
    trip_id = problem.trips[0].trip_id
    standing = standing_of(problem, matrix, W, left_over(plan, trip_id))
    found = options(standing, trip_id)
    offered = {each.run_id: each.offer for each in found.options if each.offer}
    for offer in offers(standing, trip_id, len(problem.runs)):
        assert offered[offer.run_id] == offer
    assert sorted(run_ids(found)) == sorted(run.run_id for run in problem.runs)
    assert all((each.offer is None) != (each.reason is None) for each in found.options)


@settings(max_examples=up_to(15), deadline=None)
@given(
    st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=4), st.sets(st.integers(0, 4))
)
def test_of_some_runs_alone_the_same_is_said(seed: int, features: set[str], rows: set[int]) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 5, features), a_featured_matrix(seed)
    standing = standing_of(problem, matrix, W, solve(problem, matrix, budget=BRIEF))
    only = {problem.runs[row].run_id for row in rows}
    for trip in problem.trips:
        of_all = options(standing, trip.trip_id)
        some = tuple(each for each in of_all.options if each.run_id in only)
        assert options(standing, trip.trip_id, only) == msgspec.structs.replace(of_all, options=some)


@settings(max_examples=up_to(25), deadline=None)
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=4))
def test_an_offer_and_what_is_left_behind_are_together_what_the_move_does(
    seed: int, features: set[str]
) -> None:
    problem, matrix = a_random_featured_day(seed, 6, 3, features), a_featured_matrix(seed)
    standing = standing_of(problem, matrix, W, solve(problem, matrix, budget=BRIEF))
    for trip in problem.trips:
        found = options(standing, trip.trip_id)
        if found.run_id is not None and found.leaving is None:
            continue
        left = found.leaving or Leaving(terms=Terms(), ripple=())
        for offer in (each.offer for each in found.options if each.offer and each.run_id != found.run_id):
            made = by_hand(standing, [Move(trip_id=trip.trip_id, run_id=offer.run_id)])
            assert made.violations == ()
            assert msgspec.structs.replace(made.terms, unserved=0) == offer.terms.plus(left.terms)
            assert set(made.ripple) == {*offer.ripple, *left.ripple}


def leavable(runs: list[RunFacts], *, lock: Lock = Lock.NONE) -> Leaving | None:
    """Plan two trips, and give what becomes of the run of the second when that has left it."""
    problem, matrix = a_day([a_trip(1, 2, 3), a_trip(2, 3, 5)], runs), on_a_line()
    plan = solve(problem, matrix, budget=BRIEF)
    assigned = AssignmentFacts(run_id=1, pickup_s=0, dropoff_s=0, version=1, lock=lock)
    trip = msgspec.structs.replace(problem.trips[1], assigned=assigned)
    locked = msgspec.structs.replace(problem, trips=(problem.trips[0], trip))
    return options(standing_of(locked, matrix, W, plan), 2).leaving


def test_what_a_run_saves_when_a_trip_leaves_it_is_said_with_the_options() -> None:
    left = leavable([a_run(1)])
    assert left is not None
    assert left.terms.drive < 0
    assert left.terms.unserved == 0
    assert [move.kind for move in left.ripple] == [StopKind.PULL_IN]


def test_nothing_is_said_of_leaving_where_that_may_not_be_or_depends_on_where_the_trip_goes() -> None:
    assert leavable([a_run(1)], lock=Lock.DRIVER) is None
    assert leavable([a_run(1), msgspec.structs.replace(a_run(2, "19:00-20:00"), driver_id=101)]) is None


def asked_slowly(standing: Standing, trip_id: int) -> Options:
    """Ask on a day that was prepared without the trip."""
    home = standing.run_of(standing.row_of(trip_id))
    room, run_id = standing.room, None
    problem = msgspec.structs.replace(room, trips=room.trips[:-1])
    freed = standing_of(problem, standing.matrix, W, left_over(standing.plan, trip_id))
    if home >= 0:
        run_id = room.runs[home].run_id
        with asking(freed, trip_id) as asked:
            alone = timed(asked, home, freed.nodes(home))
        freed.planned.update({run_id: alone} if alone else {})
    return msgspec.structs.replace(options(freed, trip_id), run_id=run_id)


@settings(max_examples=up_to(40), deadline=None)
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=4))
def test_a_trip_is_taken_off_its_run_as_if_the_day_were_prepared_without_it(
    seed: int, features: set[str]
) -> None:
    problem, matrix = a_random_featured_day(seed, 6, 3, features), a_featured_matrix(seed)
    standing = standing_of(problem, matrix, W, solve(problem, matrix, budget=BRIEF))
    for trip in problem.trips:
        found = msgspec.structs.replace(options(standing, trip.trip_id), leaving=None)
        assert found == asked_slowly(standing, trip.trip_id)


@settings(max_examples=up_to(15), deadline=None)
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=4))
def test_a_question_leaves_the_day_as_it_stood(seed: int, features: set[str]) -> None:
    problem, matrix = a_random_featured_day(seed, 6, 3, features), a_featured_matrix(seed)
    plan = solve(problem, matrix, budget=BRIEF)
    asked, other = (standing_of(problem, matrix, W, plan) for _ in range(2))
    for trip in problem.trips:
        options(asked, trip.trip_id)
    assert asked.planned == other.planned
    assert all(asked.nodes(run) == other.nodes(run) for run in range(len(problem.runs)))
    for trip in problem.trips:
        fresh = standing_of(problem, matrix, W, plan)
        assert offers(asked, trip.trip_id) == offers(fresh, trip.trip_id)


def as_one_by_one(standing: Standing, trip_id: int) -> None:
    """Each run that is offered is offered so by itself too."""
    with asking(standing, trip_id) as asked:
        for option in options(standing, trip_id).options:
            if option.offer is not None:
                row = standing.book.names.run[option.run_id]
                at = option.offer.pickup_position, option.offer.dropoff_position
                assert offer_on(asked, row, *at) == option.offer


@settings(max_examples=up_to(25), deadline=None)
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=3))
def test_empty_runs_that_are_alike_are_offered_each_as_by_itself(seed: int, features: set[str]) -> None:
    problem, matrix = a_random_featured_day(seed, 3, 6, features), a_featured_matrix(seed)
    alike = tuple(
        msgspec.structs.replace(problem.runs[0], run_id=run.run_id, driver_id=run.driver_id)
        for run in problem.runs
    )
    problem = msgspec.structs.replace(problem, runs=alike)
    trip_id = problem.trips[0].trip_id
    plan = left_over(solve(problem, matrix, budget=BRIEF), trip_id)
    as_one_by_one(standing_of(problem, matrix, W, plan), trip_id)


def test_an_empty_run_whose_driver_would_be_another_costs_the_change_and_its_like_does_not() -> None:
    trip = placed(a_trip(1, 2, 3), 2, 8 * 3600, 9 * 3600)
    problem = a_day([trip], [a_run(1), a_run(2), a_run(3)])
    plan = left_over(solve(problem, on_a_line(), budget=BRIEF), 1)
    standing = standing_of(problem, on_a_line(), W, plan)
    found = {each.run_id: each.offer for each in options(standing, 1).options if each.offer}
    assert [found[run_id].terms.change > 0 for run_id in (1, 2, 3)] == [True, False, True]
    as_one_by_one(standing, 1)
