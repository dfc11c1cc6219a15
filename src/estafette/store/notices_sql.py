"""
The statements that hand out notices and record what became of them. Why they are so: store/notices.py.

A CTE has no statistics, and a join of two can become quadratic. So rows are found by `LATERAL (... OFFSET 0)`, one
index lookup each, what belongs together travels in one row (windows), and the one join left is a `FULL JOIN`,
which is never a nested loop.
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
),
complete AS MATERIALIZED (
    SELECT n.*, t.cards FROM chosen n
    FULL JOIN trips t ON t.driver_id = n.driver_id AND t.event_id = n.event_id
)
SELECT n.driver_id, n.event_id, n.service_on, n.created_at, n.attempts, d.name, d.language, c.zone,
    coalesce(n.cards, '[]'), n.claim
FROM complete n
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
        SELECT coalesce(n.service_on, (SELECT service_on FROM run WHERE company_id = n.company_id AND id = (
            SELECT (payload->>'run_id')::bigint FROM event
            WHERE company_id = n.company_id AND id = n.event_id))) AS service_on OFFSET 0) AS day"""

# 1. `ready`: drivers of whom nothing is in living hands or waits for its time; who failed often comes last.
# 2. `message`: one for each of their days. What may have been delivered goes again, alone; else all there is.
# 3. `line`: all notices of that driver and day, up to the message.
# 4. `history`: beside each, up to which notice the driver was told, and up to which ones perhaps (`cursors`).
# 5. `span`: from which notice to which other one a trip stood how, and how it stands now.
# 6. `changed`: the trips that do not stand now as the driver believes for certain.
# 7. `chosen`, `spoken_for`: the claim, and the membership, fixed by the number of the message.
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
open AS (
    SELECT n.driver_id, n.event_id, n.attempts, day.service_on,
        n.in_doubt OR n.claimed_until IS NOT NULL AS handed_out
    FROM ready, LATERAL (SELECT * FROM notice WHERE company_id = %(company)s AND driver_id = ready.driver_id
            AND sent_at IS NULL AND given_up IS NULL AND superseded_by IS NULL OFFSET 0) AS n, {_DAY}
),
message AS MATERIALIZED (
    SELECT driver_id, service_on, array_agg(event_id) AS open_ids, max(attempts) + 1 AS attempts,
        coalesce(max(event_id) FILTER (WHERE handed_out), max(event_id)) AS event_id
    FROM open GROUP BY driver_id, service_on
),
line AS MATERIALIZED (
    SELECT m.driver_id, m.event_id AS number, m.service_on, n.*
    FROM message m, LATERAL (
        SELECT event_id, event_ids, sent_at, superseded_by, in_doubt FROM notice
        WHERE company_id = %(company)s AND driver_id = m.driver_id AND service_on = m.service_on
        UNION
        SELECT event_id, event_ids, sent_at, superseded_by, in_doubt FROM notice
        WHERE company_id = %(company)s AND driver_id = m.driver_id AND event_id = ANY (m.open_ids) OFFSET 0) AS n
    WHERE n.event_id <= m.event_id
),
told AS (
    SELECT *, coalesce(max(event_id) FILTER (WHERE sent_at IS NOT NULL) OVER (PARTITION BY driver_id, number), 0)
        AS told_id
    FROM line
),
history AS (
    SELECT *, told_id || array_agg(event_id) FILTER (WHERE in_doubt AND event_id > told_id AND event_id < number)
        OVER (PARTITION BY driver_id, number) AS cursors
    FROM told
),
state AS (
    -- Within one transaction a trip may leave one run of a driver and join another: joining counts.
    SELECT DISTINCT ON (driver_id, number, trip_id, event_id)
        driver_id, number, cursors, event_id, trip_id, kind, entry AS times,
        CASE WHEN kind <> 'taken' THEN jsonb_build_array(run, entry) END AS stands
    FROM (SELECT h.driver_id, h.number, h.cursors, h.event_id, (c.entry->>'trip_id')::bigint AS trip_id, c.kind,
              CASE WHEN c.kind <> 'taken' THEN c.entry - 'trip_id' END AS entry, e.payload->'run_id' AS run
          FROM history h, LATERAL (SELECT payload FROM event
              WHERE company_id = %(company)s AND id = ANY (h.event_ids) OFFSET 0) AS e, {_ENTRIES}) AS each
    ORDER BY driver_id, number, trip_id, event_id, kind = 'taken'
),
span AS MATERIALIZED (
    SELECT driver_id, number, cursors, trip_id, kind, stands, event_id AS from_id,
        coalesce(lead(event_id) OVER line, number + 1) AS to_id, row_number() OVER line = 1 AS first,
        last_value(stands) OVER whole AS stands_now, last_value(times) OVER whole AS times_now
    FROM state
    WINDOW line AS (PARTITION BY driver_id, number, trip_id ORDER BY event_id),
        whole AS (line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
believed AS (
    SELECT driver_id, number, trip_id, stands_now, times_now, stands FROM span
    WHERE EXISTS (SELECT FROM unnest(cursors) AS id WHERE id >= from_id AND id < to_id)
    UNION ALL
    -- Before the first event that is kept: a trip that was moved or taken off had been theirs.
    SELECT driver_id, number, trip_id, stands_now, times_now, CASE WHEN kind <> 'new' THEN '"unknown"'::jsonb END FROM span
    WHERE first AND EXISTS (SELECT FROM unnest(cursors) AS id WHERE id < from_id)
),
changed AS (
    SELECT driver_id, number AS event_id, trip_id, times_now AS times,
        CASE WHEN stands_now IS NULL THEN 'taken' WHEN count(stands) = 0 THEN 'new' ELSE 'moved' END AS kind
    FROM believed
    GROUP BY driver_id, number, trip_id, stands_now, times_now
    HAVING bool_or(stands IS DISTINCT FROM stands_now)
),
chosen AS (
    UPDATE notice n SET claim = n.claim + 1, claimed_until = moment.at + %(lease_s)s * interval '1 second',
        in_doubt = n.in_doubt OR n.claimed_until IS NOT NULL, attempts = m.attempts, service_on = m.service_on
    FROM message m, moment
    WHERE n.company_id = %(company)s AND n.driver_id = m.driver_id AND n.event_id = m.event_id
    RETURNING n.*
),
spoken_for AS (
    UPDATE notice n SET superseded_by = l.number, service_on = l.service_on
    FROM line l
    WHERE n.company_id = %(company)s AND n.driver_id = l.driver_id AND n.event_id = l.event_id
        AND l.event_id < l.number AND l.sent_at IS NULL AND l.superseded_by IS NULL
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
    n.attempts, n.created_at,
    CASE WHEN n.sent_at IS NULL AND n.superseded_by IS NULL AND n.given_up IS NULL
        THEN nullif(n.due_at, '-infinity') END,
    CASE WHEN n.sent_at IS NULL THEN coalesce(n.given_up, n.failed) END, n.superseded_by
FROM notice n JOIN driver d ON d.company_id = n.company_id AND d.id = n.driver_id, {_DAY}
WHERE n.company_id = %(company)s AND (NOT %(dead)s OR n.given_up IS NOT NULL)
    AND CASE WHEN %(day)s::date IS NULL OR %(dead)s THEN n.sent_at IS NULL AND n.superseded_by IS NULL ELSE true END
    AND (%(day)s::date IS NULL OR ((n.service_on IS NULL OR n.service_on = %(day)s::date) AND day.service_on = %(day)s::date))
    AND (n.driver_id, n.event_id) > (%(driver)s, %(event)s)
ORDER BY n.driver_id, n.event_id LIMIT %(limit)s
"""

RESEND: LiteralString = """
UPDATE notice SET given_up = NULL, attempts = 0, due_at = '-infinity'
WHERE company_id = %(company)s AND given_up IS NOT NULL AND sent_at IS NULL AND superseded_by IS NULL
    AND (%(driver)s::bigint IS NULL OR (driver_id = %(driver)s AND event_id = %(event)s))
RETURNING driver_id
"""
