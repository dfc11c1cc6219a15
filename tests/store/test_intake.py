"""Storing any delivery: dry runs, all or nothing, events, companies, statements."""

from datetime import timedelta

import pytest

from estafette.domain.fold import fold
from estafette.domain.outcome import ImportOptions, Stored
from estafette.domain.request import DriverRequest
from estafette.store.board import get_board
from estafette.store.database import Database
from estafette.store.feed import read_events
from estafette.store.intake import store_drivers, store_riders, store_shifts, store_trips, store_vehicles
from tests.store.days import DAY, a_company
from tests.store.deliveries import (
    STORE,
    a_fleet,
    a_place,
    a_shift,
    a_trip,
    a_vehicle,
    brief,
    everything,
    rows,
)

DRY = ImportOptions(actor="test", dry_run=True)
ATOMIC = ImportOptions(actor="test", atomic=True)


@pytest.fixture
def company_id(database: Database) -> int:
    """A company with three drivers and three vehicles."""
    return a_fleet(database)


@pytest.mark.parametrize("options", [DRY, ATOMIC])
def test_dry_run_and_refused_atomic_answer_the_same_and_store_nothing(
    database: Database, company_id: int, options: ImportOptions
) -> None:
    store_trips(database, company_id, [a_trip("t1"), a_trip("t2")], STORE)
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    before = everything(database, company_id)
    trips = [
        a_trip("t1"),
        a_trip("t2", hour=9),
        a_trip("t3", rider_name="Zoé"),
        a_trip("t4", origin="nowhere"),
    ]
    shifts = [a_shift("s1", hours=(5, 14)), a_shift("s2", "d1", "v1"), a_shift("s3", "d0", "v2")]
    drivers = [DriverRequest(ref="d0", name="New name"), DriverRequest(ref="d0", name="Twice")]
    answers = (
        store_trips(database, company_id, trips, options),
        store_shifts(database, company_id, shifts, options),
        store_drivers(database, company_id, drivers, options),
    )
    assert [brief(stored) for stored in answers] == [
        ["unchanged", "updated", "created", "unknown_place"],
        ["updated", "created", "driver_busy"],
        ["updated", "same_ref"],
    ]
    assert [stored.stored for stored in answers] == [False] * 3
    assert everything(database, company_id) == before


def test_atomic_stores_all_when_nothing_is_refused(database: Database, company_id: int) -> None:
    stored = store_trips(database, company_id, [a_trip("t1"), a_trip("t2")], ATOMIC)
    assert (brief(stored), stored.stored) == (["created", "created"], True)


def test_an_empty_delivery_changes_nothing(database: Database, company_id: int) -> None:
    before = everything(database, company_id)
    stores = (store_trips, store_shifts, store_drivers, store_riders, store_vehicles)
    assert [store(database, company_id, [], STORE) for store in stores] == [
        Stored(outcomes=(), stored=False)
    ] * 5
    assert everything(database, company_id) == before


def test_a_board_that_follows_the_events_equals_a_fresh_one(database: Database, company_id: int) -> None:
    other_day = DAY + timedelta(days=1)
    start = get_board(database, company_id, DAY)
    store_shifts(database, company_id, [a_shift("s1"), a_shift("s2", "d1", "v1")], STORE)
    store_trips(database, company_id, [a_trip("t1"), a_trip("t2", hour=None), a_trip("t3")], STORE)
    store_drivers(database, company_id, [DriverRequest(ref="d0", name="New name")], STORE)
    store_vehicles(database, company_id, [a_vehicle("v1", "Renamed")], STORE)
    moved = a_trip("t3", service_on=other_day, destination=a_place("ward", lon=6.3))
    store_trips(database, company_id, [moved, a_trip("t1", destination="ward", hour=10)], STORE)
    store_shifts(database, company_id, [a_shift("s1", "d2", hours=(7, 15)), a_shift("s2", "d1", "v1")], STORE)
    events = read_events(database, company_id, start.version)
    assert [event.id for event in events] == list(range(1, 7))
    for event in events:
        start = fold(start, event)
    assert start == get_board(database, company_id, DAY)


def test_no_event_is_written_when_no_board_changes(database: Database, company_id: int) -> None:
    store_drivers(database, company_id, [DriverRequest(ref="d0", name="Not on any run")], STORE)
    store_trips(database, company_id, [a_trip("t1", origin="nowhere")], STORE)
    assert rows(database, company_id, "SELECT last_event_id FROM feed") == [(0,)]


def test_events_carry_no_name_of_a_rider(database: Database, company_id: int) -> None:
    store_trips(database, company_id, [a_trip("t1", rider_name="Canary Bird", purpose="dialysis")], STORE)
    [[payload]] = rows(database, company_id, "SELECT payload::text FROM event")
    assert "Canary" not in payload
    assert "dialysis" not in payload


def test_another_company_sees_and_meets_nothing(database: Database, company_id: int) -> None:
    other = a_company(database)
    store_trips(database, company_id, [a_trip("t1")], STORE)
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    assert brief(store_trips(database, other, [a_trip("t1", origin="home")], STORE)) == ["unknown_place"]
    assert brief(store_shifts(database, other, [a_shift("s1")], STORE)) == ["unknown_driver"]
    assert rows(database, other, "SELECT count(*) FROM trip") == [(0,)]


def test_the_number_of_statements_does_not_depend_on_the_number_of_trips(
    database: Database, company_id: int
) -> None:
    counts = []
    for size in (1, 500):
        trips = [a_trip(f"{size}-{n}", origin=a_place(f"h{n}")) for n in range(size)]
        database.count()
        store_trips(database, company_id, trips, STORE)
        counts.append(database.count())
    assert counts[0] == counts[1]
    assert counts[0].round_trips == 1
