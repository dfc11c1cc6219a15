"""Storing trips: what is created, changed, refused."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from estafette.domain.booking import Anchor, Direction, TripStatus
from estafette.domain.fleet import Spaces
from estafette.domain.outcome import ImportOptions
from estafette.store.database import Database
from estafette.store.feed import read_events
from estafette.store.intake import store_shifts, store_trips
from tests.store.days import DAY
from tests.store.deliveries import (
    MIDNIGHT,
    STORE,
    a_fleet,
    a_place,
    a_shift,
    a_trip,
    assign,
    brief,
    do,
    everything,
    move,
    outcomes,
    rows,
)

DRY = ImportOptions(actor="test", dry_run=True)
ATOMIC = ImportOptions(actor="test", atomic=True)


@pytest.fixture
def company_id(database: Database) -> int:
    """A company with three drivers and three vehicles."""
    return a_fleet(database)


def test_trips_are_created_then_unchanged_then_updated(database: Database, company_id: int) -> None:
    trips = [a_trip("t1"), a_trip("t2", hour=None)]
    assert brief(store_trips(database, company_id, trips, STORE)) == ["created", "created"]
    assert brief(store_trips(database, company_id, trips, STORE)) == ["unchanged", "unchanged"]
    changed = [a_trip("t1", hour=9), trips[1]]
    assert brief(store_trips(database, company_id, changed, STORE)) == ["updated", "unchanged"]
    assert rows(database, company_id, "SELECT ref, status, version FROM trip ORDER BY ref") == [
        ("t1", "booked", 2),
        ("t2", "will_call", 1),
    ]


def test_the_promise_and_the_time_at_the_doors_follow_the_request(
    database: Database, company_id: int
) -> None:
    trips = [
        a_trip("t1", takes=Spaces(wheelchairs=1)),
        a_trip("t2", anchor=Anchor.PICKUP_AT, pickup_dwell_s=77),
    ]
    store_trips(database, company_id, trips, STORE)
    facts = "SELECT promised_from, promised_to, pickup_dwell_s, dropoff_dwell_s FROM trip ORDER BY ref"
    eight = MIDNIGHT + timedelta(hours=8)
    assert rows(database, company_id, facts) == [
        (eight - timedelta(minutes=30), eight, 300, 240),
        (eight, eight + timedelta(minutes=15), 77, 90),
    ]


def test_legs_share_a_booking_and_places_and_riders_are_stored_once(
    database: Database, company_id: int
) -> None:
    legs = [a_trip(ref, booking="b1", rider="r1", standing_order="so") for ref in ("t1", "t2")]
    store_trips(database, company_id, legs, STORE)
    assert rows(database, company_id, "SELECT ref, standing_order FROM booking") == [("b1", "so")]
    assert rows(database, company_id, "SELECT ref FROM rider") == [("r1",)]
    assert rows(database, company_id, "SELECT ref FROM place ORDER BY ref") == [("home",), ("ward",)]


def test_where_vehicles_stop_comes_with_a_place_and_stays_until_another_is_given(
    database: Database, company_id: int
) -> None:
    def delivered(**access: float) -> list[str]:
        ward = replace(a_place("ward"), **access)
        return brief(store_trips(database, company_id, [a_trip("t1", destination=ward)], STORE))

    def doors() -> list[Any]:
        return rows(
            database,
            company_id,
            "SELECT p.ref, d.lon, d.lat FROM access_point d JOIN place p ON p.id = place_id",
        )

    bay, gate = {"access_lon": 6.11, "access_lat": 46.21}, {"access_lon": 6.12, "access_lat": 46.22}
    assert (delivered(), doors()) == (["created"], [])
    assert (delivered(**bay), doors()) == (["updated"], [("ward", 6.11, 46.21)])
    assert (delivered(**bay), doors()) == (["unchanged"], [("ward", 6.11, 46.21)])
    assert (delivered(), doors()) == (["unchanged"], [("ward", 6.11, 46.21)])
    assert (delivered(**gate), doors()) == (["updated"], [("ward", 6.12, 46.22)])


def test_a_phone_and_a_note_come_with_a_trip_and_stay_until_others_are_given(
    database: Database, company_id: int
) -> None:
    def delivered(phone: str | None, note: str | None) -> list[str]:
        ward = replace(a_place("ward"), access_note=note)
        return brief(
            store_trips(database, company_id, [a_trip("t1", destination=ward, rider_phone=phone)], STORE)
        )

    def kept() -> list[Any]:
        asked = "SELECT phone, access_note FROM rider, place p WHERE p.ref = 'ward'"
        return rows(database, company_id, asked)

    assert (delivered("+41 00 1", "gate"), kept()) == (["created"], [("+41 00 1", "gate")])
    assert (delivered(None, None), kept()) == (["unchanged"], [("+41 00 1", "gate")])
    assert (delivered("+41 00 2", None), kept()) == (["updated"], [("+41 00 2", "gate")])
    assert (delivered(None, "lift"), kept()) == (["updated"], [("+41 00 2", "lift")])
    assert (delivered("", ""), kept()) == (["updated"], [("", "")])


def test_one_rider_with_two_phones_in_a_delivery_is_a_contradiction_and_with_one_beside_none_is_not(
    database: Database, company_id: int
) -> None:
    same, silent, other = (
        a_trip(f"t{n}", rider="r", rider_phone=phone) for n, phone in enumerate(["1", None, "2"])
    )
    stored = store_trips(database, company_id, [same, silent, other], STORE)
    assert brief(stored) == ["created", "created", "other_facts"]
    assert rows(database, company_id, "SELECT phone FROM rider") == [("1",)]


def test_a_new_place_comes_with_where_vehicles_stop_also_for_a_shift(
    database: Database, company_id: int
) -> None:
    depot = replace(a_place("yard"), access_lon=6.11, access_lat=46.21)
    store_shifts(database, company_id, [a_shift("s1", start=depot, end="yard")], STORE)
    assert rows(database, company_id, "SELECT lon, lat FROM access_point") == [(6.11, 46.21)]


@pytest.mark.parametrize(
    "facts",
    [
        {"rider_name": "Zoé"}, {"purpose": "dialysis"}, {"origin": a_place("home", lon=6.2)}, {"max_ride_s": 900},
        {"companions": 1}, {"booking": "other"}, {"destination": a_place("clinic")}, {"service_on": date(2026, 11, 26)},
        {"direction": Direction.ONWARD}, {"dropoff_dwell_s": 5}, {"standing_order": "so"}, {"hour": None},
        {"needs": ("oxygen",)}, {"no_share": True}, {"priority": 2}, {"unserved_s": 0}, {"min_stay_s": 0},
        {"same_driver": True}, {"waits": True}, {"expected_at": MIDNIGHT + timedelta(hours=9)},
    ],
)  # fmt: skip
def test_every_fact_of_a_trip_can_be_changed(
    database: Database, company_id: int, facts: dict[str, Any]
) -> None:
    store_trips(database, company_id, [a_trip("t1")], STORE)
    changed = [a_trip("t1", **facts)]
    assert brief(store_trips(database, company_id, changed, STORE)) == ["updated"]
    assert brief(store_trips(database, company_id, changed, STORE)) == ["unchanged"]


def test_refused_requests_leave_no_trace_and_the_others_are_stored(
    database: Database, company_id: int
) -> None:
    trips = [
        a_trip("t1"),
        a_trip("t1"),
        a_trip("t2", origin="nowhere", destination=a_place("only-here")),
        a_trip("t3", booking="b-t1", rider="r-t1", rider_name="Another"),
        a_trip("t4", origin=a_place("home", lon=7)),
    ]
    assert outcomes(store_trips(database, company_id, trips, STORE)) == [
        ("t1", "created", None, ""),
        ("t1", "refused", "same_ref", "t1"),
        ("t2", "refused", "unknown_place", "nowhere"),
        ("t3", "refused", "other_facts", "rider r-t1"),
        ("t4", "refused", "other_facts", "place home"),
    ]
    assert rows(database, company_id, "SELECT (SELECT count(*) FROM trip), (SELECT count(*) FROM rider)") == [
        (1, 1)
    ]
    assert rows(database, company_id, "SELECT ref, lon FROM place ORDER BY ref") == [
        ("home", 6.1),
        ("ward", 6.1),
    ]


def test_a_booking_does_not_pass_to_another_rider(database: Database, company_id: int) -> None:
    store_trips(database, company_id, [a_trip("t1")], STORE)
    stolen = a_trip("t2", booking="b-t1", rider="r9")
    assert outcomes(store_trips(database, company_id, [stolen], STORE)) == [
        ("t2", "refused", "other_rider", "b-t1")
    ]


@pytest.mark.parametrize(
    ("statuses", "refusal"),
    [
        ([TripStatus.EN_ROUTE], "under_way"),
        ([TripStatus.EN_ROUTE, TripStatus.ARRIVED, TripStatus.ON_BOARD], "under_way"),
        ([TripStatus.CANCELLED], "ended"),
        ([TripStatus.MISSED], "ended"),
    ],
)
def test_a_trip_that_has_begun_or_is_over_is_not_changed(
    database: Database, company_id: int, statuses: Sequence[TripStatus], refusal: str
) -> None:
    store_trips(database, company_id, [a_trip("t1")], STORE)
    move(database, company_id, *statuses)
    before = everything(database, company_id)
    assert brief(store_trips(database, company_id, [a_trip("t1", hour=9)], STORE)) == [refusal]
    assert brief(store_trips(database, company_id, [a_trip("t1")], STORE)) == ["unchanged"]
    assert everything(database, company_id) == before


def test_a_changed_trip_keeps_its_driver_and_the_event_says_so(database: Database, company_id: int) -> None:
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    store_trips(database, company_id, [a_trip("t1")], STORE)
    assign(database, company_id, "t1")
    assert brief(store_trips(database, company_id, [a_trip("t1", companions=1)], STORE)) == ["updated"]
    assert brief(store_trips(database, company_id, [a_trip("t1", hour=None)], STORE)) == ["assigned"]
    next_day = a_trip("t1", companions=1, service_on=DAY + timedelta(days=1))
    assert brief(store_trips(database, company_id, [next_day], STORE)) == ["assigned"]
    card = read_events(database, company_id, 4)[-1].what.trips[0]
    assert (card.takes.seats, card.run_id is not None, card.times is not None) == (2, True, True)


def test_a_will_call_that_was_given_its_time_keeps_it(database: Database, company_id: int) -> None:
    will_call = a_trip("t1", hour=None, anchor=Anchor.PICKUP_AT)
    store_trips(database, company_id, [will_call], STORE)
    do(
        database,
        company_id,
        """UPDATE trip SET status = 'booked', version = version + 1, requested_at = service_on + time '15:00',
            promised_from = service_on + time '15:00', promised_to = service_on + time '15:15'""",
    )
    assert brief(store_trips(database, company_id, [will_call], STORE)) == ["unchanged"]
    with_companion = a_trip("t1", hour=None, anchor=Anchor.PICKUP_AT, companions=1)
    assert brief(store_trips(database, company_id, [with_companion], STORE)) == ["updated"]
    assert rows(database, company_id, "SELECT status, companions, requested_at FROM trip") == [
        ("booked", 1, MIDNIGHT + timedelta(hours=15))
    ]


def test_a_will_call_is_expected_at_the_end_that_carries_its_promise(
    database: Database, company_id: int
) -> None:
    ten = MIDNIGHT + timedelta(hours=10)
    trips = [a_trip(anchor.value, hour=None, anchor=anchor, expected_at=ten) for anchor in Anchor]
    store_trips(database, company_id, trips, STORE)
    windows = "SELECT expected_from, expected_to, promised_from, status FROM trip ORDER BY anchor"
    assert rows(database, company_id, windows) == [
        (ten - timedelta(minutes=30), ten, None, "will_call"),
        (ten, ten + timedelta(minutes=15), None, "will_call"),
    ]


def test_a_file_can_give_a_will_call_its_time(database: Database, company_id: int) -> None:
    store_trips(database, company_id, [a_trip("t1", hour=None)], STORE)
    assert brief(store_trips(database, company_id, [a_trip("t1", hour=15)], STORE)) == ["updated"]
    history = "SELECT from_status, to_status, actor FROM trip_history"
    assert rows(database, company_id, history) == [("will_call", "booked", "test")]
