"""What undo reads: what an apply replaced, where it put its trips, where they stand now."""

from typing import LiteralString

# What an apply replaced stands in its row; where it put the trips, in its events.
BEFORE: LiteralString = """
WITH this AS MATERIALIZED (
    SELECT * FROM applied
    WHERE company_id = %(company)s AND id = %(applied)s AND cardinality(changed_runs) > 0
), put AS MATERIALIZED (
    SELECT (payload->>'run_id')::bigint AS run_id, card.*
    FROM this, LATERAL (SELECT payload FROM event WHERE company_id = this.company_id
            AND id BETWEEN this.version AND this.board_version OFFSET 0) AS e,
        jsonb_to_recordset(e.payload->'new' || (e.payload->'moved')) AS card (trip_id bigint,
            pickup_at timestamptz, pickup_until timestamptz, dropoff_at timestamptz, dropoff_until timestamptz)
), was AS (
    SELECT t.* FROM this, unnest(trip_ids, verdicts, was_run_ids,
            was_pickup_at, was_pickup_until, was_dropoff_at, was_dropoff_until)
        AS t (trip_id, verdict, run_id, pickup_at, pickup_until, dropoff_at, dropoff_until)
    WHERE t.verdict = 'applied'
)
SELECT this.service_on, (SELECT last_event_id FROM feed WHERE company_id = %(company)s),
    CASE WHEN row_number() OVER (ORDER BY was.trip_id) = 1 THEN this.was_frames::text END,
    was.trip_id, was.run_id, was.pickup_at, was.pickup_until, was.dropoff_at, was.dropoff_until,
    put.run_id, put.pickup_at, put.pickup_until, put.dropoff_at, put.dropoff_until,
    a.run_id, a.pickup_at, a.pickup_until, a.dropoff_at, a.dropoff_until, t.status
FROM this CROSS JOIN was
LEFT JOIN put ON put.trip_id = was.trip_id
CROSS JOIN LATERAL (SELECT status FROM trip
    WHERE company_id = %(company)s AND id = was.trip_id OFFSET 0) AS t
LEFT JOIN LATERAL (SELECT run_id, pickup_at, pickup_until, dropoff_at, dropoff_until FROM assignment
    WHERE company_id = %(company)s AND trip_id = was.trip_id OFFSET 0) AS a ON true
ORDER BY was.trip_id
"""

# The applies of a day that changed something, with the trips that they changed.
HISTORY: LiteralString = """
SELECT id, undoes,
    ARRAY (SELECT t FROM unnest(trip_ids, verdicts) AS judged (t, verdict) WHERE verdict = 'applied')
FROM applied
WHERE company_id = %(company)s AND service_on = %(service_on)s AND cardinality(changed_runs) > 0
"""

# Ends the transaction when the apply under this key did less than all.
WHOLE: LiteralString = "SELECT applied_whole(%(company)s, %(key)s)"
