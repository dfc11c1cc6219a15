"""Tiny days with a known answer, and what a search promises: budget, seed, warm start, locks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import pytest

from estafette.domain.booking import RideLimit
from estafette.domain.error import Invalid
from estafette.domain.fleet import Spaces
from estafette.domain.plan import Reason
from estafette.domain.record import encode
from estafette.domain.time import day_start_at
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget, Progress
from estafette.planning.crew import construct
from estafette.planning.warm import compile_kernels
from tests.planning.builders import (
    CAR,
    VAN,
    WHEELCHAIR,
    a_break,
    a_day,
    a_matrix,
    a_random_day,
    a_run,
    a_trip,
    on_a_line,
    on_a_plane,
    seconds,
)
from tests.planning.solving import planned, run_of, told

PEAK = [1000] * 420 + [1000 + 5 * k for k in range(60)] + [1300 - 3 * k for k in range(100)]


def test_one_trip_gets_the_one_run() -> None:
    plan = planned(a_day([a_trip(1, 2, 3, "08:00-08:15")], [a_run(1)]))
    assert plan.left_over == ()
    assert told(plan.runs[0]) == "+1 -1"


def test_the_driver_leaves_as_late_as_the_first_stop_allows() -> None:
    plan = planned(a_day([a_trip(1, 2, 3, "08:00-08:45", dropoff="08:30-08:40")], [a_run(1)]))
    stops = plan.runs[0].stops
    # 08:30 at the door; before it 10 minutes of driving, a minute of dwell, 10 minutes of driving.
    assert [stop.start_s for stop in stops[:3]] == [seconds("08:09"), seconds("08:19"), seconds("08:30")]


def test_two_riders_on_the_same_way_share_it() -> None:
    trips = [a_trip(1, 2, 5, "08:00-08:15"), a_trip(2, 3, 4, "08:05-08:30")]
    assert told(planned(a_day(trips, [a_run(1), a_run(2)])).runs[0]) == "+1 +2 -2 -1"


def test_riders_are_not_shared_beyond_their_ride_limit() -> None:
    trips = [a_trip(1, 2, 5, "08:00-08:15", max_ride_s=1800), a_trip(2, 3, 4, "08:05-08:30")]
    plan = planned(a_day(trips, [a_run(1), a_run(2)]))
    assert [told(run) for run in plan.runs] in (["+1 -1", "+2 -2"], ["+2 -2", "+1 -1"])


def test_a_ride_is_started_later_rather_than_made_too_long() -> None:
    # The clinic opens at 09:00; leaving at the start of the window would mean waiting aboard.
    plan = planned(a_day([a_trip(1, 2, 3, "08:00-09:00", "09:00-09:10", max_ride_s=600)], [a_run(1)]))
    assert plan.runs[0].stops[1].start_s == seconds("08:49")


def test_the_whole_of_a_tiny_day_is_served() -> None:
    trips = [a_trip(k, 1 + k, 2 + k, f"{7 + k:02}:00-{7 + k:02}:10") for k in range(1, 7)]
    assert planned(a_day(trips, [a_run(1)])).left_over == ()


def test_a_wheelchair_goes_where_it_fits() -> None:
    plan = planned(a_day([a_trip(1, 2, 3, takes=WHEELCHAIR)], [a_run(1, layouts=CAR), a_run(2, layouts=VAN)]))
    assert run_of(plan) == {1: 2}


def test_spaces_of_one_layout_do_not_add_to_those_of_another() -> None:
    layouts = (Spaces(seats=1), Spaces(wheelchairs=1))
    trips = [a_trip(1, 2, 5, "08:00-08:05"), a_trip(2, 3, 4, "08:05-08:20", takes=WHEELCHAIR)]
    plan = planned(a_day(trips, [a_run(1, layouts=layouts)]))
    assert [left.refusals[0].reason for left in plan.left_over] == [Reason.SPACE]


def test_a_break_is_taken_in_its_window_with_nobody_aboard() -> None:
    trips = [a_trip(1, 2, 6, "08:00-08:10"), a_trip(2, 6, 2, "10:00-10:10")]
    plan = planned(a_day(trips, [a_run(1, breaks=(a_break("08:30-09:30"),))]))
    assert told(plan.runs[0]) == "+1 -1 break +2 -2"


def test_a_break_makes_room_by_moving() -> None:
    # Trip 2 comes when the break would first be possible; the break waits for it.
    trips = [a_trip(1, 2, 6, "08:00-08:10"), a_trip(2, 6, 2, "08:45-08:50")]
    plan = planned(a_day(trips, [a_run(1, breaks=(a_break("08:30-09:45"),))]))
    assert told(plan.runs[0]) == "+1 -1 +2 -2 break"


def test_two_breaks_are_taken_in_order() -> None:
    rests = (a_break("10:00-11:00", 20), a_break("07:00-07:30", 10))
    plan = planned(a_day([a_trip(1, 2, 3, "08:00-08:10")], [a_run(1, breaks=rests)]))
    assert told(plan.runs[0]) == "break +1 -1 break"


def test_shifts_bound_the_way_there_and_back() -> None:
    trip = a_trip(1, 4, 5, "08:00-08:05")
    assert planned(a_day([trip], [a_run(1, "07:30-09:00")])).left_over == ()
    assert planned(a_day([trip], [a_run(1, "07:36-09:00")])).left_over != ()
    assert planned(a_day([trip], [a_run(1, "07:30-08:50")])).left_over != ()


def test_one_run_is_used_rather_than_two() -> None:
    trips = [a_trip(1, 2, 3, "08:00-08:10"), a_trip(2, 3, 2, "11:00-11:10")]
    plan = planned(a_day(trips, [a_run(1), a_run(2)]))
    assert len(set(run_of(plan).values())) == 1


def test_travel_by_the_hour_is_reckoned_at_departure() -> None:
    matrix = on_a_line(profile=PEAK)
    plan = planned(a_day([a_trip(1, 2, 6, "08:00-08:00")], [a_run(1)]), matrix)
    pickup, dropoff = plan.runs[0].stops[1:3]
    assert dropoff.start_s - pickup.depart_s == matrix.travel_s(2, 6, pickup.depart_s) > 2400


def test_a_random_day_in_traffic_is_legal_and_served() -> None:
    matrix = on_a_plane(3, 40, 2400, PEAK)
    assert len(planned(a_random_day(3, 60, 20, matrix), matrix).left_over) == 0


def test_an_empty_day_gives_an_empty_plan() -> None:
    plan = planned(a_day([], [a_run(2), a_run(1)]))
    assert [run.run_id for run in plan.runs] == [1, 2]
    assert (plan.left_over, plan.cost, plan.iterations) == ((), 0, 0)


def test_without_runs_every_trip_is_left_over() -> None:
    assert [left.trip_id for left in planned(a_day([a_trip(1, 2, 3)], [])).left_over] == [1]


def test_a_trip_to_an_unknown_place_is_named() -> None:
    with pytest.raises(Invalid, match="trip 1: place 99 is not in the travel matrix"):
        planned(a_day([a_trip(1, 2, 99)], [a_run(1)]))


def test_the_plan_repeats_what_it_was_made_from() -> None:
    problem = a_day([a_trip(1, 2, 3)], [a_run(1)])
    plan = planned(problem, seed=5)
    assert plan.problem_sha256 == problem.sha256()
    assert (plan.seed, plan.board_version, plan.travel_source, plan.travel_estimated) == (
        5,
        40,
        "test",
        False,
    )


def test_the_same_seed_gives_the_same_plan_byte_for_byte() -> None:
    matrix = on_a_plane(1, 40)
    problem = a_random_day(1, 60, 12, matrix)
    assert encode(planned(problem, matrix, seed=3)) == encode(planned(problem, matrix, seed=3))


def test_another_seed_searches_elsewhere() -> None:
    matrix = on_a_plane(1, 40)
    problem = a_random_day(1, 60, 12, matrix)
    plans = [msgspec.structs.replace(planned(problem, matrix, seed=seed), seed=0) for seed in (1, 2)]
    assert encode(plans[0]) != encode(plans[1])


def test_searching_longer_costs_less() -> None:
    matrix = on_a_plane(1, 40)
    problem = a_random_day(1, 60, 12, matrix)
    costs = [planned(problem, matrix, budget=Budget(iterations=n)).cost for n in (0, 2000)]
    assert costs[1] < 0.95 * costs[0]


def test_the_price_of_a_run_decides_how_many_are_used() -> None:
    matrix = on_a_plane(1, 40)
    problem = a_random_day(4, 40, 20, matrix)
    used = [
        sum(1 for run in planned(problem, matrix, weights=Weights(run_s=run_s)).runs if run.stops)
        for run_s in (0, 20_000)
    ]
    assert used[1] < used[0]


class Ticking:
    """A clock that moves on by itself each time it is asked."""

    def __init__(self, tick_s: float) -> None:
        self.now_s, self.tick_s = 0.0, tick_s

    def __call__(self) -> float:
        self.now_s += self.tick_s
        return self.now_s


def test_the_search_ends_at_its_deadline() -> None:
    matrix = on_a_plane(1, 40)
    clock = Ticking(0.001)
    plan = planned(a_random_day(1, 60, 12, matrix), matrix, budget=Budget(time_limit_s=1.0, clock=clock))
    assert 0.9 < clock.now_s <= 1.1
    assert plan.iterations > 0


def test_a_deadline_during_construction_leaves_the_rest_not_searched() -> None:
    matrix = on_a_plane(1, 40)
    budget = Budget(time_limit_s=0.5, clock=Ticking(1.0))
    plan = planned(a_random_day(1, 60, 12, matrix), matrix, budget=budget)
    reasons = {refusal.reason for left in plan.left_over for refusal in left.refusals}
    assert reasons == {Reason.NOT_SEARCHED}


def test_a_budget_without_any_limit_is_refused() -> None:
    with pytest.raises(Invalid, match="needs time_limit_s or iterations"):
        Budget()


@pytest.mark.parametrize(("time_limit_s", "searches"), [(1.15, False), (1.4, True)])
def test_a_search_is_begun_only_where_there_is_time_to_take_the_plan_up(
    time_limit_s: float, searches: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = on_a_plane(1, 40)
    clock = Ticking(0.001)

    def slowly(*asked: Any) -> int:
        reached = construct(*asked)
        clock.now_s += 1.0
        return reached

    monkeypatch.setattr("estafette.planning.solve.construct", slowly)
    budget = Budget(time_limit_s=time_limit_s, clock=clock)
    plan = planned(a_random_day(1, 60, 12, matrix), matrix, budget=budget)
    assert (plan.iterations > 0) == searches


def test_a_time_limit_without_a_clock_is_refused() -> None:
    with pytest.raises(Invalid, match="needs a clock"):
        Budget(time_limit_s=1.0)


def test_progress_is_told_and_never_gets_worse() -> None:
    matrix = on_a_plane(1, 40)
    heard: list[Progress] = []
    problem = a_random_day(1, 60, 12, matrix)
    plan = planned(
        problem, matrix, budget=Budget(iterations=1000), on_progress=lambda now: heard.append(now) or True
    )
    costs = [now.cost for now in heard if now.iterations > 0]
    assert costs == sorted(costs, reverse=True)
    # The plan is timed once more when it is written, which never makes it dearer.
    assert heard[-1].iterations == 1000
    assert plan.cost <= heard[-1].cost


def test_a_caller_can_stop_the_search_and_gets_the_best_so_far() -> None:
    matrix = on_a_plane(1, 40)
    plan = planned(
        a_random_day(1, 60, 12, matrix),
        matrix,
        budget=Budget(iterations=100_000),
        on_progress=lambda now: now.iterations < 200,
    )
    assert 200 <= plan.iterations < 1000


DAYS = [date(2026, 3, 3), date(2026, 3, 29), date(2026, 10, 25)]


@pytest.mark.parametrize("service_on", DAYS)
def test_another_day_gives_the_same_plan(service_on: date) -> None:
    matrix = on_a_plane(1, 40)
    today = a_random_day(1, 40, 10, matrix)
    other = msgspec.structs.replace(
        today, service_on=service_on, day_start_at=day_start_at(service_on, "Europe/Paris")
    )
    plans = [planned(day, matrix) for day in (today, other)]
    assert plans[0].runs == plans[1].runs
    assert plans[1].day_start_at == other.day_start_at


def test_the_order_of_trips_and_runs_in_the_records_does_not_decide_legality() -> None:
    matrix = on_a_plane(1, 40)
    problem = a_random_day(1, 40, 10, matrix)
    turned = msgspec.structs.replace(problem, trips=problem.trips[::-1], runs=problem.runs[::-1])
    plan = planned(turned, matrix)
    assert [run.run_id for run in plan.runs] == sorted(run.run_id for run in problem.runs)


def test_zero_dwell_and_zero_travel_are_no_trouble() -> None:
    matrix = a_matrix([[0] * 3] * 3, [[0] * 3] * 3)
    trips = [a_trip(k, 2, 3, "08:00-08:00", dwell_s=0) for k in range(1, 4)]
    assert planned(a_day(trips, [a_run(1)], places=3), matrix).left_over == ()


def test_the_ride_limit_of_the_company_is_kept() -> None:
    trips = [a_trip(1, 2, 5, "08:00-08:15"), a_trip(2, 3, 4, "08:05-08:30")]
    tight = RideLimit(factor_percent=100, allowance_s=0)
    plan = planned(a_day(trips, [a_run(1)], ride_limit=tight))
    assert told(plan.runs[0]) == "+1 -1 +2 -2" or len(plan.left_over) == 1


def says(said: Sequence[str]) -> bool:
    return set(said) <= {"compiling the optimiser (once)"}


def test_the_kernels_are_compiled_once_and_then_loaded() -> None:
    first: list[str] = []
    second: list[str] = []
    compile_kernels(first.append)
    compile_kernels(second.append)
    assert says(first)
    assert second == []
