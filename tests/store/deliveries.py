"""Requests by the shortest name, and what the tests of storing them look at."""

from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

from estafette.domain.booking import Anchor, Direction, TripStatus
from estafette.domain.fleet import Spaces
from estafette.domain.outcome import ImportOptions, Stored
from estafette.domain.request import DriverRequest, PlaceRequest, ShiftRequest, TripRequest, VehicleRequest
from estafette.store.database import Database, Statement
from estafette.store.intake import store_drivers, store_vehicles
from tests.store.days import DAY, a_company

STORE = ImportOptions(actor="test")
MIDNIGHT = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)


def a_fleet(database: Database) -> int:
    """Create a company with three drivers and three vehicles."""
    company_id = a_company(database)
    drivers = [DriverRequest(ref=f"d{n}", name=f"Driver {n}") for n in range(3)]
    store_drivers(database, company_id, drivers, STORE)
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
