"""What a plan costs by name: each term on a day with a known answer, and how they add up."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.booking import Anchor, Lock, TripFacts
from estafette.domain.error import Invalid
from estafette.domain.fleet import RunFacts
from estafette.domain.plan import LeftOver, Plan, PlannedRun
from estafette.domain.problem import Problem
from estafette.domain.weights import Terms, Weights
from estafette.planning.prices import balance_price, nearness_permille, unserved_prices
from estafette.planning.terms import priced, terms_of, terms_of_run, terms_of_trip
from tests.examples import up_to
from tests.planning.builders import a_day, a_random_day, a_run, a_trip, on_a_line, on_a_plane, placed, seconds
from tests.planning.driving import a_plan, driven
from tests.planning.solving import in_force, planned

MATRIX = on_a_line()
WEIGHTS = Weights()
NAMES = Terms.__struct_fields__
OF_TRIPS = ("excess_ride", "onboard_wait", "target", "not_preferred", "change", "moved")
CLOCKS = st.none() | st.integers(seconds("05:00"), seconds("19:00"))


def the_run(trips: list[TripFacts], visits: str, run: RunFacts | None = None, **facts: Any) -> Terms:
    """What run 1 costs when it is driven so: `"08:00 +1, 08:11 -1"`."""
    runs = [run or a_run(1), *facts.pop("others", ())]
    problem = a_day(trips, runs, **facts)
    return terms_of_run(problem, MATRIX, WEIGHTS, runs[0], driven(problem, MATRIX, runs[0], visits))


def the_term(name: str, *args: Any, **facts: Any) -> int:
    return getattr(the_run(*args, **facts), name)


ALONE = [a_trip(1, 2, 4, "08:00-09:00")]
DIRECT = "08:00 +1, 08:21 -1"


def test_a_run_costs_its_price_and_its_driving() -> None:
    # Depot to 2: 10 minutes, 2 to 4: 20, back: 30.
    assert the_run(ALONE, DIRECT) == Terms(run=360_000, drive=360_000)


def test_a_run_with_a_price_of_its_own_costs_that() -> None:
    assert the_term("run", ALONE, DIRECT, a_run(1, activation_s=7)) == 700
    assert the_term("run", ALONE, DIRECT, a_run(1, activation_s=0)) == 0


def test_an_open_end_costs_no_way_home() -> None:
    assert the_term("drive", ALONE, DIRECT, a_run(1, end_id=None)) == 180_000


def test_an_empty_run_costs_nothing() -> None:
    problem = a_day(ALONE, [a_run(1)])
    empty = PlannedRun(run_id=1, driver_id=101, stops=())
    assert terms_of_run(problem, MATRIX, WEIGHTS, problem.runs[0], empty) == Terms()


def test_a_detour_and_the_waiting_of_all_aboard_are_priced() -> None:
    trips = [a_trip(1, 2, 4), a_trip(2, 3, 4)]
    # Rider 1 is aboard for 08:01-08:30, nine minutes over the direct twenty; at place 3 the car waits
    # from 08:11 to 08:16 with one aboard, before place 4 from 08:27 to 08:29 with two.
    terms = the_run(trips, "08:00 +1, 08:16 +2, 08:29 -1, 08:30 -2")
    assert terms.onboard_wait == 10 * (300 + 2 * 120)
    assert terms.excess_ride == 10 * (480 + 180)


def test_waiting_is_priced_also_where_the_arrival_is_written_late() -> None:
    problem = a_day([a_trip(1, 2, 4)], [a_run(1)])
    run = driven(problem, MATRIX, problem.runs[0], "08:00 +1, 08:25 -1")
    late = msgspec.structs.replace(run.stops[2], arrive_s=run.stops[2].start_s)
    run = msgspec.structs.replace(run, stops=(*run.stops[:2], late, run.stops[3]))
    assert terms_of_run(problem, MATRIX, WEIGHTS, problem.runs[0], run).onboard_wait == 10 * 240


@pytest.mark.parametrize(
    ("anchor", "target", "off_s"),
    [("pickup_at", "08:02", 120), ("pickup_at", "07:58", 120), ("arrive_by", "08:20", 60)],
)
def test_the_end_that_carries_the_promise_is_measured_against_the_time_asked_for(
    anchor: str, target: str, off_s: int
) -> None:
    trip = msgspec.structs.replace(ALONE[0], anchor=Anchor(anchor), target_s=seconds(target))
    assert the_term("target", [trip], DIRECT) == 5 * off_s


def test_overtime_is_priced_from_the_end_of_the_shift() -> None:
    run = a_run(1, "07:00-08:45", overtime_s=3600)
    assert the_term("overtime", ALONE, DIRECT, run) == 50 * 7 * 60


def test_work_is_priced_from_pull_out_to_pull_in() -> None:
    problem = a_day(ALONE, [a_run(1)])
    run = driven(problem, MATRIX, problem.runs[0], DIRECT)
    terms = terms_of_run(problem, MATRIX, Weights(work_percent=3), problem.runs[0], run)
    assert terms.work == 3 * (10 + 1 + 20 + 1 + 30) * 60


def test_the_hundredth_hour_is_dearer_than_the_tenth_by_180_hours_of_driving() -> None:
    weights = Weights(balance_percent=100)
    hundredth, tenth = (balance_price(weights, 3600 * (hour - 1), 3600) for hour in (100, 10))
    assert hundredth - tenth == 180 * 3600 * 100


def test_a_driver_whom_the_rider_does_not_prefer_is_priced() -> None:
    for preferred, price in (((), 0), ((101,), 0), ((102, 103), 60_000)):
        trip = msgspec.structs.replace(ALONE[0], preferred_driver_ids=preferred)
        assert the_term("not_preferred", [trip], DIRECT) == price


def test_another_driver_is_priced_but_not_another_run_of_the_same_nor_one_that_is_gone() -> None:
    held = [placed(ALONE[0], 2, seconds("08:00"), seconds("08:21"))]
    mine = msgspec.structs.replace(a_run(2), driver_id=101)
    assert the_term("change", held, DIRECT, others=[a_run(2)]) == 180_000
    assert the_term("change", held, DIRECT, others=[mine]) == 0
    assert the_term("change", held, DIRECT) == 0


def test_a_change_is_dearer_the_nearer_the_pickup_in_force() -> None:
    held = placed(ALONE[0], 2, seconds("08:00"), seconds("08:21"))
    for clock, permille in (
        ("05:00", 1000),
        ("06:00", 1000),
        ("07:00", 2500),
        ("08:00", 4000),
        ("09:00", 4000),
    ):
        problem = a_day([held], [a_run(1)], now_s=seconds(clock))
        assert nearness_permille(problem, WEIGHTS, held) == permille
    assert the_term("change", [held], DIRECT, others=[a_run(2)], now_s=seconds("07:00")) == 450_000


def test_without_a_clock_or_a_plan_in_force_nothing_is_near() -> None:
    held = placed(ALONE[0], 2, seconds("08:00"), seconds("08:21"))
    assert nearness_permille(a_day([held], []), WEIGHTS, held) == 1000
    assert nearness_permille(a_day(ALONE, [], now_s=seconds("08:00")), WEIGHTS, ALONE[0]) == 1000


def test_a_promised_pickup_may_move_by_the_tolerance_for_nothing() -> None:
    for promised, beyond_s in (("07:55", 0), ("08:05", 0), ("07:53", 120), ("08:10", 300)):
        held = placed(ALONE[0], 1, seconds(promised), seconds("08:21"))
        assert the_term("moved", [held], DIRECT) == 20 * beyond_s


def test_a_stop_that_is_overtaken_on_its_run_is_priced_once() -> None:
    trips = [a_trip(k, 2, 3) for k in (1, 2, 3)]
    held = [placed(trip, 1, seconds("08:00") + k, seconds("09:00") + k) for k, trip in enumerate(trips)]
    same = "08:00 +1, 08:02 +2, 08:04 +3, 08:20 -1, 08:22 -2, 08:24 -3"
    assert the_term("order", held, same) == 0
    # Rider 1 boards last: its stop alone is overtaken, whatever number it is overtaken by.
    assert the_term("order", held, "08:00 +2, 08:02 +3, 08:04 +1, 08:20 -1, 08:22 -2, 08:24 -3") == 12_000
    stranger = placed(trips[0], 2, seconds("08:00"), seconds("09:00"))
    assert (
        the_term("order", [stranger, *held[1:]], "08:00 +2, 08:02 +1, 08:04 +3, 08:20 -2, 08:22 -3, 08:24 -1")
        == 0
    )


def test_ties_in_force_stand_in_the_order_of_the_ids() -> None:
    held = [placed(a_trip(k, 2, 3), 1, seconds("08:00"), seconds("09:00")) for k in (1, 2)]
    assert the_term("order", held, "08:00 +1, 08:01 +2, 08:12 -1, 08:13 -2") == 0
    assert the_term("order", held, "08:00 +2, 08:01 +1, 08:12 -1, 08:13 -2") == 12_000


def classes(*facts: dict[str, Any]) -> Problem:
    return a_day([a_trip(k, 2, 3, **each) for k, each in enumerate(facts, start=1)], [])


def test_one_of_a_higher_priority_outweighs_all_of_the_lower_ones_together() -> None:
    problem = classes({}, {}, {"priority": 2}, {"priority": 2}, {"priority": 9})
    assert unserved_prices(problem, Weights(unserved_s=10)) == {1: 1000, 2: 1000, 3: 3000, 4: 3000, 5: 9000}


def test_optional_trips_cost_what_they_say_and_outweigh_nobody() -> None:
    problem = classes({"unserved_s": 7}, {}, {"priority": 1})
    assert unserved_prices(problem, Weights(unserved_s=10)) == {1: 700, 2: 1000, 3: 2000}


def test_those_whom_nobody_has_called_yet_are_below_every_priority() -> None:
    problem = classes({"expected": True, "priority": 5}, {})
    assert unserved_prices(problem, Weights(unserved_s=10)) == {1: 1000, 2: 2000}


def test_priorities_that_cannot_be_priced_are_refused() -> None:
    problem = a_day([a_trip(k, 2, 3, priority=k % 10) for k in range(1, 2001)], [])
    with pytest.raises(
        Invalid, match="2000 trips have 10 priorities and unserved_s 1000000: more than can be"
    ):
        unserved_prices(problem, WEIGHTS)


def test_trips_on_no_run_are_priced_whether_listed_or_not() -> None:
    problem = a_day([*ALONE, a_trip(2, 2, 3)], [a_run(1)])
    plan = a_plan(problem, MATRIX, {1: DIRECT})
    assert plan.left_over == (LeftOver(trip_id=2, refusals=()),)
    for each in (plan, msgspec.structs.replace(plan, left_over=())):
        assert terms_of(problem, MATRIX, WEIGHTS, each).unserved == 100_000_000


@pytest.mark.parametrize(
    ("trips", "runs", "said"), [([], [a_run(1)], "trip 1"), (ALONE, [a_run(2)], "run 1")]
)
def test_what_the_problem_does_not_have_cannot_be_priced(trips: Any, runs: Any, said: str) -> None:
    plan = a_plan(a_day(ALONE, [a_run(1)]), MATRIX, {1: DIRECT})
    with pytest.raises(Invalid, match=f"the plan has {said}, which the problem has not"):
        terms_of(a_day(trips, runs), MATRIX, WEIGHTS, plan)


def test_a_trip_that_is_not_on_the_run_has_no_terms_there() -> None:
    problem = a_day(ALONE, [a_run(1)])
    run = driven(problem, MATRIX, problem.runs[0], DIRECT)
    with pytest.raises(Invalid, match="run 1 has no trip 5"):
        terms_of_trip(problem, MATRIX, WEIGHTS, problem.runs[0], run, 5)


def a_replanned_day(seed: int, now_s: int | None) -> tuple[Problem, Plan]:
    """A day in force, and another plan for it."""
    matrix = on_a_plane(seed, 20)
    problem = a_random_day(seed, 25, 4, matrix)
    held = in_force(problem, planned(problem, matrix, seed=seed))
    again = planned(problem, matrix, seed=seed + 1)
    return msgspec.structs.replace(held, now_s=now_s), again


@given(seed=st.integers(0, 500), now_s=CLOCKS)
@settings(max_examples=up_to(12), deadline=None)
def test_terms_add_up_from_trips_to_runs_to_the_plan(seed: int, now_s: int | None) -> None:
    matrix = on_a_plane(seed, 20)
    weights = Weights(work_percent=3, balance_percent=40)
    problem, plan = a_replanned_day(seed, now_s)
    whole = priced(problem, matrix, weights, plan)
    assert whole.cost == whole.terms.cost() == sum(getattr(whole.terms, name) for name in NAMES)
    assert whole.terms.unserved == sum(
        unserved_prices(problem, weights)[left.trip_id] for left in plan.left_over
    )
    frames = {run.run_id: run for run in problem.runs}
    for name in (name for name in NAMES if name != "unserved"):
        assert getattr(whole.terms, name) == sum(getattr(run.terms, name) for run in whole.runs)
    for run in whole.runs:
        trips = [stop.trip_id for stop in run.stops if stop.kind == "pickup" and stop.trip_id]
        frame = frames[run.run_id]
        assert terms_of_run(problem, matrix, weights, frame, run) == run.terms
        each = [terms_of_trip(problem, matrix, weights, frame, run, trip_id) for trip_id in trips]
        for name in OF_TRIPS:
            assert getattr(run.terms, name) == sum(getattr(terms, name) for terms in each)


@given(seed=st.integers(0, 500), lock=st.sampled_from(list(Lock)))
@settings(max_examples=up_to(5), deadline=None)
def test_a_plan_that_changes_nothing_pays_for_no_change(seed: int, lock: Lock) -> None:
    matrix = on_a_plane(seed, 20)
    problem = a_random_day(seed, 25, 4, matrix)
    plan = planned(problem, matrix, seed=seed)
    terms = terms_of(in_force(problem, plan), matrix, WEIGHTS, plan)
    assert (terms.change, terms.order, terms.moved) == (0, 0, 0)
