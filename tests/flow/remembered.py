"""A rider of whom everything is held that can be, under one name that stands nowhere else."""

import base64
import zlib
from datetime import UTC, date, datetime, timedelta

import msgspec
import psycopg

from estafette.domain.booking import Anchor, Direction
from estafette.domain.caller import Caller
from estafette.domain.outcome import ImportOptions
from estafette.domain.permission import RIGHTS, Role
from estafette.domain.request import PlaceRequest, RiderRequest, TripRequest
from estafette.flow.notes import write_note
from estafette.store.database import Database
from estafette.store.erasure import find_rider
from estafette.store.intake import store_riders, store_trips
from estafette.store.sealing import note_keys
from estafette.store.server import Server
from tests.dispatched import Dispatched

KEYS = note_keys("k1:" + base64.b64encode(bytes(32)).decode())
CANARY = "Zyxwv"  # in everything that names the rider, and nowhere else
OVER = date(2020, 3, 4)
AHEAD = datetime.now(UTC).date() + timedelta(days=30)


def caller_of(company_id: int, role: Role = Role.ADMIN) -> Caller:
    return Caller(company_id=company_id, actor="user:7", rights=RIGHTS[role])


def home() -> PlaceRequest:
    return PlaceRequest(
        ref=f"home-{CANARY}", name=f"At {CANARY}'s", address=f"{CANARY} Street 1", lon=6.123456, lat=46.123456,
        access_lon=6.1234, access_lat=46.1234, access_note=f"code {CANARY}",
    )  # fmt: skip


def a_trip(company: Dispatched, service_on: date, rider: str = f"r-{CANARY}", n: int = 0) -> TripRequest:
    hospital = PlaceRequest(ref="hospital", name="Hospital", lon=6.2, lat=46.2)
    return TripRequest(
        ref=f"t-{CANARY}-{service_on}-{n}", booking=f"b-{CANARY}-{service_on}-{n}", rider=rider, rider_name=f"Ann {CANARY}", rider_phone=f"+41 {CANARY}",
        direction=Direction.OUTBOUND, service_on=service_on, origin=home(), destination=hospital,
        anchor=Anchor.PICKUP_AT, requested_at=msgspec.convert(f"{service_on}T09:00:00Z", type=datetime),
        purpose=f"dialysis {CANARY}", needs=(f"need {CANARY}",), standing_order=f"so {CANARY}",
    )  # fmt: skip


def a_company(database: Database) -> Dispatched:
    """Make a company with a rider of whom everything is held, and who had a trip on a day that is over."""
    company = Dispatched(database)
    company.roster(OVER)
    by = ImportOptions(actor="user:1")
    wishes = RiderRequest(
        ref=f"r-{CANARY}", name=f"Ann {CANARY}", needs=(f"chair {CANARY}",), groups=(f"g {CANARY}",)
    )
    store_riders(database, company.company_id, [wishes], by)
    store_trips(database, company.company_id, [a_trip(company, OVER)], by)
    write_note(database, KEYS, caller_of(company.company_id), rider_of(company), f"note of {CANARY}")
    company.write(
        "INSERT INTO standing_order (company_id, ref, rider_id, rule, starts_on, trips, purpose)"
        " VALUES (%(company)s, %(ref)s, %(rider)s, 'FREQ=DAILY', '2020-03-04', %(trips)s::jsonb, %(ref)s)",
        ref=f"so {CANARY}", rider=rider_of(company), trips=f'["{CANARY}"]',
    )  # fmt: skip
    company.write(
        """WITH ward AS (INSERT INTO institution (company_id, ref, name) VALUES (%(company)s, 'w', 'Ward') RETURNING id)
        INSERT INTO enquiry (company_id, institution_id, rider_id, rider, service_on, anchor, requested_at, origin,
            destination, seats, wheelchairs, stretchers, note, state, reason, settled_at)
        SELECT %(company)s, ward.id, %(rider)s, %(words)s, %(on)s::date, 'arrive_by', %(on)s::date, %(words)s, %(words)s,
            1, 0, 0, %(words)s, 'declined', %(words)s, now() FROM ward""",
        words=f"words {CANARY}", rider=rider_of(company), on=OVER,
    )  # fmt: skip
    return company


def rider_of(company: Dispatched) -> int:
    return find_rider(company.database, company.company_id, f"r-{CANARY}")


def whole_database(server: Server) -> str:
    """Every row of every table as text, compressed columns opened."""
    with psycopg.connect(server.owner) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        ).fetchall()
        rows = [
            connection.execute(f"SELECT string_agg(t::text, '|') FROM {name} t").fetchone()
            for (name,) in tables
        ]
        problems = connection.execute("SELECT problem FROM plan WHERE problem IS NOT NULL").fetchall()
    return f"{rows} {[zlib.decompress(problem).decode() for (problem,) in problems]}"


def company_trip(company: Dispatched) -> int:
    (row,) = company.write("SELECT id FROM trip WHERE service_on = '2020-03-04'")
    return int(row[0])
