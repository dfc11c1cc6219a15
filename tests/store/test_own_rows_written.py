"""What drivers and institutions change in the database, below any route: their own rows, and no others."""

import pytest

from estafette.domain.error import NotFound
from estafette.store.database import Database, Statement
from tests.dispatched import Dispatched
from tests.store.own_rows import driver, institution, own_day


@pytest.fixture
def day(database: Database) -> Dispatched:
    return own_day(database)


def test_an_institution_adds_riders_of_its_own_and_changes_no_others(day: Dispatched) -> None:
    one, two, _ = day.riders  # type: ignore[attr-defined]
    view = institution(day, one)
    of = view._caller and view._caller.institution_id
    add = "INSERT INTO rider (company_id, ref, name) VALUES (%(company)s, 'new', 'New') RETURNING institution_id"
    scope = {"company": day.company_id, "one": one, "two": two}
    assert view.transact(day.company_id, [Statement(add, scope)], actor="user:2") == [[(of,)]]
    rename = "UPDATE rider SET name = 'Renamed' WHERE company_id = %(company)s RETURNING id"
    renamed = view.transact(day.company_id, [Statement(rename, scope)], actor="user:2")[0]
    assert (one,) in renamed
    assert (two,) not in renamed


@pytest.mark.parametrize(
    "forged",
    [
        "INSERT INTO rider (company_id, ref, name, institution_id) VALUES (%(company)s, 'x', 'x', NULL)",
        "INSERT INTO booking (company_id, ref, rider_id) VALUES (%(company)s, 'x', %(two)s)",
        "UPDATE rider SET institution_id = NULL WHERE id = %(one)s",
        "UPDATE booking SET rider_id = %(two)s WHERE rider_id = %(one)s",
        "UPDATE trip SET seats = 2",
        "DELETE FROM rider",
        "SELECT actor FROM ledger",
        "INSERT INTO driver (company_id, ref, name) VALUES (%(company)s, 'x', 'x')",
    ],
)
def test_an_institution_gives_nothing_away_and_takes_nothing_in(day: Dispatched, forged: str) -> None:
    one, two, _ = day.riders  # type: ignore[attr-defined]
    scope = {"company": day.company_id, "one": one, "two": two}
    with pytest.raises(NotFound, match="not yours"):
        institution(day, one).transact(day.company_id, [Statement(forged, scope)], actor="user:2")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE trip SET seats = 2",
        "UPDATE trip SET status = 'cancelled', version = version + 1",
        "UPDATE rider SET name = 'x'",
        "DELETE FROM run",
        "UPDATE run SET manifest = 9",
        "INSERT INTO event (company_id, id, kind, payload) VALUES (%(company)s, 99, 'rostered', '{}')",
        "INSERT INTO event (company_id, id, kind, payload) VALUES (%(company)s, 99, 'status_changed',"
        " jsonb_build_object('trip_id', %(other_trip)s::bigint, 'status', 'missed'))",
        "INSERT INTO event (company_id, id, kind, payload) VALUES (%(company)s, 99, 'acknowledged',"
        " jsonb_build_object('run_id', %(other_run)s::bigint, 'manifest', 1))",
        "INSERT INTO run_position VALUES (%(company)s, %(other_run)s, now(), 8, 47, NULL)",
        "INSERT INTO no_show VALUES (%(company)s, %(other_trip)s, now(), 0, true)",
        "INSERT INTO trip_history (company_id, trip_id, version, from_status, to_status, actor)"
        " VALUES (%(company)s, %(other_trip)s, 99, 'booked', 'missed', 'x')",
    ],
)
def test_a_driver_writes_nothing_but_steps_of_the_own_trips(day: Dispatched, change: str) -> None:
    scope = {"company": day.company_id, "other_trip": day.trip_ids[2], "other_run": day.run_ids[1]}
    with pytest.raises(NotFound, match="not yours"):
        driver(day).transact(day.company_id, [Statement(change, scope)], actor="user:1")  # type: ignore[arg-type]


def test_a_driver_moves_the_own_trips_and_not_one_that_was_taken_off(day: Dispatched) -> None:
    day.assign(day.run_ids[1], day.trip_ids[:1])
    move = "UPDATE trip SET status = 'en_route', version = 99 WHERE company_id = %(company)s RETURNING id"
    scope = {"company": day.company_id}
    moved = driver(day).transact(day.company_id, [Statement(move, scope)], actor="user:1")[0]
    assert moved == [(day.trip_ids[1],)]


def test_for_the_company_an_institution_changes_its_own_and_nothing_else(day: Dispatched) -> None:
    one, two, _ = day.riders  # type: ignore[attr-defined]
    view = institution(day, one)
    scope = {
        "company": day.company_id,
        "one": one,
        "two": two,
        "own": day.trip_ids[0],
        "other": day.trip_ids[2],
    }

    def write(sql: str) -> None:
        view.transact(day.company_id, [Statement(sql, scope)], actor="user:2", for_company=True)  # type: ignore[arg-type]

    # A booking and its trip in one statement, as deliveries are stored.
    book = """WITH b AS (INSERT INTO booking (company_id, ref, rider_id) VALUES (%(company)s, 'new', {rider}) RETURNING id)
        INSERT INTO trip (company_id, ref, booking_id, direction, service_on, origin_id, destination_id, anchor,
            pickup_dwell_s, dropoff_dwell_s, seats, status, version)
        SELECT %(company)s, 'new', b.id, 'outbound', service_on, origin_id, destination_id, anchor, 60, 60, 1,
            'requested', 1 FROM trip t, b WHERE t.id = %(own)s"""
    write(book.replace("{rider}", "%(one)s"))
    write("UPDATE trip SET seats = 2 WHERE id = %(own)s")
    write("UPDATE rider SET name = 'Renamed' WHERE id = %(one)s")
    for forged in (
        book.replace("{rider}", "%(two)s").replace("'new'", "'newer'"),
        "UPDATE trip SET seats = 2 WHERE id = %(other)s",
        "UPDATE trip SET booking_id = (SELECT booking_id FROM trip WHERE id = %(other)s) WHERE id = %(own)s",
        "UPDATE rider SET name = 'Renamed' WHERE id = %(two)s",
        "UPDATE rider SET institution_id = (SELECT institution_id FROM rider WHERE id = %(one)s) WHERE id = %(two)s",
        "UPDATE booking SET rider_id = %(two)s WHERE rider_id = %(one)s",
        "UPDATE place SET lon = 0",
        "UPDATE driver SET name = 'x'",
        "UPDATE company SET name = 'x'",
    ):
        with pytest.raises(NotFound, match="not yours"):
            write(forged)


def test_for_the_company_a_driver_sees_no_more(day: Dispatched) -> None:
    seen = [Statement("SELECT id FROM trip ORDER BY 1", {})]
    rows = driver(day).transact(day.company_id, seen, for_company=True)[0]
    assert [trip_id for (trip_id,) in rows] == day.trip_ids[:2]
