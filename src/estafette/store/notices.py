"""Notices to drivers: claimed when due, read complete, marked when sent."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import msgspec

from estafette.domain.error import NotFound
from estafette.domain.notice import ChangedTrip, Notice, NoticeKey
from estafette.store.database import Database, Rows, Statement

_TRIPS = msgspec.json.Decoder(tuple[ChangedTrip, ...])

# From rows `chosen` of notice to complete notices. What changed stands in the events; a trip that leaves
# one run of a driver for another of the same driver is moved, not taken and new.
_COMPLETE: LiteralString = """
change AS (
    SELECT n.driver_id, n.event_id, (c.entry->>'trip_id')::bigint AS trip_id, c.kind, c.entry, e.payload
    FROM chosen n
    JOIN event e ON e.company_id = n.company_id AND e.id = ANY (n.event_ids)
    CROSS JOIN LATERAL (
        SELECT 'new' AS kind, entry FROM jsonb_array_elements(e.payload->'new') AS entry
        UNION ALL SELECT 'moved', entry FROM jsonb_array_elements(e.payload->'moved') AS entry
        UNION ALL SELECT 'taken', jsonb_build_object('trip_id', entry)
            FROM jsonb_array_elements(e.payload->'taken') AS entry) c
),
changed AS (
    SELECT driver_id, event_id, trip_id,
        CASE WHEN count(DISTINCT kind) > 1 THEN 'moved' ELSE min(kind) END AS kind,
        (jsonb_agg(entry - 'trip_id') FILTER (WHERE kind <> 'taken'))->0 AS times
    FROM change GROUP BY driver_id, event_id, trip_id
),
trips AS (
    SELECT g.driver_id, g.event_id, json_agg(jsonb_build_object(
            'trip_id', t.id, 'change', g.kind, 'origin', o.name, 'destination', p.name, 'times', g.times,
            'takes', jsonb_build_object('seats', t.seats + t.companions, 'wheelchairs', t.wheelchairs,
                                        'stretchers', t.stretchers))
            ORDER BY (g.times->>'pickup_at')::timestamptz NULLS LAST, t.id)::text AS cards
    FROM changed g
    JOIN trip t ON t.company_id = %(company)s AND t.id = g.trip_id
    JOIN place o ON o.company_id = t.company_id AND o.id = t.origin_id
    JOIN place p ON p.company_id = t.company_id AND p.id = t.destination_id
    GROUP BY g.driver_id, g.event_id
)
SELECT n.driver_id, n.event_id, r.service_on, n.created_at, n.attempts, d.name, d.language, c.zone,
    coalesce(t.cards, '[]')
FROM chosen n
JOIN event e ON e.company_id = n.company_id AND e.id = n.event_id
JOIN run r ON r.company_id = n.company_id AND r.id = (e.payload->>'run_id')::bigint
LEFT JOIN trips t ON t.driver_id = n.driver_id AND t.event_id = n.event_id
JOIN driver d ON d.company_id = n.company_id AND d.id = n.driver_id
JOIN company c ON c.id = n.company_id
ORDER BY n.event_id, n.driver_id
"""

# All of a driver's notices share one rank, so their order stays; who failed often waits behind others.
_CLAIM: LiteralString = f"""
WITH due AS (
    SELECT driver_id, event_id FROM notice
    WHERE company_id = %(company)s AND sent_at IS NULL AND given_up IS NULL
    ORDER BY max(attempts) OVER (PARTITION BY driver_id), event_id
    LIMIT %(limit)s
),
chosen AS (
    UPDATE notice n SET attempts = n.attempts + 1 FROM due
    WHERE n.company_id = %(company)s AND n.driver_id = due.driver_id AND n.event_id = due.event_id
    RETURNING n.*
),
{_COMPLETE}"""

_OF_DRIVER: LiteralString = f"""
WITH chosen AS (
    SELECT * FROM notice
    WHERE company_id = %(company)s AND driver_id = %(driver)s AND event_id > %(after)s
    ORDER BY event_id LIMIT %(limit)s
),
{_COMPLETE}"""

_MARK: LiteralString = """
UPDATE notice n SET sent_at = CASE WHEN m.given_up = '' THEN now() END, given_up = nullif(m.given_up, '')
FROM unnest(%(drivers)s::bigint[], %(events)s::bigint[], %(given_up)s::text[]) AS m (driver, event, given_up)
WHERE n.company_id = %(company)s AND n.driver_id = m.driver AND n.event_id = m.event
  AND n.sent_at IS NULL AND n.given_up IS NULL
"""


def claim_due(database: Database, company_id: int, *, limit: int, actor: str) -> list[Notice]:
    """
    Take at most `limit` notices that nobody has delivered yet, counting the attempt; oldest first.

    They stay due until marked: whoever claims and dies has claimed nothing, and the next one delivers.
    """
    claim = Statement(_CLAIM, {"company": company_id, "limit": limit})
    return _notices(database.transact(company_id, [claim], actor=actor)[0])


def list_notices(
    database: Database, company_id: int, driver_id: int, *, after: int, limit: int = 100
) -> list[Notice]:
    """Read a driver's notices that follow the one numbered `after`; raises `NotFound` for no such driver."""
    scope = {"company": company_id, "driver": driver_id, "after": after, "limit": limit}
    known = Statement("SELECT 1 FROM driver WHERE company_id = %(company)s AND id = %(driver)s", scope)
    found, rows = database.transact(company_id, [known, Statement(_OF_DRIVER, scope)])
    if not found:
        message = f"driver {driver_id} does not exist"
        raise NotFound(message)
    return _notices(rows)


def mark_notices(
    database: Database,
    company_id: int,
    *,
    sent: Sequence[NoticeKey],
    given_up: Mapping[NoticeKey, str],
    actor: str,
) -> None:
    """Record what became of notices, all in one statement: `sent`, or given up with the reason."""
    keys = [*sent, *given_up]
    marks: dict[str, Any] = {
        "company": company_id,
        "drivers": [key.driver_id for key in keys],
        "events": [key.event_id for key in keys],
        "given_up": [*([""] * len(sent)), *given_up.values()],
    }
    database.transact(company_id, [Statement(_MARK, marks)], actor=actor)


def _notices(rows: Rows) -> list[Notice]:
    return [
        Notice(
            driver_id=driver_id,
            event_id=event_id,
            service_on=service_on,
            created_at=created_at,
            attempts=attempts,
            driver=driver,
            language=language,
            zone=zone,
            trips=_TRIPS.decode(trips),
        )
        for driver_id, event_id, service_on, created_at, attempts, driver, language, zone, trips in rows
    ]
