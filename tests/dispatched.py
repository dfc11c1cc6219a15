"""A small company whose day tests change: rows, events and notices in the shapes that the program writes."""

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from estafette.domain.applied import Outcome
from estafette.domain.booking import Lock, TripStatus
from estafette.domain.time import day_start_at
from estafette.flow.history import made_elsewhere
from estafette.store.apply import Frame, Order, Targets, apply_plan, apply_targets
from estafette.store.cards import PLACE_CARD, RUN_CARD, TRIP_CARD
from estafette.store.company import create_company
from estafette.store.database import Database, Statement
from estafette.store.day import load_day
from estafette.store.feed import last_event_id
from estafette.store.plans import save_plan
from tests.store.days import plan_for

DAY = date(2026, 11, 25)
ZONE = "Europe/Zurich"
SLOT = timedelta(minutes=4)

_FLEET = """
WITH places AS (
    INSERT INTO place (company_id, ref, name, lon, lat)
    SELECT %(company)s, 'p' || n, 'Place ' || n, 8.5 + n / 100.0, 47.3 + n / 300.0
    FROM generate_series(1, %(places)s) n RETURNING id
), drivers AS (
    INSERT INTO driver (company_id, ref, name, language)
    SELECT %(company)s, 'd' || n, 'Driver ' || n, (ARRAY['en', 'fr', 'de', 'it'])[1 + n %% 4]
    FROM generate_series(1, %(drivers)s) n RETURNING id
), vehicles AS (
    INSERT INTO vehicle (company_id, ref, name, layouts)
    SELECT %(company)s, 'v' || n, 'Van ' || n,
        '[{"seats": 4, "wheelchairs": 0, "stretchers": 0}, {"seats": 1, "wheelchairs": 1, "stretchers": 0}]'
    FROM generate_series(1, %(drivers)s) n RETURNING id
), riders AS (
    INSERT INTO rider (company_id, ref, name) VALUES (%(company)s, 'r1', 'A Rider') RETURNING id
)
SELECT ARRAY(SELECT id FROM places ORDER BY 1), ARRAY(SELECT id FROM drivers ORDER BY 1),
    ARRAY(SELECT id FROM vehicles ORDER BY 1), (SELECT id FROM riders)
"""

_SHIFTS = """
WITH mark AS (SELECT last_event_id + 1 AS version FROM feed WHERE company_id = %(company)s),
shifts AS (
    INSERT INTO shift (company_id, ref, service_on, driver_id, vehicle_id, starts_at, ends_at,
                       start_place_id, end_place_id)
    SELECT %(company)s, 's' || %(day)s || d, %(day)s, d, v, %(start)s, %(start)s + interval '16 hours',
        %(place)s, %(place)s
    FROM unnest(%(drivers)s::bigint[], %(vehicles)s::bigint[]) AS x (d, v) RETURNING *
)
INSERT INTO run (company_id, shift_id, driver_id, vehicle_id, service_on, version)
SELECT company_id, shifts.id, driver_id, vehicle_id, service_on, version FROM shifts, mark RETURNING id
"""

_TRIPS = """
WITH mark AS (SELECT last_event_id + 1 AS version FROM feed WHERE company_id = %(company)s),
bookings AS (
    INSERT INTO booking (company_id, ref, rider_id)
    SELECT %(company)s, ref, %(rider)s FROM unnest(%(refs)s::text[]) AS ref
    RETURNING id, ref
)
INSERT INTO trip (company_id, ref, booking_id, direction, service_on, origin_id, destination_id, anchor,
    requested_at, promised_from, promised_to, pickup_dwell_s, dropoff_dwell_s,
    seats, wheelchairs, status, version)
SELECT %(company)s, ref, id, 'outbound', %(day)s, %(origin)s, %(destination)s, 'pickup_at',
    at, at, at + interval '15 minutes', 120, 120, 1 - wheelchair, wheelchair,
    CASE WHEN at IS NULL THEN 'will_call' ELSE 'booked' END, version
FROM bookings JOIN unnest(%(refs)s::text[], %(times)s::timestamptz[], %(chairs)s::int[])
    AS x (ref, at, wheelchair) USING (ref), mark
RETURNING id
"""

_TELL = """
WITH mark AS (UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s
              RETURNING last_event_id)
INSERT INTO event (company_id, id, kind, payload)
SELECT %(company)s, last_event_id, %(kind)s, {payload} FROM mark RETURNING id
"""

_BOOKED = _TELL.format(
    payload=f"""jsonb_build_object(
    'trips', (SELECT jsonb_agg({TRIP_CARD}) FROM trip t
              LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
              WHERE t.company_id = %(company)s AND t.id = ANY (%(trips)s)),
    'places', (SELECT jsonb_agg({PLACE_CARD}) FROM place p WHERE p.company_id = %(company)s AND p.id IN
              (SELECT unnest(ARRAY[origin_id, destination_id]) FROM trip WHERE id = ANY (%(trips)s))))"""
)
_ROSTERED = _TELL.format(
    payload=f"""jsonb_build_object('places', '[]'::jsonb, 'runs', (SELECT jsonb_agg({RUN_CARD}) FROM run r
    JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
    JOIN driver d ON d.company_id = r.company_id AND d.id = r.driver_id
    JOIN vehicle v ON v.company_id = r.company_id AND v.id = r.vehicle_id
    WHERE r.company_id = %(company)s AND r.id = ANY (%(runs)s)))"""
)
_GIVEN = _TELL.format(payload="%(payload)s::jsonb")

_MOVE = """
UPDATE trip SET status = %(status)s, version = last_event_id + 1 FROM feed
WHERE feed.company_id = %(company)s AND trip.company_id = %(company)s AND trip.id = %(trip)s
"""
_WAKE = "SELECT pg_notify('estafette', %(company)s::text)"


def lunch_on(day: date) -> dict[str, datetime]:
    """Give the break of every run of a day."""
    start_at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    return {"start_at": start_at, "end_at": start_at + timedelta(minutes=30)}


class Dispatched:
    """A company with places and drivers, on the board of `DAY` and of the day after."""

    def __init__(self, database: Database, *, drivers: int = 3, places: int = 4) -> None:
        self.database = database
        self.company_id = create_company(database.server, name="Alpine Rides", zone=ZONE)
        (row,) = self._write((_FLEET, {"places": places, "drivers": drivers}))[0]
        self.place_ids, self.driver_ids, self.vehicle_ids, self.rider_id = row
        self.trip_ids: list[int] = []
        self.run_ids: list[int] = []
        self._keys = itertools.count()

    def _write(self, *statements: tuple[str, dict[str, Any]]) -> list[list[tuple[Any, ...]]]:
        made = [Statement(sql, {"company": self.company_id, **given}) for sql, given in statements]
        wake = Statement(_WAKE, {"company": self.company_id})
        return self.database.transact(self.company_id, [*made, wake], actor="test")

    def write(self, sql: str, **scope: Any) -> list[tuple[Any, ...]]:
        """Run one statement of a test's own."""
        return self._write((sql, scope))[0]

    def roster(self, service_on: date = DAY) -> list[int]:
        """Give every driver a shift of 16 hours."""
        start = day_start_at(service_on, ZONE) + timedelta(hours=5)
        scope = {
            "day": service_on, "start": start, "place": self.place_ids[0],
            "drivers": self.driver_ids, "vehicles": self.vehicle_ids,
        }  # fmt: skip
        every_run = "SELECT array_agg(id) FROM run WHERE company_id = %(company)s AND service_on = %(day)s"
        rows = self._write(
            (_SHIFTS, scope),
            (_ROSTERED.replace("%(runs)s", f"({every_run})::bigint[]"), {**scope, "kind": "rostered"}),
        )
        self.run_ids += [run_id for (run_id,) in rows[0]]
        return [run_id for (run_id,) in rows[0]]

    def extend_shift(self, run_id: int, minutes: int) -> None:
        """Let a shift end later, as a change of the roster."""
        change = """UPDATE shift SET ends_at = ends_at + make_interval(mins => %(minutes)s)
            WHERE id = (SELECT shift_id FROM run WHERE id = %(run)s)"""
        self._write(
            (change, {"minutes": minutes, "run": run_id}), (_ROSTERED, {"kind": "rostered", "runs": [run_id]})
        )

    def book(self, count: int, service_on: date = DAY, *, will_call: bool = False) -> list[int]:
        """Book trips between two places, each at its own time."""
        first = len(self.trip_ids)
        start = day_start_at(service_on, ZONE) + timedelta(hours=6)
        scope = {
            "day": service_on, "rider": self.rider_id,
            "refs": [f"t{first + n}" for n in range(count)],
            "times": [None if will_call else start + n * SLOT for n in range(first, first + count)],
            "chairs": [(first + n) % 2 for n in range(count)],
            "origin": self.place_ids[first % len(self.place_ids)],
            "destination": self.place_ids[(first + 1) % len(self.place_ids)],
        }  # fmt: skip
        of_refs = "SELECT array_agg(id) FROM trip WHERE company_id = %(company)s AND ref = ANY (%(refs)s)"
        rows = self._write(
            (_TRIPS, scope),
            (_BOOKED.replace("%(trips)s", f"({of_refs})::bigint[]"), {**scope, "kind": "booked"}),
        )
        self.trip_ids += [trip_id for (trip_id,) in rows[0]]
        return [trip_id for (trip_id,) in rows[0]]

    def amend(self, trip_id: int, service_on: date, destination: int, lock: Lock) -> None:
        """Change facts of a trip, and the lock of its assignment."""
        change = """UPDATE trip SET service_on = %(day)s, destination_id = %(destination)s,
            version = last_event_id + 1 FROM feed WHERE feed.company_id = %(company)s AND id = %(trip)s"""
        fix = "UPDATE assignment SET lock = %(lock)s WHERE company_id = %(company)s AND trip_id = %(trip)s"
        scope = {"trip": trip_id, "day": service_on, "destination": destination, "lock": lock.value}
        self._write((change, scope), (fix, scope), (_BOOKED, {"kind": "booked", "trips": [trip_id]}))

    def set_status(self, trip_id: int, status: TripStatus) -> None:
        """Move a trip to another status."""
        payload = json.dumps({"trip_id": trip_id, "status": status})
        self._write(
            (_MOVE, {"trip": trip_id, "status": status.value}),
            (_GIVEN, {"kind": "status_changed", "payload": payload}),
        )

    def assign(
        self, run_id: int, trip_ids: Sequence[int], *, late_s: int = 0, service_on: date = DAY
    ) -> set[Outcome]:
        """Put trips on a run, each in its own four minutes; gives what became of them."""
        order = np.sort(np.array(trip_ids, np.int64))
        slots = np.array([self.trip_ids.index(trip_id) for trip_id in order])
        first = day_start_at(service_on, ZONE).astimezone(UTC).replace(tzinfo=None) + timedelta(hours=6)
        at = np.datetime64(first, "us") + slots * np.timedelta64(SLOT) + np.timedelta64(late_s % 60, "s")
        minutes = [at + np.timedelta64(n, "m") for n in range(4)]
        return self._apply(Targets(order, np.full_like(order, run_id), *minutes), run_id, service_on)

    def plan_on_estimates(self, run_id: int, trip_ids: Sequence[int]) -> None:
        """Apply a plan of one run, made with estimated travel times; its trips follow each other from ten on."""
        problem = load_day(self.database, self.company_id, DAY)
        timetable = {run_id: [(trip_id, 600 + 10 * n) for n, trip_id in enumerate(trip_ids)]}
        plan = msgspec.structs.replace(plan_for(problem, timetable), left_over=())
        number = save_plan(self.database, plan, made_elsewhere(plan), actor="test")
        apply_plan(self.database, plan, key=f"test:{next(self._keys)}", actor="test", plan_id=number)

    def take_off(self, trip_id: int) -> set[Outcome]:
        """Take a trip off its run."""
        never = np.array([0], "datetime64[us]")
        return self._apply(Targets(np.array([trip_id]), np.array([0]), never, never, never, never), None)

    def assigned(self) -> list[int]:
        """List the trips that have a run."""
        rows = self.write("SELECT trip_id FROM assignment WHERE company_id = %(company)s ORDER BY 1")
        return [trip_id for (trip_id,) in rows]

    def _apply(self, targets: Targets, run_id: int | None, service_on: date = DAY) -> set[Outcome]:
        order = Order(
            key=f"test:{next(self._keys)}",
            actor="test",
            company_id=self.company_id,
            service_on=service_on,
            board_version=last_event_id(self.database, self.company_id),
        )
        frames = (
            [Frame(run_id=run_id, pull_out_at=None, pull_in_at=None, breaks=(lunch_on(service_on),))]
            if run_id
            else []
        )
        applied = apply_targets(self.database, order, targets=targets, frames=frames)
        return {trip.outcome for trip in applied.trips}
