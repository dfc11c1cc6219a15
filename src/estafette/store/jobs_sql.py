"""The statements of solves and their jobs."""

from typing import LiteralString

# Solves that were changed carry the id that the next event will have; here the events are written.
PUBLISH: LiteralString = """
WITH news AS MATERIALIZED (
    SELECT s.*, row_number() OVER (ORDER BY s.id) AS n
    FROM feed f JOIN solve s ON s.company_id = f.company_id AND s.version = f.last_event_id + 1
    WHERE f.company_id = %(company)s
),
raised AS (
    UPDATE feed SET last_event_id = last_event_id + (SELECT count(*) FROM news)
    WHERE company_id = %(company)s AND EXISTS (SELECT FROM news)
    RETURNING last_event_id - (SELECT count(*) FROM news) AS before
)
INSERT INTO event (company_id, id, kind, payload)
SELECT %(company)s, raised.before + news.n, 'solve_progressed', jsonb_build_object(
    'solve_id', news.id, 'service_on', news.service_on, 'state', news.state, 'placed', news.placed,
    'left_over', news.left_over, 'cost', news.cost, 'seconds', news.seconds)
FROM news, raised
RETURNING pg_notify('estafette', %(company)s::text)
"""

_NEXT_VERSION: LiteralString = "(SELECT last_event_id + 1 FROM feed WHERE company_id = %(company)s)"

WAKE: LiteralString = """
SELECT wake_for_solve(company_id, service_on, not_before) FROM solve
WHERE company_id = %(company)s AND state = 'waiting'
"""


# What becomes of running solves (`which`) whose holder is gone or gave up; what a replaced one was asked for, the
# twin that replaces it takes in.
def _leave(which: LiteralString) -> LiteralString:
    return (
        """
WITH gone AS (
    SELECT o.company_id, o.id, CASE
        WHEN o.cancel_asked_at IS NOT NULL THEN 'cancelled'
        WHEN EXISTS (SELECT FROM solve w WHERE w.company_id = o.company_id AND w.service_on = o.service_on
            AND w.state = 'waiting') THEN 'replaced'
        WHEN o.attempts - %(given_back)s::int >= %(most)s THEN 'failed'
        ELSE 'waiting' END AS becomes
    FROM solve o WHERE o.company_id = %(company)s AND o.state = 'running' AND """
        + which
        + """
), left_alone AS (
    UPDATE solve s SET version = """
        + _NEXT_VERSION
        + """, state = becomes, until = NULL, trouble = %(why)s,
        attempts = attempts - %(given_back)s::int,
        not_before = CASE WHEN %(backs_off)s THEN now() + 2 ^ attempts * interval '1 s' END,
        ended_at = CASE WHEN becomes <> 'waiting' THEN now() END
    FROM gone WHERE s.company_id = gone.company_id AND s.id = gone.id
    RETURNING s.*
), twin AS (
    UPDATE solve w SET applies = w.applies OR l.applies, time_limit_s = greatest(w.time_limit_s, l.time_limit_s),
        workers = greatest(w.workers, l.workers)
    FROM left_alone l WHERE l.state = 'replaced'
        AND w.company_id = l.company_id AND w.service_on = l.service_on AND w.state = 'waiting'
)
SELECT id FROM left_alone
"""
    )


LEAVE_LOST: LiteralString = _leave("o.until < clock_timestamp()")
LEAVE_MINE: LiteralString = _leave("o.id = %(solve)s AND o.claim = %(claim)s")

CLAIM: LiteralString = f"""
UPDATE solve s SET version = {_NEXT_VERSION}, state = 'running', claim = claim + 1, attempts = attempts + 1,
    until = clock_timestamp() + %(lease_s)s * interval '1 s', started_at = coalesce(started_at, now()),
    board_version = {_NEXT_VERSION} - 1, placed = NULL, left_over = NULL, cost = NULL, seconds = NULL
WHERE company_id = %(company)s AND service_on = %(day)s AND state = 'waiting'
    AND NOT EXISTS (SELECT FROM solve r WHERE r.company_id = s.company_id AND r.service_on = s.service_on
        AND r.state = 'running')
RETURNING id, claim, time_limit_s, seed, applies, workers
"""

HOLD: LiteralString = f"""
UPDATE solve SET until = clock_timestamp() + %(lease_s)s * interval '1 s',
    version = CASE WHEN %(placed)s::int IS NULL THEN version ELSE {_NEXT_VERSION} END,
    placed = coalesce(%(placed)s, placed), left_over = coalesce(%(left_over)s, left_over),
    cost = coalesce(%(cost)s, cost), seconds = coalesce(%(seconds)s, seconds)
WHERE company_id = %(company)s AND id = %(solve)s AND claim = %(claim)s AND state = 'running'
RETURNING cancel_asked_at IS NOT NULL
"""

END: LiteralString = f"""
UPDATE solve SET version = {_NEXT_VERSION}, state = %(state)s, until = NULL, ended_at = now(), trouble = NULL,
    placed = %(placed)s, left_over = %(left_over)s, cost = %(cost)s, seconds = %(seconds)s,
    violations = %(violations)s, plan_id = %(plan_id)s, applied_id = %(applied_id)s,
    parts = %(parts)s, helped = %(helped)s
WHERE company_id = %(company)s AND id = %(solve)s AND claim = %(claim)s AND state = 'running'
RETURNING id
"""

CANCEL: LiteralString = f"""
UPDATE solve SET cancel_asked_at = coalesce(cancel_asked_at, now()),
    version = CASE state WHEN 'waiting' THEN {_NEXT_VERSION} ELSE version END,
    ended_at = CASE state WHEN 'waiting' THEN now() END,
    state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END
WHERE company_id = %(company)s AND id = %(solve)s AND state IN ('waiting', 'running')
RETURNING state
"""

# Days from today on with bookings that no solve has seen and no driver has. What a person takes off its run is
# no booking: nobody's hand is forced.
ASK_FOR_NEWS: LiteralString = """
SELECT ask_automatic_solves(c.id, array_agg(news.service_on)) FROM company c, LATERAL (
    SELECT changed.service_on FROM (
        SELECT service_on, version FROM trip t
        WHERE t.company_id = c.id AND status = 'booked' AND service_on >= (now() AT TIME ZONE c.zone)::date
            AND NOT EXISTS (SELECT FROM assignment a WHERE a.company_id = t.company_id AND a.trip_id = t.id)
    ) AS changed
    LEFT JOIN LATERAL (SELECT max(board_version) AS version, bool_or(state IN ('waiting', 'running')) AS coming
        FROM solve s WHERE s.company_id = c.id AND s.service_on = changed.service_on) AS seen ON true
    WHERE changed.version > coalesce(seen.version, -1) AND NOT coalesce(seen.coming, false)
    GROUP BY changed.service_on) AS news
WHERE c.id = %(company)s AND c.planning <> 'by_hand'
GROUP BY c.id
"""

LIST: LiteralString = """
SELECT id, service_on, state, asked_by, asked_at, time_limit_s, seed, applies, attempts, started_at, ended_at,
    cancel_asked_at IS NOT NULL, placed, left_over, cost, seconds, violations, plan_id, applied_id, trouble,
    workers, parts, helped
FROM solve WHERE company_id = %(company)s AND (%(day)s::date IS NULL OR service_on = %(day)s)
    AND (%(solve)s::bigint IS NULL OR id = %(solve)s) AND (%(before)s::bigint IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s
"""
