"""A notice as text, in the driver's language and the company's time zone."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from estafette.domain.fleet import Spaces
from estafette.domain.notice import Change, ChangedTrip, Notice
from estafette.domain.record import Record

_WORDS = Path(__file__).parent / "words"
LANGUAGES = tuple(sorted(path.stem for path in _WORDS.glob("*.json")))


class Counted(Record, frozen=True, kw_only=True):
    """A phrase for one, and one for several with `{n}`."""

    one: str
    other: str


class Words(Record, frozen=True, kw_only=True):
    """
    Everything that is said in one language.

    `date` is a pattern of `strftime`, `hint` all that a locked screen may show.
    """

    date: str
    hint: str
    nothing: str
    new: Counted
    moved: Counted
    taken: Counted
    first_pickup: str
    mark_new: str
    mark_moved: str
    mark_taken: str
    seats: Counted
    wheelchairs: Counted
    stretchers: Counted


@cache
def words(language: str) -> Words:
    """Give the words of a language, English when there are none."""
    name = language if language in LANGUAGES else "en"
    return msgspec.json.decode((_WORDS / f"{name}.json").read_bytes(), type=Words)


def render(notice: Notice) -> str:
    """
    Write a notice: who and when, what changed in one line, then one line for each trip.

    It names places and what a trip takes, never a rider.
    """
    say = words(notice.language)
    head = f"{notice.driver}, {notice.service_on.strftime(say.date)}"
    lines = [_line(trip, notice.zone, say) for trip in notice.trips]
    return "\n".join([head, _summary(notice, say), *lines])


def _summary(notice: Notice, say: Words) -> str:
    changes = [trip.change for trip in notice.trips]
    counted = {Change.NEW: say.new, Change.MOVED: say.moved, Change.TAKEN: say.taken}
    parts = [_count(changes.count(kind), phrase) for kind, phrase in counted.items() if kind in changes]
    sentences = [(", ".join(parts) or say.nothing) + "."]
    if pickups := [trip.times.pickup_at for trip in notice.trips if trip.times]:
        sentences.append(say.first_pickup.format(time=_clock(min(pickups), notice.zone)))
    return " ".join(sentences)


def _line(trip: ChangedTrip, zone: str, say: Words) -> str:
    marks = {Change.NEW: say.mark_new, Change.MOVED: say.mark_moved, Change.TAKEN: say.mark_taken}
    times = trip.times
    span = f"{_clock(times.pickup_at, zone)}-{_clock(times.dropoff_at, zone)}" if times else " " * 11
    takes = ", ".join(_takes(trip.takes, say))
    return f"{span}  {marks[trip.change]}: {trip.origin} \N{RIGHTWARDS ARROW} {trip.destination} ({takes})"


def _takes(takes: Spaces, say: Words) -> Iterator[str]:
    pairs = (
        (takes.seats, say.seats),
        (takes.wheelchairs, say.wheelchairs),
        (takes.stretchers, say.stretchers),
    )
    return (_count(n, phrase) for n, phrase in pairs if n)


def _count(n: int, phrase: Counted) -> str:
    return phrase.one if n == 1 else phrase.other.format(n=n)


def _clock(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
