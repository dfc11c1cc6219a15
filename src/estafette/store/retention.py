"""
How long the feed is kept: old events go, from the oldest on, and with them the notices made of them.

A board that comes back with a cursor from before is told to take a fresh snapshot. What explains the day
stays: assignments, the history of statuses, and what every apply answered.
"""

from enum import StrEnum
from typing import LiteralString

from estafette.domain.error import Invalid, no_company
from estafette.domain.record import Record
from estafette.store.database import Database, Statement

KEEP_DAYS = 30
# Events removed in one transaction: it holds the lock of the company's writers, so it takes milliseconds.
_PORTION = 1000

# 1. `oldest`: a portion, from the oldest on, so that no gap can arise.
# 2. `needed`: what a notice that is not settled speaks of, and what undo reads: the events of an apply whose
#    service day is not over (a night shift ends on the day after).
# 3. `horizon`: the first event that stays.
_PRUNE: LiteralString = """
WITH oldest AS MATERIALIZED (
    SELECT id, at FROM event WHERE company_id = %(company)s ORDER BY id LIMIT %(portion)s
),
needed AS MATERIALIZED (
    SELECT (SELECT min(version) FROM applied
            WHERE company_id = c.id AND service_on >= (now() AT TIME ZONE c.zone)::date - 1
                AND cardinality(changed_runs) > 0) AS to_undo,
        (SELECT min(event_ids[1]) FROM notice
            WHERE company_id = c.id AND sent_at IS NULL AND superseded_by IS NULL AND given_up IS NULL) AS to_tell
    FROM company c WHERE c.id = %(company)s
),
aged AS MATERIALIZED (
    SELECT coalesce(min(id) FILTER (WHERE at >= now() - make_interval(days => %(keep_days)s)), max(id) + 1) AS id
    FROM oldest
),
horizon AS MATERIALIZED (
    SELECT least(aged.id, to_undo, to_tell) AS id,
        CASE WHEN to_tell < least(aged.id, to_undo) THEN 'notices' WHEN to_undo < aged.id THEN 'undo' END AS held_by
    FROM aged, needed
),
told AS (
    DELETE FROM notice n USING horizon WHERE n.company_id = %(company)s AND n.event_id < horizon.id RETURNING 1
),
gone AS (
    DELETE FROM event e USING horizon WHERE e.company_id = %(company)s AND e.id < horizon.id RETURNING 1
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM told), horizon.held_by
FROM horizon
"""


class HeldBy(StrEnum):
    """
    Why events that are old enough stay.

    notices: a driver has not been told yet (is a worker running?). undo: they belong to an apply whose
    service day is not over.
    """

    NOTICES = "notices"
    UNDO = "undo"


class Pruned(Record, frozen=True, kw_only=True):
    """What went, and why more did not go that is old enough."""

    events: int
    notices: int
    held_by: HeldBy | None = None


def prune_events(database: Database, company_id: int, *, keep_days: int = KEEP_DAYS, actor: str) -> Pruned:
    """
    Remove a company's events that are older than `keep_days`, and the settled notices made of them.

    One statement for each portion, so that no writer waits long. Ids stay without a gap from the oldest
    kept event to the last one.

    Raises
    ------
    Invalid
        Fewer days than one.
    NotFound
        The company does not exist.
    """
    if keep_days < 1:
        message = f"keep_days: {keep_days} is less than one day"
        raise Invalid(message)
    scope = {"company": company_id, "keep_days": keep_days, "portion": _PORTION}
    events = notices = 0
    while True:
        rows = database.transact(company_id, [Statement(_PRUNE, scope)], actor=actor)[0]
        if not rows:
            raise no_company(company_id)
        gone, told, held_by = rows[0]
        events, notices = events + gone, notices + told
        if gone < _PORTION:
            return Pruned(events=events, notices=notices, held_by=HeldBy(held_by) if held_by else None)
