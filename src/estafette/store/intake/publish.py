"""
Events of what a writing statement has just changed: its rows carry the id that the next event will have.

Each takes the next id from the feed, writes one event, and wakes the listeners at commit; when nothing
changed it does nothing.
"""

from collections.abc import Sequence
from datetime import date
from typing import LiteralString

from estafette.store.cards import PLACE_CARD, RUN_CARD, TRIP_CARD
from estafette.store.database import Statement

_WRITE: LiteralString = """
raised AS (
    UPDATE feed SET last_event_id = last_event_id + 1
    WHERE company_id = %(company)s AND EXISTS (SELECT FROM news)
    RETURNING last_event_id
)
INSERT INTO event (company_id, id, kind, payload)
"""

_NOTIFY: LiteralString = "RETURNING pg_notify('estafette', %(company)s::text)"

# A text of its own for some days: what has changed is looked for among their rows, not among those of all years.
# Nobody can tell the planner how few they are: `OFFSET 0` and arrays keep it from reading whole tables for them.
_OF_DAYS: LiteralString = " AND x.service_on = ANY (%(days)s::date[])"


def booked(company_id: int, days: Sequence[date] | None, *, keep_plan: bool = False) -> Statement:
    """
    Make the event of the trips that have changed on these service days; `None` means on any day.

    Where the company has its days planned by themselves, the same transaction asks for it.
    """
    return _published(_TRIPS, _BOOKED, company_id, days, keep_plan=keep_plan)


def rostered(company_id: int, days: Sequence[date] | None) -> Statement:
    """Make the event of the runs that have changed on these service days; `None` means on any day."""
    return _published(_RUNS, _ROSTERED, company_id, days)


def _published(
    changed: LiteralString,
    told: LiteralString,
    company_id: int,
    days: Sequence[date] | None,
    *,
    keep_plan: bool = False,
) -> Statement:
    if days is None:
        return Statement(changed + told, {"company": company_id}, keep_plan=keep_plan)
    return Statement(changed + _OF_DAYS + told, {"company": company_id, "days": days}, keep_plan=keep_plan)


_TRIPS: LiteralString = """
WITH news AS MATERIALIZED (
    SELECT x.* FROM feed f JOIN trip x ON x.company_id = f.company_id AND x.version = f.last_event_id + 1
    WHERE f.company_id = %(company)s"""
_BOOKED: LiteralString = f"""
),
{_WRITE}
SELECT %(company)s, raised.last_event_id, 'booked', jsonb_build_object(
    'trips', (SELECT jsonb_agg({TRIP_CARD} ORDER BY t.id)
        FROM news t LEFT JOIN LATERAL
            (SELECT * FROM assignment WHERE company_id = t.company_id AND trip_id = t.id OFFSET 0) a ON true),
    'places', (SELECT jsonb_agg({PLACE_CARD} ORDER BY p.id) FROM place p
        WHERE p.company_id = %(company)s
          AND p.id = ANY (ARRAY(SELECT origin_id FROM news UNION SELECT destination_id FROM news))))
FROM raised
{_NOTIFY}, ask_automatic_solves(%(company)s, ARRAY(SELECT DISTINCT service_on FROM news))
"""

_RUNS: LiteralString = """
WITH news AS MATERIALIZED (
    SELECT x.* FROM feed f JOIN run x ON x.company_id = f.company_id AND x.version = f.last_event_id + 1
    WHERE f.company_id = %(company)s"""
_ROSTERED: LiteralString = f"""
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
