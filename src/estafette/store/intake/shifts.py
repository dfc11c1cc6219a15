"""Storing shifts and the runs that are driven in them."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, LiteralString

from estafette.domain.outcome import ImportOptions, Stored
from estafette.domain.request import ShiftRequest, place_ref
from estafette.store.database import Database, Statement
from estafette.store.intake.delivery import (
    ANSWER,
    GATE,
    PLACES,
    ROWS,
    STORE_PLACES,
    Delivery,
    deliver,
    parameters,
    place_parameters,
)
from estafette.store.intake.publish import rostered

# A shift of another service day can overlap only when the days are this near to each other.
_NEARBY = timedelta(days=3)

_MEETS: LiteralString = (
    """
met AS MATERIALIZED (
    SELECT i.*, d.id AS driver_id, v.id AS vehicle_id, p.ref IS NULL AS no_start,
        q.ref IS NULL AND i.end_place IS NOT NULL AS no_end,
        s.id AS shift_id,
        (s.service_on, s.driver_id, s.vehicle_id, s.starts_at, s.ends_at, s.start_place_id, s.end_place_id, s.breaks,
         s.activation_s)
        IS DISTINCT FROM (i.service_on, d.id, v.id, i.starts_at, i.ends_at, p.id, q.id, i.breaks, i.activation_s)
        OR p.news OR coalesce(q.news, false) AS differs,
        r.pull_out_at IS NOT NULL AND (
            (s.service_on, s.driver_id, s.vehicle_id) IS DISTINCT FROM (i.service_on, d.id, v.id)
            OR r.pull_out_at < i.starts_at
            OR r.pull_in_at > i.ends_at + make_interval(secs => d.overtime_s)) AS strands_trips
    FROM """
    + ROWS
    + """(
        n int, ref text, refusal text, detail text, driver text, vehicle text, service_on date,
        starts_at timestamptz, ends_at timestamptz, start_place text, end_place text, breaks jsonb,
        activation_s int)
    LEFT JOIN driver d ON d.company_id = %(company)s AND d.ref = i.driver
    LEFT JOIN vehicle v ON v.company_id = %(company)s AND v.ref = i.vehicle
    LEFT JOIN known_place p ON p.ref = i.start_place
    LEFT JOIN known_place q ON q.ref = i.end_place
    LEFT JOIN shift s ON s.company_id = %(company)s AND s.ref = i.ref
    LEFT JOIN run r ON r.company_id = s.company_id AND r.shift_id = s.id
)
"""
)

# `staying`: the stored shifts that keep their times. A delivery may let shifts change places with each
# other, so those it moves do not count; the constraints are checked at commit and have the last word.
# A row also gives way to an earlier one of the delivery that is fit to be stored.
_VERDICT: LiteralString = """
judged AS MATERIALIZED (
    SELECT unfit.*, why_unfit IS NULL AS fit FROM (SELECT met.*, CASE
        WHEN refusal IS NOT NULL THEN refusal
        WHEN driver_id IS NULL THEN 'unknown_driver'
        WHEN vehicle_id IS NULL THEN 'unknown_vehicle'
        WHEN no_start OR no_end THEN 'unknown_place'
        WHEN strands_trips THEN 'run_not_empty'
        END AS why_unfit
    FROM met) AS unfit
),
staying AS MATERIALIZED (
    SELECT s.ref, s.driver_id, s.vehicle_id, s.starts_at, s.ends_at FROM shift s
    WHERE s.company_id = %(company)s AND s.service_on BETWEEN %(nearby_from)s AND %(nearby_to)s
      AND s.ref NOT IN (SELECT ref FROM judged WHERE fit)
),
busy AS MATERIALIZED (
    SELECT j.n, 'driver_busy' AS why, s.ref FROM judged j JOIN staying s USING (driver_id)
    WHERE j.fit AND s.starts_at < j.ends_at AND j.starts_at < s.ends_at
    UNION ALL
    SELECT j.n, 'vehicle_busy', s.ref FROM judged j JOIN staying s USING (vehicle_id)
    WHERE j.fit AND s.starts_at < j.ends_at AND j.starts_at < s.ends_at
),
fitting AS MATERIALIZED (SELECT * FROM judged WHERE fit AND n NOT IN (SELECT n FROM busy)),
giving_way AS (
    SELECT j.n, 'driver_busy', e.ref FROM fitting j JOIN fitting e USING (driver_id)
    WHERE e.n < j.n AND e.starts_at < j.ends_at AND j.starts_at < e.ends_at
    UNION ALL
    SELECT j.n, 'vehicle_busy', e.ref FROM fitting j JOIN fitting e USING (vehicle_id)
    WHERE e.n < j.n AND e.starts_at < j.ends_at AND j.starts_at < e.ends_at
),
meeting AS MATERIALIZED (
    SELECT DISTINCT ON (n) n, why, ref FROM (SELECT * FROM busy UNION ALL SELECT * FROM giving_way) AS any_of
    ORDER BY n, why, ref
),
final AS MATERIALIZED (
    SELECT j.*, coalesce(j.why_unfit, m.why) AS why, m.ref AS met_ref FROM judged j LEFT JOIN meeting m USING (n)
),
verdict AS MATERIALIZED (
    SELECT final.*, shift_id IS NULL AS fresh, why IS NULL AND differs AS writes,
        CASE why
            WHEN refusal THEN detail
            WHEN 'unknown_driver' THEN driver
            WHEN 'unknown_vehicle' THEN vehicle
            WHEN 'unknown_place' THEN CASE WHEN no_start THEN start_place ELSE end_place END
            ELSE coalesce(met_ref, '') END AS about
    FROM final
)
"""

# A run follows its shift to another driver or vehicle by the foreign key, so only the rest is set here.
_STORE: LiteralString = (
    """
going_place AS MATERIALIZED (
    SELECT jsonb_object_agg(ref, 1) AS refs
    FROM (SELECT start_place AS ref FROM going UNION SELECT end_place FROM going) AS used
    WHERE ref IS NOT NULL
),
"""
    + STORE_PLACES
    + """,
stored AS (
    INSERT INTO shift (company_id, ref, service_on, driver_id, vehicle_id, starts_at, ends_at,
        start_place_id, end_place_id, breaks, activation_s)
    SELECT %(company)s, ref, service_on, driver_id, vehicle_id, starts_at, ends_at,
        (p.ids ->> start_place)::bigint, (p.ids ->> end_place)::bigint, breaks, activation_s
    FROM going, place_id p ORDER BY n
    ON CONFLICT (company_id, ref) DO UPDATE SET
        service_on = EXCLUDED.service_on, driver_id = EXCLUDED.driver_id, vehicle_id = EXCLUDED.vehicle_id,
        starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at, start_place_id = EXCLUDED.start_place_id,
        end_place_id = EXCLUDED.end_place_id, breaks = EXCLUDED.breaks,
        activation_s = EXCLUDED.activation_s
    RETURNING id, driver_id, vehicle_id, service_on
),
run_of_each AS (
    INSERT INTO run (company_id, shift_id, driver_id, vehicle_id, service_on, version)
    SELECT f.company_id, stored.id, stored.driver_id, stored.vehicle_id, stored.service_on, f.last_event_id + 1
    FROM stored, feed f WHERE f.company_id = %(company)s ORDER BY stored.id
    ON CONFLICT (company_id, shift_id) DO UPDATE
        SET service_on = EXCLUDED.service_on, version = EXCLUDED.version
)
"""
)

_SHIFTS: LiteralString = "WITH " + PLACES + "," + _MEETS + "," + _VERDICT + "," + GATE + "," + _STORE + ANSWER


def store_shifts(
    database: Database, company_id: int, shifts: Sequence[ShiftRequest], options: ImportOptions
) -> Stored:
    """Store shifts by their reference, each with its run; raises `Conflict` when they would overlap."""
    return deliver(database, company_id, [partial(shift_delivery, shifts)], options)[0]


def shift_delivery(shifts: Sequence[ShiftRequest], company_id: int, options: ImportOptions) -> Delivery:
    """Make the statements that store shifts."""
    places = [place for shift in shifts for place in (shift.start, shift.end) if place is not None]
    days = sorted({shift.service_on for shift in shifts})
    nearby = {
        "nearby_from": min(days) - _NEARBY if days else None,
        "nearby_to": max(days) + _NEARBY if days else None,
    }
    rows = parameters(company_id, options, shifts, map(_row, shifts))
    return Delivery(
        Statement(_SHIFTS, rows | place_parameters(places) | nearby),
        rostered(company_id, days),
    )


def _row(shift: ShiftRequest) -> dict[str, Any]:
    return {
        "ref": shift.ref,
        "driver": shift.driver,
        "vehicle": shift.vehicle,
        "service_on": shift.service_on,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "start_place": place_ref(shift.start),
        "end_place": None if shift.end is None else place_ref(shift.end),
        "breaks": shift.breaks,
        "activation_s": shift.activation_s,
    }
