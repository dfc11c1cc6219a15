"""Storing drivers and vehicles; a change of one changes the frames of its runs."""

from collections.abc import Sequence
from functools import partial
from typing import Any, LiteralString

import msgspec

from estafette.domain.outcome import ImportOptions, Stored
from estafette.domain.request import DriverRequest, VehicleRequest
from estafette.store.database import Database, Statement
from estafette.store.intake.delivery import ANSWER, GATE, ROWS, Delivery, deliver, parameters
from estafette.store.intake.publish import rostered


def _verdict(
    table: LiteralString, columns: LiteralString, facts: LiteralString, stored: LiteralString
) -> LiteralString:
    return (
        """
WITH verdict AS MATERIALIZED (
    SELECT i.*, i.refusal AS why, i.detail AS about, x.id IS NULL AS fresh,
        i.refusal IS NULL AND ("""
        + stored
        + """) IS DISTINCT FROM ("""
        + facts
        + """) AS writes
    FROM """
        + ROWS
        + """(n int, ref text, refusal text, detail text, """
        + columns
        + """)
    LEFT JOIN """
        + table
        + """ x ON x.company_id = %(company)s AND x.ref = i.ref
),
"""
        + GATE
        + ","
    )


def _frames(key: LiteralString) -> LiteralString:
    return (
        """
framed AS (
    UPDATE run SET version = f.last_event_id + 1
    FROM stored, feed f
    WHERE f.company_id = %(company)s AND run.company_id = f.company_id AND run."""
        + key
        + """ = stored.id
)
"""
    )


_DRIVERS: LiteralString = (
    _verdict(
        "driver",
        "name text, language text, active boolean, skills text[], overtime_s int, max_drive_s int, max_work_s int",
        "coalesce(x.id, 0), i.name, i.language, i.active, i.skills, i.overtime_s, i.max_drive_s, i.max_work_s",
        "x.id, x.name, x.language, x.active, x.skills, x.overtime_s, x.max_drive_s, x.max_work_s",
    )
    + """
stored AS (
    INSERT INTO driver (company_id, ref, name, language, active, skills, overtime_s, max_drive_s, max_work_s)
    SELECT %(company)s, ref, name, language, active, skills, overtime_s, max_drive_s, max_work_s FROM going
    ON CONFLICT (company_id, ref) DO UPDATE
        SET name = EXCLUDED.name, language = EXCLUDED.language, active = EXCLUDED.active, skills = EXCLUDED.skills,
            overtime_s = EXCLUDED.overtime_s, max_drive_s = EXCLUDED.max_drive_s, max_work_s = EXCLUDED.max_work_s
    RETURNING id
),
"""
    + _frames("driver_id")
    + ANSWER
)

_VEHICLES: LiteralString = (
    _verdict(
        "vehicle",
        "name text, layouts jsonb, active boolean, equipment text[], wheeled_dwell_s int",
        "coalesce(x.id, 0), i.name, i.layouts, i.active, i.equipment, i.wheeled_dwell_s",
        "x.id, x.name, x.layouts, x.active, x.equipment, x.wheeled_dwell_s",
    )
    + """
stored AS (
    INSERT INTO vehicle (company_id, ref, name, layouts, active, equipment, wheeled_dwell_s)
    SELECT %(company)s, ref, name, layouts, active, equipment, wheeled_dwell_s FROM going
    ON CONFLICT (company_id, ref) DO UPDATE
        SET name = EXCLUDED.name, layouts = EXCLUDED.layouts, active = EXCLUDED.active,
            equipment = EXCLUDED.equipment, wheeled_dwell_s = EXCLUDED.wheeled_dwell_s
    RETURNING id
),
"""
    + _frames("vehicle_id")
    + ANSWER
)


def store_drivers(
    database: Database, company_id: int, drivers: Sequence[DriverRequest], options: ImportOptions
) -> Stored:
    """Store drivers by their reference; raises `Conflict` when the database refuses them all."""
    return deliver(database, company_id, [partial(driver_delivery, drivers)], options)[0]


def store_vehicles(
    database: Database, company_id: int, vehicles: Sequence[VehicleRequest], options: ImportOptions
) -> Stored:
    """Store vehicles by their reference; raises `Conflict` when the database refuses them all."""
    return deliver(database, company_id, [partial(vehicle_delivery, vehicles)], options)[0]


def driver_delivery(drivers: Sequence[DriverRequest], company_id: int, options: ImportOptions) -> Delivery:
    """Make the statements that store drivers."""
    return _delivery(_DRIVERS, parameters(company_id, options, drivers, _rows(drivers)))


def vehicle_delivery(vehicles: Sequence[VehicleRequest], company_id: int, options: ImportOptions) -> Delivery:
    """Make the statements that store vehicles."""
    return _delivery(_VEHICLES, parameters(company_id, options, vehicles, _rows(vehicles)))


def _rows(requests: Sequence[DriverRequest] | Sequence[VehicleRequest]) -> list[dict[str, Any]]:
    return [msgspec.structs.asdict(request) for request in requests]


def _delivery(sql: LiteralString, written: dict[str, Any]) -> Delivery:
    return Delivery(Statement(sql, written), rostered(written["company"], None))
