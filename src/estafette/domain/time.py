"""Service days: instants, dates and seconds since the start of the day, in the company's zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from estafette.domain.error import Invalid

# Instants are stored, shifted and printed; at the ends of the calendar none of that works.
FIRST_YEAR, LAST_YEAR = 1970, 2200


def day_start_at(service_on: date, zone: str) -> datetime:
    """Give the instant of midnight at the start of `service_on` in `zone`, in UTC."""
    return datetime.combine(service_on, time.min, ZoneInfo(zone)).astimezone(UTC)


def checked_zone(zone: str) -> str:
    """Give a zone of the IANA data base; raises `Invalid` for any other name."""
    if zone not in available_timezones() or zone == "localtime":  # which no database knows
        message = f"zone: {zone!r} is no zone like Europe/Zurich"
        raise Invalid(message, pointer="/zone")
    return zone


def instant(day_start: datetime, seconds: int) -> datetime:
    """Give the instant `seconds` after the start of the day; elapsed time, so clock changes are safe."""
    return day_start + timedelta(seconds=seconds)


def clock(day_start: datetime, seconds: int, zone: str) -> str:
    """Give the wall clock `HH:MM` at `seconds` after the start of the day."""
    return instant(day_start, seconds).astimezone(ZoneInfo(zone)).strftime("%H:%M")


def far_moments(value: Any, pointer: str) -> Iterator[str]:
    """Name the dates and instants of a record that are too far away to be meant, by RFC 6901 pointers."""
    if isinstance(value, date):
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            yield pointer
    elif isinstance(value, msgspec.Struct):
        for name, field in zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True):
            yield from far_moments(getattr(value, field), f"{pointer}/{name}")
    elif isinstance(value, tuple | list):
        for place, item in enumerate(value):
            yield from far_moments(item, f"{pointer}/{place}")
