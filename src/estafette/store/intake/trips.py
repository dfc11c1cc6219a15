"""Storing trips, with the bookings, riders and places they name."""

from collections.abc import Sequence
from functools import partial
from typing import Any, LiteralString

from estafette.domain.outcome import ImportOptions, Stored
from estafette.domain.request import Promise, TripRequest, place_ref
from estafette.store.database import FEW, Database, Statement
from estafette.store.intake.delivery import (
    ANSWER,
    GATE,
    PLACES,
    ROWS,
    STORE_PLACES,
    Delivery,
    deliver,
    parameters,
    place_parameters,
)
from estafette.store.intake.publish import booked

_INPUT: LiteralString = (
    """
input AS MATERIALIZED (
    SELECT i.* FROM """
    + ROWS
    + """(
        n int, ref text, refusal text, detail text, booking text, rider text, rider_name text, rider_phone text, purpose text,
        standing_order text, direction text, service_on date, origin text, destination text, anchor text,
        requested_at timestamptz, promised_from timestamptz, promised_to timestamptz,
        pickup_dwell_s int, dropoff_dwell_s int, max_ride_s int,
        seats int, wheelchairs int, stretchers int, companions int, needs text[], no_share boolean, priority int,
        unserved_s int, min_stay_s int, same_driver boolean, waits boolean,
        expected_from timestamptz, expected_to timestamptz)
)
"""
)

# What each request meets, looked up one by one: joined, all trips that the company ever had would be read for one that
# is booked, while nothing is known of their number. `readied`: a will-call that has been given its time here keeps it, because
# the sender's file still says that the time is unknown.
_MEETS: LiteralString = """
met AS MATERIALIZED (
    SELECT i.*, o.ref IS NULL AS no_origin, d.ref IS NULL AS no_destination,
        t.id AS trip_id, t.status, t.service_on AS was_on, a.trip_id IS NOT NULL AS assigned,
        b.id IS NOT NULL AND b.rider_id IS DISTINCT FROM r.id AS of_another, w.readied,
        r.id AS rider_id, (r.name IS DISTINCT FROM i.rider_name OR w.other_phone) AS rider_news, r.phone,
        (t.booking_id, t.direction, t.service_on, t.origin_id, t.destination_id, t.anchor, t.pickup_dwell_s,
         t.dropoff_dwell_s, t.max_ride_s, t.seats, t.wheelchairs, t.stretchers, t.companions, t.needs, t.no_share,
         t.priority, t.unserved_s, t.min_stay_s, t.same_driver, t.waits, t.expected_from, t.expected_to)
        IS DISTINCT FROM
        (b.id, i.direction, i.service_on, o.id, d.id, i.anchor, i.pickup_dwell_s,
         i.dropoff_dwell_s, i.max_ride_s, i.seats, i.wheelchairs, i.stretchers, i.companions, i.needs, i.no_share,
         i.priority, i.unserved_s, i.min_stay_s, i.same_driver, i.waits, i.expected_from, i.expected_to)
        OR NOT w.readied AND (t.requested_at, t.promised_from, t.promised_to)
            IS DISTINCT FROM (i.requested_at, i.promised_from, i.promised_to)
        OR (b.purpose, b.standing_order, r.name) IS DISTINCT FROM (i.purpose, i.standing_order, i.rider_name)
        OR o.news OR d.news OR w.other_phone AS differs
    FROM input i
    LEFT JOIN known_place o ON o.ref = i.origin
    LEFT JOIN known_place d ON d.ref = i.destination
    LEFT JOIN LATERAL (SELECT * FROM trip WHERE company_id = %(company)s AND ref = i.ref OFFSET 0) t ON true
    LEFT JOIN LATERAL (SELECT * FROM assignment WHERE company_id = %(company)s AND trip_id = t.id OFFSET 0) a ON true
    LEFT JOIN LATERAL (SELECT * FROM booking WHERE company_id = %(company)s AND ref = i.booking OFFSET 0) b ON true
    LEFT JOIN LATERAL (SELECT * FROM rider WHERE company_id = %(company)s AND ref = i.rider OFFSET 0) r ON true
    CROSS JOIN LATERAL (SELECT i.requested_at IS NULL AND t.requested_at IS NOT NULL AND EXISTS (
        SELECT FROM trip_history h WHERE h.company_id = t.company_id AND h.trip_id = t.id
          AND h.from_status = 'will_call' AND h.to_status = 'booked') AS readied,
        coalesce(i.rider_phone <> r.phone, false) AS other_phone) w
)
"""

_VERDICT: LiteralString = """
judged AS MATERIALIZED (
    SELECT met.*, CASE
        WHEN refusal IS NOT NULL THEN refusal
        WHEN no_origin OR no_destination THEN 'unknown_place'
        WHEN of_another THEN 'other_rider'
        WHEN trip_id IS NULL OR NOT differs THEN NULL
        WHEN status IN ('en_route', 'arrived', 'on_board') THEN 'under_way'
        WHEN status IN ('completed', 'cancelled', 'no_show', 'missed', 'denied') THEN 'ended'
        WHEN assigned AND (was_on <> service_on OR requested_at IS NULL AND NOT readied) THEN 'assigned'
        END AS why
    FROM met
),
verdict AS MATERIALIZED (
    SELECT judged.*, trip_id IS NULL AS fresh, why IS NULL AND differs AS writes,
        CASE why
            WHEN refusal THEN detail
            WHEN 'unknown_place' THEN CASE WHEN no_origin THEN origin ELSE destination END
            WHEN 'other_rider' THEN booking
            ELSE '' END AS about
    FROM judged
)
"""

_STORE: LiteralString = (
    """
going_place AS MATERIALIZED (
    SELECT jsonb_object_agg(ref, 1) AS refs FROM (SELECT origin AS ref FROM going UNION SELECT destination FROM going) AS used
),
"""
    + STORE_PLACES
    + """,
stored_rider AS (
    INSERT INTO rider (company_id, ref, name, phone)
    SELECT %(company)s::bigint, rider, min(rider_name), coalesce(max(rider_phone), max(phone), '')
    FROM going WHERE rider_news GROUP BY rider
    ON CONFLICT (company_id, ref) DO UPDATE SET name = EXCLUDED.name, phone = EXCLUDED.phone
    RETURNING ref, id
),
rider_id AS MATERIALIZED (
    SELECT jsonb_object_agg(ref, id) AS ids FROM (
        SELECT ref, id FROM stored_rider UNION ALL SELECT rider, rider_id FROM going WHERE rider_id IS NOT NULL) AS rider
),
stored_booking AS (
    INSERT INTO booking (company_id, ref, rider_id, purpose, standing_order)
    SELECT DISTINCT %(company)s::bigint, booking, (r.ids ->> rider)::bigint, purpose, standing_order
    FROM going, rider_id r
    ON CONFLICT (company_id, ref) DO UPDATE
        SET purpose = EXCLUDED.purpose, standing_order = EXCLUDED.standing_order
    RETURNING ref, id
),
booking_id AS MATERIALIZED (SELECT jsonb_object_agg(ref, id) AS ids FROM stored_booking),
named AS MATERIALIZED (
    SELECT g.*, (b.ids ->> booking)::bigint AS booking_id, (p.ids ->> origin)::bigint AS origin_id,
        (p.ids ->> destination)::bigint AS destination_id, f.last_event_id + 1 AS version
    FROM going g, booking_id b, place_id p, feed f WHERE f.company_id = %(company)s
),
added AS (
    INSERT INTO trip (company_id, ref, booking_id, direction, service_on, origin_id, destination_id, anchor,
        requested_at, promised_from, promised_to, pickup_dwell_s, dropoff_dwell_s, max_ride_s,
        seats, wheelchairs, stretchers, companions, needs, no_share, priority, unserved_s, min_stay_s, same_driver,
        waits, expected_from, expected_to, version, status)
    SELECT %(company)s, ref, booking_id, direction, service_on, origin_id, destination_id, anchor,
        requested_at, promised_from, promised_to, pickup_dwell_s, dropoff_dwell_s, max_ride_s,
        seats, wheelchairs, stretchers, companions, needs, no_share, priority, unserved_s, min_stay_s, same_driver,
        waits, expected_from, expected_to, version,
        CASE WHEN requested_at IS NULL THEN 'will_call' ELSE 'booked' END
    FROM named WHERE trip_id IS NULL ORDER BY n
),
changed AS (
    UPDATE trip t SET
        booking_id = g.booking_id, direction = g.direction, service_on = g.service_on, origin_id = g.origin_id,
        destination_id = g.destination_id, anchor = g.anchor, pickup_dwell_s = g.pickup_dwell_s,
        dropoff_dwell_s = g.dropoff_dwell_s, max_ride_s = g.max_ride_s, seats = g.seats,
        wheelchairs = g.wheelchairs, stretchers = g.stretchers, companions = g.companions, needs = g.needs,
        no_share = g.no_share, priority = g.priority, unserved_s = g.unserved_s, min_stay_s = g.min_stay_s,
        same_driver = g.same_driver, waits = g.waits, expected_from = g.expected_from,
        expected_to = g.expected_to, version = g.version,
        requested_at = CASE WHEN g.readied THEN t.requested_at ELSE g.requested_at END,
        promised_from = CASE WHEN g.readied THEN t.promised_from ELSE g.promised_from END,
        promised_to = CASE WHEN g.readied THEN t.promised_to ELSE g.promised_to END,
        status = CASE
            WHEN t.status = 'will_call' AND g.requested_at IS NOT NULL THEN 'booked'
            WHEN t.status = 'booked' AND g.requested_at IS NULL AND NOT g.readied THEN 'will_call'
            ELSE t.status END
    FROM named g WHERE t.company_id = %(company)s AND t.id = g.trip_id
)
"""
)

_TRIPS: LiteralString = (
    "WITH " + _INPUT + "," + PLACES + "," + _MEETS + "," + _VERDICT + "," + GATE + "," + _STORE + ANSWER
)


def store_trips(
    database: Database, company_id: int, trips: Sequence[TripRequest], options: ImportOptions
) -> Stored:
    """Store trips by their reference, with all they name; one `booked` event tells of what changed."""
    return deliver(database, company_id, [partial(trip_delivery, trips)], options)[0]


def trip_delivery(trips: Sequence[TripRequest], company_id: int, options: ImportOptions) -> Delivery:
    """Make the statements that store trips."""
    places = [place for trip in trips for place in (trip.origin, trip.destination)]
    rows = parameters(company_id, options, trips, map(_row, trips))
    days = sorted({trip.service_on for trip in trips})
    keep_plan = len(trips) <= FEW
    return Delivery(
        Statement(_TRIPS, rows | place_parameters(places), keep_plan=keep_plan),
        booked(company_id, days, keep_plan=keep_plan),
    )


def _row(trip: TripRequest) -> dict[str, Any]:
    dwell = trip.dwell()
    promised_from, promised_to = trip.promised(Promise()) or (None, None)
    expected_from, expected_to = trip.expected(Promise()) or (None, None)
    return {
        "ref": trip.ref,
        "booking": trip.booking,
        "rider": trip.rider,
        "rider_name": trip.rider_name,
        "rider_phone": trip.rider_phone,
        "purpose": trip.purpose,
        "standing_order": trip.standing_order,
        "direction": trip.direction,
        "service_on": trip.service_on,
        "origin": place_ref(trip.origin),
        "destination": place_ref(trip.destination),
        "anchor": trip.anchor,
        "requested_at": trip.requested_at,
        "promised_from": promised_from,
        "promised_to": promised_to,
        "pickup_dwell_s": dwell.pickup_s,
        "dropoff_dwell_s": dwell.dropoff_s,
        "max_ride_s": trip.max_ride_s,
        "seats": trip.takes.seats,
        "wheelchairs": trip.takes.wheelchairs,
        "stretchers": trip.takes.stretchers,
        "companions": trip.companions,
        "needs": trip.needs,
        "no_share": trip.no_share,
        "priority": trip.priority,
        "unserved_s": trip.unserved_s,
        "min_stay_s": trip.min_stay_s,
        "same_driver": trip.same_driver,
        "waits": trip.waits,
        "expected_from": expected_from,
        "expected_to": expected_to,
    }
