"""The difference of two plans, as arithmetic on small ones."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from estafette.domain.difference import TripChange, Work, difference
from estafette.domain.error import Invalid
from estafette.domain.plan import LeftOver, Plan, PlannedRun, Stop, StopKind

# Two runs of driver 10, one of driver 20.
DRIVER_OF = {1: 10, 2: 10, 3: 20}


def a_plan(runs: dict[int, dict[int, int]], left_over: tuple[int, ...] = ()) -> Plan:
    """Run -> trip -> minute of the pick-up; every trip rides ten minutes and ten kilometres."""
    return Plan(
        company_id=1,
        service_on=date(2026, 3, 2),
        zone="UTC",
        day_start_at=datetime(2026, 3, 2, tzinfo=UTC),
        board_version=1,
        problem_sha256="",
        runs=tuple(a_run(run_id, trips) for run_id, trips in runs.items()),
        left_over=tuple(LeftOver(trip_id=trip_id, refusals=()) for trip_id in left_over),
        travel_source="test",
        travel_estimated=False,
        seed=1,
        iterations=0,
        cost=0,
    )


def a_run(run_id: int, trips: dict[int, int]) -> PlannedRun:
    stops = [
        a_stop(kind, 60 * (minute + late), trip_id)
        for trip_id, minute in trips.items()
        for kind, late in ((StopKind.PICKUP, 0), (StopKind.DROPOFF, 10))
    ]
    if stops:
        home = [a_stop(StopKind.PULL_OUT, stops[0].start_s), a_stop(StopKind.PULL_IN, stops[-1].start_s)]
        stops = [home[0], *stops, home[1]]
    return PlannedRun(
        run_id=run_id,
        driver_id=DRIVER_OF[run_id],
        stops=tuple(stops),
        drive_s=600 * len(trips),
        drive_m=10_000 * len(trips),
    )


def a_stop(kind: StopKind, at_s: int, trip_id: int | None = None) -> Stop:
    return Stop(kind=kind, place_id=1, arrive_s=at_s, start_s=at_s, depart_s=at_s, trip_id=trip_id)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (a_plan({1: {}}, (7,)), a_plan({1: {7: 60}}), TripChange.GAINED),
        (a_plan({1: {}}), a_plan({1: {7: 60}}), TripChange.GAINED),
        (a_plan({1: {7: 60}}), a_plan({1: {}}, (7,)), TripChange.LOST),
        (a_plan({1: {7: 60}}), a_plan({1: {}}), TripChange.LOST),
        (a_plan({1: {7: 60}}), a_plan({3: {7: 60}}), TripChange.DRIVER),
        (a_plan({1: {7: 60}}), a_plan({2: {7: 60}}), TripChange.RUN),
        (a_plan({1: {7: 60}}), a_plan({1: {7: 61}}), TripChange.TIMES),
    ],
)
def test_what_becomes_of_a_trip(before: Plan, after: Plan, change: TripChange) -> None:
    found = difference(before, after)
    assert [(each.trip_id, each.change) for each in found.trips] == [(7, change)]


def test_a_plan_differs_from_itself_in_nothing() -> None:
    plan = a_plan({1: {7: 60}, 3: {8: 90}}, (9,))
    found = difference(plan, plan)
    assert (found.trips, found.drivers, found.before) == ((), (), found.after)


def test_the_work_of_both_drivers_is_shown_before_and_after() -> None:
    found = difference(a_plan({1: {7: 60}, 2: {8: 300}}), a_plan({1: {7: 60}, 3: {8: 300}}))
    ten, twenty = found.drivers
    one = Work(trips=1, on_duty_s=600, drive_s=600, drive_m=10_000)
    assert (ten.driver_id, ten.before, ten.after) == (10, one.plus(one), one)
    assert (twenty.driver_id, twenty.before, twenty.after) == (20, Work(), one)
    assert found.before == found.after == one.plus(one)


def test_a_driver_whose_work_is_the_same_is_not_named() -> None:
    found = difference(a_plan({1: {7: 60}, 3: {8: 90}}), a_plan({1: {7: 60}, 3: {}}, (8,)))
    assert [each.driver_id for each in found.drivers] == [20]
    assert (found.left_over_before, found.left_over_after) == (0, 1)


def test_the_way_back_is_the_opposite() -> None:
    before, after = a_plan({1: {7: 60}, 3: {}}, (8,)), a_plan({1: {}, 3: {7: 60, 8: 90}})
    there, back = difference(before, after), difference(after, before)
    assert [(each.before, each.after) for each in there.trips] == [(e.after, e.before) for e in back.trips]
    assert [(each.before, each.after) for each in there.drivers] == [
        (e.after, e.before) for e in back.drivers
    ]


def test_plans_of_two_days_are_refused() -> None:
    plan = a_plan({1: {7: 60}})
    tomorrow = msgspec.structs.replace(plan, service_on=date(2026, 3, 3))
    with pytest.raises(Invalid, match="two days: 2026-03-02 and 2026-03-03"):
        difference(plan, tomorrow)
