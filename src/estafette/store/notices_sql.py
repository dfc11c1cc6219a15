"""
The statements that hand out notices and record what became of them. Why they are so: store/notices.py.

Rows are found by `LATERAL (... OFFSET 0)`, one index lookup each, because a CTE has no statistics and a join
of it can become quadratic.
"""

from typing import LiteralString

# From messages `chosen` and what they say, `changed`, to complete notices.
_COMPLETE: LiteralString = """
trips AS (
    SELECT g.driver_id, g.event_id, json_agg(jsonb_build_object(
            'trip_id', t.id, 'change', g.kind, 'origin', o.name, 'destination', p.name, 'times', g.times,
            'takes', jsonb_build_object('seats', t.seats + t.companions, 'wheelchairs', t.wheelchairs,
                                        'stretchers', t.stretchers))
            ORDER BY (g.times->>'pickup_at')::timestamptz NULLS LAST, t.id)::text AS cards
    FROM changed g,
        LATERAL (SELECT * FROM trip WHERE company_id = %(company)s AND id = g.trip_id OFFSET 0) AS t,
        LATERAL (SELECT name FROM place WHERE company_id = %(company)s AND id = t.origin_id OFFSET 0) AS o,
        LATERAL (SELECT name FROM place WHERE company_id = %(company)s AND id = t.destination_id OFFSET 0) AS p
    GROUP BY g.driver_id, g.event_id
)
SELECT n.driver_id, n.event_id, n.service_on, n.created_at, n.attempts, d.name, d.language, c.zone,
    coalesce(t.cards, '[]'), n.claim
FROM chosen n
LEFT JOIN trips t ON t.driver_id = n.driver_id AND t.event_id = n.event_id
JOIN driver d ON d.company_id = %(company)s AND d.id = n.driver_id
JOIN company c ON c.id = %(company)s
ORDER BY n.event_id, n.driver_id
"""

# The trips of an event `e`, one row each.
_ENTRIES: LiteralString = """LATERAL (
        SELECT 'new' AS kind, entry FROM jsonb_array_elements(e.payload->'new') AS entry
        UNION ALL SELECT 'moved', entry FROM jsonb_array_elements(e.payload->'moved') AS entry
        UNION ALL SELECT 'taken', jsonb_build_object('trip_id', entry)
            FROM jsonb_array_elements(e.payload->'taken') AS entry) AS c"""

# The service day of notice `n`: its own once it was claimed, else that of its run, which never changes.
_DAY: LiteralString = """LATERAL (
        SELECT coalesce(n.service_on, r.service_on) AS service_on
        FROM event e JOIN run r ON r.company_id = e.company_id AND r.id = (e.payload->>'run_id')::bigint
        WHERE e.company_id = n.company_id AND e.id = n.event_id OFFSET 0) AS day"""

# 1. `ready`: drivers of whom nothing is in living hands or waits for its time; who failed often comes last.
# 2. `message`: one for each of their days. What may have been delivered goes again, alone; else all there is.
# 3. `cursors`: up to which notice the driver was told, and up to which ones perhaps.
# 4. `span`: from which notice to which other one a trip stood how.
# 5. `changed`: how it stands now, unless that is what the driver believes for certain.
# 6. `chosen`, `spoken_for`: the claim, and the membership, fixed by the number of the message.
CLAIM: LiteralString = f"""
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at),
ready AS MATERIALIZED (
    SELECT driver_id FROM notice, moment
    WHERE company_id = %(company)s AND sent_at IS NULL AND given_up IS NULL AND superseded_by IS NULL
    GROUP BY driver_id, moment.at
    HAVING max(due_at) <= moment.at AND coalesce(max(claimed_until) <= moment.at, true)
    ORDER BY max(attempts), min(event_id)
    LIMIT %(limit)s
),
open AS MATERIALIZED (
    SELECT n.driver_id, n.event_id, n.event_ids, n.attempts, day.service_on,
        n.in_doubt OR n.claimed_until IS NOT NULL AS handed_out
    FROM ready, LATERAL (SELECT * FROM notice WHERE company_id = %(company)s AND driver_id = ready.driver_id
            AND sent_at IS NULL AND given_up IS NULL AND superseded_by IS NULL OFFSET 0) AS n, {_DAY}
),
message AS MATERIALIZED (
    SELECT driver_id, service_on, max(attempts) + 1 AS attempts,
        coalesce(max(event_id) FILTER (WHERE handed_out), max(event_id)) AS event_id
    FROM open GROUP BY driver_id, service_on
),
told AS MATERIALIZED (
    SELECT m.*, coalesce((SELECT event_id FROM notice
        WHERE company_id = %(company)s AND driver_id = m.driver_id AND service_on = m.service_on
            AND event_id < m.event_id AND sent_at IS NOT NULL
        ORDER BY event_id DESC LIMIT 1), 0) AS told_id
    FROM message m
),
cursors AS MATERIALIZED (
    SELECT m.driver_id, m.event_id, ARRAY (SELECT event_id FROM notice
        WHERE company_id = %(company)s AND driver_id = m.driver_id AND service_on = m.service_on
            AND event_id > m.told_id AND event_id < m.event_id AND in_doubt) || m.told_id AS ids
    FROM told m
),
history AS (
    SELECT m.driver_id, m.event_id AS number, n.event_id, n.event_ids
    FROM message m, LATERAL (SELECT * FROM notice WHERE company_id = %(company)s AND driver_id = m.driver_id
        AND service_on = m.service_on AND event_id <= m.event_id OFFSET 0) AS n
    UNION
    SELECT m.driver_id, m.event_id, o.event_id, o.event_ids
    FROM message m JOIN open o ON o.driver_id = m.driver_id AND o.service_on = m.service_on
        AND o.event_id <= m.event_id
),
state AS (
    -- Within one transaction a trip may leave one run of a driver and join another: joining counts.
    SELECT DISTINCT ON (driver_id, number, trip_id, event_id) driver_id, number, event_id, kind, trip_id, entry, run
    FROM (SELECT h.driver_id, h.number, h.event_id, c.kind, (c.entry->>'trip_id')::bigint AS trip_id,
              c.entry - 'trip_id' AS entry, e.payload->'run_id' AS run
          FROM history h, LATERAL (SELECT payload FROM event
              WHERE company_id = %(company)s AND id = ANY (h.event_ids) OFFSET 0) AS e, {_ENTRIES}) AS each
    ORDER BY driver_id, number, trip_id, event_id, kind = 'taken'
),
span AS MATERIALIZED (
    SELECT driver_id, number, trip_id, kind, event_id AS from_id, lead(event_id) OVER line AS to_id,
        row_number() OVER line = 1 AS first, CASE WHEN kind <> 'taken' THEN entry END AS times,
        CASE WHEN kind <> 'taken' THEN jsonb_build_array(run, entry) END AS stands
    FROM state WINDOW line AS (PARTITION BY driver_id, number, trip_id ORDER BY event_id)
),
believed AS (
    SELECT s.driver_id, s.number, s.trip_id, s.stands
    FROM span s JOIN cursors c ON c.driver_id = s.driver_id AND c.event_id = s.number
    WHERE EXISTS (SELECT FROM unnest(c.ids) AS id WHERE id >= s.from_id AND (id < s.to_id OR s.to_id IS NULL))
    UNION ALL
    -- Before the first event that is kept: a trip that was moved or taken off had been theirs.
    SELECT s.driver_id, s.number, s.trip_id, CASE WHEN s.kind <> 'new' THEN '"unknown"'::jsonb END
    FROM span s JOIN cursors c ON c.driver_id = s.driver_id AND c.event_id = s.number
    WHERE s.first AND EXISTS (SELECT FROM unnest(c.ids) AS id WHERE id < s.from_id)
),
changed AS (
    SELECT s.driver_id, s.number AS event_id, s.trip_id, s.times,
        CASE WHEN s.stands IS NULL THEN 'taken' WHEN count(b.stands) = 0 THEN 'new' ELSE 'moved' END AS kind
    FROM span s JOIN believed b USING (driver_id, number, trip_id)
    WHERE s.to_id IS NULL
    GROUP BY s.driver_id, s.number, s.trip_id, s.times, s.stands
    HAVING bool_or(b.stands IS DISTINCT FROM s.stands)
),
chosen AS (
    UPDATE notice n SET claim = n.claim + 1, claimed_until = moment.at + %(lease_s)s * interval '1 second',
        in_doubt = n.in_doubt OR n.claimed_until IS NOT NULL, attempts = m.attempts, service_on = m.service_on
    FROM message m, moment
    WHERE n.company_id = %(company)s AND n.driver_id = m.driver_id AND n.event_id = m.event_id
    RETURNING n.*
),
spoken_for AS (
    UPDATE notice n SET superseded_by = m.event_id, service_on = m.service_on
    FROM message m
    WHERE n.company_id = %(company)s AND n.driver_id = m.driver_id AND n.event_id < m.event_id
        AND n.sent_at IS NULL AND n.superseded_by IS NULL
        AND coalesce(n.service_on, (SELECT service_on FROM open o
            WHERE o.driver_id = n.driver_id AND o.event_id = n.event_id)) = m.service_on
),
{_COMPLETE}"""

OF_DRIVER: LiteralString = f"""
WITH chosen AS (
    SELECT n.driver_id, n.event_id, n.event_ids, n.created_at, n.attempts, n.claim, day.service_on
    FROM (SELECT * FROM notice WHERE company_id = %(company)s AND driver_id = %(driver)s AND event_id > %(after)s
          ORDER BY event_id LIMIT %(limit)s) AS n, {_DAY}
),
changed AS (
    SELECT driver_id, event_id, trip_id, CASE WHEN count(DISTINCT kind) > 1 THEN 'moved' ELSE min(kind) END AS kind,
        (jsonb_agg(entry - 'trip_id') FILTER (WHERE kind <> 'taken'))->0 AS times
    FROM (SELECT n.driver_id, n.event_id, (c.entry->>'trip_id')::bigint AS trip_id, c.kind, c.entry
          FROM chosen n, LATERAL (SELECT payload FROM event
              WHERE company_id = %(company)s AND id = ANY (n.event_ids) OFFSET 0) AS e, {_ENTRIES}) AS each
    GROUP BY driver_id, event_id, trip_id
),
{_COMPLETE}"""

# A mark counts only under the number of the last claim. What certainly did not go through lets go of the
# notices it spoke for, so that the next message can be another one; what perhaps did keeps them.
MARK: LiteralString = """
WITH marked AS (
    UPDATE notice n SET
        sent_at = CASE m.fate WHEN 'sent' THEN clock_timestamp() END,
        superseded_by = CASE m.fate WHEN 'superseded' THEN n.event_id END,
        given_up = CASE m.fate WHEN 'dead' THEN m.why END,
        failed = coalesce(nullif(m.why, ''), n.failed),
        claimed_until = NULL,
        in_doubt = n.in_doubt OR m.fate = 'unsure',
        due_at = clock_timestamp() + m.wait_s * interval '1 second',
        attempts = n.attempts - (m.fate = 'untried')::int
    FROM unnest(%(drivers)s::bigint[], %(events)s::bigint[], %(claims)s::int[], %(fates)s::text[], %(whys)s::text[],
            %(waits_s)s::float8[]) AS m (driver_id, event_id, claim, fate, why, wait_s)
    WHERE n.company_id = %(company)s AND n.driver_id = m.driver_id AND n.event_id = m.event_id
        AND n.claim = m.claim AND n.sent_at IS NULL AND n.given_up IS NULL AND n.superseded_by IS NULL
    RETURNING n.driver_id, n.event_id, n.service_on, n.in_doubt, m.fate
),
let_go AS (
    UPDATE notice n SET superseded_by = NULL
    FROM marked m
    WHERE m.fate IN ('later', 'untried') AND NOT m.in_doubt
        AND n.company_id = %(company)s AND n.driver_id = m.driver_id AND n.service_on = m.service_on
        AND n.event_id < m.event_id AND n.superseded_by = m.event_id
)
SELECT driver_id, event_id FROM marked
"""

LIST: LiteralString = f"""
SELECT n.driver_id, d.ref, n.event_id, day.service_on,
    CASE WHEN n.sent_at IS NOT NULL THEN 'sent' WHEN n.superseded_by IS NOT NULL THEN 'superseded'
        WHEN n.given_up IS NOT NULL THEN 'dead' WHEN n.claimed_until > clock_timestamp() THEN 'claimed'
        WHEN n.in_doubt OR n.claimed_until IS NOT NULL THEN 'in_doubt' ELSE 'waiting' END AS state,
    n.attempts, n.created_at, nullif(n.due_at, '-infinity'), coalesce(n.given_up, n.failed), n.superseded_by
FROM notice n JOIN driver d ON d.company_id = n.company_id AND d.id = n.driver_id, {_DAY}
WHERE n.company_id = %(company)s AND (NOT %(dead)s OR n.given_up IS NOT NULL)
    AND CASE WHEN %(day)s::date IS NULL OR %(dead)s THEN n.sent_at IS NULL AND n.superseded_by IS NULL ELSE true END
    AND (%(day)s::date IS NULL OR ((n.service_on IS NULL OR n.service_on = %(day)s::date) AND day.service_on = %(day)s::date))
ORDER BY n.driver_id, n.event_id LIMIT %(limit)s
"""

RESEND: LiteralString = """
UPDATE notice SET given_up = NULL, attempts = 0, due_at = '-infinity'
WHERE company_id = %(company)s AND given_up IS NOT NULL AND sent_at IS NULL AND superseded_by IS NULL
    AND (%(driver)s::bigint IS NULL OR (driver_id = %(driver)s AND event_id = %(event)s))
RETURNING driver_id
"""
