"""Storing riders with what holds for all their trips; a change of it changes the trips still to be planned."""

from collections.abc import Sequence
from functools import partial
from typing import LiteralString

import msgspec

from estafette.domain.outcome import ImportOptions, Stored
from estafette.domain.request import RiderRequest
from estafette.store.database import Database, Statement
from estafette.store.intake.delivery import ANSWER, GATE, ROWS, Delivery, deliver, parameters
from estafette.store.intake.publish import booked

# The drivers by reference in a JSON map, so that no plan can get the look-ups wrong; the first one that the company
# does not have is named in the refusal.
_MEETS: LiteralString = (
    """
driver_id AS MATERIALIZED (
    SELECT coalesce(jsonb_object_agg(ref, id), '{}') AS ids FROM driver
    WHERE company_id = %(company)s AND ref = ANY (%(drivers)s::text[])
),
met AS MATERIALIZED (
    SELECT i.*, b.ids AS banned_ids, p.ids AS preferred_ids, u.ref AS unknown, r.id AS rider_id,
        (r.needs, r.no_share, r.groups, r.apart_from, r.banned_driver_ids, r.preferred_driver_ids)
        IS DISTINCT FROM (i.needs, i.no_share, i.groups, i.apart_from, b.ids, p.ids) AS other_wishes,
        (r.name, r.phone) IS DISTINCT FROM (i.name, i.phone) AS otherwise_known
    FROM """
    + ROWS
    + """(
        n int, ref text, refusal text, detail text, name text, phone text, needs text[], no_share boolean, groups text[],
        apart_from text[], banned_drivers text[], preferred_drivers text[])
    CROSS JOIN driver_id
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT (driver_id.ids ->> ref)::bigint FROM unnest(i.banned_drivers) AS ref)) AS b (ids)
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT (driver_id.ids ->> ref)::bigint FROM unnest(i.preferred_drivers) AS ref)) AS p (ids)
    LEFT JOIN LATERAL (SELECT ref FROM unnest(i.banned_drivers || i.preferred_drivers) AS ref
        WHERE NOT driver_id.ids ? ref LIMIT 1) AS u ON true
    LEFT JOIN rider r ON r.company_id = %(company)s AND r.ref = i.ref
),
verdict AS MATERIALIZED (
    SELECT judged.*, rider_id IS NULL AS fresh, why IS NULL AND (other_wishes OR otherwise_known) AS writes
    FROM (SELECT met.*, coalesce(refusal, CASE WHEN unknown IS NOT NULL THEN 'unknown_driver' END) AS why,
        CASE WHEN refusal IS NULL THEN coalesce(unknown, '') ELSE detail END AS about FROM met) AS judged
)
"""
)

# A plan was computed from the versions of its trips: those of a rider who wishes otherwise get a new one.
_STORE: LiteralString = """
stored AS (
    INSERT INTO rider (company_id, ref, name, phone, needs, no_share, groups, apart_from, banned_driver_ids,
        preferred_driver_ids)
    SELECT %(company)s, ref, name, phone, needs, no_share, groups, apart_from, banned_ids, preferred_ids FROM going ORDER BY n
    ON CONFLICT (company_id, ref) DO UPDATE SET
        name = EXCLUDED.name, phone = EXCLUDED.phone, needs = EXCLUDED.needs, no_share = EXCLUDED.no_share,
        groups = EXCLUDED.groups, apart_from = EXCLUDED.apart_from, banned_driver_ids = EXCLUDED.banned_driver_ids,
        preferred_driver_ids = EXCLUDED.preferred_driver_ids
),
wishing AS MATERIALIZED (
    SELECT jsonb_object_agg(rider_id, 1) AS ids FROM going WHERE other_wishes AND rider_id IS NOT NULL
),
concerned AS (
    UPDATE trip t SET version = f.last_event_id + 1
    FROM feed f, wishing w
    WHERE f.company_id = %(company)s AND t.company_id = f.company_id AND t.status IN ('requested', 'booked', 'will_call')
        AND EXISTS (SELECT FROM booking b
            WHERE b.company_id = t.company_id AND b.id = t.booking_id AND w.ids ? b.rider_id::text OFFSET 0)
)
"""

_RIDERS: LiteralString = "WITH " + _MEETS + "," + GATE + "," + _STORE + ANSWER


def store_riders(
    database: Database, company_id: int, riders: Sequence[RiderRequest], options: ImportOptions
) -> Stored:
    """Store riders by their reference; one `booked` event tells of their trips that are to be planned anew."""
    return deliver(database, company_id, [partial(rider_delivery, riders)], options)[0]


def rider_delivery(riders: Sequence[RiderRequest], company_id: int, options: ImportOptions) -> Delivery:
    """Make the statements that store riders."""
    named = {ref for rider in riders for ref in (*rider.banned_drivers, *rider.preferred_drivers)}
    rows = parameters(company_id, options, riders, map(msgspec.structs.asdict, riders))
    return Delivery(Statement(_RIDERS, rows | {"drivers": sorted(named)}), booked(company_id, None))
