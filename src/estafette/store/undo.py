"""Taking back the last applied plan of a day: the same apply, with what stood before as its target."""

from datetime import date, datetime
from typing import LiteralString

import msgspec
import numpy as np

from estafette.domain.applied import Applied, Outcome, TripOutcome
from estafette.domain.error import NotFound
from estafette.store.apply import Frame, Order, Targets, apply_targets
from estafette.store.database import Database, Rows

# A trip can go back only while it still stands where that plan put it: its events say where that was.
_LAST: LiteralString = """
WITH last AS MATERIALIZED (
    SELECT * FROM applied
    WHERE company_id = %(company)s AND service_on = %(service_on)s AND undoes IS NULL
        AND cardinality(changed_runs) > 0
        AND NOT EXISTS (SELECT FROM applied later
            WHERE later.company_id = applied.company_id AND later.undoes = applied.id)
    ORDER BY id DESC LIMIT 1
), put AS (
    SELECT (payload->>'run_id')::bigint AS run_id, card.*
    FROM last JOIN event e ON e.company_id = last.company_id AND e.id BETWEEN last.version AND last.board_version,
        jsonb_to_recordset(e.payload->'new' || (e.payload->'moved')) AS card (trip_id bigint,
            pickup_at timestamptz, pickup_until timestamptz, dropoff_at timestamptz, dropoff_until timestamptz)
), before AS (
    SELECT t.* FROM last, unnest(trip_ids, verdicts, was_run_ids,
            was_pickup_at, was_pickup_until, was_dropoff_at, was_dropoff_until)
        AS t (trip_id, verdict, run_id, pickup_at, pickup_until, dropoff_at, dropoff_until)
    WHERE t.verdict = 'applied'
)
SELECT last.id, (SELECT last_event_id FROM feed WHERE company_id = %(company)s),
    CASE WHEN row_number() OVER (ORDER BY b.trip_id) = 1 THEN last.was_frames::text END,
    (a.run_id, a.pickup_at, a.pickup_until, a.dropoff_at, a.dropoff_until)
        IS NOT DISTINCT FROM (put.run_id, put.pickup_at, put.pickup_until, put.dropoff_at, put.dropoff_until),
    b.trip_id, coalesce(b.run_id, 0), b.pickup_at, b.pickup_until, b.dropoff_at, b.dropoff_until
FROM last CROSS JOIN before b
LEFT JOIN put ON put.trip_id = b.trip_id
LEFT JOIN assignment a ON a.company_id = %(company)s AND a.trip_id = b.trip_id
ORDER BY b.trip_id
"""


def undo_last(database: Database, company_id: int, service_on: date, *, actor: str) -> Applied:
    """
    Take back the last applied plan of a day that has not been taken back; call again for the one before.

    A trip that no longer stands where that plan put it stays as it is and is reported `stale`.

    Raises
    ------
    NotFound
        There is no applied plan to take back.
    """
    rows = database.read(company_id, _LAST, {"company": company_id, "service_on": service_on})
    if not rows:
        message = f"there is no applied plan on {service_on} to take back"
        raise NotFound(message)
    applied_id, board_version, frames = rows[0][:3]
    order = Order(
        key=f"undo:{applied_id}",
        actor=actor,
        company_id=company_id,
        service_on=service_on,
        board_version=board_version,
        undoes=applied_id,
    )
    before = msgspec.json.decode(frames, type=list[Frame])
    undone = apply_targets(
        database,
        order,
        targets=_targets([row[4:] for row in rows if row[3]]),
        frames=[frame for frame in before if frame.pull_out_at],
    )
    moved_on = tuple(
        TripOutcome(trip_id=row[4], run_id=row[5] or None, outcome=Outcome.STALE)
        for row in rows
        if not row[3]
    )
    trips = sorted(undone.trips + moved_on, key=lambda trip: trip.trip_id)
    return msgspec.structs.replace(undone, trips=tuple(trips))


def _targets(rows: Rows) -> Targets:
    table = list(zip(*rows, strict=True)) or [()] * 6
    trip_ids, run_ids = (np.array(column, np.int64) for column in table[:2])
    return Targets(trip_ids, run_ids, *(np.array(list(map(_utc, at)), "datetime64[us]") for at in table[2:]))


def _utc(at: datetime | None) -> np.datetime64:
    # numpy knows no zones; a trip without a run has no times, and the apply reads none.
    return np.datetime64(at.replace(tzinfo=None) if at else 0, "us")
