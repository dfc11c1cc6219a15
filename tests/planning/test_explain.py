"""Reasons: one small day for each rule on which only that rule decides, with the figure worked out."""

import pytest

from estafette.domain.booking import Lock, TripFacts
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.plan import Reason, RunRefusal
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.solve import solve
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
