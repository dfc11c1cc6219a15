"""
Shifts from a calendar (RFC 5545), as rostering programs export them: an event is a shift.

Whose it is, with which vehicle and from where, the event says in `X-ESTAFETTE-DRIVER`, `-VEHICLE` and
`-START`, or whoever sends the calendar says it for all of them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar
from icalendar.cal.component import Component

from estafette.domain.error import Invalid
from estafette.domain.imported import FileKind, RowProblem, SentFile
from estafette.domain.request import ShiftRequest
from estafette.domain.time import FIRST_YEAR, LAST_YEAR, far_moments
from estafette.exchange.csv.reading import Reading, TakenRow
from estafette.exchange.csv.table import MAX_BYTES, MAX_ROWS

_NAMED = ("driver", "vehicle", "start")
_REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")


class _NotAShift(Exception):
    """An event that is no shift: the property at fault, and what was expected of it."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name}: {expected}")
        self.name, self.expected = name, expected


def read_calendar(content: bytes, sent: SentFile, *, zone: str) -> Reading:
    """
    Read a calendar; times without a zone are those of `zone`.

    Raises
    ------
    Invalid
        It is not a calendar, too large, or shifts are not what is imported.
    """
    text = _text(content, sent)
    taken: list[TakenRow] = []
    problems: list[RowProblem] = []
    events = _events(text, sent.name)
    for row, event in zip(_rows(text, len(events)), events, strict=True):
        cells = _cells(event, sent)
        try:
            taken.append(TakenRow(row, cells, _shift(event, cells, zone)))
        except _NotAShift as wrong:
            value = cells.get(wrong.name, "")
            problems.append(RowProblem(row=row, column=wrong.name, value=value, expected=wrong.expected))
    return Reading(tuple(taken), tuple(problems))


def _text(content: bytes, sent: SentFile) -> str:
    if sent.kind is not FileKind.SHIFTS:
        message = f"{sent.name}: a calendar holds shifts; import {sent.kind} as CSV or JSON"
        raise Invalid(message)
    if len(content) > MAX_BYTES:
        message = f"{sent.name}: larger than {MAX_BYTES:,} bytes"
        raise Invalid(message)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{sent.name}: not UTF-8, byte {error.start}"
        raise Invalid(message) from error


def _rows(text: str, events: int) -> Sequence[int]:
    """Give the lines on which events begin; where a line is folded oddly, the events are counted instead."""
    numbered = enumerate(text.splitlines(), 1)
    lines = [number for number, line in numbered if line.strip().upper() == "BEGIN:VEVENT"]
    return lines if len(lines) == events else range(1, events + 1)


def _events(text: str, name: str) -> list[Component]:
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The library promises ValueError; whatever else a damaged file makes of it is no better a calendar.
        message = f"{name}: not a calendar that can be read, {' '.join(str(error).split())[:200]}"
        raise Invalid(message) from error
    if not found or len(found) > MAX_ROWS:
        message = f"{name}: expected a calendar with 1 to {MAX_ROWS:,} events, found {len(found)}"
        raise Invalid(message)
    return found


def _cells(event: Component, sent: SentFile) -> dict[str, str]:
    said = {name: event.get(f"X-ESTAFETTE-{name}", getattr(sent.roster, name)) for name in _NAMED}
    cells = {"ref": event.get("UID"), **said}
    return {name: str(value) for name, value in cells.items() if value is not None}


def _shift(event: Component, cells: dict[str, str], zone: str) -> ShiftRequest:
    for name, why in event.errors:
        raise _NotAShift(str(name), f"a value by RFC 5545: {' '.join(str(why).split())[:200]}")
    for name in _REPEATS:
        if name in event:
            raise _NotAShift(name, "single events: let the program that exports them write out each")
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise _NotAShift("STATUS", "a shift that takes place; one that is called off is taken out by hand")
    for name in ("ref", *_NAMED):
        if name not in cells:
            wanted = "a UID" if name == "ref" else f"X-ESTAFETTE-{name.upper()}, or a {name} for all events"
            raise _NotAShift(name, wanted)
    starts_at, ends_at = _span(event, zone)
    return _made(
        {
            **cells, "service_on": starts_at.astimezone(ZoneInfo(zone)).date(), "end": cells["start"],
            "starts_at": starts_at, "ends_at": ends_at,
        }
    )  # fmt: skip


def _span(event: Component, zone: str) -> tuple[datetime, datetime]:
    starts_at = _instant(event, "DTSTART", zone)
    if "DTEND" in event:
        return starts_at, _instant(event, "DTEND", zone)
    if "DURATION" not in event:
        raise _NotAShift("DTEND", "an end, or a DURATION")
    lasts: Any = getattr(event["DURATION"], "dt", None)
    try:
        return starts_at, starts_at + lasts
    except (TypeError, OverflowError) as error:
        raise _NotAShift("DURATION", "a duration like PT8H") from error


def _instant(event: Component, name: str, zone: str) -> datetime:
    at = getattr(event.get(name), "dt", None)
    if not isinstance(at, datetime):
        raise _NotAShift(name, "one time of day like 20261125T060000Z")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise _NotAShift(name, f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return at if at.utcoffset() is not None else at.replace(tzinfo=ZoneInfo(zone))


def _made(facts: dict[str, Any]) -> ShiftRequest:
    try:
        shift = msgspec.convert(facts, ShiftRequest)
    except msgspec.ValidationError as error:
        expected, _, place = str(error).partition(" - at `$")
        raise _NotAShift(place.strip(".`"), expected) from error
    for pointer in far_moments(shift, ""):
        raise _NotAShift(pointer.strip("/"), f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return shift
