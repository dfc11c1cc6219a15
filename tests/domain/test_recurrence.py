"""Recurrence: the same dates as another implementation of RFC 5545, and nothing passed over."""

from datetime import date, datetime, time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.domain.recurrence import read_rule
from tests.examples import up_to

STARTS, THROUGH = date(2026, 11, 2), date(2027, 6, 30)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@st.composite
def rules(draw: st.DrawFn) -> str:
    parts = [f"FREQ={draw(st.sampled_from(['DAILY', 'WEEKLY']))}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 5))}")
    if days := draw(st.lists(st.sampled_from(DAYS), unique=True, max_size=4)):
        parts.append(f"BYDAY={','.join(days)}")
    end = draw(st.sampled_from(["", f"COUNT={draw(st.integers(1, 40))}", "UNTIL=20270301"]))
    return ";".join([*parts, end] if end else parts)


@settings(max_examples=up_to(80), deadline=None)
@given(rules(), st.dates(STARTS, date(2026, 12, 31)))
def test_the_dates_are_those_of_another_implementation(rule: str, starts_on: date) -> None:
    theirs = rrulestr(rule, dtstart=datetime.combine(starts_on, time.min))
    expected = [
        at.date()
        for at in theirs.between(
            datetime.combine(starts_on, time.min), datetime.combine(THROUGH, time.min), inc=True
        )
    ]
    assert list(read_rule(rule).dates(starts_on, through=THROUGH)) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "", "FREQ=MONTHLY", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYMONTH=1", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=DAILY;UNTIL=soon", "FREQ=DAILY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,MO",
        "FREQ=DAILY;INTERVAL=99999", "INTERVAL=1",
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rule(wrong)
    assert refused.value.pointer == "/rule"
