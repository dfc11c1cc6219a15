"""Calendars of shifts: what becomes a shift, what is refused and why, and that no damage does more than that."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.domain.imported import FileForm, FileKind, Roster, SentFile
from estafette.domain.request import ShiftRequest
from estafette.exchange.apart import Bounds, read_apart
from estafette.exchange.csv import Reading
from estafette.exchange.ical import read_calendar
from tests.examples import up_to

ZONE = "Europe/Zurich"
ALL = Roster(driver="D7", vehicle="V1", start="depot")
EVENT = """\
UID:a1
DTSTART;TZID=Europe/Zurich:20261125T060000
DTEND:20261125T130000Z
SUMMARY:Early
"""


def calendar(*events: str) -> bytes:
    inside = "".join(f"BEGIN:VEVENT\n{event}END:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Rosters//EN\n{inside}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(content: bytes, roster: Roster = ALL) -> Reading:
    sent = SentFile(kind=FileKind.SHIFTS, form=FileForm.ICS, name="nora.ics", roster=roster)
    return read_calendar(content, sent, zone=ZONE)


def shift(event: str, roster: Roster = ALL) -> ShiftRequest:
    found = read(calendar(event), roster)
    assert found.problems == ()
    (taken,) = found.taken
    assert isinstance(taken.request, ShiftRequest)
    return taken.request


def problem(event: str, roster: Roster = ALL) -> tuple[int, str, str]:
    found = read(calendar(EVENT, event), roster)
    (wrong,) = found.problems
    assert [taken.row for taken in found.taken] == [4]
    return wrong.row, wrong.column, wrong.expected


def test_an_event_is_a_shift_of_whom_the_sender_says() -> None:
    made = shift(EVENT)
    assert (made.ref, made.driver, made.vehicle, made.start, made.end) == ("a1", "D7", "V1", "depot", "depot")
    assert (made.service_on, made.starts_at, made.ends_at) == (
        date(2026, 11, 25),
        datetime(2026, 11, 25, 5, tzinfo=UTC),
        datetime(2026, 11, 25, 13, tzinfo=UTC),
    )


def test_an_event_may_say_whose_it_is_itself() -> None:
    made = shift(EVENT + "X-ESTAFETTE-DRIVER:D9\nX-ESTAFETTE-START:east\n")
    assert (made.driver, made.vehicle, made.start) == ("D9", "V1", "east")


def test_a_time_without_a_zone_is_that_of_the_company_and_a_duration_is_an_end() -> None:
    made = shift("UID:night\nDTSTART:20261125T220000\nDURATION:PT8H\n")
    assert (made.service_on, made.starts_at) == (date(2026, 11, 25), datetime(2026, 11, 25, 21, tzinfo=UTC))
    assert made.ends_at == datetime(2026, 11, 26, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "column", "expected"),
    [
        (EVENT.replace("UID:a1\n", ""), "ref", "UID"),
        (EVENT.replace("20261125T060000", "soon"), "DTSTART", "RFC 5545"),
        ("UID:d\nDTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261126\n", "DTSTART", "time of day"),
        (EVENT + "DTSTART:20261125T070000Z\n", "DTSTART", "one time"),
        (EVENT.replace("DTEND:20261125T130000Z\n", ""), "DTEND", "DURATION"),
        (EVENT.replace("20261125T130000Z", "20261127T130000Z"), "", "within 24 hours"),
        (EVENT.replace("20261125T130000Z", "20261125T010000Z"), "", "after its start"),
        (EVENT.replace("2026", "9999"), "DTSTART", "year"),
        (EVENT.replace("DTEND:20261125T130000Z", "DURATION:P9999999999D"), "DURATION", ""),
        (EVENT + "RRULE:FREQ=DAILY\n", "RRULE", "single events"),
        (EVENT + "STATUS:CANCELLED\n", "STATUS", "takes place"),
        (EVENT.replace("a1", "x" * 201), "ref", "200"),
    ],
)
def test_an_event_that_is_no_shift_is_refused_by_itself(event: str, column: str, expected: str) -> None:
    row, at, why = problem(event)
    assert (row, at) == (10, column)
    assert expected in why


def test_what_neither_event_nor_sender_says_is_named() -> None:
    found = read(calendar(EVENT), Roster(driver="D7"))
    assert [(each.column, each.row) for each in found.problems] == [("vehicle", 4)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ref,driver\n",
        b"\xff\xfe",
        b"BEGIN:VCALENDAR\r\n",
        calendar(),
    ],
)
def test_what_is_no_calendar_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"^nora\.ics: [^\n]*$"):
        read(content)


def test_a_calendar_is_read_apart_as_it_is_here() -> None:
    sent = SentFile(kind=FileKind.SHIFTS, form=FileForm.ICS, name="nora.ics", roster=ALL)
    content = calendar(EVENT, EVENT.replace("a1", "a2").replace("20261125T13", "soon"))
    assert read_apart(content, sent, zone=ZONE) == read(content)


def test_a_calendar_that_explodes_costs_a_process() -> None:
    sent = SentFile(kind=FileKind.SHIFTS, form=FileForm.ICS, name="nora.ics", roster=ALL)
    content = calendar(*[EVENT] * 50_000)
    with pytest.raises(Invalid, match="divide the file"):
        read_apart(content, sent, zone=ZONE, bounds=Bounds(cpu_s=2))


_WHOLE = calendar(
    EVENT, EVENT + "RRULE:FREQ=DAILY\n", "UID:x\nDTSTART;TZID=Nowhere/Land:20261125T060000\nDURATION:PT8H\n"
)
_PIECES = st.sampled_from(
    [b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"BEGIN:VTIMEZONE\r\n", b"TZID=", b";", b":", b"\r\n ", b"\x00", b"DURATION:-P1D\r\n",
     b"DTSTART:00000000T000000\r\n", b"BEGIN:VALARM\r\n", b"TZOFFSETFROM:+9999\r\n", b'"', b"\xc3", b"9" * 400]
)  # fmt: skip


@settings(max_examples=up_to(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(_WHOLE)
@given(
    st.binary(max_size=300)
    | st.tuples(
        st.integers(0, len(_WHOLE)), st.integers(0, 40), st.lists(_PIECES | st.binary(max_size=6), max_size=4)
    ).map(lambda cut: _WHOLE[: cut[0]] + b"".join(cut[2]) + _WHOLE[cut[0] + cut[1] :])
)
def test_nothing_but_shifts_and_refusals_comes_out_of_any_bytes(content: bytes) -> None:
    try:
        found = read(content)
    except Invalid:
        return
    events = len(found.taken) + len(found.problems)
    assert 0 < events <= content.upper().count(b"BEGIN:VEVENT") + content.count(b"\r\n ")
