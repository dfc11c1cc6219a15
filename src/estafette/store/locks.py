"""Locks: what the optimiser may not change of an assigned trip."""

from collections.abc import Mapping
from datetime import date
from typing import LiteralString

from estafette.domain.booking import Lock
from estafette.store.database import Database, Rows, Statement
from estafette.store.intake.publish import booked

# A trip that changed after `board_version` keeps its lock, unless the same transaction (`key`) has just moved it. A
# repeated apply does not lock again what somebody has unlocked since.
_SET: LiteralString = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(trips)s::bigint[], %(locks)s::text[]) AS x (trip_id, lock)
), mark AS (
    SELECT f.last_event_id + 1 AS version FROM feed f WHERE f.company_id = %(company)s AND (%(key)s::text IS NULL
        OR EXISTS (SELECT FROM applied a WHERE a.company_id = f.company_id AND a.key = %(key)s AND a.at = now()))
), locked AS (
    UPDATE assignment a SET lock = asked.lock, version = mark.version
    FROM asked, mark, trip t
    WHERE a.company_id = %(company)s AND a.trip_id = asked.trip_id AND a.lock <> asked.lock
        AND t.company_id = a.company_id AND t.id = a.trip_id
        AND (%(key)s::text IS NOT NULL OR greatest(a.version, t.version) <= %(board_version)s)
    RETURNING a.trip_id
), told AS (
    UPDATE trip t SET version = mark.version FROM mark, locked
    WHERE t.company_id = %(company)s AND t.id = locked.trip_id RETURNING t.id, t.version
)
SELECT id, version FROM told ORDER BY id
"""


def lock_statements(
    company_id: int,
    service_on: date,
    locks: Mapping[int, Lock],
    *,
    board_version: int,
    key: str | None = None,
) -> list[Statement]:
    """
    Make the statements that lock trips and tell of it; with a `key` they follow the apply under that key.

    The first gives the trips whose lock changed, and with each the version of the board afterwards.
    """
    scope = {
        "company": company_id, "trips": list(locks), "locks": [str(lock) for lock in locks.values()], "key": key,
        "board_version": board_version,
    }  # fmt: skip
    return [
        Statement(_SET, scope, keep_plan=True),
        booked(company_id, [service_on], keep_plan=True),
    ]


def set_locks(
    database: Database, company_id: int, service_on: date, locks: Mapping[int, Lock], *, board_version: int,
    actor: str,
) -> Rows:  # fmt: skip
    """Lock assigned trips, or unlock them, in one round trip; gives what `lock_statements` give."""
    statements = lock_statements(company_id, service_on, locks, board_version=board_version)
    return database.transact(company_id, statements, actor=actor)[0]
