"""A standing order: a booking that repeats, with its exceptions."""

from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from estafette.domain.booking import Anchor, Direction
from estafette.domain.booking_request import Heads
from estafette.domain.fleet import Spaces
from estafette.domain.hand import Id
from estafette.domain.record import END, Record
from estafette.domain.request import Ref, Text, TripRequest, Words

Clock = Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]" + END)]


class TripPattern(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    A trip of each date; `at` is the company's wall clock, nothing for a return that is called for.

    Places are named by their reference.
    """

    direction: Direction = Direction.OUTBOUND
    origin: Ref
    destination: Ref
    anchor: Anchor
    at: Clock | None = None
    expected: Clock | None = None
    takes: Spaces = Spaces(seats=1)
    companions: Heads = 0
    needs: Words = ()
    no_share: bool = False


Patterns = Annotated[tuple[TripPattern, ...], msgspec.Meta(min_length=1, max_length=20)]


class Otherwise(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What is different on one date: other trips, or none."""

    service_on: date
    trips: tuple[TripPattern, ...] = ()


class StandingOrderBody(Record, frozen=True, kw_only=True):
    """
    A standing order.

    `rule` is an RFC 5545 rule of days: `FREQ=DAILY` or `WEEKLY` with `INTERVAL`, `BYDAY`, `COUNT` or `UNTIL`.
    """

    ref: Ref
    rider: Id | Ref
    rule: Annotated[str, msgspec.Meta(max_length=200)]
    starts_on: date
    trips: Patterns
    purpose: Text = ""


class StandingOrder(Record, frozen=True, kw_only=True):
    """A standing order as it is kept. One that is not `active` makes no bookings any more."""

    standing_order_id: int
    ref: str
    rider_id: int
    rider_ref: str
    rule: str
    starts_on: date
    trips: tuple[TripPattern, ...]
    purpose: str
    exceptions: tuple[Otherwise, ...]
    active: bool
    etag: str

    def patterns_on(self, service_on: date) -> tuple[TripPattern, ...]:
        """Give the trips of a date of the rule: those of its exception, which may be none."""
        return next((each.trips for each in self.exceptions if each.service_on == service_on), self.trips)

    def booking_ref(self, service_on: date) -> str:
        """Name the booking of a date; the same always, so that it is made once."""
        return f"{self.ref}@{service_on}"

    def requests(self, service_on: date, *, zone: str, rider_name: str) -> list[TripRequest]:
        """Give the trips of a date as they are asked for."""
        booking = self.booking_ref(service_on)
        return [
            TripRequest(
                ref=f"{booking}-{number}", booking=booking, rider=self.rider_ref, rider_name=rider_name,
                direction=trip.direction, service_on=service_on, origin=trip.origin,
                destination=trip.destination, anchor=trip.anchor,
                requested_at=_instant(service_on, trip.at, zone),
                expected_at=_instant(service_on, trip.expected, zone), takes=trip.takes,
                companions=trip.companions, needs=trip.needs, no_share=trip.no_share, purpose=self.purpose,
                standing_order=self.ref,
            )
            for number, trip in enumerate(self.patterns_on(service_on), 1)
        ]  # fmt: skip


def _instant(service_on: date, clock: str | None, zone: str) -> datetime | None:
    return None if clock is None else datetime.combine(service_on, time.fromisoformat(clock), ZoneInfo(zone))


class Made(Record, frozen=True, kw_only=True):
    """What became of dates of standing orders: bookings made, changed, called off, left as people made it."""

    made: int = 0
    changed: int = 0
    called_off: int = 0
    kept: int = 0
    refused: tuple[str, ...] = ()


class Changed(Record, frozen=True, kw_only=True):
    """The order as it is now, and what became of its bookings."""

    order: StandingOrder
    bookings: Made
