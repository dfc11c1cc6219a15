"""
What `audit` proves from the rows: each rule is one statement that lists, a line each, what contradicts it.

Overlaps are found by window functions over the times in order, not by the exclusion constraints. What applies and
events say is judged in `audit_story.py`.
"""

from typing import LiteralString, NamedTuple


class Rule(NamedTuple):
    """A promise and the statement whose rows (one text column) contradict it. No percent sign, no brace."""

    name: str
    proves: str
    sql: LiteralString


_ONE_DRIVER: LiteralString = """
SELECT concat_ws(' ', 'assignment: company', a.company_id, 'trip', a.trip_id, 'has driver', a.driver_id, 'on run', a.run_id,
    'of driver', r.driver_id, 'in shift', s.id, 'of driver', s.driver_id, 'on', r.service_on, 'for a trip on', t.service_on)
FROM assignment a
JOIN run r ON r.company_id = a.company_id AND r.id = a.run_id
JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
JOIN trip t ON t.company_id = a.company_id AND t.id = a.trip_id
WHERE a.driver_id <> r.driver_id OR r.driver_id <> s.driver_id OR r.vehicle_id <> s.vehicle_id
    OR r.service_on <> s.service_on OR r.service_on <> t.service_on
"""

_ONE_RUN: LiteralString = """
SELECT concat_ws(' ', 'assignment: company', company_id, 'trip', trip_id, 'stands on runs', string_agg(run_id::text, ', '))
FROM assignment GROUP BY company_id, trip_id HAVING count(*) > 1
"""

# Ids are unique across companies, so a reference to another company's row is one that its own company lacks.
_OWN_ROWS: LiteralString = """
WITH reference AS (
    SELECT company_id, 'assignment of trip ' || trip_id AS what, 'trip' AS target, trip_id AS id FROM assignment
    UNION ALL SELECT company_id, 'assignment of trip ' || trip_id, 'run', run_id FROM assignment
    UNION ALL SELECT company_id, 'assignment of trip ' || trip_id, 'driver', driver_id FROM assignment
    UNION ALL SELECT company_id, 'run ' || id, 'shift', shift_id FROM run
    UNION ALL SELECT company_id, 'shift ' || id, 'driver', driver_id FROM shift
    UNION ALL SELECT company_id, 'shift ' || id, 'vehicle', vehicle_id FROM shift
    UNION ALL SELECT company_id, 'shift ' || id, 'place', start_place_id FROM shift
    UNION ALL SELECT company_id, 'shift ' || id, 'place', end_place_id FROM shift
        WHERE end_place_id IS NOT NULL
    UNION ALL SELECT company_id, 'trip ' || id, 'booking', booking_id FROM trip
    UNION ALL SELECT company_id, 'trip ' || id, 'place', origin_id FROM trip
    UNION ALL SELECT company_id, 'trip ' || id, 'place', destination_id FROM trip
    UNION ALL SELECT company_id, 'booking ' || id, 'rider', rider_id FROM booking
    UNION ALL SELECT company_id, 'rider ' || id, 'driver', unnest(banned_driver_ids || preferred_driver_ids) FROM rider
    UNION ALL SELECT company_id, 'history of trip ' || trip_id, 'trip', trip_id FROM trip_history
    UNION ALL SELECT company_id, 'notice at event ' || event_id, 'driver', driver_id FROM notice
    UNION ALL SELECT company_id, 'apply ' || id, 'plan', plan_id FROM applied WHERE plan_id IS NOT NULL
    UNION ALL SELECT company_id, 'apply ' || id, 'apply', undoes FROM applied WHERE undoes IS NOT NULL
    UNION ALL SELECT company_id, 'solve ' || id, 'plan', plan_id FROM solve WHERE plan_id IS NOT NULL
    UNION ALL SELECT company_id, 'solve ' || id, 'apply', applied_id FROM solve WHERE applied_id IS NOT NULL
    UNION ALL SELECT company_id, 'company ' || company_id, 'feed', company_id FROM (SELECT id AS company_id FROM company) AS c
),
target AS (
    SELECT company_id, 'trip' AS target, id FROM trip UNION ALL SELECT company_id, 'run', id FROM run
    UNION ALL SELECT company_id, 'shift', id FROM shift UNION ALL SELECT company_id, 'driver', id FROM driver
    UNION ALL SELECT company_id, 'vehicle', id FROM vehicle UNION ALL SELECT company_id, 'place', id FROM place
    UNION ALL SELECT company_id, 'booking', id FROM booking UNION ALL SELECT company_id, 'rider', id FROM rider
    UNION ALL SELECT company_id, 'plan', id FROM plan UNION ALL SELECT company_id, 'apply', id FROM applied
    UNION ALL SELECT company_id, 'feed', company_id FROM feed
)
SELECT concat_ws(' ', 'company', company_id, what, 'names', target, id, 'that the company does not have')
FROM reference LEFT JOIN target USING (company_id, target, id)
WHERE target.company_id IS NULL
"""

_STOPS_APART: LiteralString = """
WITH stop AS (
    SELECT company_id, driver_id, trip_id, pickup_at AS from_at, pickup_until AS to_at FROM assignment
    UNION ALL SELECT company_id, driver_id, trip_id, dropoff_at, dropoff_until FROM assignment
),
beside AS (
    SELECT *, max(to_at) OVER (PARTITION BY company_id, driver_id ORDER BY from_at, to_at, trip_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM stop
)
SELECT concat_ws(' ', 'assignment: company', company_id, 'driver', driver_id, 'has a stop of trip', trip_id, 'at', from_at,
    'but is busy until', busy_until)
FROM beside WHERE busy_until > from_at
"""

_LANES_APART: LiteralString = """
WITH lane AS (
    SELECT company_id, 'run' AS kind, id, 'driver' AS whose, driver_id AS lane_id, pull_out_at AS from_at, pull_in_at AS to_at
        FROM run WHERE pull_out_at IS NOT NULL
    UNION ALL SELECT company_id, 'run', id, 'vehicle', vehicle_id, pull_out_at, pull_in_at
        FROM run WHERE pull_out_at IS NOT NULL
    UNION ALL SELECT company_id, 'shift', id, 'driver', driver_id, starts_at, ends_at FROM shift
    UNION ALL SELECT company_id, 'shift', id, 'vehicle', vehicle_id, starts_at, ends_at FROM shift
),
beside AS (
    SELECT *, max(to_at) OVER (PARTITION BY company_id, kind, whose, lane_id ORDER BY from_at, to_at, id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM lane
)
SELECT concat_ws(' ', kind || ':', 'company', company_id, kind, id, 'begins at', from_at, 'but its', whose, lane_id,
    'is busy until', busy_until)
FROM beside WHERE busy_until > from_at
"""

_STOPS_IN_RUN: LiteralString = """
SELECT concat_ws(' ', 'assignment: company', a.company_id, 'trip', a.trip_id, 'from', a.pickup_at, 'to', a.dropoff_until,
    'is out of order or outside run', a.run_id, 'from', coalesce(r.pull_out_at::text, 'never'), 'to',
    coalesce(r.pull_in_at::text, 'never'))
FROM assignment a JOIN run r ON r.company_id = a.company_id AND r.id = a.run_id
WHERE NOT (a.pickup_at < a.pickup_until AND a.pickup_until <= a.dropoff_at AND a.dropoff_at < a.dropoff_until)
    OR r.pull_out_at IS NULL OR a.pickup_at < r.pull_out_at OR a.dropoff_until > r.pull_in_at
"""

_LEGAL_STATUSES: LiteralString = """
WITH step AS (
    SELECT h.*, lag(to_status) OVER moves AS before, lead(version) OVER moves IS NULL AS is_last
    FROM trip_history h WINDOW moves AS (PARTITION BY company_id, trip_id ORDER BY version)
)
SELECT concat_ws(' ', 'trip_history: company', s.company_id, 'trip', s.trip_id, 'at version', s.version, 'went from',
    s.from_status, 'to', s.to_status, 'and stood at', coalesce(s.before, 'its beginning'))
FROM step s LEFT JOIN trip_transition t USING (from_status, to_status)
WHERE t.from_status IS NULL OR s.before <> s.from_status
    OR s.before IS NULL AND s.from_status NOT IN ('requested', 'booked', 'will_call', 'denied')
UNION ALL
SELECT concat_ws(' ', 'trip: company', t.company_id, 'trip', t.id, 'is', t.status, 'but its history ends with',
    coalesce(s.to_status, 'nothing'))
FROM trip t LEFT JOIN step s ON s.company_id = t.company_id AND s.trip_id = t.id AND s.is_last
WHERE t.status <> s.to_status OR s.version > t.version
    OR s.trip_id IS NULL AND t.status NOT IN ('requested', 'booked', 'will_call', 'denied')
"""

_ONE_SOLVE: LiteralString = """
SELECT concat_ws(' ', 'solve: company', company_id, 'day', service_on, 'has solves', string_agg(id::text, ', '), 'that are', state)
FROM solve WHERE state IN ('waiting', 'running') GROUP BY company_id, service_on, state HAVING count(*) > 1
"""

# The first entry that is left goes back to one that was pruned, unless it is the first of all.
_LEDGER: LiteralString = """
WITH linked AS (
    SELECT *, lag(id) OVER (PARTITION BY company_id ORDER BY id) AS id_before,
        lag(hash) OVER (PARTITION BY company_id ORDER BY id) AS hash_before
    FROM ledger
)
SELECT concat_ws(' ', 'ledger: company', company_id, 'entry', id, 'does not follow from the one before')
FROM linked WHERE id <> id_before + 1
    OR (id = 1 OR id_before IS NOT NULL) AND hash <> sha256(coalesce(hash_before, '') || convert_to(jsonb_build_array(
        company_id, id, extract(epoch FROM at), actor, action, kind, ids, changes, why, request_id)::text, 'UTF8'))
"""

RULES: tuple[Rule, ...] = (
    Rule(
        "one_driver",
        "an assignment, its run and its shift name one driver, one vehicle, one day",
        _ONE_DRIVER,
    ),
    Rule("one_run", "a trip has at most one assignment", _ONE_RUN),
    Rule("own_rows", "every reference stays within its company", _OWN_ROWS),
    Rule("stops_apart", "the stops of a driver never overlap", _STOPS_APART),
    Rule("lanes_apart", "the runs and shifts of a driver or vehicle never overlap", _LANES_APART),
    Rule("stops_in_run", "stops are in order and within their run", _STOPS_IN_RUN),
    Rule("legal_statuses", "every status was reached by legal moves that the history names", _LEGAL_STATUSES),
    Rule("one_solve", "of each day at most one solve waits and one runs", _ONE_SOLVE),
    Rule("ledger", "the audit log is whole: each hash follows from its entry and the one before", _LEDGER),
)

ROWS_READ: LiteralString = """
SELECT (SELECT count(*) FROM assignment) + (SELECT count(*) FROM trip) + (SELECT count(*) FROM trip_history)
    + (SELECT count(*) FROM run) + (SELECT count(*) FROM shift) + (SELECT count(*) FROM booking)
    + (SELECT count(*) FROM rider) + (SELECT count(*) FROM driver) + (SELECT count(*) FROM vehicle)
    + (SELECT count(*) FROM place) + (SELECT count(*) FROM event) + (SELECT count(*) FROM notice)
    + (SELECT count(*) FROM plan) + (SELECT count(*) FROM solve)
    + (SELECT count(*) FROM ledger)
    + (SELECT count(*) FROM applied) + (SELECT count(*) FROM feed) + (SELECT count(*) FROM company)
"""
