"""
The own runs of a driver, and what the driver writes of them.

All of it is asked in the driver's role of the database: another's run, trip or event is not there.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString, NamedTuple

from estafette.domain.booking import TripStatus
from estafette.domain.notice import Change
from estafette.domain.own_run import (
    Acknowledge,
    OwnRun,
    OwnRuns,
    Progress,
    Progressed,
    RunAcknowledged,
    RunChange,
    since_acknowledged,
)
from estafette.store.database import Database, Rows, Statement
from estafette.store.manifest import manifests_of, reading

_ZONE: LiteralString = "SELECT zone FROM company WHERE id = %(company)s"

_FRAMES: LiteralString = """
SELECT id, service_on, acknowledged FROM run WHERE company_id = %(company)s AND service_on = ANY (%(days)s::date[])
"""

# Whoever is named on the runs that are shown.
_ENTER: LiteralString = """
SELECT write_ledger(%(company)s, 'read', 'rider', ids, '[]') FROM (
    SELECT array_agg(DISTINCT b.rider_id ORDER BY b.rider_id) AS ids
    FROM run r
    JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
    JOIN assignment a ON a.company_id = r.company_id AND a.run_id = r.id
    JOIN trip t ON t.company_id = a.company_id AND t.id = a.trip_id
    JOIN booking b ON b.company_id = t.company_id AND b.id = t.booking_id
    WHERE r.company_id = %(company)s AND r.service_on = ANY (%(days)s::date[])
        AND (r.service_on <> %(ending)s OR s.ends_at > %(now)s)) AS named
WHERE ids IS NOT NULL
"""

# The notices of a driver name the events; each tells of one manifest of one run.
_SINCE: LiteralString = """
SELECT r.id, what.change, (what.trip)::bigint
FROM run r
JOIN notice n ON n.company_id = r.company_id AND n.driver_id = r.driver_id
JOIN event e ON e.company_id = n.company_id AND e.id = ANY (n.event_ids) AND e.kind = 'assigned'
CROSS JOIN LATERAL (
    SELECT 'new', t->>'trip_id' FROM jsonb_array_elements(e.payload->'new') AS t
    UNION ALL SELECT 'moved', t->>'trip_id' FROM jsonb_array_elements(e.payload->'moved') AS t
    UNION ALL SELECT 'taken', t FROM jsonb_array_elements_text(e.payload->'taken') AS t) AS what (change, trip)
WHERE r.company_id = %(company)s AND r.service_on = ANY (%(days)s::date[])
    AND (e.payload->>'run_id')::bigint = r.id AND (e.payload->>'manifest')::int > r.acknowledged
ORDER BY e.id
"""

_OCCURRED: LiteralString = "SELECT set_config('app.occurred_at', %(at)s::timestamptz::text, true)"

_STEP: LiteralString = """
UPDATE trip t SET status = %(status)s, version = f.last_event_id + 1 FROM feed f
WHERE f.company_id = %(company)s AND t.company_id = f.company_id AND t.id = %(trip)s
    AND t.status = ANY (%(after)s::text[])
RETURNING t.id
"""

_NO_SHOW: LiteralString = """
INSERT INTO no_show (company_id, trip_id, arrived_at, waited_s, called)
SELECT t.company_id, t.id, %(arrived_at)s, %(waited_s)s, %(called)s
FROM trip t JOIN feed f ON f.company_id = t.company_id
WHERE t.company_id = %(company)s AND t.id = %(trip)s AND t.status = 'no_show' AND t.version = f.last_event_id + 1
"""

# After the row has the version that the next event will have; where nothing moved there is none.
_TOLD: LiteralString = """
WITH raised AS (
    UPDATE feed f SET last_event_id = f.last_event_id + 1 FROM trip t
    WHERE f.company_id = %(company)s AND t.company_id = f.company_id AND t.id = %(trip)s
        AND t.version = f.last_event_id + 1
    RETURNING f.last_event_id
)
INSERT INTO event (company_id, id, kind, payload)
SELECT %(company)s, last_event_id, 'status_changed',
    jsonb_build_object('trip_id', %(trip)s::bigint, 'status', %(status)s::text) FROM raised
RETURNING pg_notify('estafette', %(company)s::text)
"""

_STANDS: LiteralString = """
SELECT a.run_id, t.status, greatest(t.version, a.version),
    EXISTS (SELECT FROM trip_history h WHERE h.company_id = t.company_id AND h.trip_id = t.id AND h.to_status = %(status)s)
FROM trip t JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
WHERE t.company_id = %(company)s AND t.id = %(trip)s
"""

_ACKNOWLEDGE: LiteralString = """
WITH seen AS (
    UPDATE run SET acknowledged = %(manifest)s, acknowledged_at = %(at)s
    WHERE company_id = %(company)s AND id = %(run)s AND acknowledged < %(manifest)s AND %(manifest)s <= manifest
    RETURNING id
), raised AS (
    UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s AND EXISTS (SELECT FROM seen)
    RETURNING last_event_id
)
INSERT INTO event (company_id, id, kind, payload)
SELECT %(company)s, last_event_id, 'acknowledged',
    jsonb_build_object('run_id', %(run)s::bigint, 'manifest', %(manifest)s::int) FROM raised
RETURNING pg_notify('estafette', %(company)s::text)
"""
_RUN: LiteralString = (
    "SELECT id, manifest, acknowledged FROM run WHERE company_id = %(company)s AND id = %(run)s"
)


class Stepped(NamedTuple):
    """How a trip stands now, whether it has just moved, and whether it ever took the step that was asked."""

    now: Progressed
    moved: bool
    taken_before: bool


def zone_of(database: Database, company_id: int) -> str:
    """Read in which zone a company is."""
    return str(database.read(company_id, _ZONE, {"company": company_id})[0][0])


def list_own_runs(
    database: Database,
    company_id: int,
    days: Sequence[date],
    *,
    unless_over: tuple[date, datetime],
    actor: str,
) -> OwnRuns:
    """
    Read the runs of these days, each whole, and enter in the audit log whom they name; in one round trip.

    `unless_over` is a day before them, of which the runs are given whose shift is not over at an instant.
    """
    ending, now = unless_over
    all_days = [ending, *days]
    scope = {"company": company_id, "days": all_days, "ending": ending, "now": now}
    manifests = [reading(company_id, day) for day in all_days]
    frames, since, _, *found = database.transact(
        company_id,
        [Statement(_FRAMES, scope), Statement(_SINCE, scope), Statement(_ENTER, scope), *manifests],
        actor=actor,
    )
    frame = {run_id: (service_on, acknowledged) for run_id, service_on, acknowledged in frames}
    read = [manifests_of(company_id, rows) for rows in found]
    runs = (
        OwnRun(
            run_id=each.run_id, service_on=frame[each.run_id][0], manifest=each.number,
            acknowledged=frame[each.run_id][1], vehicle=each.vehicle, shift_from=each.shift_from,
            shift_to=each.shift_to, changes=_changes(since, each.run_id), stops=each.stops,
        )
        for day in read for each in day.manifests
        if frame[each.run_id][0] != ending or each.shift_to > now
    )  # fmt: skip
    return OwnRuns(zone=read[0].zone, runs=tuple(runs))


def _changes(since: Rows, run_id: int) -> tuple[RunChange, ...]:
    return since_acknowledged([(Change(change), trip_id) for of, change, trip_id in since if of == run_id])


def step_trip(
    database: Database, company_id: int, trip_id: int, step: Progress, *, at: datetime, actor: str
) -> Stepped | None:
    """
    Let a trip take a step if it can, and read how it stands: one transaction; `None` for no such trip of one's own.

    It may be repeated: a trip that has taken the step does not take it again.
    """
    scope = {
        "company": company_id, "trip": trip_id, "status": step.status.value, "after": list(step.status.after),
        "at": at.isoformat(), "arrived_at": step.arrived_at, "waited_s": step.waited_s, "called": step.called,
    }  # fmt: skip
    writing = [_OCCURRED, _STEP, *([_NO_SHOW] if step.arrived_at else []), _TOLD, _STANDS]
    rows = database.transact(
        company_id, [Statement(sql, scope) for sql in writing], actor=actor,
        once=f"step:{trip_id}:{step.status}",
    )  # fmt: skip
    if not rows[-1]:
        return None
    run_id, status, version, taken = rows[-1][0]
    now = Progressed(trip_id=trip_id, run_id=run_id, status=TripStatus(status), version=version)
    return Stepped(now, moved=bool(rows[1]), taken_before=taken)


def acknowledge_run(
    database: Database, company_id: int, run_id: int, seen: Acknowledge, *, at: datetime, actor: str
) -> RunAcknowledged | None:
    """Keep which manifest of a run was seen, never an older one, and tell of it; `None` for no run of one's own."""
    scope = {"company": company_id, "run": run_id, "manifest": seen.manifest, "at": at}
    statements = [Statement(_ACKNOWLEDGE, scope), Statement(_RUN, scope)]
    rows = database.transact(company_id, statements, actor=actor, once=f"acknowledge:{run_id}")[-1]
    if not rows:
        return None
    return RunAcknowledged(run_id=rows[0][0], manifest=rows[0][1], acknowledged=rows[0][2])
