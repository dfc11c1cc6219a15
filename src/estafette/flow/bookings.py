"""Booking trips, changing them, calling them off, and saying that a rider is ready."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from estafette.domain.booking import ENDED, TRANSITIONS, Direction, TripStatus
from estafette.domain.booking_request import BookingBody, BookingView, NewRider, TripBody, Where
from estafette.domain.enquiry import EnquiryState, answered
from estafette.domain.error import Conflict, Invalid, NotItsDay
from estafette.domain.outcome import ImportOptions, Refusal, RequestOutcome
from estafette.domain.request import PlaceRequest, Promise, TripRequest, is_near
from estafette.domain.time import day_start_at
from estafette.domain.trip import TripView
from estafette.store.bookings import BookingFilter, Names, list_bookings, names_of
from estafette.store.database import Database
from estafette.store.enquiries import answering, get_enquiry, still_asked
from estafette.store.guards import not_taken, unchanged
from estafette.store.intake import deliver, trip_delivery
from estafette.store.own_run import zone_of
from estafette.store.trip_moves import Ending, cancel_trips, make_ready, move_status
from estafette.store.trips import get_trip


def book(database: Database, company_id: int, body: BookingBody, *, ref: str, actor: str) -> BookingView:
    """
    Store a booking with its trips and read it back; `ref` is its reference where the caller has none.

    Raises
    ------
    Invalid
        It names a place or a rider that the company does not have, or contradicts itself; the pointer says
        where.
    Conflict
        A reference is taken, or what was asked for in words is answered already.
    NotFound
        There is no such request in words.
    """
    booking = body.ref or ref
    requests = requests_of(database, company_id, body, ref=booking)
    guards = [not_taken("booking", company_id, booking)]
    guards += [
        not_taken("trip", company_id, request.ref, f"/trips/{place}/ref")
        for place, request in enumerate(requests)
    ]
    after = []
    if body.enquiry_id is not None:
        _refuse_answered(database, company_id, body.enquiry_id)
        guards.append(still_asked(company_id, body.enquiry_id))
        after = answering(company_id, body.enquiry_id, booking)
    options = ImportOptions(actor=actor, atomic=True)
    deliveries = [partial(trip_delivery, requests)]
    stored = deliver(database, company_id, deliveries, options, guards=guards, after=after)
    for place, outcome in enumerate(stored[0].outcomes):
        refuse(requests[place], outcome, f"/trips/{place}")
    return list_bookings(database, company_id, BookingFilter(ref=booking))[0]


def _refuse_answered(database: Database, company_id: int, enquiry_id: int) -> None:
    enquiry = get_enquiry(database, company_id, enquiry_id)
    if enquiry.state is not EnquiryState.ASKED:
        raise answered(enquiry)


def requests_of(database: Database, company_id: int, body: BookingBody, *, ref: str) -> list[TripRequest]:
    """Give the trips of a booking `ref` as they are asked for; raises `Invalid`, with a pointer."""
    named = [place for trip in body.trips for place in (trip.origin, trip.destination)]
    names = names_of(
        database, company_id, place_ids=[place for place in named if isinstance(place, int)],
        rider=None if isinstance(body.rider, NewRider) else body.rider,
    )  # fmt: skip
    return list(_requests(body, ref, names))


def _requests(body: BookingBody, booking: str, names: Names) -> Iterator[TripRequest]:
    rider, rider_name = _rider(body, names)
    phone = body.rider.phone if isinstance(body.rider, NewRider) else None
    before: TripRequest | None = None
    for place, trip in enumerate(body.trips):
        at = f"/trips/{place}"
        origin, destination = _ways(trip, before, names, at)
        facts = {name: getattr(trip, name) for name in _SHARED}
        before = _checked(
            at, ref=trip.ref or f"{booking}-{place + 1}", booking=booking, rider=rider, rider_name=rider_name,
            rider_phone=phone, origin=origin, destination=destination, purpose=body.purpose, **facts,
        )  # fmt: skip
        yield before


_SHARED = frozenset(TripRequest.__struct_fields__) & frozenset(TripBody.__struct_fields__) - {
    "ref", "origin", "destination",
}  # fmt: skip


def _checked(at: str, **facts: object) -> TripRequest:
    try:
        return TripRequest(**facts)  # type: ignore[arg-type]
    except ValueError as error:
        raise Invalid(f"{at}: {error}", pointer=at) from error


def _rider(body: BookingBody, names: Names) -> tuple[str, str]:
    if isinstance(body.rider, NewRider):
        return body.rider.ref, body.rider.name
    if names.rider is None:
        message = f"/rider: there is no rider {body.rider}; with reference and name it is made"
        raise Invalid(message, pointer="/rider")
    if not names.rider_active:
        message = f"rider {body.rider} is out of use"
        raise Conflict(message, code="out_of_use", field="rider")
    return names.rider


def _ways(
    trip: TripBody, before: TripRequest | None, names: Names, at: str
) -> tuple[PlaceRequest | str, PlaceRequest | str]:
    """Give origin and destination; a return without them goes back the way of the trip before."""
    goes_back = trip.direction is Direction.RETURN and before is not None
    ways = []
    for field, back in (("origin", "destination"), ("destination", "origin")):
        where = getattr(trip, field)
        if where is not None:
            ways.append(_place(where, names, f"{at}/{field}"))
        elif goes_back:
            ways.append(getattr(before, back))
        else:
            message = f"{at}/{field}: expected a place"
            raise Invalid(message, pointer=f"{at}/{field}")
    return ways[0], ways[1]


def _place(where: Where, names: Names, pointer: str) -> PlaceRequest | str:
    if not isinstance(where, int):
        return where
    if where not in names.places:
        message = f"{pointer}: there is no place {where}"
        raise Invalid(message, pointer=pointer)
    return names.places[where]


def refuse(request: TripRequest, outcome: RequestOutcome, at: str) -> None:
    """Raise what a refusal means for a trip that was to be stored; `at` points to it."""
    if outcome.refusal is None:
        return
    if outcome.refusal is Refusal.UNKNOWN_PLACE:
        field = "origin" if outcome.detail == request.origin else "destination"
        message = f"{at}/{field}: there is no place {outcome.detail}"
        raise Invalid(message, pointer=f"{at}/{field}")
    said = f"nothing was changed: {outcome.refusal.replace('_', ' ')} {outcome.detail}"
    if outcome.refusal in (Refusal.SAME_REF, Refusal.OTHER_FACTS):
        raise Invalid(said, pointer=at)
    raise Conflict(said.rstrip(), code=outcome.refusal)


def change_trip(
    database: Database, company_id: int, request: TripRequest, present: TripView, *, actor: str
) -> TripView:
    """
    Store a trip that was changed from how it stood, and read it back.

    Raises
    ------
    Stale
        It has changed meanwhile.
    Conflict
        It is under way or has ended; or a driver has it and it would lose its time or change its day.
    Invalid
        It names a place that the company does not have.
    """
    guard = unchanged("trip", company_id, present.trip_id, str(present.version))
    options = ImportOptions(actor=actor, atomic=True)
    stored = deliver(database, company_id, [partial(trip_delivery, [request])], options, guards=[guard])
    refuse(request, stored[0].outcomes[0], "")
    return get_trip(database, company_id, present.trip_id)


def change_status(
    database: Database, company_id: int, trip: TripView, status: TripStatus, *, actor: str
) -> TripView:
    """
    Let a trip make a legal move, as the dispatcher says; raises `Conflict` for another.

    Calling off and saying "ready" are moves of their own, since they say more.
    """
    legal(trip, status)
    if status is TripStatus.CANCELLED or (trip.status, status) == (TripStatus.WILL_CALL, TripStatus.BOOKED):
        message = "say who called the trip off, or that the rider is ready, instead"
        raise Conflict(message, code="illegal_move", present=trip)
    move_status(database, company_id, trip, status, actor=actor)
    return get_trip(database, company_id, trip.trip_id)


def legal(trip: TripView, status: TripStatus) -> None:
    """Raise `Conflict` where a trip cannot make a move."""
    if (trip.status, status) not in TRANSITIONS:
        message = f"a trip that is {trip.status} cannot become {status}"
        raise Conflict(message, code="illegal_move", present=trip)


def ready(
    database: Database, company_id: int, trip: TripView, at: datetime | None, *, actor: str
) -> TripView:
    """
    Give a will-call its time (`None`: now), as somebody says "ready".

    Raises `Conflict`, and `NotItsDay` before its service day begins or long after it.
    """
    legal(trip, TripStatus.BOOKED)
    requested_at = (at or datetime.now(UTC)).replace(microsecond=0)
    begins_at = day_start_at(trip.service_on, zone_of(database, company_id))
    if requested_at < begins_at or not is_near(requested_at, trip.service_on):
        message = (
            f"/at: expected a time on the service day of the trip, {trip.service_on}; without one it is now"
        )
        raise NotItsDay(message, pointer="/at")
    window = Promise().window(trip.anchor, requested_at)
    make_ready(database, company_id, trip, requested_at, window, actor=actor)
    return get_trip(database, company_id, trip.trip_id)


def cancel(
    database: Database, company_id: int, trips: Sequence[TripView], ending: Ending, *, key: str, actor: str
) -> None:
    """
    Call trips off: those that a driver has are taken off the run, and the driver is told.

    A trip whose driver is at the door stays on the run as what was driven.

    Raises
    ------
    Conflict
        One cannot be called off: its rider is aboard, or it has ended.
    Stale
        One has changed meanwhile.
    """
    for trip in trips:
        legal(trip, TripStatus.CANCELLED)
    if trips:
        cancel_trips(database, company_id, trips, ending, key=key, actor=actor)


def open_trips(booking: BookingView) -> list[TripView]:
    """List the trips of a booking that can still be called off."""
    return [trip for trip in booking.trips if trip.status not in ENDED | {TripStatus.ON_BOARD}]
