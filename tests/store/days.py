"""Days written straight into the database, and plans written by hand: what the store's tests stand on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from estafette.domain.plan import LeftOver, Plan, PlannedRun, Stop, StopKind
from estafette.domain.problem import Problem
from estafette.store.company import create_company
from estafette.store.database import Database, Statement
from estafette.store.day import load_day

DAY = date(2026, 11, 25)
MINUTE = 60


class Day(NamedTuple):
    """The ids of a stored day."""

    company_id: int
    trip_ids: list[int]
    run_ids: list[int]


_FLEET = """
WITH a_place AS (INSERT INTO place (company_id, ref, name, lon, lat)
        SELECT %(company)s, 'p' || n, 'Place ' || n, 6.1 + n * 0.001, 46.2 FROM generate_series(1, 20) AS n RETURNING id),
    drivers AS (INSERT INTO driver (company_id, ref, name)
        SELECT %(company)s, 'd' || n, 'Driver ' || n FROM generate_series(1, %(runs)s) AS n RETURNING id, ref),
    vehicles AS (INSERT INTO vehicle (company_id, ref, name, layouts)
        SELECT %(company)s, 'd' || n, 'Van ' || n, '[{"seats": 4, "wheelchairs": 1}]'
        FROM generate_series(1, %(runs)s) AS n RETURNING id, ref),
    shifts AS (INSERT INTO shift (company_id, ref, service_on, driver_id, vehicle_id, starts_at, ends_at,
            start_place_id, end_place_id)
        SELECT %(company)s, drivers.ref, %(day)s, drivers.id, vehicles.id, %(day)s + time '05:00', %(day)s + time '23:00',
            (SELECT min(id) FROM a_place), (SELECT min(id) FROM a_place)
        FROM drivers JOIN vehicles USING (ref) RETURNING id, driver_id, vehicle_id)
INSERT INTO run (company_id, shift_id, driver_id, vehicle_id, service_on, version)
SELECT %(company)s, id, driver_id, vehicle_id, %(day)s, 0 FROM shifts ORDER BY driver_id RETURNING id
"""
_TRIPS = """
WITH someone AS (INSERT INTO rider (company_id, ref, name) VALUES (%(company)s, 'r1', 'Rider 1') RETURNING id),
    asked AS (INSERT INTO booking (company_id, ref, rider_id)
        SELECT %(company)s, 'b' || n, someone.id FROM someone, generate_series(1, %(trips)s) AS n RETURNING id, ref),
    places AS (SELECT array_agg(id ORDER BY id) AS ids FROM place WHERE company_id = %(company)s)
INSERT INTO trip (company_id, ref, booking_id, direction, service_on, origin_id, destination_id, anchor,
    requested_at, promised_from, promised_to, pickup_dwell_s, dropoff_dwell_s, seats, status, version)
SELECT %(company)s, asked.ref, asked.id, 'outbound', %(day)s, ids[1 + asked.id %% 10], ids[11 + asked.id %% 10], 'pickup_at',
    at, at, at + interval '15 min', 120, 60, 1, 'booked', 0
FROM asked, places, LATERAL (SELECT %(day)s + time '06:00' + interval '1 min' * (asked.id %% 800) AS at) AS t
ORDER BY asked.id RETURNING id
"""


def a_company(database: Database) -> int:
    """Create a company in UTC, so that clock times in tests are those of the database."""
    return create_company(database.server, name="Example", zone="UTC")


def a_day(database: Database, *, trips: int, runs: int, company_id: int | None = None) -> Day:
    """Store a day of booked trips and empty runs."""
    company_id = company_id or a_company(database)
    parameters = {"company": company_id, "day": DAY, "runs": runs, "trips": trips}
    fleet, booked = database.transact(
        company_id, [Statement(_FLEET, parameters), Statement(_TRIPS, parameters)], actor="test"
    )
    return Day(company_id, sorted(row[0] for row in booked), sorted(row[0] for row in fleet))


Timetable = Mapping[int, Sequence[tuple[int, int]]]


def a_plan(database: Database, day: Day, timetable: Timetable) -> Plan:
    """Make a plan for the board as it is now: run -> (trip, minute of pick-up), ride of five minutes."""
    return plan_for(load_day(database, day.company_id, DAY), timetable)


def plan_for(problem: Problem, timetable: Timetable) -> Plan:
    """Make a plan of a loaded problem by hand."""
    placed = {trip_id for trips in timetable.values() for trip_id, _ in trips}
    return Plan(
        company_id=problem.company_id,
        service_on=problem.service_on,
        zone=problem.zone,
        day_start_at=problem.day_start_at,
        board_version=problem.board_version,
        problem_sha256="",
        runs=tuple(_run(run_id, trips) for run_id, trips in sorted(timetable.items())),
        left_over=tuple(
            LeftOver(trip_id=trip.trip_id, refusals=())
            for trip in problem.trips
            if trip.trip_id not in placed
        ),
        travel_source="by hand",
        travel_estimated=True,
        seed=1,
        iterations=0,
        cost=0,
    )


def _run(run_id: int, trips: Sequence[tuple[int, int]]) -> PlannedRun:
    stops = [stop for trip_id, minute in trips for stop in _stops(trip_id, minute * MINUTE)]
    first, last = stops[0], stops[-1]
    out = msgspec.structs.replace(
        first,
        kind=StopKind.PULL_OUT,
        trip_id=None,
        arrive_s=first.start_s - MINUTE,
        start_s=first.start_s - MINUTE,
        depart_s=first.start_s - MINUTE,
    )
    back = msgspec.structs.replace(
        last,
        kind=StopKind.PULL_IN,
        trip_id=None,
        arrive_s=last.depart_s + MINUTE,
        start_s=last.depart_s + MINUTE,
        depart_s=last.depart_s + MINUTE,
    )
    return PlannedRun(run_id=run_id, driver_id=run_id, stops=(out, *stops, back))


def _stops(trip_id: int, start_s: int) -> tuple[Stop, Stop]:
    drop_s = start_s + 5 * MINUTE
    return (
        Stop(
            kind=StopKind.PICKUP,
            place_id=1,
            trip_id=trip_id,
            arrive_s=start_s,
            start_s=start_s,
            depart_s=start_s + 120,
        ),
        Stop(
            kind=StopKind.DROPOFF,
            place_id=2,
            trip_id=trip_id,
            arrive_s=drop_s,
            start_s=drop_s,
            depart_s=drop_s + 60,
        ),
    )
