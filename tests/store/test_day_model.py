"""What a rider, a driver, a vehicle, a shift and a company ask of a plan comes with the day."""

from datetime import date, timedelta
from typing import LiteralString

import msgspec
import psycopg
import pytest

from estafette.domain.applied import Detail, Outcome
from estafette.domain.booking import Link, RideLimit, TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.problem import Problem
from estafette.exchange.manifest_text import manifest_text
from estafette.store.apply import apply_plan
from estafette.store.database import Database, Statement
from estafette.store.day import load_day
from estafette.store.manifest import list_manifests
from tests.store.days import DAY, Day, a_day, a_plan

HOUR = 3600


def change(database: Database, day: Day, *statements: LiteralString) -> None:
    made = [Statement(sql, {}) for sql in statements]
    database.transact(day.company_id, made, actor="test")


def loaded(database: Database, day: Day) -> Problem:
    return load_day(database, day.company_id, DAY)


def first_trip(database: Database, day: Day) -> TripFacts:
    return loaded(database, day).trips[0]


def first_run(database: Database, day: Day) -> RunFacts:
    return loaded(database, day).runs[0]


def of_one_booking(*minutes: int) -> LiteralString:
    """Make the trips legs of one booking, each promised at a minute of the day from 08:00 on."""
    values: LiteralString = ", ".join(f"({n}, {minute})" for n, minute in enumerate(minutes))  # type: ignore[assignment]
    return (
        "UPDATE trip t SET booking_id = (SELECT min(booking_id) FROM trip), promised_from = at, promised_to = at,"
        " requested_at = at FROM (SELECT id, t.service_on + time '08:00' + minute * interval '1 min' AS at"
        " FROM (SELECT id, service_on, row_number() OVER (ORDER BY id) - 1 AS n FROM trip) AS t"
        " JOIN (VALUES " + values + ") AS v (n, minute) USING (n)) AS leg WHERE leg.id = t.id"
    )


def test_a_day_asks_nothing_that_nobody_asked_for(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    trip, run = first_trip(database, day), first_run(database, day)
    assert (trip.needs, trip.groups, trip.banned_driver_ids, trip.link) == ((), (), (), None)
    assert (trip.priority, trip.unserved_s, trip.no_share, trip.expected) == (0, None, False, False)
    assert (run.skills, run.overtime_s, run.max_drive_s, run.activation_s, run.worked_s) == (
        (),
        0,
        None,
        None,
        0,
    )


def test_what_a_rider_needs_and_what_the_trip_needs_are_asked_together(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    change(
        database, day, "UPDATE rider SET needs = '{oxygen, \"stair chair\"}'", "UPDATE trip SET needs = '{escort, oxygen}'"
    )  # fmt: skip
    assert first_trip(database, day).needs == ("escort", "oxygen", "stair chair")


def test_what_driver_and_vehicle_offer_is_offered_together(database: Database) -> None:
    day = a_day(database, trips=0, runs=1)
    change(
        database, day, "UPDATE driver SET skills = '{sign language}'", "UPDATE vehicle SET equipment = '{oxygen}'"
    )  # fmt: skip
    assert first_run(database, day).skills == ("oxygen", "sign language")


@pytest.mark.parametrize("who", ["rider", "trip"])
def test_a_rider_rides_alone_always_or_this_once(database: Database, who: LiteralString) -> None:
    day = a_day(database, trips=1, runs=1)
    change(database, day, "UPDATE " + who + " SET no_share = true")
    assert first_trip(database, day).no_share


def test_wishes_of_a_rider_hold_for_every_trip(database: Database) -> None:
    day = a_day(database, trips=2, runs=3)
    change(
        database,
        day,
        """UPDATE rider SET groups = '{immune}', apart_from = '{infectious}',
            banned_driver_ids = ARRAY(SELECT min(id) FROM driver),
            preferred_driver_ids = ARRAY(SELECT id FROM driver WHERE ref <> 'd1' ORDER BY id)""",
    )
    drivers = [run.driver_id for run in loaded(database, day).runs]
    for trip in loaded(database, day).trips:
        assert (trip.groups, trip.apart_from) == (("immune",), ("infectious",))
        assert trip.banned_driver_ids == (drivers[0],)
        assert trip.preferred_driver_ids == tuple(drivers[1:])


def test_a_trip_has_its_priority_or_its_price(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    change(database, day, "UPDATE trip SET priority = 2 WHERE id = (SELECT min(id) FROM trip)")
    change(database, day, "UPDATE trip SET unserved_s = 900 WHERE id = (SELECT max(id) FROM trip)")
    assert [(t.priority, t.unserved_s) for t in loaded(database, day).trips] == [(2, None), (0, 900)]


def test_a_pickup_is_aimed_at_its_time_and_an_appointment_before_its_last_moment(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    change(database, day, "UPDATE trip SET anchor = 'arrive_by' WHERE id = (SELECT max(id) FROM trip)")
    pickup, appointment = loaded(database, day).trips
    assert pickup.target_s == pickup.pickup_from_s
    assert appointment.target_s == (appointment.dropoff_from_s + appointment.dropoff_to_s) // 2


def test_a_leg_that_is_tied_follows_the_leg_before_it_in_its_booking(database: Database) -> None:
    day = a_day(database, trips=3, runs=1)
    out, back, between = day.trip_ids
    change(
        database,
        day,
        of_one_booking(0, 240, 120),
        "UPDATE trip SET min_stay_s = 1800, same_driver = true, waits = true",
    )
    links = {trip.trip_id: trip.link for trip in loaded(database, day).trips}
    assert links[out] is None
    tied = Link(after_trip_id=out, min_stay_s=1800, same_driver=True, waits=True)
    assert links[between] == tied
    assert links[back] == msgspec.structs.replace(tied, after_trip_id=between)


def test_legs_are_tied_only_where_it_is_asked_for_and_only_to_a_leg_that_is_driven(
    database: Database,
) -> None:
    day = a_day(database, trips=3, runs=1)
    out, back, between = day.trip_ids
    change(database, day, of_one_booking(0, 240, 120), "UPDATE trip SET min_stay_s = 0 WHERE id = (SELECT max(id) - 1 FROM trip)")  # fmt: skip
    change(
        database,
        day,
        "UPDATE trip SET status = 'cancelled', version = 1 WHERE id = (SELECT max(id) FROM trip)",
    )
    links = {trip.trip_id: trip.link for trip in loaded(database, day).trips}
    assert links == {out: None, back: Link(after_trip_id=out)}
    assert between not in links


CALLED_LATER: LiteralString = """UPDATE trip SET status = 'will_call', requested_at = NULL, promised_from = NULL,
    promised_to = NULL, version = 1, expected_from = service_on + time '10:00', expected_to = service_on + time '10:15'
    WHERE id = (SELECT max(id) FROM trip)"""


def test_a_will_call_that_is_expected_holds_room_and_gets_no_driver(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    change(database, day, CALLED_LATER, "UPDATE feed SET last_event_id = 1")
    booked, expected = loaded(database, day).trips
    assert (booked.expected, expected.expected, expected.target_s) == (False, True, None)
    assert (expected.pickup_from_s, expected.pickup_to_s) == (10 * HOUR, 10 * HOUR + 900)
    assert loaded(database, day).will_calls == ()
    plan = a_plan(database, day, {day.run_ids[0]: [(booked.trip_id, 480), (expected.trip_id, 600)]})
    outcomes = {
        trip.trip_id: trip.outcome for trip in apply_plan(database, plan, key="k", actor="test").trips
    }
    assert outcomes == {booked.trip_id: Outcome.APPLIED, expected.trip_id: Outcome.UNCHANGED}
    assert database.read(day.company_id, "SELECT trip_id FROM assignment", {}) == [(booked.trip_id,)]


def test_a_will_call_that_nobody_expects_is_not_booked(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    change(
        database, day, CALLED_LATER, "UPDATE trip SET version = 0, expected_from = NULL, expected_to = NULL"
    )
    (trip,) = apply_plan(database, plan, key="k", actor="test").trips
    assert trip.detail is Detail.NOT_BOOKED


def test_a_trip_that_became_a_will_call_after_the_plan_is_stale(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    change(database, day, CALLED_LATER, "UPDATE feed SET last_event_id = 1")
    (trip,) = apply_plan(database, plan, key="k", actor="test").trips
    assert trip.outcome is Outcome.STALE


def test_a_run_has_the_limits_of_its_driver_and_the_price_of_its_shift(database: Database) -> None:
    day = a_day(database, trips=0, runs=1)
    change(
        database, day, "UPDATE driver SET overtime_s = 1800, max_drive_s = 14400, max_work_s = 28800",
        "UPDATE vehicle SET wheeled_dwell_s = 120", "UPDATE shift SET activation_s = 20000, end_place_id = NULL",
    )  # fmt: skip
    run = first_run(database, day)
    assert (run.overtime_s, run.max_drive_s, run.max_work_s) == (1800, 14400, 28800)
    assert (run.wheeled_dwell_s, run.activation_s, run.end_place_id) == (120, 20000, None)


# A shift of the given vehicle or driver on the next morning, half an hour after the only one of the day.
_NEXT_SHIFT: LiteralString = """
INSERT INTO shift (company_id, ref, service_on, driver_id, vehicle_id, starts_at, ends_at, start_place_id, end_place_id)
SELECT company_id, 'next', service_on + 1, {driver}, {vehicle}, ends_at + interval '30 min', ends_at + interval '8 h',
    start_place_id, end_place_id FROM shift WHERE ref = 'd1'
"""


@pytest.mark.parametrize(("driver", "vehicle"), [("d1", "d2"), ("d2", "d1")])
def test_overtime_ends_where_the_next_shift_of_driver_or_vehicle_begins(
    database: Database, driver: str, vehicle: str
) -> None:
    day = a_day(database, trips=0, runs=2)
    next_shift = _NEXT_SHIFT.format(
        driver=f"(SELECT id FROM driver WHERE ref = '{driver}')", vehicle=f"(SELECT id FROM vehicle WHERE ref = '{vehicle}')"
    )  # fmt: skip
    change(database, day, "UPDATE driver SET overtime_s = 7200", next_shift)  # type: ignore[arg-type]
    assert [run.overtime_s for run in loaded(database, day).runs] == [1800, 1800]


def test_trips_are_applied_in_overtime_and_not_after_it(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    change(database, day, "UPDATE driver SET overtime_s = 1800")
    late, too_late = day.trip_ids
    plan = a_plan(database, day, {day.run_ids[0]: [(late, 23 * 60 + 10), (too_late, 23 * 60 + 25)]})
    details = {trip.trip_id: trip.detail for trip in apply_plan(database, plan, key="k", actor="test").trips}
    assert details == {late: Detail.NONE, too_late: Detail.OFF_SHIFT}


def test_a_driver_has_worked_the_hours_applied_on_the_seven_days_before(database: Database) -> None:
    day = a_day(database, trips=0, runs=2)
    change(
        database,
        day,
        """INSERT INTO shift (company_id, ref, service_on, driver_id, vehicle_id, starts_at, ends_at, start_place_id, end_place_id)
            SELECT company_id, ref || n, service_on - n, driver_id, vehicle_id, starts_at - n * interval '1 day',
                ends_at - n * interval '1 day', start_place_id, end_place_id FROM shift, generate_series(1, 8) AS n
            WHERE ref = 'd1'""",
        """INSERT INTO run (company_id, shift_id, driver_id, vehicle_id, service_on, version, pull_out_at, pull_in_at)
            SELECT s.company_id, s.id, s.driver_id, s.vehicle_id, s.service_on, 0, s.starts_at, s.starts_at + interval '90 min'
            FROM shift s LEFT JOIN run r ON r.shift_id = s.id WHERE r.id IS NULL""",
    )
    assert [run.worked_s for run in loaded(database, day).runs] == [7 * 5400, 0]


@pytest.mark.parametrize("service_on", [date(1970, 1, 1), date(2200, 12, 31)])
def test_a_company_that_leaves_trips_alone_has_days_far_from_now_too(
    database: Database, service_on: date
) -> None:
    day = a_day(database, trips=1, runs=1)
    change(database, day, "UPDATE company SET freeze_s = 1800")
    problem = load_day(database, day.company_id, service_on)
    assert problem.now_s is not None
    assert abs(problem.now_s) > 9 * 365 * 86_400


def test_a_company_has_its_own_rules(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    assert (loaded(database, day).max_onboard_wait_s, loaded(database, day).now_s) == (300, None)
    change(
        database, day, "UPDATE company SET max_onboard_wait_s = NULL, ride_factor_percent = 200, ride_allowance_s = 900, freeze_s = 1800"
    )  # fmt: skip
    problem = loaded(database, day)
    assert (problem.max_onboard_wait_s, problem.freeze_s) == (None, 1800)
    assert problem.ride_limit == RideLimit(factor_percent=200, allowance_s=900)
    ((now,),) = database.read(day.company_id, "SELECT now()", {})
    assert problem.now_s is not None
    assert abs(problem.day_start_at + timedelta(seconds=problem.now_s) - now) < timedelta(hours=1)


def test_a_run_with_an_open_end_returns_from_where_its_last_stop_is(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    change(database, day, "UPDATE shift SET end_place_id = NULL")
    first, last = day.trip_ids
    apply_plan(
        database, a_plan(database, day, {day.run_ids[0]: [(first, 480), (last, 500)]}), key="k", actor="test"
    )
    (manifest,) = list_manifests(database, day.company_id, DAY).manifests
    assert manifest.stops[-1].kind == "pull_in"
    assert manifest.stops[-1].place == manifest.stops[-2].place != ""


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE trip SET priority = 3, unserved_s = 10", "UPDATE trip SET priority = 10", "UPDATE trip SET needs = '{NULL}'",
        "UPDATE trip SET expected_from = now()", "UPDATE trip SET min_stay_s = -1", "UPDATE rider SET groups = '{\"\"}'",
        "UPDATE rider SET banned_driver_ids = '{1}', preferred_driver_ids = '{1, 2}'", "UPDATE driver SET overtime_s = 50000",
    ],
)  # fmt: skip
def test_what_no_plan_could_mean_is_refused_by_the_database(
    database: Database, forged: LiteralString
) -> None:
    day = a_day(database, trips=1, runs=1)
    with pytest.raises(psycopg.errors.CheckViolation):
        change(database, day, forged)


def test_a_driver_reads_on_the_manifest_what_a_rider_needs(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    change(
        database,
        day,
        "UPDATE rider SET needs = '{stair chair}', no_share = true",
        "UPDATE trip SET needs = '{oxygen}'",
    )
    plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    apply_plan(database, plan, key="k", actor="test")
    (manifest,) = list_manifests(database, day.company_id, DAY).manifests
    assert "Rider 1" in manifest_text(manifest, "UTC")
    assert "(oxygen, stair chair, rides alone)" in manifest_text(manifest, "UTC")
