"""
When something repeats: a subset of the recurrence rules of RFC 5545 (section 3.3.10).

    FREQ=DAILY|WEEKLY [;INTERVAL=n] [;BYDAY=MO,TU,...] [;COUNT=n | ;UNTIL=yyyymmdd]

Weeks begin on Monday. Dates are service days of the company, so clock changes are no concern here.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

from estafette.domain.error import Invalid
from estafette.domain.record import Record

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST = 1000
# Nothing repeats for longer than anybody plans.
_HORIZON = timedelta(days=3660)


class Recurrence(Record, frozen=True, kw_only=True):
    """A rule, read. `weekdays` count from 0 for Monday; none: that of the start (weekly), or any (daily)."""

    weekly: bool
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    most: int | None = None
    until: date | None = None

    def dates(self, starts_on: date, *, through: date) -> Iterator[date]:
        """Give the dates from `starts_on` on through a day, in order."""
        last = min(day for day in (through, self.until, starts_on + _HORIZON) if day is not None)
        for number, day in enumerate(self._candidates(starts_on)):
            if day > last or (self.most is not None and number >= self.most):
                return
            yield day

    def _candidates(self, starts_on: date) -> Iterator[date]:
        weekdays = self.weekdays or ((starts_on.weekday(),) if self.weekly else tuple(range(7)))
        monday = starts_on - timedelta(days=starts_on.weekday())
        for number in count():
            day = starts_on + timedelta(days=number)
            passed = (day - monday).days // 7 if self.weekly else number
            if passed % self.interval == 0 and day.weekday() in weekdays:
                yield day
            if number > _HORIZON.days:
                return


def read_rule(text: str) -> Recurrence:
    """Read a rule; raises `Invalid` for what it does not know, rather than passing over it."""
    parts: dict[str, str] = {}
    for part in text.removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name in parts or not value:
            raise _wrong(part)
        parts[name] = value
    frequency = parts.pop("FREQ", "")
    if frequency not in ("DAILY", "WEEKLY"):
        raise _wrong(f"FREQ={frequency}")
    parts.pop("WKST", None)
    rule = Recurrence(
        weekly=frequency == "WEEKLY",
        interval=_number("INTERVAL", parts.pop("INTERVAL", "1")),
        weekdays=_weekdays(parts.pop("BYDAY", "")),
        most=_number("COUNT", parts.pop("COUNT")) if "COUNT" in parts else None,
        until=_until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
    )
    if parts or (rule.most is not None and rule.until is not None):
        raise _wrong(next(iter(parts), "COUNT and UNTIL together"))
    return rule


def _number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= _MOST:
        raise _wrong(f"{name}={value}")
    return int(value)


def _weekdays(value: str) -> tuple[int, ...]:
    named = value.split(",") if value else []
    if len(set(named)) < len(named) or not set(named) <= set(_DAYS):
        raise _wrong(f"BYDAY={value}")
    return tuple(sorted(_DAYS.index(day) for day in named))


def _until(value: str) -> date:
    try:
        return datetime.strptime(value[:8], "%Y%m%d").date()  # noqa: DTZ007 - a service day, in no zone
    except ValueError as error:
        raise _wrong(f"UNTIL={value}") from error


def _wrong(part: str) -> Invalid:
    expected = "expected FREQ=DAILY or WEEKLY with INTERVAL, BYDAY, and COUNT or UNTIL"
    return Invalid(f"/rule: {part}: {expected}", pointer="/rule")
