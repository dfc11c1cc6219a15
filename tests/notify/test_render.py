"""Notices as text: what changed, in the driver's language and the company's zone."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import estafette.notify
from estafette.domain.board import Times
from estafette.domain.fleet import Spaces
from estafette.domain.notice import Change, ChangedTrip, Notice
from estafette.notify.render import LANGUAGES, render, words


def a_trip(
    number: int, change: Change = Change.NEW, *, at: str = "06:10", day: str = "2026-11-25"
) -> ChangedTrip:
    start = datetime.fromisoformat(f"{day}T{at}+00:00")
    minutes = [start + timedelta(minutes=n) for n in (0, 2, 25, 27)]
    times = Times(
        pickup_at=minutes[0], pickup_until=minutes[1], dropoff_at=minutes[2], dropoff_until=minutes[3]
    )
    return ChangedTrip(
        trip_id=number,
        change=change,
        origin="Station Road 3",
        destination="Day Clinic",
        takes=Spaces(wheelchairs=1, seats=2),
        times=None if change is Change.TAKEN else times,
    )


def a_notice(*trips: ChangedTrip, language: str = "en", driver_id: int = 7, event_id: int = 42) -> Notice:
    return Notice(
        driver_id=driver_id,
        event_id=event_id,
        service_on=date(2026, 11, 25),
        created_at=datetime(2026, 11, 24, 17, tzinfo=UTC),
        attempts=1,
        driver="Robin Frost",
        language=language,
        zone="Europe/Zurich",
        trips=trips,
    )


def test_a_notice_says_what_changed_and_where_the_day_begins() -> None:
    text = render(
        a_notice(a_trip(1), a_trip(2, at="07:00"), a_trip(3, Change.MOVED), a_trip(4, Change.TAKEN))
    )
    head, summary, first, *_, last = text.split("\n")
    assert head == "Robin Frost, 25/11/2026"
    assert summary == "2 new trips, 1 trip moved, 1 trip taken off. First pick-up 07:10."
    assert first == "07:10-07:35  new: Station Road 3 → Day Clinic (2 seats, 1 wheelchair)"
    assert last == "             taken off: Station Road 3 → Day Clinic (2 seats, 1 wheelchair)"


def test_a_notice_with_nothing_but_trips_taken_off_names_no_pickup() -> None:
    assert render(a_notice(a_trip(1, Change.TAKEN))).split("\n")[1] == "1 trip taken off."


def test_a_notice_without_trips_says_so() -> None:
    assert render(a_notice()).split("\n")[1:] == ["Nothing changed."]


@pytest.mark.parametrize(
    ("language", "summary"),
    [
        ("fr", "1 nouvelle course. Première prise en charge 07:10."),
        ("de", "1 neue Fahrt. Erste Abholung 07:10."),
        ("it", "1 nuova corsa. Prima presa a carico 07:10."),
        ("xx", "1 new trip. First pick-up 07:10."),
    ],
)
def test_a_notice_speaks_the_drivers_language(language: str, summary: str) -> None:
    assert render(a_notice(a_trip(1), language=language)).split("\n")[1] == summary


@pytest.mark.parametrize(("day", "span"), [("2026-11-25", "07:10-07:35"), ("2026-07-01", "08:10-08:35")])
def test_times_are_those_of_the_companys_clock(day: str, span: str) -> None:
    assert span in render(a_notice(a_trip(1, day=day)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_has_an_empty_word(language: str) -> None:
    folder = Path(estafette.notify.__file__).parent / "words"
    written = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    flat = [
        word
        for value in written.values()
        for word in (value.values() if isinstance(value, dict) else [value])
    ]
    assert "" not in flat
    assert words(language).first_pickup != ""


def test_four_languages_are_spoken() -> None:
    assert LANGUAGES == ("de", "en", "fr", "it")
