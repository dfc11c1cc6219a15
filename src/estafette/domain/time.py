"""Service days: instants, dates and seconds since the start of the day, in the company's zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_start_at(service_on: date, zone: str) -> datetime:
    """Give the instant of midnight at the start of `service_on` in `zone`, in UTC."""
    return datetime.combine(service_on, time.min, ZoneInfo(zone)).astimezone(UTC)


def instant(day_start: datetime, seconds: int) -> datetime:
    """Give the instant `seconds` after the start of the day; elapsed time, so clock changes are safe."""
    return day_start + timedelta(seconds=seconds)


def clock(day_start: datetime, seconds: int, zone: str) -> str:
    """Give the wall clock `HH:MM` at `seconds` after the start of the day."""
    return instant(day_start, seconds).astimezone(ZoneInfo(zone)).strftime("%H:%M")
