"""Wall clocks of a service day, on ordinary days and when the clocks change."""

from datetime import UTC, date, datetime

import pytest

from estafette.exchange.csv.moment import NotATime, instant_of, written

ZONE = "Europe/Zurich"
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


@pytest.mark.parametrize(
    ("text", "service_on", "instant"),
    [
        ("08:30", date(2026, 11, 25), datetime(2026, 11, 25, 7, 30, tzinfo=UTC)),
        ("8:30", date(2026, 11, 25), datetime(2026, 11, 25, 7, 30, tzinfo=UTC)),
        ("24:30", date(2026, 11, 25), datetime(2026, 11, 25, 23, 30, tzinfo=UTC)),
        ("35:59", date(2026, 11, 25), datetime(2026, 11, 26, 10, 59, tzinfo=UTC)),
        ("01:59", SPRING, datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        ("03:00", SPRING, datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("02:30", AUTUMN, datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("2027-10-31T02:30:00+01:00", AUTUMN, datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
        ("2027-10-31T01:30:00Z", AUTUMN, datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_the_zone_of_the_company(text: str, service_on: date, instant: datetime) -> None:
    assert instant_of(text, service_on, ZONE) == instant


@pytest.mark.parametrize(
    ("text", "service_on"), [("02:00", SPRING), ("02:59", SPRING), ("26:30", date(2027, 3, 27))]
)
def test_a_time_that_the_clocks_skip_is_refused(text: str, service_on: date) -> None:
    with pytest.raises(NotATime, match="skip it on 2027-03-28"):
        instant_of(text, service_on, ZONE)


def test_the_second_of_two_equal_clock_times_is_written_with_its_offset() -> None:
    first, second = (datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert written(first, AUTUMN, ZONE) == "02:30"
    assert written(second, AUTUMN, ZONE) == "2027-10-31T01:30:00+00:00"
