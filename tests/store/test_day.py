"""A day is loaded whole, with everything an optimiser may know."""

from datetime import date, timedelta

import pytest

from estafette.domain.booking import Anchor, Lock
from estafette.domain.error import NotFound
from estafette.domain.fleet import Break, Spaces
from estafette.store.apply import apply_plan
from estafette.store.company import create_company
from estafette.store.database import Database, Statement
from estafette.store.day import load_day
from tests.store.days import DAY, a_day, a_plan


def change(database: Database, company_id: int, sql: str) -> None:
    database.transact(company_id, [Statement(sql, {})], actor="test")


def test_a_trip_carries_its_windows_needs_and_where_it_stands(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    apply_plan(
        database, a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]}), key="k", actor="test"
    )
    change(
        database,
        day.company_id,
        "UPDATE trip SET companions = 1, wheelchairs = 1, max_ride_s = 1800, requested_at = '2026-11-25 08:00Z',"
        " promised_from = '2026-11-25 07:55Z', promised_to = '2026-11-25 08:10Z'",
    )
    (trip,) = load_day(database, day.company_id, DAY).trips
    assert (trip.pickup_from_s, trip.pickup_to_s) == (7 * 3600 + 55 * 60, 8 * 3600 + 10 * 60)
    assert trip.takes == Spaces(seats=2, wheelchairs=1)
    assert (trip.max_ride_s, trip.under_way) == (1800, False)
    assert trip.assigned is not None
    assert (trip.assigned.run_id, trip.assigned.pickup_s, trip.assigned.lock) == (
        day.run_ids[0],
        480 * 60,
        Lock.NONE,
    )


def test_the_end_that_carries_the_promise_has_the_promised_window(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    change(database, day.company_id, "UPDATE trip SET anchor = 'arrive_by'")
    (trip,) = load_day(database, day.company_id, DAY).trips
    assert trip.anchor is Anchor.ARRIVE_BY
    assert trip.dropoff_to_s - trip.dropoff_from_s == 15 * 60
    assert trip.pickup_from_s < trip.dropoff_from_s - 2 * 3600


def test_a_run_carries_its_shift_layouts_and_breaks(database: Database) -> None:
    day = a_day(database, trips=0, runs=1)
    change(
        database,
        day.company_id,
        """UPDATE shift SET breaks = '[{"from_s": 39600, "to_s": 46800, "duration_s": 1800}]'""",
    )
    (run,) = load_day(database, day.company_id, DAY).runs
    assert (run.shift_from_s, run.shift_to_s) == (5 * 3600, 23 * 3600)
    assert run.layouts == (Spaces(seats=4, wheelchairs=1),)
    assert run.breaks == (Break(from_s=39_600, to_s=46_800, duration_s=1_800),)


def test_only_what_can_be_planned_or_is_under_way_is_loaded_and_will_calls_are_named(
    database: Database,
) -> None:
    day = a_day(database, trips=4, runs=1)
    cancelled, rolling, waiting, booked = day.trip_ids
    change(
        database, day.company_id, f"UPDATE trip SET status = 'cancelled', version = 1 WHERE id = {cancelled}"
    )
    change(database, day.company_id, f"UPDATE trip SET status = 'en_route', version = 1 WHERE id = {rolling}")
    change(
        database,
        day.company_id,
        "UPDATE trip SET status = 'will_call', requested_at = NULL, promised_from = NULL, promised_to = NULL,"
        f" version = 1 WHERE id = {waiting}",
    )
    problem = load_day(database, day.company_id, DAY)
    assert [(trip.trip_id, trip.under_way) for trip in problem.trips] == [(rolling, True), (booked, False)]
    assert problem.will_calls == (waiting,)


def test_inactive_drivers_and_vehicles_are_not_planned_with(database: Database) -> None:
    day = a_day(database, trips=0, runs=3)
    change(database, day.company_id, "UPDATE driver SET active = false WHERE ref = 'd1'")
    change(database, day.company_id, "UPDATE vehicle SET active = false WHERE ref = 'd2'")
    assert len(load_day(database, day.company_id, DAY).runs) == 1


def test_an_unknown_company_is_an_error_and_an_empty_day_is_a_problem_without_trips(
    database: Database,
) -> None:
    day = a_day(database, trips=1, runs=1)
    with pytest.raises(NotFound, match="no company 999"):
        load_day(database, 999, DAY)
    assert load_day(database, day.company_id, DAY + timedelta(days=1)).trips == ()


@pytest.mark.parametrize(
    ("service_on", "start"),
    [
        (date(2026, 3, 29), "2026-03-28T23:00:00+00:00"),
        (date(2026, 3, 30), "2026-03-29T22:00:00+00:00"),
        (date(2026, 10, 25), "2026-10-24T22:00:00+00:00"),
        (date(2026, 10, 26), "2026-10-25T23:00:00+00:00"),
    ],
)
def test_a_service_day_starts_at_midnight_of_the_companys_zone(
    database: Database, service_on: date, start: str
) -> None:
    company_id = create_company(database.server, name="Geneva", zone="Europe/Zurich")
    assert load_day(database, company_id, service_on).day_start_at.isoformat() == start


def test_a_reference_comes_through_whatever_it_is_written_with(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    change(database, day.company_id, """UPDATE trip SET ref = E'a "b" \\\\ %%s {é}'""")
    assert load_day(database, day.company_id, DAY).trips[0].ref == 'a "b" \\ %s {é}'
