"""What has happened to a trip: booked, put on runs by plans and by hand, moved on by its driver; in one statement."""

from typing import LiteralString

import msgspec

from estafette.domain.error import NotFound
from estafette.domain.trip_history import TripHistory
from estafette.store.database import Database

_MOST = 200

# An apply lists the trips of its day; it is found by the day, and the trip in it by its place in the arrays.
_HISTORY: LiteralString = """
WITH asked AS (
    SELECT t.id, t.service_on, b.booked_at, b.booked_by FROM trip t
    JOIN booking b ON b.company_id = t.company_id AND b.id = t.booking_id
    WHERE t.company_id = %(company)s AND t.id = %(trip)s
), done AS (
    SELECT 'booked' AS did, booked_at AS at, booked_by AS actor, '' AS why, NULL AS status, NULL::bigint AS was_run_id,
        NULL::bigint AS run_id, NULL::timestamptz AS was_pickup_at, NULL::bigint AS plan_id, false AS undone, 0 AS version
    FROM asked WHERE booked_at IS NOT NULL
    UNION ALL
    SELECT 'moved_on', coalesce(h.occurred_at, h.at), h.actor, '', h.to_status, NULL, NULL, NULL, NULL, false, h.version
    FROM asked JOIN trip_history h ON h.company_id = %(company)s AND h.trip_id = asked.id
    UNION ALL
    SELECT CASE WHEN stood.run_id IS NULL THEN 'taken_off' WHEN stood.run_id = stood.was_run_id THEN 'retimed'
            ELSE 'assigned' END,
        p.at, p.actor, p.why, NULL, stood.was_run_id, stood.run_id, p.was_pickup_at[place.n], p.plan_id,
        p.undoes IS NOT NULL, p.version
    FROM asked JOIN applied p ON p.company_id = %(company)s AND p.service_on = asked.service_on
    CROSS JOIN LATERAL (SELECT array_position(p.trip_ids, asked.id) AS n) AS place
    CROSS JOIN LATERAL (SELECT nullif(p.run_ids[place.n], 0) AS run_id, nullif(p.was_run_ids[place.n], 0) AS was_run_id) AS stood
    WHERE place.n IS NOT NULL AND p.verdicts[place.n] = 'applied'
), named AS (
    SELECT done.*, coalesce(who.name, key.name, '') AS by FROM done
    LEFT JOIN account who ON who.company_id = %(company)s AND done.actor = 'user:' || who.id
    LEFT JOIN api_key key ON key.company_id = %(company)s AND done.actor = 'key:' || key.id
    ORDER BY done.at DESC, done.version DESC LIMIT %(most)s
)
SELECT jsonb_build_object('trip_id', asked.id, 'deeds', (SELECT coalesce(jsonb_agg(jsonb_build_object(
    'did', did, 'at', at, 'actor', actor, 'by', by, 'why', why, 'status', status, 'was_run_id', was_run_id,
    'run_id', run_id, 'was_pickup_at', was_pickup_at, 'plan_id', plan_id, 'undone', undone)
    ORDER BY at DESC, version DESC), '[]') FROM named))::text FROM asked
"""


def get_history(database: Database, company_id: int, trip_id: int) -> TripHistory:
    """Read what has happened to a trip, the newest first and at most 200; raises `NotFound`."""
    rows = database.read(company_id, _HISTORY, {"company": company_id, "trip": trip_id, "most": _MOST})
    if not rows:
        message = f"there is no trip {trip_id}"
        raise NotFound(message)
    return msgspec.json.decode(rows[0][0], type=TripHistory)
