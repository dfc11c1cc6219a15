"""Bookings and what becomes of their trips: made, changed, called off, ready, moved on."""

from datetime import date
from typing import Any

import msgspec

from estafette.domain.booking import TripStatus
from estafette.domain.booking_request import BookingBody, BookingPatch, BookingView, Where
from estafette.domain.error import Invalid, Stale
from estafette.domain.hand import Id
from estafette.domain.offer import Offer
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.request import Instant, Ref, Text, TripRequest
from estafette.domain.trip import TripView
from estafette.edge.web.api.page import Listed, Sparse, page
from estafette.edge.web.api.resources import patch_of, patched
from estafette.edge.web.api.route import Answer, Ask, Route, etag_of
from estafette.flow.bookings import book, cancel, change_status, change_trip, open_trips, ready
from estafette.flow.hand import offers_for
from estafette.store.bookings import (
    BookingFilter,
    get_booking,
    get_trip_request,
    list_bookings,
    names_of,
    say_of_booking,
)
from estafette.store.trip_moves import CalledOffBy, Ending
from estafette.store.trips import get_trip


class Bookings(Listed, frozen=True, kw_only=True):
    """Which bookings to list: those with a trip of that day and status."""

    ref: Ref | None = None
    rider_id: Id | None = None
    day: date | None = None
    status: TripStatus | None = None
    standing_order: Ref | None = None


class CancelBody(Record, frozen=True, kw_only=True):
    """Who calls it off, and why in their words."""

    by: CalledOffBy
    reason: Text = ""


class ReadyBody(Record, frozen=True, kw_only=True):
    """From when on the rider is ready; without it, now."""

    at: Instant | None = None


class StatusBody(Record, frozen=True, kw_only=True):
    """Where the trip stands now."""

    status: TripStatus


# Places of a trip may be named by id as well; the rest is as it was asked for.
_NAMED = {"ref", "booking", "rider", "rider_name", "rider_phone", "standing_order", "origin", "destination"}
TripPatch: Any = msgspec.defstruct(
    "TripPatch",
    [
        *(
            (field.name, field.type, field.default)
            for field in msgspec.structs.fields(patch_of(TripRequest))
            if field.name not in _NAMED
        ),
        ("origin", Where | msgspec.UnsetType, msgspec.UNSET),
        ("destination", Where | msgspec.UnsetType, msgspec.UNSET),
    ],
    bases=(Record,), frozen=True, kw_only=True,
    namespace={"__doc__": "What changes of a trip; what is left out stays as it is."},
)  # fmt: skip


def list_(ask: Ask) -> Answer:
    """List bookings with their trips, by day, status, rider or reference."""
    q: Bookings = ask.query
    which = BookingFilter(
        ref=q.ref, rider_id=q.rider_id, day=q.day, status=q.status, standing_order=q.standing_order
    )

    def read(after: int, limit: int) -> tuple[BookingView, ...]:
        return list_bookings(ask.database, ask.company_id, which, after=after, limit=limit, actor=ask.actor)

    return Answer(page(q, read, lambda booking: booking.booking_id))


def get(ask: Ask) -> Answer:
    """Give a booking with its trips."""
    found = get_booking(ask.database, ask.company_id, ask.id("booking_id"), actor=ask.actor)
    return Answer(found, etag=etag_of(found.etag))


def create(ask: Ask) -> Answer:
    """Book trips of a rider; the answer warns of other trips at that time, and offers runs where asked."""
    body: BookingBody = ask.body
    if body.offers:
        ask.caller.must_have(Right.BOARD_READ)  # they tell of everybody's runs
    made = book(ask.database, ask.company_id, body, ref=f"b-{ask.work[:16]}", actor=ask.actor)
    offered = msgspec.structs.replace(made, offers=_offers(ask, made, body.offers))
    return Answer(offered, etag=etag_of(made.etag), status=201, location=f"/bookings/{made.booking_id}")


def _offers(ask: Ask, booking: BookingView, k: int) -> tuple[Offer, ...]:
    found: list[Offer] = []
    for trip in booking.trips if k else ():
        if trip.status is TripStatus.BOOKED:
            with ask.world.standings.lent(ask.company_id, trip.service_on, is_changed=True) as standing:
                found += offers_for(standing, trip.trip_id, k)
    return tuple(found)


def say_of(ask: Ask) -> Answer:
    """Change the purpose and the notes of a booking, or say that its return is wanted after a no-show."""
    ask.seen()
    booking = get_booking(ask.database, ask.company_id, ask.id("booking_id"), actor=ask.actor)
    _seen(ask, booking.etag, booking)
    made = say_of_booking(ask.database, ask.company_id, booking, ask.body, actor=ask.actor)
    return Answer(made, etag=etag_of(made.etag))


def cancel_booking(ask: Ask) -> Answer:
    """Call off every trip of a booking that can still be called off."""
    booking = get_booking(ask.database, ask.company_id, ask.id("booking_id"))
    _seen(ask, booking.etag, booking)
    _cancel(ask, open_trips(booking))
    made = get_booking(ask.database, ask.company_id, booking.booking_id)
    return Answer(made, etag=etag_of(made.etag))


def cancel_trip(ask: Ask) -> Answer:
    """Call a trip off."""
    trip = _trip(ask)
    _cancel(ask, [trip])
    return _now(get_trip(ask.database, ask.company_id, trip.trip_id))


def _cancel(ask: Ask, trips: list[TripView]) -> None:
    ending = Ending(by=ask.body.by, reason=ask.body.reason)
    cancel(ask.database, ask.company_id, trips, ending, key=f"api:{ask.work}", actor=ask.actor)


def edit(ask: Ask) -> Answer:
    """Change the named fields of a trip that nobody drives yet."""
    ask.seen()
    trip = _trip(ask)
    request = get_trip_request(ask.database, ask.company_id, trip.trip_id)
    patch = msgspec.structs.replace(ask.body, **_named_ways(ask))
    changed = patched(request, TripRequest, patch)
    return _now(change_trip(ask.database, ask.company_id, changed, trip, actor=ask.actor))


def _named_ways(ask: Ask) -> dict[str, str]:
    """Give references for the places that are named by id."""
    ways = {field: getattr(ask.body, field) for field in ("origin", "destination")}
    ids = {field: place for field, place in ways.items() if isinstance(place, int)}
    known = (
        names_of(ask.database, ask.company_id, place_ids=list(ids.values()), rider=None).places if ids else {}
    )
    for field, place in ids.items():
        if place not in known:
            message = f"/{field}: there is no place {place}"
            raise Invalid(message, pointer=f"/{field}")
    return {field: known[place] for field, place in ids.items()}


def say_ready(ask: Ask) -> Answer:
    """Say that the rider of a will-call is ready: from now on it is planned."""
    return _now(ready(ask.database, ask.company_id, _trip(ask), ask.body.at, actor=ask.actor))


def say_status(ask: Ask) -> Answer:
    """Say where a trip stands now; only legal moves are made."""
    trip = _trip(ask)
    return _now(change_status(ask.database, ask.company_id, trip, ask.body.status, actor=ask.actor))


def _trip(ask: Ask) -> TripView:
    """Give the trip; raises `Stale` if the caller names another version than the present one."""
    trip = get_trip(ask.database, ask.company_id, ask.id("trip_id"))
    _seen(ask, trip.version, trip)
    return trip


def _seen(ask: Ask, version: object, present: object) -> None:
    # A POST says by itself what it does to what; it may name a version and need not.
    if ask.if_match not in (None, "*", etag_of(version)):
        message = "it has changed meanwhile"
        raise Stale(message, present=present, etag=etag_of(version))


def _now(trip: TripView) -> Answer:
    return Answer(trip, etag=etag_of(trip.version))


_BOOKING, _TRIP = "/bookings/{booking_id:int}", "/trips/{trip_id:int}"
_READ, _WRITE = Right.BOOKING_READ, Right.BOOKING_WRITE
ROUTES = (
    Route("GET", "/bookings", _READ, list_, BookingView, query=Bookings),
    Route("POST", "/bookings", _WRITE, create, BookingView, BookingBody, status=201),
    Route("GET", _BOOKING, _READ, get, BookingView, query=Sparse),
    Route("PATCH", _BOOKING, _WRITE, say_of, BookingView, BookingPatch),
    Route("POST", f"{_BOOKING}/cancel", _WRITE, cancel_booking, BookingView, CancelBody),
    Route("PATCH", _TRIP, _WRITE, edit, TripView, TripPatch),
    Route("POST", f"{_TRIP}/cancel", _WRITE, cancel_trip, TripView, CancelBody),
    Route("POST", f"{_TRIP}/ready", _WRITE, say_ready, TripView, ReadyBody),
    Route("POST", f"{_TRIP}/status", Right.ASSIGNMENT_WRITE, say_status, TripView, StatusBody),
)
