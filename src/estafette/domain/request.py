"""
What a sender hands in, before anything has an id: places, drivers, riders, vehicles, shifts, trips.

Things are named by the sender's own stable references. What becomes of each request is an `outcome`.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple

import msgspec

from estafette.domain.booking import Anchor, Direction
from estafette.domain.fleet import Break, Count, Spaces
from estafette.domain.place import Lat, Lon
from estafette.domain.record import END, Record

_PRINTABLE = r"^[^\x00-\x1f\x7f]*" + END

Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_PRINTABLE)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=_PRINTABLE)]
Text = Annotated[str, msgspec.Meta(max_length=500, pattern=_PRINTABLE)]
Phone = Annotated[str, msgspec.Meta(max_length=30, pattern=_PRINTABLE)]  # E.164, or as it was told
Language = Annotated[str, msgspec.Meta(pattern="^(en|fr|de|it)" + END)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]  # with its offset
DwellS = Annotated[int, msgspec.Meta(ge=1, le=7200)]
DayS = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
PriceS = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]  # in seconds of driving

# A skill, a piece of equipment or a group, by the company's own name; `|` separates names in files.
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f|]*" + END)]
Words = Annotated[tuple[Word, ...], msgspec.Meta(max_length=20)]
Skills = Annotated[tuple[Word, ...], msgspec.Meta(max_length=60)]
Refs = Annotated[tuple[Ref, ...], msgspec.Meta(max_length=100)]

LONGEST_SHIFT = timedelta(hours=24)
_NEARBY_DAYS = 2
_LATEST_S = _NEARBY_DAYS * 86_400


def is_near(at: datetime, service_on: date) -> bool:
    """Tell whether an instant can belong to a service day, wherever on Earth that is."""
    return abs((at.date() - service_on).days) <= _NEARBY_DAYS


class PromisedWindow(NamedTuple):
    """From when to when service may start at the end of a trip that carries the promise."""

    from_at: datetime
    to_at: datetime


class Promise(Record, frozen=True, kw_only=True):
    """
    What is promised for a requested time.

    A pick-up asked for at t starts in [t, t + `pickup_late_s`]: never early, half of the window of 30
    minutes that is usual practice. An appointment at t is reached in [t - `arrive_early_s`, t]: never
    late, and nobody waits in a corridor for longer than that.
    """

    pickup_late_s: int = 900
    arrive_early_s: int = 1800

    def window(self, anchor: Anchor, requested_at: datetime) -> PromisedWindow:
        """Give the window promised at the end that `anchor` names."""
        if anchor is Anchor.PICKUP_AT:
            return PromisedWindow(requested_at, requested_at + timedelta(seconds=self.pickup_late_s))
        return PromisedWindow(requested_at - timedelta(seconds=self.arrive_early_s), requested_at)


class Dwell(Record, frozen=True, kw_only=True):
    """Time at the two doors of a trip."""

    pickup_s: int
    dropoff_s: int


def usual_dwell(takes: Spaces) -> Dwell:
    """
    Give the time at the doors by the rider's need.

    Senders who say nothing would otherwise get one figure for everybody (ten minutes is a common
    default). Ours follows what is done at the door: walking to the car and a belt; ramp or lift, four
    straps and a belt; two people, a bed and a hand-over. Getting out takes a little less, as nobody has
    to be found and made ready.
    """
    if takes.stretchers:
        return Dwell(pickup_s=480, dropoff_s=420)
    if takes.wheelchairs:
        return Dwell(pickup_s=300, dropoff_s=240)
    return Dwell(pickup_s=120, dropoff_s=90)


class PlaceRequest(Record, frozen=True, kw_only=True):
    """
    A place as its sender describes it. WGS 84, in degrees; a place without a position is no place.

    `access_lon`, `access_lat` are where vehicles stop for it, both or none; with none it stays as it is.
    `access_note` tells whoever drives there how to get in (entrance, floor, code of the door); `None` leaves
    the one that is known.
    """

    ref: Ref
    name: Name
    address: Text = ""
    lon: Lon
    lat: Lat
    access_lon: Lon | None = None
    access_lat: Lat | None = None
    access_note: Text | None = None

    def __post_init__(self) -> None:
        """Refuse half an access point."""
        if (self.access_lon is None) != (self.access_lat is None):
            message = f"place {self.ref}: an access point has a longitude and a latitude"
            raise ValueError(message)


class DriverRequest(Record, frozen=True, kw_only=True):
    """
    A driver. `language` (`en`, `fr`, `de`, `it`) is the one of the messages to the driver.

    `overtime_s` after each shift are allowed, at a price; `max_drive_s` and `max_work_s` limit driving and
    the time from pull-out to pull-in of a shift (`None`: no limit).
    """

    ref: Ref
    name: Name
    language: Language = "en"
    active: bool = True
    skills: Skills = ()
    overtime_s: Annotated[int, msgspec.Meta(ge=0, le=43_200)] = 0
    max_drive_s: DayS | None = None
    max_work_s: DayS | None = None


class RiderRequest(Record, frozen=True, kw_only=True):
    """
    What holds for all trips of a rider.

    `needs` are met by skills of the driver or equipment of the vehicle of the same name. Who belongs to one
    of the `groups` is never aboard with who stays `apart_from` it. Drivers are named by reference:
    `banned_drivers` never drive the rider, and one of `preferred_drivers` should. Who drives the rider
    may call `phone`.
    """

    ref: Ref
    name: Name
    phone: Phone = ""
    needs: Words = ()
    no_share: bool = False
    groups: Words = ()
    apart_from: Words = ()
    banned_drivers: Refs = ()
    preferred_drivers: Refs = ()

    def __post_init__(self) -> None:
        """Refuse a rider who bans a preferred driver."""
        if both := set(self.banned_drivers) & set(self.preferred_drivers):
            message = f"rider {self.ref}: driver {min(both)} is both banned and preferred"
            raise ValueError(message)


class VehicleRequest(Record, frozen=True, kw_only=True):
    """
    A vehicle with its legal configurations; what is aboard must fit one of them.

    Loading or unloading a wheelchair or a stretcher takes `wheeled_dwell_s` longer on it.
    """

    ref: Ref
    name: Name
    layouts: tuple[Spaces, ...]
    active: bool = True
    equipment: Skills = ()
    wheeled_dwell_s: Annotated[int, msgspec.Meta(ge=0, le=7200)] = 0

    def __post_init__(self) -> None:
        """Refuse a vehicle that can take nobody."""
        if not self.layouts or any(layout == Spaces() for layout in self.layouts):
            message = f"vehicle {self.ref}: every layout needs at least one space, and there must be one"
            raise ValueError(message)


class ShiftRequest(Record, frozen=True, kw_only=True):
    """
    One driver with one vehicle on one service day.

    `start` and `end` are described, or named by their reference when they are known already; without an
    end it ends where its last stop is. `activation_s` is the price of using it at all (`None`: that of any).
    """

    ref: Ref
    driver: Ref
    vehicle: Ref
    service_on: date
    starts_at: Instant
    ends_at: Instant
    start: PlaceRequest | Ref
    end: PlaceRequest | Ref | None
    breaks: tuple[Break, ...] = ()
    activation_s: PriceS | None = None

    def __post_init__(self) -> None:
        """Refuse a shift that ends before it starts, lasts longer than a day or is of another day."""
        if not timedelta() < self.ends_at - self.starts_at <= LONGEST_SHIFT:
            message = f"shift {self.ref}: it must end after its start and within 24 hours"
            raise ValueError(message)
        if not is_near(self.starts_at, self.service_on):
            message = f"shift {self.ref}: it must start on its service day"
            raise ValueError(message)
        if not all(0 <= rest.from_s <= rest.to_s <= _LATEST_S >= rest.duration_s > 0 for rest in self.breaks):
            message = f"shift {self.ref}: a break starts from `from_s` to `to_s` of its day and lasts a while"
            raise ValueError(message)


class TripRequest(Record, frozen=True, kw_only=True):
    """
    One leg of a booking: `booking` is the reference that its legs share.

    A `rider_phone` of `None` leaves the one that is known. `takes` is the rider's own space; companions
    take seats on top. `requested_at` is `None` for a will-call; if it has an `expected_at`, the plan holds
    room for it. Dwell times of `None` follow the rider's need, a `max_ride_s` of `None` the rule of the
    company.

    `needs` and `no_share` come on top of the rider's own. Trips of a higher `priority` are served before all
    others; an optional trip has a price of its own for not serving it, `unserved_s`, and no priority. With a
    `min_stay_s` or `same_driver` the leg is tied to the one before it in its booking on that day, also if the
    vehicle `waits` for it at the door.
    """

    ref: Ref
    booking: Ref
    rider: Ref
    rider_name: Name
    rider_phone: Phone | None = None
    direction: Direction
    service_on: date
    origin: PlaceRequest | Ref
    destination: PlaceRequest | Ref
    anchor: Anchor
    requested_at: Instant | None
    takes: Spaces = Spaces(seats=1)
    companions: Count = 0
    pickup_dwell_s: DwellS | None = None
    dropoff_dwell_s: DwellS | None = None
    max_ride_s: Annotated[int, msgspec.Meta(gt=0)] | None = None
    purpose: Text = ""
    standing_order: Ref | None = None
    needs: Words = ()
    no_share: bool = False
    priority: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    unserved_s: PriceS | None = None
    min_stay_s: DayS | None = None
    same_driver: bool = False
    waits: bool = False
    expected_at: Instant | None = None

    def __post_init__(self) -> None:
        """Refuse a trip for nobody, to where it starts, or optional with a priority."""
        if self.takes == Spaces():
            message = f"trip {self.ref}: the rider needs a seat, a wheelchair place or a stretcher"
            raise ValueError(message)
        if place_ref(self.origin) == place_ref(self.destination):
            message = f"trip {self.ref}: the destination must be another place than the origin"
            raise ValueError(message)
        if self.priority and self.unserved_s is not None:
            message = f"trip {self.ref}: an optional trip has no priority"
            raise ValueError(message)
        if not all(is_near(at, self.service_on) for at in (self.requested_at, self.expected_at) if at):
            message = f"trip {self.ref}: its time must be on its service day"
            raise ValueError(message)

    def promised(self, promise: Promise) -> PromisedWindow | None:
        """Give the window promised under a policy; `None` while the time is unknown."""
        return promise.window(self.anchor, self.requested_at) if self.requested_at else None

    def expected(self, promise: Promise) -> PromisedWindow | None:
        """Give the window for which the plan holds room while the time is unknown."""
        return promise.window(self.anchor, self.expected_at) if self.expected_at else None

    def dwell(self) -> Dwell:
        """Give the time at the doors: as asked for, otherwise the usual one."""
        usual = usual_dwell(self.takes)
        return Dwell(
            pickup_s=self.pickup_dwell_s or usual.pickup_s,
            dropoff_s=self.dropoff_dwell_s or usual.dropoff_s,
        )


Request = DriverRequest | RiderRequest | VehicleRequest | ShiftRequest | TripRequest


def place_ref(place: PlaceRequest | str) -> str:
    """Give the reference of a place, described or named."""
    return place if isinstance(place, str) else place.ref
