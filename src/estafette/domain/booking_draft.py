"""A booking that is still talked about: what it would meet, who could drive it, what its rider is used to."""

from datetime import date, datetime

from estafette.domain.booking import Anchor, Direction
from estafette.domain.fleet import Spaces
from estafette.domain.offer import Offer
from estafette.domain.place import Place
from estafette.domain.record import Record


class RiderWishes(Record, frozen=True, kw_only=True):
    """What holds for all trips of a rider; drivers are named by id."""

    needs: tuple[str, ...] = ()
    no_share: bool = False
    groups: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()
    banned_driver_ids: tuple[int, ...] = ()
    preferred_driver_ids: tuple[int, ...] = ()


class DraftClash(Record, frozen=True, kw_only=True):
    """Another trip of the rider at about that time."""

    trip_id: int
    ref: str
    booking_id: int
    promised_from: datetime
    promised_to: datetime
    origin: str
    destination: str


class DraftTrip(Record, frozen=True, kw_only=True):
    """
    What one trip would be: its promise (`None`: will-call), other trips of its rider then, runs for it.

    `offers` are those that the booked trip would get now; they name it by minus its place in the booking,
    counted from 1. A trip from or to a place that is not stored yet, or tied to the leg before it, has none.
    """

    promised_from: datetime | None
    promised_to: datetime | None
    clashes: tuple[DraftClash, ...] = ()
    offers: tuple[Offer, ...] = ()


class BookingDraft(Record, frozen=True, kw_only=True):
    """What became of each trip of a booking that was not made."""

    trips: tuple[DraftTrip, ...]


class UsualWay(Record, frozen=True, kw_only=True):
    """A way that a rider went before: how, for what, and when last (`last_at`: the time then asked for)."""

    origin_id: int
    origin: str
    destination_id: int
    destination: str
    direction: Direction
    anchor: Anchor
    takes: Spaces
    companions: int
    purpose: str
    last_on: date
    last_at: datetime | None


class RiderUsual(Record, frozen=True, kw_only=True):
    """A rider as who books needs them: needs, where they are mostly fetched first, and their last ways."""

    rider_id: int
    ref: str
    name: str
    needs: tuple[str, ...]
    no_share: bool
    home: Place | None
    ways: tuple[UsualWay, ...]
