"""Reading trips one by one and in lists."""

from typing import LiteralString

import msgspec

from estafette.domain.error import NotFound
from estafette.domain.trip import TripFilter, TripView
from estafette.store.database import Database

_TRIPS = msgspec.json.Decoder(tuple[TripView, ...])

# Aliases: t = trip, b = its booking, a = its assignment (may be null).
TRIP_VIEW: LiteralString = """jsonb_build_object(
    'trip_id', t.id, 'ref', t.ref, 'booking_id', t.booking_id, 'rider_id', b.rider_id, 'direction', t.direction,
    'service_on', t.service_on, 'origin_id', t.origin_id, 'destination_id', t.destination_id, 'anchor', t.anchor,
    'requested_at', t.requested_at, 'promised_from', t.promised_from, 'promised_to', t.promised_to,
    'expected_from', t.expected_from, 'expected_to', t.expected_to, 'takes', jsonb_build_object(
        'seats', t.seats, 'wheelchairs', t.wheelchairs, 'stretchers', t.stretchers),
    'companions', t.companions, 'needs', t.needs, 'no_share', t.no_share, 'priority', t.priority,
    'pickup_dwell_s', t.pickup_dwell_s, 'dropoff_dwell_s', t.dropoff_dwell_s, 'max_ride_s', t.max_ride_s,
    'status', t.status, 'cancelled', t.cancelled, 'run_id', a.run_id, 'lock', coalesce(a.lock, 'none'),
    'version', greatest(t.version, a.version),
    'times', CASE WHEN a.run_id IS NOT NULL THEN jsonb_build_object(
        'pickup_at', a.pickup_at, 'pickup_until', a.pickup_until,
        'dropoff_at', a.dropoff_at, 'dropoff_until', a.dropoff_until) END)"""

_FROM: LiteralString = """
FROM trip t JOIN booking b ON b.company_id = t.company_id AND b.id = t.booking_id
LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
WHERE t.company_id = %(company)s
"""

_GET: LiteralString = "SELECT jsonb_build_array(" + TRIP_VIEW + ")::text" + _FROM + "AND t.id = %(trip)s"

# Which trips is known before their cards are written: of a day of thousands a page is wanted.
_LIST: LiteralString = (
    "WITH listed AS MATERIALIZED (SELECT t.id"
    + _FROM
    + """AND t.id > %(after)s
    AND (%(day)s::date IS NULL OR t.service_on = %(day)s)
    AND (%(status)s::text IS NULL OR t.status = %(status)s)
    AND (%(rider_id)s::bigint IS NULL OR b.rider_id = %(rider_id)s)
    AND (%(booking_id)s::bigint IS NULL OR t.booking_id = %(booking_id)s)
    AND (%(run_id)s::bigint IS NULL OR a.run_id = %(run_id)s)
    AND (%(ref)s::text IS NULL OR t.ref = %(ref)s)
ORDER BY t.id LIMIT %(limit)s)
SELECT coalesce(jsonb_agg("""
    + TRIP_VIEW
    + " ORDER BY t.id), '[]')::text"
    + _FROM
    + "AND t.id = ANY (ARRAY(SELECT id FROM listed))"
)


def get_trip(database: Database, company_id: int, trip_id: int) -> TripView:
    """Read a trip; raises `NotFound`."""
    rows = database.read(company_id, _GET, {"company": company_id, "trip": trip_id})
    if not rows:
        message = f"there is no trip {trip_id}"
        raise NotFound(message)
    return _TRIPS.decode(rows[0][0])[0]


def list_trips(
    database: Database, company_id: int, which: TripFilter, *, after: int, limit: int
) -> tuple[TripView, ...]:
    """List the trips that a filter lets through, in the order of their ids."""
    scope = {"company": company_id, "after": after, "limit": limit, **msgspec.structs.asdict(which)}
    return _TRIPS.decode(database.read(company_id, _LIST, scope)[0][0])
