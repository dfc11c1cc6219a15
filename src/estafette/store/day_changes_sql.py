"""
The statement that reads what has changed of a service day since it was read, whatever the size of the day.

Events name the trips and runs that changed, the audit log the bookings, and everything that no event tells: a rule of
the company, a driver, a vehicle, a shift, a place that moved. What is seldom is not followed: the answer is `whole`
then, and the day is read anew. Rows are found by their ids (`= ANY (array)`), so a plan can be kept for all companies.
"""

from typing import LiteralString

from estafette.store.cards import PLACE_CARD
from estafette.store.day_sql import DAY, FRAME, TRIPS, WAITING, trips_among

# Entries of the log that say nothing about a day, or whose ids are followed. Of any other the day is read anew.
_FOLLOWED: LiteralString = """CASE kind
    WHEN 'trip' THEN action IN ('insert', 'update')
    WHEN 'booking' THEN action IN ('insert', 'update')
    WHEN 'assignment' THEN action = 'update'
    WHEN 'rider' THEN action IN ('insert', 'read', 'export')
    WHEN 'place' THEN action IN ('insert', 'read', 'export')
    ELSE action IN ('read', 'export') OR kind IN ('applied', 'plan', 'solve', 'notice', 'event', 'ledger', 'webhook',
        'institution', 'account', 'api_key', 'login_session', 'single_use', 'standing_order', 'rider_note', 'no_show',
        'passkey', 'enquiry')
    END"""

# The last event and the last entry of the log: what has neither a later one is as it was.
MARK: LiteralString = """
SELECT last_event_id, (SELECT coalesce(max(id), 0) FROM ledger WHERE company_id = %(company)s)
FROM feed WHERE company_id = %(company)s
"""

CHANGES: LiteralString = (
    DAY
    + """, head AS MATERIALIZED (
    SELECT coalesce(max(id), 0) AS id FROM ledger WHERE company_id = %(company)s
), news AS MATERIALIZED (
    SELECT kind, payload FROM event WHERE company_id = %(company)s AND id > %(after)s
        AND (SELECT last_event_id FROM day) <= %(after)s + %(most)s
), entry AS MATERIALIZED (
    SELECT id, action, kind, ids FROM ledger WHERE company_id = %(company)s AND id > %(entered)s
        AND (SELECT id FROM head) <= %(entered)s + %(most)s
), named AS MATERIALIZED (
    SELECT (card ->> 'trip_id')::bigint AS id FROM news, jsonb_array_elements(payload -> 'trips') AS card
        WHERE kind = 'booked'
    UNION SELECT (times ->> 'trip_id')::bigint FROM news, jsonb_array_elements(payload -> 'new') AS times
        WHERE kind = 'assigned'
    UNION SELECT (times ->> 'trip_id')::bigint FROM news, jsonb_array_elements(payload -> 'moved') AS times
        WHERE kind = 'assigned'
    UNION SELECT taken::bigint FROM news, jsonb_array_elements_text(payload -> 'taken') AS taken WHERE kind = 'assigned'
    UNION SELECT (payload ->> 'trip_id')::bigint FROM news WHERE kind = 'status_changed'
    UNION SELECT unnest(ids) FROM entry WHERE kind IN ('trip', 'assignment')
), concerned AS MATERIALIZED (
    SELECT * FROM trip WHERE company_id = %(company)s AND booking_id = ANY (ARRAY(
        SELECT booking_id FROM trip WHERE company_id = %(company)s AND id = ANY (ARRAY(SELECT id FROM named))
        UNION SELECT unnest(ids) FROM entry WHERE kind = 'booking'))
), stands AS MATERIALIZED (
    SELECT * FROM assignment WHERE company_id = %(company)s AND trip_id = ANY (ARRAY(SELECT id FROM concerned))
), """
    + trips_among("concerned", "stands")
    + """, run_now AS MATERIALIZED (
    SELECT * FROM run WHERE company_id = %(company)s
        AND id = ANY (ARRAY(SELECT (payload ->> 'run_id')::bigint FROM news WHERE kind = 'assigned'))
)
SELECT day.last_event_id, head.id,
    day.last_event_id NOT BETWEEN %(after)s AND %(after)s + %(most)s
        OR head.id NOT BETWEEN %(entered)s AND %(entered)s + %(most)s
        OR (SELECT count(*) FROM news) <> day.last_event_id - %(after)s
        OR (SELECT count(*) FROM named) > %(most)s
        OR EXISTS (SELECT FROM news WHERE kind NOT IN (
            'booked', 'assigned', 'status_changed', 'acknowledged', 'reported', 'enquired',
            'return_kept', 'solve_progressed'))
        OR EXISTS (SELECT FROM entry WHERE NOT """
    + _FOLLOWED
    + """)
        -- What drivers have worked before counts.
        OR EXISTS (SELECT FROM run_now WHERE service_on BETWEEN %(day)s::date - %(window_days)s AND %(day)s::date - 1)
        AS whole,
    '[' || """
    + TRIPS
    + """ || ']',
    ARRAY(SELECT id FROM concerned),
    ARRAY(SELECT t.id FROM concerned t WHERE t.service_on = %(day)s AND """
    + WAITING
    + """),
    (SELECT json_agg("""
    + FRAME
    + """) FROM run_now r)::text,
    (SELECT json_agg("""
    + PLACE_CARD
    + """) FROM place p WHERE p.company_id = day.id
        AND p.id = ANY (ARRAY(SELECT origin_id FROM trips UNION SELECT destination_id FROM trips)))::text
FROM day, head
"""
)
