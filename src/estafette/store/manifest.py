"""Reading the manifests of a day: every run with its stops, in one statement."""

from datetime import date
from typing import LiteralString, NamedTuple

import msgspec

from estafette.domain.error import no_company
from estafette.domain.manifest import Manifest
from estafette.domain.record import Record
from estafette.store.database import Database, Rows, Statement
from estafette.store.ledger import entering_day


class DayManifests(Record, frozen=True, kw_only=True):
    """The manifests of one day and the zone in which to print their times."""

    zone: str
    manifests: tuple[Manifest, ...]


_RIDER: LiteralString = """
    'trip_id', t.id, 'trip_ref', t.ref, 'status', t.status, 'anchor', t.anchor, 'requested_at', t.requested_at,
    'rider', rider.name, 'companions', t.companions,
    'needs', ARRAY(SELECT unnest(t.needs) UNION SELECT unnest(rider.needs) ORDER BY 1),
    'rides_alone', t.no_share OR rider.no_share,
    'takes', json_build_object('seats', t.seats + t.companions, 'wheelchairs', t.wheelchairs,
                               'stretchers', t.stretchers)"""

# How to get in is told while somebody has to, and a phone until its rider is aboard: neither stays on the run.
_OVER: LiteralString = "('completed', 'no_show', 'missed', 'cancelled', 'denied')"

_MANIFESTS: LiteralString = f"""
WITH run_of_day AS MATERIALIZED (
    SELECT r.*, s.starts_at, s.ends_at, s.start_place_id, s.end_place_id, d.name AS driver, v.name AS vehicle
    FROM (SELECT * FROM run WHERE company_id = %(company)s AND service_on = %(day)s AND id > %(after)s
        AND (%(run)s::bigint IS NULL OR id = %(run)s) ORDER BY id LIMIT %(limit)s) r
    JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
    JOIN driver d ON d.company_id = r.company_id AND d.id = r.driver_id
    JOIN vehicle v ON v.company_id = r.company_id AND v.id = r.vehicle_id
), placed AS MATERIALIZED (
    SELECT a.run_id, a.pickup_at, a.pickup_until, a.dropoff_at, a.dropoff_until, t.origin_id, t.destination_id,
        json_build_object({_RIDER})::jsonb AS rider,
        CASE WHEN t.status IN ('booked', 'en_route', 'arrived') THEN rider.phone ELSE '' END AS phone
    FROM run_of_day r,
        LATERAL (SELECT trip_id, run_id, pickup_at, pickup_until, dropoff_at, dropoff_until FROM assignment
            WHERE company_id = %(company)s AND run_id = r.id OFFSET 0) AS a,
        LATERAL (SELECT id, ref, status, anchor, requested_at, companions, needs, no_share, seats, wheelchairs, stretchers,
                booking_id, origin_id, destination_id
            FROM trip WHERE company_id = %(company)s AND id = a.trip_id OFFSET 0) AS t,
        LATERAL (SELECT rider_id FROM booking WHERE company_id = %(company)s AND id = t.booking_id OFFSET 0) AS b,
        LATERAL (SELECT name, phone, needs, no_share FROM rider
            WHERE company_id = %(company)s AND id = b.rider_id OFFSET 0) AS rider
), last AS (
    SELECT DISTINCT ON (run_id) run_id, destination_id FROM placed ORDER BY run_id, dropoff_at DESC
), stop AS (
    SELECT run_id, 'pickup' AS kind, pickup_at AS at, pickup_until AS until, origin_id AS place_id,
        rider || jsonb_build_object('phone', phone) AS rider FROM placed
    UNION ALL
    SELECT run_id, 'dropoff', dropoff_at, dropoff_until, destination_id, rider FROM placed
    UNION ALL
    SELECT id, 'pull_out', pull_out_at, pull_out_at, start_place_id, '{{}}' FROM run_of_day WHERE pull_out_at IS NOT NULL
    UNION ALL
    SELECT id, 'pull_in', pull_in_at, pull_in_at, coalesce(end_place_id, last.destination_id), '{{}}'
    FROM run_of_day r LEFT JOIN last ON last.run_id = r.id WHERE pull_in_at IS NOT NULL
    UNION ALL
    SELECT id, 'break', (b->>'start_at')::timestamptz, (b->>'end_at')::timestamptz, NULL, '{{}}'
    FROM run_of_day, jsonb_array_elements(breaks) AS b
), basis AS (
    SELECT DISTINCT ON (run_id) run_id, travel_estimated, estimated_places
    FROM applied a JOIN plan ON plan.company_id = a.company_id AND plan.id = a.plan_id, unnest(a.changed_runs) AS run_id
    WHERE a.company_id = %(company)s AND a.service_on = %(day)s
        AND run_id = ANY (ARRAY(SELECT id FROM run_of_day)) ORDER BY run_id, a.id DESC
), in_order AS (
    SELECT stop.*, row_number() OVER run AS number, kind <> 'pull_out' AND coalesce(travel_estimated
        OR place_id = ANY (estimated_places) OR coalesce(lag(place_id) OVER run, lag(place_id, 2) OVER run) = ANY (estimated_places), false) AS estimated
    FROM stop LEFT JOIN basis USING (run_id)
    WINDOW run AS (PARTITION BY run_id ORDER BY at, until, kind = 'pull_in', kind <> 'pull_out')
), listed AS (
    SELECT run_id, jsonb_agg(jsonb_build_object('kind', kind, 'at', at, 'until', until, 'estimated', estimated,
            'place', coalesce(p.name, ''), 'address', coalesce(p.address, ''), 'access_note', CASE WHEN rider->>'status' IN {_OVER} THEN ''
                ELSE coalesce(p.access_note, '') END,
            'lon', coalesce(door.lon, p.lon), 'lat', coalesce(door.lat, p.lat)) || rider ORDER BY number) AS stops
    FROM in_order stop LEFT JOIN place p ON p.company_id = %(company)s AND p.id = stop.place_id
        LEFT JOIN access_point door ON door.company_id = %(company)s AND door.place_id = stop.place_id
    GROUP BY run_id
)
SELECT json_build_object('zone', c.zone, 'manifests', coalesce((
    SELECT json_agg(json_build_object('run_id', r.id, 'number', r.manifest, 'driver', r.driver, 'vehicle', r.vehicle,
        'shift_from', r.starts_at, 'shift_to', r.ends_at, 'stops', coalesce(listed.stops, '[]'))
        ORDER BY r.starts_at, r.id)
    FROM run_of_day r LEFT JOIN listed ON listed.run_id = r.id), '[]'))::text
FROM company c WHERE c.id = %(company)s
"""


class Some(NamedTuple):
    """Which manifests of a day: of runs after an id, so many of them (`None`: all), of one run alone."""

    after: int = 0
    limit: int | None = None
    run: int | None = None


_ALL = Some()


def list_manifests(
    database: Database, company_id: int, service_on: date, which: Some = _ALL, *, actor: str | None = None
) -> DayManifests:
    """
    List manifests of a day by start of shift; runs without trips have no stops. Raises `NotFound`.

    They name riders: that `actor` reads those of the day, or of one run, is entered in the audit log. `None`:
    nobody is shown them.
    """
    enter = [entering_day(company_id, service_on, on_runs=True, run_id=which.run)] if actor else []
    rows = database.transact(company_id, [reading(company_id, service_on, which), *enter], actor=actor)
    return manifests_of(company_id, rows[0])


def reading(company_id: int, service_on: date, which: Some = _ALL) -> Statement:
    """Give the statement that reads manifests of a day, for `manifests_of`."""
    return Statement(_MANIFESTS, {"company": company_id, "day": service_on, **which._asdict()})


def manifests_of(company_id: int, rows: Rows) -> DayManifests:
    """Make manifests of what was read; raises `NotFound`."""
    if not rows:
        raise no_company(company_id)
    day = msgspec.json.decode(rows[0][0], type=DayManifests)
    return msgspec.structs.replace(day, manifests=tuple(each.with_links() for each in day.manifests))
