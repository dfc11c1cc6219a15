"""
Events of what a writing statement has just changed: its rows carry the id that the next event will have.

Each takes the next id from the feed, writes one event, and wakes the listeners at commit; when nothing
changed it does nothing.
"""

from typing import LiteralString

from estafette.store.cards import PLACE_CARD, RUN_CARD, TRIP_CARD

_WRITE: LiteralString = """
raised AS (
    UPDATE feed SET last_event_id = last_event_id + 1
    WHERE company_id = %(company)s AND EXISTS (SELECT FROM news)
    RETURNING last_event_id
)
INSERT INTO event (company_id, id, kind, payload)
"""

_NOTIFY: LiteralString = "RETURNING pg_notify('estafette', %(company)s::text)"

# Of the trips that changed on the service days %(days)s; null means on any day. Where the company has its days planned by themselves, the
# same transaction asks for it.
BOOKED: LiteralString = f"""
WITH news AS MATERIALIZED (
    SELECT t.* FROM feed f JOIN trip t ON t.company_id = f.company_id AND t.version = f.last_event_id + 1
    WHERE f.company_id = %(company)s AND (%(days)s::date[] IS NULL OR t.service_on = ANY (%(days)s::date[]))
),
{_WRITE}
SELECT %(company)s, raised.last_event_id, 'booked', jsonb_build_object(
    'trips', (SELECT jsonb_agg({TRIP_CARD} ORDER BY t.id)
        FROM news t LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id),
    'places', (SELECT jsonb_agg({PLACE_CARD} ORDER BY p.id) FROM place p
        WHERE p.company_id = %(company)s
          AND p.id IN (SELECT origin_id FROM news UNION SELECT destination_id FROM news)))
FROM raised
{_NOTIFY}, ask_automatic_solves(%(company)s, ARRAY(SELECT DISTINCT service_on FROM news))
"""

# Of the runs that changed on the service days %(days)s; null means on any day.
ROSTERED: LiteralString = f"""
WITH news AS MATERIALIZED (
    SELECT r.* FROM feed f JOIN run r ON r.company_id = f.company_id AND r.version = f.last_event_id + 1
    WHERE f.company_id = %(company)s AND (%(days)s::date[] IS NULL OR r.service_on = ANY (%(days)s::date[]))
),
{_WRITE}
SELECT %(company)s, raised.last_event_id, 'rostered', jsonb_build_object(
    'runs', (SELECT jsonb_agg({RUN_CARD} ORDER BY r.id)
        FROM news r
        JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
        JOIN driver d ON d.company_id = r.company_id AND d.id = r.driver_id
        JOIN vehicle v ON v.company_id = r.company_id AND v.id = r.vehicle_id),
    'places', (SELECT jsonb_agg({PLACE_CARD} ORDER BY p.id) FROM place p
        WHERE p.company_id = %(company)s
          AND p.id IN (SELECT unnest(ARRAY[s.start_place_id, s.end_place_id])
              FROM news r JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id)))
FROM raised
{_NOTIFY}
"""
