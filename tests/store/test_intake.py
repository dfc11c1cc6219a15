"""Storing deliveries: an outcome for every request, and a board that follows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, LiteralString

import pytest

from estafette.domain.booking import Anchor, Direction, TripStatus
from estafette.domain.error import Conflict
from estafette.domain.fleet import Break, Spaces
from estafette.domain.fold import fold
from estafette.domain.request import (
    DriverRequest,
    ImportOptions,
    PlaceRequest,
    ShiftRequest,
    Stored,
    TripRequest,
    VehicleRequest,
)
from estafette.store.board import get_board
from estafette.store.database import Database, Statement
from estafette.store.feed import read_events
from estafette.store.intake import store_drivers, store_shifts, store_trips, store_vehicles
from tests.store.days import DAY, a_company

STORE = ImportOptions(actor="test")
DRY = ImportOptions(actor="test", dry_run=True)
ATOMIC = ImportOptions(actor="test", atomic=True)
MIDNIGHT = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)


@pytest.fixture
def company_id(database: Database) -> int:
    """A company with three drivers and three vehicles."""
    company_id = a_company(database)
    store_drivers(
        database, company_id, [DriverRequest(ref=f"d{n}", name=f"Driver {n}") for n in range(3)], STORE
    )
    store_vehicles(database, company_id, [a_vehicle(f"v{n}") for n in range(3)], STORE)
    return company_id


def a_vehicle(ref: str, name: str = "Van") -> VehicleRequest:
    return VehicleRequest(ref=ref, name=name, layouts=(Spaces(seats=4), Spaces(seats=2, wheelchairs=1)))


def a_place(ref: str, lon: float = 6.1) -> PlaceRequest:
    return PlaceRequest(ref=ref, name=f"Place {ref}", lon=lon, lat=46.2)


def a_trip(ref: str, hour: int | None = 8, **facts: Any) -> TripRequest:
    usual = {
        "booking": f"b-{ref}", "rider": f"r-{ref}", "rider_name": "Alba", "direction": Direction.OUTBOUND,
        "service_on": DAY, "origin": a_place("home"), "destination": a_place("ward"),
        "anchor": Anchor.ARRIVE_BY,
    }  # fmt: skip
    requested_at = None if hour is None else MIDNIGHT + timedelta(hours=hour)
    return TripRequest(**usual | {"ref": ref, "requested_at": requested_at} | facts)


def a_shift(
    ref: str, driver: str = "d0", vehicle: str = "v0", hours: tuple[int, int] = (6, 14), **facts: Any
) -> ShiftRequest:
    starts_at, ends_at = (MIDNIGHT + timedelta(hours=hour) for hour in hours)
    usual = {"service_on": DAY, "start": a_place("depot"), "end": "depot"}
    return ShiftRequest(
        **usual
        | {"ref": ref, "driver": driver, "vehicle": vehicle, "starts_at": starts_at, "ends_at": ends_at}
        | facts
    )


def outcomes(stored: Stored) -> list[tuple[str, str, str | None, str]]:
    return [
        (row.ref, row.outcome.value, row.refusal and row.refusal.value, row.detail) for row in stored.outcomes
    ]


def brief(stored: Stored) -> list[str]:
    return [row.refusal or row.outcome for row in stored.outcomes]


def rows(database: Database, company_id: int, sql: LiteralString) -> list[tuple[Any, ...]]:
    return database.read(company_id, sql, {})


def do(database: Database, company_id: int, sql: LiteralString) -> None:
    """Change rows as another part of the program would, in the next version."""
    database.transact(company_id, [Statement(sql, {}), Statement(
        "UPDATE feed SET last_event_id = last_event_id + 1", {}), Statement(
        "INSERT INTO event (company_id, id, kind, payload)"
        " SELECT company_id, last_event_id, 'booked', '{\"trips\": [], \"places\": []}' FROM feed", {})], actor="test")  # fmt: skip


def everything(database: Database, company_id: int) -> list[tuple[Any, ...]]:
    """Whatever a delivery could have written."""
    return rows(
        database,
        company_id,
        """SELECT (SELECT json_agg(t ORDER BY id)::text FROM trip t), (SELECT json_agg(b ORDER BY id)::text FROM booking b),
            (SELECT json_agg(r ORDER BY id)::text FROM rider r), (SELECT json_agg(p ORDER BY id)::text FROM place p),
            (SELECT json_agg(s ORDER BY id)::text FROM shift s), (SELECT json_agg(r ORDER BY id)::text FROM run r),
            (SELECT json_agg(d ORDER BY id)::text FROM driver d), (SELECT json_agg(f)::text FROM feed f),
            (SELECT count(*) FROM event)""",
    )


def assign(database: Database, company_id: int, trip: str) -> None:
    """Give a trip to the only run, at eight o'clock."""
    do(
        database,
        company_id,
        """INSERT INTO assignment (company_id, trip_id, run_id, driver_id, pickup_at, pickup_until, dropoff_at,
                dropoff_until, version)
            SELECT t.company_id, t.id, r.id, r.driver_id, at, at + interval '2 min', at + interval '20 min',
                at + interval '22 min', 99
            FROM trip t, run r, LATERAL (SELECT t.service_on + time '08:00' AS at) AS clock
            WHERE t.ref = '"""
        + trip  # type: ignore[operator]
        + "'",
    )
    do(
        database,
        company_id,
        """UPDATE run SET pull_out_at = service_on + time '07:30', pull_in_at = service_on + time '09:00'
            WHERE id = (SELECT run_id FROM assignment)""",
    )


def move(database: Database, company_id: int, *statuses: TripStatus) -> None:
    """Move every trip through statuses, each in its own version."""
    for status in statuses:
        do(database, company_id, f"UPDATE trip SET status = '{status}', version = version + 1")  # type: ignore[arg-type]


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


@pytest.mark.parametrize(
    "facts",
    [
        {"rider_name": "Zoé"}, {"purpose": "dialysis"}, {"origin": a_place("home", lon=6.2)}, {"max_ride_s": 900},
        {"companions": 1}, {"booking": "other"}, {"destination": a_place("clinic")}, {"service_on": date(2026, 11, 26)},
        {"direction": Direction.ONWARD}, {"dropoff_dwell_s": 5}, {"standing_order": "so"}, {"hour": None},
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


def test_a_file_can_give_a_will_call_its_time(database: Database, company_id: int) -> None:
    store_trips(database, company_id, [a_trip("t1", hour=None)], STORE)
    assert brief(store_trips(database, company_id, [a_trip("t1", hour=15)], STORE)) == ["updated"]
    history = "SELECT from_status, to_status, actor FROM trip_history"
    assert rows(database, company_id, history) == [("will_call", "booked", "test")]


def test_shifts_bring_their_runs(database: Database, company_id: int) -> None:
    rest = Break(from_s=32400, to_s=36000, duration_s=1800)
    shifts = [a_shift("s1", breaks=(rest,)), a_shift("s2", "d1", "v1")]
    assert brief(store_shifts(database, company_id, shifts, STORE)) == ["created", "created"]
    assert brief(store_shifts(database, company_id, shifts, STORE)) == ["unchanged", "unchanged"]
    runs = "SELECT s.ref, r.version, r.service_on FROM run r JOIN shift s ON s.id = r.shift_id ORDER BY s.ref"
    assert rows(database, company_id, runs) == [("s1", 1, DAY), ("s2", 1, DAY)]


def test_what_a_shift_lacks_or_collides_with_is_named(database: Database, company_id: int) -> None:
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    shifts = [
        a_shift("s2", "d9"),
        a_shift("s3", "d1", "v9"),
        a_shift("s4", "d1", "v1", start="nowhere"),
        a_shift("s5", "d0", "v1", hours=(13, 15)),
        a_shift("s6", "d1", "v0", hours=(5, 7)),
        a_shift("s7", "d1", "v1", hours=(14, 16)),
        a_shift("s8", "d1", "v2", hours=(15, 17)),
        a_shift("s9", "d0", "v0", hours=(14, 16), end=a_place("garage")),
    ]
    assert outcomes(store_shifts(database, company_id, shifts, STORE)) == [
        ("s2", "refused", "unknown_driver", "d9"),
        ("s3", "refused", "unknown_vehicle", "v9"),
        ("s4", "refused", "unknown_place", "nowhere"),
        ("s5", "refused", "driver_busy", "s1"),
        ("s6", "refused", "vehicle_busy", "s1"),
        ("s7", "created", None, ""),
        ("s8", "refused", "driver_busy", "s7"),
        ("s9", "created", None, ""),
    ]


def test_two_shifts_can_swap_their_drivers(database: Database, company_id: int) -> None:
    store_shifts(database, company_id, [a_shift("s1", "d0", "v0"), a_shift("s2", "d1", "v1")], STORE)
    swapped = [a_shift("s1", "d1", "v0"), a_shift("s2", "d0", "v1")]
    assert brief(store_shifts(database, company_id, swapped, STORE)) == ["updated", "updated"]
    runs = "SELECT s.ref, d.ref FROM run r JOIN shift s ON s.id = r.shift_id JOIN driver d ON d.id = r.driver_id ORDER BY 1"
    assert rows(database, company_id, runs) == [("s1", "d1"), ("s2", "d0")]


def test_the_constraint_has_the_last_word_and_then_nothing_is_stored(
    database: Database, company_id: int
) -> None:
    first = [
        a_shift("s1", "d0", "v0", hours=(6, 10)),
        a_shift("s2", "d1", "v1", hours=(6, 10)),
        a_shift("s3", "d2", "v2", hours=(10, 12)),
    ]
    store_shifts(database, company_id, first, STORE)
    before = everything(database, company_id)
    # s1 wants the hours of s3, which stays, so it stays where it is: under s2, which wants its place.
    blocked = [a_shift("s1", "d2", "v0", hours=(8, 11)), a_shift("s2", "d0", "v1", hours=(6, 10))]
    with pytest.raises(Conflict, match="nothing is stored: shifts_of_a_driver_never_overlap"):
        store_shifts(database, company_id, blocked, STORE)
    assert everything(database, company_id) == before


def test_a_shift_with_trips_keeps_driver_vehicle_day_and_enough_time(
    database: Database, company_id: int
) -> None:
    store_shifts(database, company_id, [a_shift("s1")], STORE)
    store_trips(database, company_id, [a_trip("t1")], STORE)
    assign(database, company_id, "t1")
    for refused in (a_shift("s1", "d1"), a_shift("s1", "d0", "v1"), a_shift("s1", hours=(6, 8))):
        assert brief(store_shifts(database, company_id, [refused], STORE)) == ["run_not_empty"]
    assert brief(store_shifts(database, company_id, [a_shift("s1", hours=(7, 9))], STORE)) == ["updated"]


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
    stores = (store_trips, store_shifts, store_drivers, store_vehicles)
    assert [store(database, company_id, [], STORE) for store in stores] == [
        Stored(outcomes=(), stored=False)
    ] * 4
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
