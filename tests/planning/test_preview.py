"""Previews: what a move by hand breaks, costs and shifts."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Anchor
from estafette.domain.error import Invalid
from estafette.domain.offer import Move, Swap
from estafette.domain.plan import Reason, StopKind
from estafette.domain.weights import Terms, Weights
from estafette.planning.budget import Budget
from estafette.planning.by_hand import by_hand
from estafette.planning.offers import offers
from estafette.planning.preview import preview
from estafette.planning.solve import solve
from estafette.planning.standing import Standing, standing_of
from estafette.planning.why import why
from tests.examples import up_to
from tests.planning.builders import WHEELCHAIR, a_day, a_run, a_trip, on_a_line
from tests.planning.featured import FEATURES, a_featured_matrix, a_random_featured_day
from tests.planning.solving import run_of

W = Weights()
BRIEF = Budget(iterations=30)
DAY = a_day(
    [a_trip(1, 2, 3, "08:00-08:30"), a_trip(2, 2, 3, "08:00-08:30"), a_trip(3, 9, 8, "08:00-08:10")],
    [a_run(1), a_run(2)],
)


def stands(problem=DAY, matrix=None):  # type: ignore[no-untyped-def]
    matrix = matrix or on_a_line()
    return standing_of(problem, matrix, W, solve(problem, matrix, budget=BRIEF))


@settings(max_examples=up_to(15), deadline=None)
@given(st.integers(0, 10_000), st.sets(st.sampled_from(sorted(FEATURES)), max_size=3))
def test_what_is_offered_breaks_no_rule_and_costs_what_the_offer_says(seed: int, features: set[str]) -> None:
    problem, matrix = a_random_featured_day(seed, 5, 2, features), a_featured_matrix(seed)
    standing = stands(problem, matrix)
    placed = run_of(standing.plan)
    for trip in problem.trips:
        now = {each.run_id: each for each in offers(standing, trip.trip_id, 9)}
        for offer in now.values():
            move = Move(
                trip_id=trip.trip_id, run_id=offer.run_id,
                pickup_position=offer.pickup_position, dropoff_position=offer.dropoff_position,
            )  # fmt: skip
            found = preview(standing, move)
            assert found.violations == ()
            if trip.trip_id not in placed:
                unserved = Terms(unserved=found.terms.unserved)
                assert found.terms.minus(unserved) == offer.terms
                assert found.ripple == offer.ripple


def test_the_preview_of_what_is_already_so_is_empty() -> None:
    standing = stands()
    for trip_id, run_id in run_of(standing.plan).items():
        row = standing.book.names.run[run_id]
        nodes = standing.nodes(row)
        node = 2 * standing.row_of(trip_id)
        pickup, dropoff = nodes.index(node), nodes.index(node + 1) - 1
        move = Move(trip_id=trip_id, run_id=run_id, pickup_position=pickup, dropoff_position=dropoff)
        found = preview(standing, move)
        assert (found.violations, found.cost, found.ripple) == ((), 0, ())


def test_a_wheelchair_moved_to_a_car_breaks_the_rule_of_spaces() -> None:
    van = msgspec.structs.replace(a_run(2), layouts=(msgspec.structs.replace(WHEELCHAIR, seats=1),))
    standing = stands(a_day([a_trip(1, 2, 3, takes=WHEELCHAIR)], [a_run(1), van]))
    assert [found.rule for found in preview(standing, Move(trip_id=1, run_id=1)).violations] == ["space"]


def test_a_move_that_comes_too_late_says_by_how_much() -> None:
    standing = stands(
        a_day([a_trip(1, 2, 3, "08:00-08:00"), a_trip(2, 9, 8, "08:10-08:10")], [a_run(1), a_run(2)])
    )
    run_id = run_of(standing.plan)[1]
    found = preview(standing, Move(trip_id=2, run_id=run_id, pickup_position=2, dropoff_position=2))
    # On board at 08:01, at place 3 at 08:11, and an hour on to place 9.
    assert {(each.rule, each.trip_id, each.by) for each in found.violations} == {("time_window", 2, 62 * 60)}


def test_a_trip_taken_off_costs_that_it_is_left_over() -> None:
    found = preview(stands(), Move(trip_id=3, run_id=None))
    assert found.violations == ()
    assert found.terms.unserved == 100 * W.unserved_s
    assert found.terms.drive < 0


def test_two_runs_swap_their_trips() -> None:
    standing = stands()
    found = preview(standing, Swap(run_id=1, other_run_id=2))
    assert found.violations == ()
    assert found.cost == 0


def test_a_position_beyond_the_run_is_refused() -> None:
    with pytest.raises(Invalid, match="no positions 9 and 9"):
        preview(stands(), Move(trip_id=1, run_id=1, pickup_position=9))


def test_every_other_run_is_an_alternative_or_says_why_not() -> None:
    problem = msgspec.structs.replace(DAY, runs=(a_run(1), a_run(2), a_run(3, "12:00-13:00"), a_run(4)))
    plan = solve(problem, on_a_line(), budget=BRIEF)
    told = why(problem, on_a_line(), W, plan, 3)
    (busy,) = {run_of(plan)[1], run_of(plan)[2]}
    # Of runs 1, 2 and 4 one is busy elsewhere, one has the trip, and one stands empty: as good as that.
    assert told.run_id == run_of(plan)[3]
    assert {(each.run_id, each.reason) for each in told.refusals} == {
        (busy, Reason.TIME_WINDOW),
        (3, Reason.SHIFT),
    }
    assert all(each.cost == 0 for each in told.alternatives)


def test_a_dearer_run_says_by_which_terms() -> None:
    problem = a_day([a_trip(1, 2, 3), a_trip(2, 2, 3)], [a_run(1), a_run(2, start_id=9, end_id=9)])
    plan = solve(problem, on_a_line(), budget=BRIEF)
    (other,) = why(problem, on_a_line(), W, plan, 1).alternatives
    assert (other.run_id, other.terms.run) == (2, 100 * W.run_s)
    assert other.cost == other.terms.cost() > 0


def test_a_trip_that_fills_the_wait_of_another_rider_is_offered_nowhere_else() -> None:
    # Rider 1 is fetched at 08:00 and may not be set down before 08:55, half an hour's drive away: the way back
    # with rider 2 takes up the time.
    trips = [a_trip(1, 2, 5, "08:00-08:00", "08:55-09:00"), a_trip(2, 3, 2, "08:11-08:20")]
    standing = stands(a_day(trips, [a_run(1), a_run(2)], max_onboard_wait_s=300))
    assert len(set(run_of(standing.plan).values())) == 1
    found = preview(standing, Move(trip_id=2, run_id=None)).violations
    assert [(each.rule, each.trip_id) for each in found] == [("time_window", 1)]
    assert offers(standing, 2) == ()


def test_a_trip_that_was_taken_off_a_run_which_needs_it_can_be_put_back() -> None:
    # As above: without rider 2 the run has no legal schedule as it stands, and with him it has.
    trips = [a_trip(1, 2, 5, "08:00-08:00", "08:55-09:00"), a_trip(2, 3, 2, "08:11-08:20")]
    with_both = stands(a_day(trips, [a_run(1), a_run(2)], max_onboard_wait_s=300))
    run_id = run_of(with_both.plan)[1]
    without = after(with_both, Move(trip_id=2, run_id=None))
    assert by_hand(without, [Move(trip_id=2, run_id=run_id)]).violations == ()
    assert preview(without, Move(trip_id=2, run_id=run_id)).violations == ()


def after(standing: Standing, move: Move) -> Standing:
    """Do a move."""
    changed = {run.run_id: run for run in by_hand(standing, [move]).runs}
    plan = msgspec.structs.replace(
        standing.plan, runs=tuple(changed.get(run.run_id, run) for run in standing.plan.runs)
    )
    problem = msgspec.structs.replace(standing.room, trips=standing.room.trips[:-1])
    return standing_of(problem, standing.matrix, W, plan)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"pickup": "09:30-09:40"}, 1),
        ({"dropoff": "09:50-10:00"}, 1),
        ({"pickup": "06:00-07:00"}, 0),
        ({"pickup": "14:00-15:00"}, 2),
    ],
)
def test_what_is_forced_on_a_run_goes_where_its_times_ask_for_it(asked: dict[str, str], place: int) -> None:
    stays = [a_trip(1, 2, 3, "08:00-08:10"), a_trip(2, 4, 5, "11:00-11:10")]
    anchor = Anchor.ARRIVE_BY if "dropoff" in asked else Anchor.PICKUP_AT
    forced = msgspec.structs.replace(a_trip(3, 6, 7, takes=WHEELCHAIR, **asked), anchor=anchor)
    standing = stands(a_day([*stays, forced], [a_run(1)]))
    made = by_hand(standing, [Move(trip_id=3, run_id=1)])
    assert {each.rule for each in made.violations} == {"space"}
    picked_up = [stop.trip_id for stop in made.runs[0].stops if stop.kind is StopKind.PICKUP]
    assert picked_up.index(3) == place
