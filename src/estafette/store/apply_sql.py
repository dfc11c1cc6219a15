"""
The statement that applies a plan: judge, write, number the events, notify, answer. One execution.

It runs under the lock of the company's feed row (see store/database.py), so what it reads is the last
word: no other writer of this company can change it before COMMIT. Steps:

1. `previous`: an apply with the same key is answered again and writes nothing.
2. `judged`: every trip of the plan beside what is stored; what cannot be applied gets its outcome here.
3. `concerned`, `held`: the runs that may change and all of their drivers, and the stops on them that stay where they
   are. A trip whose new stops would overlap one of them is refused
   too and then holds its own old stops, which may refuse another: a closure, so it is recursive.
4. `put`, `dropped`, `retired`: the assignments; a trip taken off keeps the fact in its own version.
5. `numbered`, `renewed`: one event and one new manifest for every run that changed.
6. `told`, `noticed`, `counted`: events, notices and the counter, in the same transaction.
7. `report`: the answer, stored under the key with what undo needs, then returned.

Joins are planned from statistics, which a new company or a CTE does not have, and can become quadratic. So
rows are found in ways that no estimate can spoil: `= ANY (array)` (an index scan of known length),
`LATERAL (... OFFSET 0)` (one index lookup each) and `NOT IN (...)` (a hash).
"""

from typing import LiteralString

APPLY: LiteralString = """
WITH RECURSIVE
previous AS MATERIALIZED (
    SELECT * FROM applied WHERE company_id = %(company)s AND key = %(key)s
),
mark AS MATERIALIZED (
    SELECT last_event_id, last_event_id + 1 AS version FROM feed WHERE company_id = %(company)s
),
target AS (
    SELECT trip_id, nullif(run_id, 0) AS run_id, pickup_at, pickup_until, dropoff_at, dropoff_until
    FROM unnest(%(trip_ids)s::bigint[], %(run_ids)s::bigint[],
                %(pickup_at)s::timestamptz[], %(pickup_until)s::timestamptz[],
                %(dropoff_at)s::timestamptz[], %(dropoff_until)s::timestamptz[])
         AS plan (trip_id, run_id, pickup_at, pickup_until, dropoff_at, dropoff_until)
    WHERE NOT EXISTS (SELECT FROM previous)
),
frame AS MATERIALIZED (
    SELECT run_id, pull_out_at, pull_in_at, breaks
    FROM jsonb_to_recordset(%(frames)s::jsonb)
         AS f (run_id bigint, pull_out_at timestamptz, pull_in_at timestamptz, breaks jsonb)
),
seat AS MATERIALIZED (
    SELECT r.id AS run_id, r.driver_id, r.service_on, r.version, s.starts_at,
           s.ends_at + make_interval(secs => d.overtime_s) AS ends_at,
           d.active AS driver_active, v.active AS vehicle_active
    FROM run r,
        LATERAL (SELECT starts_at, ends_at FROM shift
            WHERE company_id = r.company_id AND id = r.shift_id OFFSET 0) AS s,
        LATERAL (SELECT active, overtime_s FROM driver
            WHERE company_id = r.company_id AND id = r.driver_id OFFSET 0) AS d,
        LATERAL (SELECT active FROM vehicle
            WHERE company_id = r.company_id AND id = r.vehicle_id OFFSET 0) AS v
    WHERE r.company_id = %(company)s AND r.id = ANY (%(distinct_run_ids)s::bigint[])
),
judged AS MATERIALIZED (
    SELECT target.*, seat.driver_id, t.status,
        a.run_id AS was_run_id, a.driver_id AS was_driver_id,
        a.pickup_at AS was_pickup_at, a.pickup_until AS was_pickup_until,
        a.dropoff_at AS was_dropoff_at, a.dropoff_until AS was_dropoff_until,
        CASE
            WHEN t.id IS NULL OR t.status IN ('completed', 'cancelled', 'no_show', 'missed', 'denied')
                THEN 'gone'
            WHEN a.run_id IS NOT DISTINCT FROM target.run_id
                AND (a.run_id IS NULL OR (a.pickup_at = target.pickup_at AND a.pickup_until = target.pickup_until
                    AND a.dropoff_at = target.dropoff_at AND a.dropoff_until = target.dropoff_until))
                THEN 'unchanged'
            WHEN t.status IN ('en_route', 'arrived', 'on_board') OR a.lock = 'time'
                OR (a.lock IN ('driver', 'order') AND a.run_id IS DISTINCT FROM target.run_id)
                THEN 'locked'
            WHEN t.version > %(board_version)s OR a.version > %(board_version)s THEN 'stale'
            -- It keeps its place among the trips of its run that are locked in their order, and one of them has changed.
            WHEN a.lock = 'order' AND a.run_id = ANY (ARRAY(SELECT run_id FROM assignment
                WHERE company_id = %(company)s AND run_id = ANY (%(distinct_run_ids)s::bigint[])
                    AND lock IN ('order', 'time') AND version > %(board_version)s)) THEN 'stale'
            WHEN t.service_on <> %(service_on)s THEN 'other_day'
            -- The plan only holds room for it (it was a will-call then as well, or it would be stale).
            WHEN t.status = 'will_call' AND t.expected_from IS NOT NULL THEN 'unchanged'
            WHEN target.run_id IS NULL THEN NULL
            WHEN t.status <> 'booked' THEN 'not_booked'
            WHEN seat.run_id IS NULL THEN 'unknown_run'
            WHEN seat.service_on <> t.service_on THEN 'other_day'
            WHEN NOT seat.driver_active THEN 'driver_inactive'
            WHEN NOT seat.vehicle_active THEN 'vehicle_inactive'
            WHEN target.pickup_at < seat.starts_at OR target.dropoff_until > seat.ends_at THEN 'off_shift'
        END AS refusal
    FROM target
    LEFT JOIN (SELECT id, service_on, status, version, expected_from FROM trip
        WHERE company_id = %(company)s AND id = ANY (%(trip_ids)s::bigint[])) AS t ON t.id = target.trip_id
    LEFT JOIN (SELECT * FROM assignment
        WHERE company_id = %(company)s AND trip_id = ANY (%(trip_ids)s::bigint[])) AS a ON a.trip_id = target.trip_id
    LEFT JOIN seat ON seat.run_id = target.run_id
),
concerned AS MATERIALIZED (
    SELECT id FROM run WHERE company_id = %(company)s AND service_on = %(service_on)s AND (
        id = ANY (ARRAY(SELECT run_id FROM judged WHERE refusal IS NULL))
        OR id = ANY (ARRAY(SELECT was_run_id FROM judged WHERE refusal IS NULL))
        OR driver_id = ANY (ARRAY(SELECT driver_id FROM judged WHERE refusal IS NULL)))
),
held (trip_id, run_id, driver_id, from_at, to_at, stops) AS (
    SELECT a.trip_id, a.run_id, a.driver_id, a.pickup_at, a.dropoff_until,
           tstzmultirange(tstzrange(a.pickup_at, a.pickup_until), tstzrange(a.dropoff_at, a.dropoff_until))
    FROM concerned,
        LATERAL (SELECT * FROM assignment WHERE company_id = %(company)s AND run_id = concerned.id OFFSET 0) AS a
    WHERE a.trip_id NOT IN (SELECT trip_id FROM judged WHERE refusal IS NULL)
    UNION
    SELECT j.trip_id, j.was_run_id, j.was_driver_id, j.was_pickup_at, j.was_dropoff_until,
           tstzmultirange(tstzrange(j.was_pickup_at, j.was_pickup_until),
                          tstzrange(j.was_dropoff_at, j.was_dropoff_until))
    FROM held
    JOIN judged j ON j.driver_id = held.driver_id AND j.refusal IS NULL AND held.stops
        && tstzmultirange(tstzrange(j.pickup_at, j.pickup_until), tstzrange(j.dropoff_at, j.dropoff_until))
),
final AS MATERIALIZED (
    SELECT judged.*, coalesce(refusal, CASE WHEN held.trip_id IS NOT NULL THEN 'overlap' END) AS verdict
    FROM judged LEFT JOIN held ON held.trip_id = judged.trip_id AND judged.refusal IS NULL
),
put AS (
    INSERT INTO assignment AS a (company_id, trip_id, run_id, driver_id,
        pickup_at, pickup_until, dropoff_at, dropoff_until, version)
    SELECT %(company)s, trip_id, run_id, driver_id, pickup_at, pickup_until, dropoff_at, dropoff_until,
        (SELECT version FROM mark)
    FROM final WHERE verdict IS NULL AND run_id IS NOT NULL
    ON CONFLICT (company_id, trip_id) DO UPDATE SET
        run_id = excluded.run_id, driver_id = excluded.driver_id,
        pickup_at = excluded.pickup_at, pickup_until = excluded.pickup_until,
        dropoff_at = excluded.dropoff_at, dropoff_until = excluded.dropoff_until, version = excluded.version
),
dropped AS (
    DELETE FROM assignment
    WHERE company_id = %(company)s
        AND trip_id = ANY (ARRAY (SELECT trip_id FROM final WHERE verdict IS NULL AND run_id IS NULL))
    RETURNING trip_id
),
retired AS (
    UPDATE trip SET version = (SELECT version FROM mark)
    WHERE company_id = %(company)s AND id = ANY (ARRAY (SELECT trip_id FROM dropped))
),
gained AS (
    SELECT run_id, min(pickup_at) AS from_at, max(dropoff_until) AS to_at,
        json_agg(times) FILTER (WHERE was_run_id IS DISTINCT FROM run_id) AS new,
        json_agg(times) FILTER (WHERE was_run_id = run_id) AS moved
    FROM (SELECT run_id, was_run_id, pickup_at, dropoff_until,
              (trip_id, pickup_at, pickup_until, dropoff_at, dropoff_until)::trip_times AS times
          FROM final WHERE verdict IS NULL AND run_id IS NOT NULL) AS kept
    GROUP BY run_id
),
lost AS (
    SELECT was_run_id AS run_id, jsonb_agg(trip_id ORDER BY trip_id) AS taken
    FROM final WHERE verdict IS NULL AND was_run_id IS DISTINCT FROM run_id AND was_run_id IS NOT NULL
    GROUP BY was_run_id
),
staying AS (
    SELECT run_id, min(from_at) AS from_at, max(to_at) AS to_at FROM held WHERE run_id IS NOT NULL GROUP BY run_id
),
numbered AS MATERIALIZED (
    SELECT run_id, new, moved, taken, frame.breaks,
        row_number() OVER (ORDER BY run_id) + mark.last_event_id AS event_id,
        least(gained.from_at, staying.from_at) AS from_at, greatest(gained.to_at, staying.to_at) AS to_at,
        frame.pull_out_at, frame.pull_in_at
    FROM gained FULL JOIN lost USING (run_id) LEFT JOIN staying USING (run_id) LEFT JOIN frame USING (run_id), mark
),
renewed AS (
    UPDATE run r SET version = mark.version, manifest = r.manifest + 1,
        pull_out_at = CASE WHEN n.from_at IS NOT NULL THEN least(n.pull_out_at, n.from_at) END,
        pull_in_at = CASE WHEN n.from_at IS NOT NULL THEN greatest(n.pull_in_at, n.to_at) END,
        breaks = CASE WHEN n.from_at IS NULL THEN '[]' ELSE coalesce(n.breaks, r.breaks) END
    FROM numbered n, mark
    WHERE r.company_id = %(company)s AND r.id = n.run_id
    RETURNING r.id AS run_id, r.driver_id, r.manifest, r.pull_out_at, r.pull_in_at, r.breaks,
        n.event_id, n.new, n.moved, n.taken
),
told AS (
    INSERT INTO event (company_id, id, kind, payload)
    SELECT %(company)s, event_id, 'assigned', json_build_object(
        'run_id', run_id, 'driver_id', driver_id, 'manifest', manifest,
        'pull_out_at', pull_out_at, 'pull_in_at', pull_in_at, 'breaks', breaks,
        'new', coalesce(new, '[]'), 'moved', coalesce(moved, '[]'), 'taken', coalesce(taken, '[]'))::jsonb
    FROM renewed
),
noticed AS (
    INSERT INTO notice (company_id, driver_id, event_id, event_ids)
    SELECT %(company)s, driver_id, max(event_id), array_agg(event_id ORDER BY event_id)
    FROM renewed GROUP BY driver_id
    RETURNING driver_id
),
counted AS (
    UPDATE feed SET last_event_id = last_event_id + changed.n FROM (SELECT count(*) AS n FROM numbered) AS changed
    WHERE company_id = %(company)s AND changed.n > 0
),
report AS (
    INSERT INTO applied (company_id, key, fingerprint, service_on, actor, version, board_version, notices,
        changed_runs, moved_runs, trip_ids, run_ids, verdicts, was_run_ids,
        was_pickup_at, was_pickup_until, was_dropoff_at, was_dropoff_until, was_frames, undoes,
        plan_id, standing)
    SELECT %(company)s, %(key)s, %(fingerprint)s, %(service_on)s, %(actor)s, mark.version,
        mark.last_event_id + (SELECT count(*) FROM numbered), (SELECT count(*) FROM noticed),
        ARRAY (SELECT run_id FROM numbered ORDER BY run_id),
        ARRAY (SELECT run_id FROM seat WHERE version > %(board_version)s ORDER BY run_id),
        trips.trip_ids, trips.run_ids, trips.verdicts, trips.was_run_ids,
        trips.was_pickup_at, trips.was_pickup_until, trips.was_dropoff_at, trips.was_dropoff_until,
        coalesce((SELECT jsonb_agg(jsonb_build_object('run_id', r.id, 'pull_out_at', r.pull_out_at,
                'pull_in_at', r.pull_in_at, 'breaks', r.breaks))
            FROM numbered n JOIN run r ON r.company_id = %(company)s AND r.id = n.run_id), '[]'),
        %(undoes)s, %(plan_id)s,
        (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('trip_id', trip_id, 'status', status,
                'run_id', was_run_id, 'pickup_at', was_pickup_at, 'pickup_until', was_pickup_until,
                'dropoff_at', was_dropoff_at, 'dropoff_until', was_dropoff_until)))
            FROM final WHERE verdict <> 'unchanged' AND status IS NOT NULL)
    FROM mark, (SELECT
        array_agg(trip_id) AS trip_ids, array_agg(run_id) AS run_ids, array_agg(coalesce(verdict, 'applied')) AS verdicts,
        array_agg(was_run_id) AS was_run_ids,
        array_agg(was_pickup_at) AS was_pickup_at, array_agg(was_pickup_until) AS was_pickup_until,
        array_agg(was_dropoff_at) AS was_dropoff_at, array_agg(was_dropoff_until) AS was_dropoff_until
        FROM (SELECT * FROM final ORDER BY trip_id) AS in_order) AS trips
    WHERE NOT EXISTS (SELECT FROM previous)
    RETURNING id, fingerprint, service_on, board_version, notices, changed_runs, moved_runs, standing
)
SELECT id, fingerprint, service_on, board_version, notices, changed_runs, moved_runs, standing,
    ARRAY (SELECT trip_id FROM final WHERE verdict IS NOT NULL ORDER BY trip_id),
    ARRAY (SELECT verdict FROM final WHERE verdict IS NOT NULL ORDER BY trip_id),
    false AS replayed,
    CASE WHEN cardinality(changed_runs) > 0 THEN pg_notify('estafette', %(company)s::text) END
FROM report
UNION ALL
SELECT id, fingerprint, service_on, board_version, notices, changed_runs, moved_runs, standing,
    ARRAY (SELECT trip_id FROM unnest(trip_ids, verdicts) AS t (trip_id, verdict) WHERE verdict <> 'applied'),
    ARRAY (SELECT verdict FROM unnest(trip_ids, verdicts) AS t (trip_id, verdict) WHERE verdict <> 'applied'),
    true, NULL
FROM previous
"""
