"""A booking as it is asked for and as it is read: one rider, one purpose, its trips."""

from datetime import date
from typing import Annotated

import msgspec

from estafette.domain.booking import Anchor, Direction
from estafette.domain.fleet import Spaces
from estafette.domain.hand import Id
from estafette.domain.offer import Offer
from estafette.domain.record import Record
from estafette.domain.request import (
    DayS,
    DwellS,
    Instant,
    Name,
    Phone,
    PlaceRequest,
    PriceS,
    Ref,
    Text,
    Words,
)
from estafette.domain.trip import TripView

Heads = Annotated[int, msgspec.Meta(ge=0, le=99)]
Where = Id | Ref | PlaceRequest
"""A place by its id, by its reference, or described."""


class NewRider(Record, frozen=True, kw_only=True):
    """A rider by reference, with name and, where it is told, phone: one that is not known yet is made."""

    ref: Ref
    name: Name
    phone: Phone | None = None


class TripBody(Record, frozen=True, kw_only=True):
    """
    One trip to be booked. Places are named by id or reference, or described.

    A return without places goes back the way of the trip before it. Without `requested_at` it is a will-call:
    it is planned once somebody says "ready", or held room for if it has an `expected_at`.
    """

    direction: Direction = Direction.OUTBOUND
    service_on: date
    origin: Where | None = None
    destination: Where | None = None
    anchor: Anchor
    requested_at: Instant | None = None
    expected_at: Instant | None = None
    ref: Ref | None = None
    takes: Spaces = Spaces(seats=1)
    companions: Heads = 0
    needs: Words = ()
    no_share: bool = False
    priority: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    unserved_s: PriceS | None = None
    pickup_dwell_s: DwellS | None = None
    dropoff_dwell_s: DwellS | None = None
    max_ride_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] | None = None
    min_stay_s: DayS | None = None
    same_driver: bool = False
    waits: bool = False


class BookingBody(Record, frozen=True, kw_only=True):
    """
    A booking: its trips in the order in which they are driven, each with so many `offers` of runs.

    With `enquiry_id` it is what an institution asked for in words, which is thereby answered.
    """

    rider: Id | Ref | NewRider
    trips: Annotated[tuple[TripBody, ...], msgspec.Meta(min_length=1, max_length=20)]
    ref: Ref | None = None
    purpose: Text = ""
    offers: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    enquiry_id: Id | None = None


class BookingPatch(Record, frozen=True, kw_only=True):
    """
    What changes of a booking itself; what is left out stays. Its trips are changed by themselves.

    `return_kept`: the return is wanted although the outbound was a no-show; boards ask no more.
    """

    purpose: Text | msgspec.UnsetType = msgspec.UNSET
    notes: Text | msgspec.UnsetType = msgspec.UNSET
    return_kept: bool | msgspec.UnsetType = msgspec.UNSET


class Clash(Record, frozen=True, kw_only=True):
    """Another trip of the rider at about the same time as one of the booking: perhaps booked twice."""

    trip_id: int
    other_trip_id: int
    other_ref: str
    other_booking_id: int


class BookingView(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A booking with its trips. `clashes` are warnings, `offers` the runs that can take them."""

    booking_id: int
    ref: str
    rider_id: int
    rider_ref: str
    rider: str
    rider_phone: str = ""
    purpose: str
    notes: str
    standing_order: str | None
    return_kept: bool = False
    trips: tuple[TripView, ...]
    etag: str
    clashes: tuple[Clash, ...] = ()
    offers: tuple[Offer, ...] = ()
