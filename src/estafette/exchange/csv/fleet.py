"""Files of drivers, vehicles and shifts."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta
from typing import Any

from estafette.domain.fleet import Break
from estafette.domain.request import DriverRequest, ShiftRequest, VehicleRequest
from estafette.domain.time import day_start_at
from estafette.exchange.csv.cell import (
    BREAKS,
    DAY,
    DAY_S,
    LAYOUTS,
    LONGER_S,
    OVERTIME_S,
    PRICE_S,
    REF,
    SKILLS,
    TEXT,
    TIME,
    YES_NO,
    choice,
)
from estafette.exchange.csv.moment import NotATime, instant_of, written
from estafette.exchange.csv.sheet import (
    BadValue,
    Column,
    Sheet,
    Values,
    moment_of,
    place_columns,
    place_of,
    place_values,
)

_BREAK = re.compile(r"(\S+) to (\S+) for (\d{1,5}) (min|s)")
_LONGEST_SHIFT = timedelta(hours=24)


def _driver(values: Values, _: str) -> DriverRequest:
    return DriverRequest(**values)


def _vehicle(values: Values, _: str) -> VehicleRequest:
    return VehicleRequest(**values)


def _taken(request: DriverRequest | VehicleRequest, _: str) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.__struct_fields__}


DRIVERS = Sheet(
    kind="drivers",
    columns=(
        Column("ref", REF, "your reference of the driver", "D001", required=True),
        Column("name", TEXT, "name", "Nadia Corbessat", required=True),
        Column(
            "language", choice(("en", "fr", "de", "it"), str), "language of the messages", "fr", default="en"
        ),
        Column("active", YES_NO, "whether the driver can be planned", "yes", default=True),
        Column(
            "skills",
            SKILLS,
            "what the driver can do; riders' needs have the same names",
            "stair chair",
            default=(),
        ),
        Column("overtime_s", OVERTIME_S, "so much after a shift is allowed, at a price", "1800", default=0),
        Column("max_drive_s", DAY_S, "longest driving on a day, all shifts (empty: no limit)", "28800"),
        Column("max_work_s", DAY_S, "pull-out to pull-in, all shifts of a day (empty: no limit)", "36000"),
    ),
    make=_driver,
    take=_taken,
)

VEHICLES = Sheet(
    kind="vehicles",
    columns=(
        Column("ref", REF, "your reference of the vehicle", "V001", required=True),
        Column("name", TEXT, "name", "001 van", required=True),
        Column(
            "layouts", LAYOUTS, "its legal configurations", "4 seats | 2 seats + 1 wheelchair", required=True
        ),
        Column("active", YES_NO, "whether the vehicle can be planned", "yes", default=True),
        Column(
            "equipment", SKILLS, "what is on board; riders' needs have the same names", "oxygen", default=()
        ),
        Column(
            "wheeled_dwell_s", LONGER_S, "a wheelchair or stretcher takes longer by so much", "60", default=0
        ),
    ),
    make=_vehicle,
    take=_taken,
)


def _shift(values: Values, zone: str) -> ShiftRequest:
    service_on = values["service_on"]
    starts_at = moment_of(values, "from", service_on, zone)
    ends_at = moment_of(values, "to", service_on, zone)
    if not timedelta() < ends_at - starts_at <= _LONGEST_SHIFT:
        raise BadValue("to", "a time after from, by at most 24 hours")
    start = place_of(values, "start")
    if values["open_end"] and _names_end(values):
        raise BadValue("open_end", "no, or no end")
    breaks = tuple(_breaks(values["breaks"], service_on, zone))
    day_start = day_start_at(service_on, zone)
    _refuse_outside(breaks, (starts_at - day_start).total_seconds(), (ends_at - day_start).total_seconds())
    return ShiftRequest(
        ref=values["ref"],
        driver=values["driver"],
        vehicle=values["vehicle"],
        service_on=service_on,
        starts_at=starts_at,
        ends_at=ends_at,
        start=start,
        end=None if values["open_end"] else place_of(values, "end") if _names_end(values) else start,
        breaks=breaks,
        activation_s=values["activation_s"],
    )


def _names_end(values: Values) -> bool:
    parts = ("", "_name", "_lon", "_lat", "_access_lon", "_access_lat", "_access_note")
    return any(values[f"end{part}"] is not None for part in parts)


def _breaks(cell: str | None, service_on: date, zone: str) -> Iterator[Break]:
    day_start = day_start_at(service_on, zone)
    for part in cell.split("|") if cell else ():
        found = _BREAK.fullmatch(part.strip())
        if not found or not int(found[3]):
            raise BadValue("breaks", "breaks like 11:30 to 13:30 for 30 min, | between two")
        try:
            ends = [instant_of(clock, service_on, zone) for clock in (found[1], found[2])]
        except NotATime as problem:
            raise BadValue("breaks", str(problem)) from problem
        from_s, to_s = (round((end - day_start).total_seconds()) for end in ends)
        yield Break(from_s=from_s, to_s=to_s, duration_s=int(found[3]) * (60 if found[4] == "min" else 1))


def _refuse_outside(breaks: Iterable[Break], shift_from_s: float, shift_to_s: float) -> None:
    for rest in breaks:
        if not shift_from_s <= rest.from_s <= rest.to_s <= shift_to_s - rest.duration_s:
            raise BadValue("breaks", "breaks that start and end within the shift")


def _shift_values(shift: ShiftRequest, zone: str) -> dict[str, Any]:
    return {
        "ref": shift.ref,
        "driver": shift.driver,
        "vehicle": shift.vehicle,
        "service_on": shift.service_on,
        "from": written(shift.starts_at, shift.service_on, zone),
        "to": written(shift.ends_at, shift.service_on, zone),
        **place_values(shift.start, "start"),
        **({} if shift.end is None else place_values(shift.end, "end")),
        "breaks": " | ".join(_write_break(rest, shift.service_on, zone) for rest in shift.breaks),
        "open_end": shift.end is None,
        "activation_s": shift.activation_s,
    }


def _write_break(rest: Break, service_on: date, zone: str) -> str:
    day_start = day_start_at(service_on, zone).astimezone(UTC)
    ends = (day_start + timedelta(seconds=second) for second in (rest.from_s, rest.to_s))
    first, last = (written(end, service_on, zone) for end in ends)
    minutes, seconds = divmod(rest.duration_s, 60)
    return f"{first} to {last} for " + (f"{rest.duration_s} s" if seconds else f"{minutes} min")


_DEPOT = ("depot", "Depot Acacias", "Les Acacias, 1227 Carouge", "6.1321", "46.1926")

SHIFTS = Sheet(
    kind="shifts",
    columns=(
        Column("ref", REF, "your reference of the shift", "20261125-001", required=True),
        Column("driver", REF, "reference of the driver", "D001", required=True),
        Column("vehicle", REF, "reference of the vehicle", "V001", required=True),
        Column("service_on", DAY, "service day", "2026-11-25", required=True),
        Column("from", TIME, "start", "06:00", required=True),
        Column("to", TIME, "end", "14:30", required=True),
        *place_columns("start", "where it starts", _DEPOT),
        *place_columns("end", "where it ends (empty: where it starts)", ("", "", "", "", "")),
        Column("breaks", BREAKS, "breaks that are owed", "09:00 to 11:30 for 30 min"),
        Column("open_end", YES_NO, "ends where its last stop is", "", default=False),
        Column(
            "activation_s",
            PRICE_S,
            "price of using it at all, high for a reserve (empty: that of any shift)",
            "",
        ),
    ),
    make=_shift,
    take=_shift_values,
)
