"""Times of a service day as people write them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from estafette.domain.time import day_start_at

# A service day may run into the next morning: 24:30 is half past midnight, 35:59 the last minute.
LAST_HOUR = 35

_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)")


class NotATime(Exception):
    """What was expected instead."""


def instant_of(text: str, service_on: date, zone: str) -> datetime:
    """
    Give the instant, in UTC, of a wall clock `HH:MM` of the service day or of an RFC 3339 time.

    A clock time that occurs twice when the clocks go back is the first of the two. Raises `NotATime`
    for one that the clocks skip, and for a time that is not on the service day.
    """
    clock = _CLOCK.fullmatch(text)
    if clock and int(clock[1]) <= LAST_HOUR:
        return _wall_clock(int(clock[1]), int(clock[2]), service_on, zone)
    if not _INSTANT.fullmatch(text):
        expected = f"a time like 08:30 (up to {LAST_HOUR}:59) or 2026-11-25T08:30:00+01:00"
        raise NotATime(expected)
    return _on_the_day(text, service_on, zone)


def _wall_clock(hours: int, minutes: int, service_on: date, zone: str) -> datetime:
    day = service_on + timedelta(days=hours // 24)
    local = datetime.combine(day, time(hours % 24, minutes), ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        expected = f"a time that exists: the clocks of {zone} skip it on {day}"
        raise NotATime(expected)
    return instant


def _on_the_day(text: str, service_on: date, zone: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        expected = "a time that exists, like 2026-11-25T08:30:00+01:00"
        raise NotATime(expected) from error
    start = day_start_at(service_on, zone)
    if not timedelta() <= instant - start < timedelta(hours=LAST_HOUR + 1):
        expected = f"a time of the service day {service_on}"
        raise NotATime(expected)
    return instant


def written(instant: datetime, service_on: date, zone: str) -> str:
    """Write an instant so that `instant_of` reads it again: as a wall clock where that is exact."""
    local = instant.astimezone(ZoneInfo(zone))
    hours = local.hour + 24 * (local.date() - service_on).days
    exact = local.second == local.microsecond == local.fold == 0
    if exact and 0 <= hours <= LAST_HOUR:
        return f"{hours:02}:{local.minute:02}"
    return instant.astimezone(UTC).isoformat()
