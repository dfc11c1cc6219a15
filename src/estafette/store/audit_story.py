"""
What applies, events and notices say of each other, and of where the trips stand: rules of `audit`.

Who drives a trip is computed a second and a third time, from the answers of the applies and from the events. Where
events are no longer kept, what only they could prove is not judged.
"""

from typing import LiteralString

from estafette.store.audit_rules import Rule

_FEED_WITHOUT_GAPS: LiteralString = """
WITH kept AS (
    SELECT f.company_id, f.last_event_id, min(e.id) AS oldest, max(e.id) AS newest, count(e.id) AS n
    FROM feed f LEFT JOIN event e ON e.company_id = f.company_id GROUP BY f.company_id, f.last_event_id
)
SELECT concat_ws(' ', 'event: company', company_id, 'has', n, 'events from', oldest, 'to', newest, 'and its feed counts',
    last_event_id)
FROM kept WHERE newest - oldest + 1 <> n OR newest <> last_event_id OR oldest < 1
"""

# 0 is the board before the first event. An apply gives all its rows the id of its first event.
_VERSIONS: LiteralString = """
WITH versioned AS (
    SELECT company_id, 'trip ' || id AS what, version FROM trip
    UNION ALL SELECT company_id, 'run ' || id, version FROM run
    UNION ALL SELECT company_id, 'assignment of trip ' || trip_id, version FROM assignment
    UNION ALL SELECT company_id, 'history of trip ' || trip_id, version FROM trip_history
    UNION ALL SELECT company_id, 'solve ' || id, version FROM solve
    UNION ALL SELECT company_id, 'apply ' || id, version FROM applied WHERE cardinality(changed_runs) > 0
),
kept AS (
    SELECT f.company_id, coalesce(min(e.id), f.last_event_id + 1) AS oldest
    FROM feed f LEFT JOIN event e ON e.company_id = f.company_id GROUP BY f.company_id, f.last_event_id
),
inside AS (
    SELECT company_id, generate_series(version + 1, version + cardinality(changed_runs) - 1) AS id FROM applied
)
SELECT concat_ws(' ', 'company', v.company_id, v.what, 'has version', v.version, 'and no transaction begins with that event')
FROM versioned v JOIN kept k USING (company_id)
LEFT JOIN event e ON e.company_id = v.company_id AND e.id = v.version
LEFT JOIN inside i ON i.company_id = v.company_id AND i.id = v.version
WHERE v.version <> 0 AND (v.version >= k.oldest AND e.id IS NULL OR i.id IS NOT NULL)
"""

_APPLIED_STANDS: LiteralString = """
WITH said AS (
    SELECT a.company_id, a.id AS applied_id, a.version, t.trip_id, t.run_id
    FROM applied a, unnest(a.trip_ids, a.run_ids, a.verdicts) AS t (trip_id, run_id, verdict)
    WHERE t.verdict = 'applied'
),
last AS (SELECT DISTINCT ON (company_id, trip_id) * FROM said ORDER BY company_id, trip_id, version DESC, applied_id DESC)
SELECT concat_ws(' ', 'assignment: company', company_id, 'trip', trip_id, 'stands on run', coalesce(a.run_id::text, 'none'),
    'at version', a.version, 'but the last apply,', coalesce(l.applied_id::text, 'none') || ',', 'says run',
    coalesce(l.run_id::text, 'none'), 'at version', l.version)
FROM last l FULL JOIN assignment a USING (company_id, trip_id)
WHERE a.run_id IS DISTINCT FROM l.run_id OR a.version < l.version OR l.trip_id IS NULL
"""

_EVENTS_EXPLAINED: LiteralString = """
WITH claimed AS (
    SELECT a.company_id, a.id AS applied_id, a.version + r.n - 1 AS event_id, r.run_id
    FROM applied a, unnest(a.changed_runs) WITH ORDINALITY AS r (run_id, n)
),
assigned AS (
    SELECT company_id, id AS event_id, (payload->>'run_id')::bigint AS run_id FROM event WHERE kind = 'assigned'
),
kept AS (
    SELECT f.company_id, coalesce(min(e.id), f.last_event_id + 1) AS oldest
    FROM feed f LEFT JOIN event e ON e.company_id = f.company_id GROUP BY f.company_id, f.last_event_id
)
SELECT concat_ws(' ', 'event: company', company_id, 'event', event_id, 'assigns run', coalesce(e.run_id::text, 'none'), 'but',
    coalesce('apply ' || c.applied_id, 'no apply'), 'changed run', coalesce(c.run_id::text, 'none'), 'with it')
FROM assigned e FULL JOIN claimed c USING (company_id, event_id) JOIN kept k USING (company_id)
WHERE event_id >= k.oldest AND e.run_id IS DISTINCT FROM c.run_id
UNION ALL
SELECT concat_ws(' ', 'applied: company', company_id, 'event', event_id, 'belongs to several applies:',
    string_agg(applied_id::text, ', '))
FROM claimed GROUP BY company_id, event_id HAVING count(*) > 1
UNION ALL
SELECT concat_ws(' ', 'applied: company', company_id, 'apply', id, 'answered board', board_version, 'after', version - 1,
    'and', cardinality(changed_runs), 'events')
FROM applied WHERE board_version <> version - 1 + cardinality(changed_runs)
"""

# The fold of a board over all events that are kept, in sets: the last event that places a trip, unless a later one
# takes it off that run.
_EVENTS_PLACE: LiteralString = """
WITH placed AS (
    SELECT e.company_id, e.id, (c->>'trip_id')::bigint AS trip_id, (e.payload->>'run_id')::bigint AS run_id, c AS times
    FROM event e, jsonb_array_elements((e.payload->'new') || (e.payload->'moved')) AS c WHERE e.kind = 'assigned'
    UNION ALL
    SELECT e.company_id, e.id, (c->>'trip_id')::bigint, (c->>'run_id')::bigint, c->'times'
    FROM event e, jsonb_array_elements(e.payload->'trips') AS c WHERE e.kind = 'booked'
),
last AS (SELECT DISTINCT ON (company_id, trip_id) * FROM placed ORDER BY company_id, trip_id, id DESC),
taking AS (
    SELECT e.company_id, t.trip_id::bigint AS trip_id, (e.payload->>'run_id')::bigint AS run_id, max(e.id) AS id
    FROM event e, jsonb_array_elements_text(e.payload->'taken') AS t (trip_id) WHERE e.kind = 'assigned'
    GROUP BY 1, 2, 3
),
folded AS (
    SELECT l.company_id, l.trip_id, CASE WHEN t.id IS NULL THEN l.run_id END AS run_id, l.times
    FROM last l LEFT JOIN taking t
        ON t.company_id = l.company_id AND t.trip_id = l.trip_id AND t.run_id = l.run_id AND t.id > l.id
),
kept AS (
    SELECT f.company_id, coalesce(min(e.id), f.last_event_id + 1) AS oldest
    FROM feed f LEFT JOIN event e ON e.company_id = f.company_id GROUP BY f.company_id, f.last_event_id
)
SELECT concat_ws(' ', 'assignment: company', company_id, 'trip', trip_id, 'stands on run', coalesce(a.run_id::text, 'none'), 'at',
    a.pickup_at, 'but the events say run', coalesce(f.run_id::text, 'none'), 'at', f.times->>'pickup_at')
FROM folded f FULL JOIN assignment a USING (company_id, trip_id) JOIN kept k USING (company_id)
WHERE CASE WHEN f.trip_id IS NULL THEN a.version >= k.oldest ELSE a.run_id IS DISTINCT FROM f.run_id
    OR a.run_id IS NOT NULL AND (a.pickup_at, a.pickup_until, a.dropoff_at, a.dropoff_until) IS DISTINCT FROM (
        (f.times->>'pickup_at')::timestamptz, (f.times->>'pickup_until')::timestamptz,
        (f.times->>'dropoff_at')::timestamptz, (f.times->>'dropoff_until')::timestamptz) END
"""

_EVENTS_FRAME: LiteralString = """
WITH told AS (
    SELECT company_id, id, payload AS card FROM event WHERE kind = 'assigned'
    UNION ALL SELECT e.company_id, e.id, c FROM event e, jsonb_array_elements(e.payload->'runs') AS c WHERE e.kind = 'rostered'
),
last AS (
    SELECT DISTINCT ON (company_id, card->>'run_id') company_id, id, (card->>'run_id')::bigint AS run_id, card
    FROM told ORDER BY company_id, card->>'run_id', id DESC
)
SELECT concat_ws(' ', 'run: company', r.company_id, 'run', r.id, 'has driver', r.driver_id, 'manifest', r.manifest, 'from',
    coalesce(r.pull_out_at::text, 'never'), 'but event', l.id, 'says driver', l.card->>'driver_id', 'manifest',
    l.card->>'manifest', 'from', coalesce(l.card->>'pull_out_at', 'never'))
FROM last l JOIN run r ON r.company_id = l.company_id AND r.id = l.run_id
WHERE (r.driver_id, r.manifest, r.pull_out_at, r.pull_in_at) IS DISTINCT FROM
    ((l.card->>'driver_id')::bigint, (l.card->>'manifest')::int,
     (l.card->>'pull_out_at')::timestamptz, (l.card->>'pull_in_at')::timestamptz)
"""

_EVENTS_STATUS: LiteralString = """
WITH told AS (
    SELECT company_id, id, payload AS card FROM event WHERE kind = 'status_changed'
    UNION ALL SELECT e.company_id, e.id, c FROM event e, jsonb_array_elements(e.payload->'trips') AS c WHERE e.kind = 'booked'
),
last AS (
    SELECT DISTINCT ON (company_id, card->>'trip_id') company_id, id, (card->>'trip_id')::bigint AS trip_id,
        card->>'status' AS status
    FROM told ORDER BY company_id, card->>'trip_id', id DESC
)
SELECT concat_ws(' ', 'trip: company', t.company_id, 'trip', t.id, 'is', t.status, 'but event', l.id, 'says', l.status)
FROM last l JOIN trip t ON t.company_id = l.company_id AND t.id = l.trip_id
WHERE t.status <> l.status
"""

_NOTICES: LiteralString = """
WITH named AS (SELECT company_id, driver_id, unnest(event_ids) AS event_id FROM notice),
assigned AS (
    SELECT company_id, id AS event_id, (payload->>'driver_id')::bigint AS driver_id FROM event WHERE kind = 'assigned'
)
SELECT concat_ws(' ', 'notice: company', company_id, 'driver', driver_id, 'has no notice of event', event_id)
FROM assigned LEFT JOIN named USING (company_id, driver_id, event_id) WHERE named.company_id IS NULL
UNION ALL
SELECT concat_ws(' ', 'notice: company', company_id, 'driver', driver_id, 'is told', count(*), 'times of event', event_id)
FROM named GROUP BY company_id, driver_id, event_id HAVING count(*) > 1
UNION ALL
SELECT concat_ws(' ', 'notice: company', n.company_id, 'driver', n.driver_id, 'is told of event', n.event_id,
    'that changed no run of this driver')
FROM named n JOIN event e ON e.company_id = n.company_id AND e.id = n.event_id
WHERE e.kind = 'assigned' AND (e.payload->>'driver_id')::bigint <> n.driver_id
UNION ALL
SELECT concat_ws(' ', 'notice: company', n.company_id, 'driver', n.driver_id, 'event', n.event_id, 'is spoken for by', n.superseded_by,
    'which is no later notice of this driver')
FROM notice n LEFT JOIN notice m
    ON m.company_id = n.company_id AND m.driver_id = n.driver_id AND m.event_id = n.superseded_by AND m.event_id >= n.event_id
WHERE n.superseded_by IS NOT NULL AND m.event_id IS NULL
"""

_KEYS: LiteralString = """
SELECT concat_ws(' ', 'applied: company', company_id, 'key', key, 'was applied', count(*), 'times')
FROM applied GROUP BY company_id, key HAVING count(*) > 1
"""

STORY: tuple[Rule, ...] = (
    Rule("feed_without_gaps", "event ids follow each other up to the counter", _FEED_WITHOUT_GAPS),
    Rule("versions", "every version is the event that its transaction began with", _VERSIONS),
    Rule("keys_once", "no key is applied twice", _KEYS),
    Rule("applied_stands", "every trip stands where the last apply says", _APPLIED_STANDS),
    Rule("events_explained", "every change of a run is one event of one apply", _EVENTS_EXPLAINED),
    Rule("events_place", "the events, folded, give the assignments", _EVENTS_PLACE),
    Rule("events_frame", "the last event of a run gives its driver, manifest and times", _EVENTS_FRAME),
    Rule("events_status", "the last event of a trip gives its status", _EVENTS_STATUS),
    Rule("notices", "every change of a run is told to its driver, once", _NOTICES),
)
