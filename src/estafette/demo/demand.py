"""The invented demand: who wants to go where, when, and back."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import NamedTuple, TypeVar

import msgspec

from estafette.demo.fleet import local
from estafette.demo.names import FAMILY_NAMES, GIVEN_NAMES, STREETS
from estafette.demo.places import COMMUNES, FACILITIES, Facility, Region, Use
from estafette.domain.booking import Anchor, Direction
from estafette.domain.fleet import Spaces
from estafette.domain.request import PlaceRequest, TripRequest

Choice = TypeVar("Choice")

replace = msgspec.structs.replace

SEAT, WHEELCHAIR, STRETCHER = Spaces(seats=1), Spaces(wheelchairs=1), Spaces(stretchers=1)

_WHEELCHAIR_SHARE, _STRETCHER_SHARE, _COMPANION_SHARE = 0.25, 0.035, 0.15
_WILL_CALL_SHARE = 0.06
_IN_CARE_HOME_SHARE = 0.25
_TIED = 2  # returns; days with tied legs are not divided among threads

# Degrees of one metre at 46.2 degrees north.
_LAT_PER_M, _LON_PER_M = 1 / 111_170, 1 / 77_100


class Back(StrEnum):
    """How the rider of an outing comes back: at a known time, when ready, or not by us."""

    TIMED = "timed"
    READY = "ready"
    NONE = "none"


class _Kind(NamedTuple):
    """
    A kind of outing with how often it is asked for.

    `starts` are the usual times, weighted by repetition, at which it begins; it keeps the rider for
    `stay_min` minutes (least and most). The
    first returns after treatments that last `least_stay_min` are tied to them.
    """

    purpose: str
    weight: int
    use: Use
    starts: tuple[str, ...]
    stay_min: tuple[int, int]
    standing: bool = False
    least_stay_min: int | None = None
    backs: tuple[Back, ...] = (Back.TIMED,)


_OUTINGS = (
    _Kind(
        "dialysis",
        20,
        Use.DIALYSIS,
        ("07:15", "07:30", "12:30", "12:45"),
        (250, 265),
        standing=True,
        least_stay_min=240,
    ),
    _Kind(
        "consultation",
        36,
        Use.CONSULTATION,
        ("07:45", "08:00", "08:00", "08:15", "08:30", "08:45", "09:30", "11:30", "13:30", "14:00", "14:30"),
        (90, 210),
        backs=(Back.TIMED, Back.TIMED, Back.READY, Back.NONE),
    ),
    _Kind(
        "rehabilitation",
        16,
        Use.REHABILITATION,
        ("08:15", "08:30", "09:00", "13:30", "13:45"),
        (165, 195),
        standing=True,
    ),
    _Kind("day centre", 12, Use.DAY_CENTRE, ("08:45", "09:00", "09:15"), (450, 480), standing=True),
)
_DISCHARGE = _Kind(
    "discharge", 12, Use.HOSPITAL, ("11:00", "11:30", "12:00", "13:00", "13:30", "16:30", "17:00"), (0, 0)
)
_TRANSFER = _Kind("transfer", 4, Use.HOSPITAL, ("09:30", "11:30", "12:30", "13:15", "14:00"), (0, 0))
_KINDS = (*_OUTINGS, _DISCHARGE, _TRANSFER)


# How to get in at some homes; most doors need no word.
_NOTES = (
    None, "2e étage, code 12A4", None, None, "entrée côté cour", None, None, "4e étage sans ascenseur", None,
    "rampe à gauche de l'entrée",
)  # fmt: skip


class _Rider(NamedTuple):
    ref: str
    name: str
    home: PlaceRequest
    region: Region
    takes: Spaces
    companions: int


def trips(random: Random, count: int, service_on: date, *, stretchers: bool) -> tuple[TripRequest, ...]:
    """Invent exactly `count` trips with a time, and on top the will-call returns (about 6 %)."""
    demand = _Demand(random, service_on, stretchers=stretchers)
    while len(demand.timed) < count:
        demand.add_outing(room=count - len(demand.timed))
    waiting = random.sample(demand.ready, min(len(demand.ready), round(count * _WILL_CALL_SHARE)))
    return (*demand.timed, *sorted(waiting, key=lambda trip: trip.ref))


class _Demand:
    """Grows outing by outing and keeps wheelchairs, stretchers and companions near their shares."""

    def __init__(self, random: Random, service_on: date, *, stretchers: bool) -> None:
        self._random = random
        self._service_on = service_on
        self._stretchers = stretchers
        self._number = 0
        self._lying = self._wheeled = self._accompanied = self._tied = 0
        self.timed: list[TripRequest] = []
        self.ready: list[TripRequest] = []

    def add_outing(self, room: int) -> None:
        """Add one outing of at most `room` trips with a time."""
        self._number += 1
        lying = self._stretchers and self._due(_STRETCHER_SHARE, self._lying)
        kind = _TRANSFER if lying else self._choose(_KINDS, [kind.weight for kind in _KINDS])
        rider = self._rider(kind, STRETCHER if lying else self._need())
        first = self._first(kind, rider)
        self._enter(first)
        if kind in _OUTINGS:
            self._add_return(kind, first, room)

    def _add_return(self, kind: _Kind, first: TripRequest, room: int) -> None:
        back = self._random.choice(kind.backs)
        if back is Back.TIMED and room > 1:
            self._enter(self._return(kind, first))
        elif back is not Back.NONE or room == 1:
            self.ready.append(_will_call(self._return(kind, first)))

    def _enter(self, trip: TripRequest) -> None:
        self.timed.append(trip)
        self._lying += trip.takes.stretchers
        self._wheeled += trip.takes.wheelchairs
        self._accompanied += trip.companions

    def _first(self, kind: _Kind, rider: _Rider) -> TripRequest:
        facility = self._facility(kind.use, rider.region, {rider.home.ref}).place
        outing = kind in _OUTINGS
        origin, destination = (
            (rider.home, facility) if outing else (facility, self._bed(kind, rider, facility))
        )
        starts_at = local(self._service_on, self._random.choice(kind.starts))
        return TripRequest(
            ref=f"B{self._number:05}-1",
            booking=f"B{self._number:05}",
            rider=rider.ref,
            rider_name=rider.name,
            rider_phone=_phone(self._number),
            direction=Direction.OUTBOUND if outing else Direction.ONWARD,
            service_on=self._service_on,
            origin=origin,
            destination=destination,
            anchor=Anchor.ARRIVE_BY if outing else Anchor.PICKUP_AT,
            requested_at=starts_at if kind.standing else starts_at + self._jitter(),
            takes=rider.takes,
            companions=rider.companions,
            purpose=kind.purpose,
            standing_order=f"SO{self._number:05}" if kind.standing else None,
        )

    def _bed(self, kind: _Kind, rider: _Rider, facility: PlaceRequest) -> PlaceRequest:
        if kind is _DISCHARGE:
            return rider.home
        return self._facility(Use.HOSPITAL, rider.region, {facility.ref}).place

    def _return(self, kind: _Kind, first: TripRequest) -> TripRequest:
        assert first.requested_at is not None
        stay = timedelta(minutes=5 * round(self._random.randint(*kind.stay_min) / 5))
        return replace(
            first,
            ref=f"{first.booking}-2",
            direction=Direction.RETURN,
            origin=first.destination,
            destination=first.origin,
            anchor=Anchor.PICKUP_AT,
            requested_at=first.requested_at + stay,
            min_stay_s=self._least_stay_s(kind),
        )

    def _least_stay_s(self, kind: _Kind) -> int | None:
        if kind.least_stay_min is None or self._tied == _TIED:
            return None
        self._tied += 1
        return 60 * kind.least_stay_min

    def _jitter(self) -> timedelta:
        return timedelta(minutes=5 * self._random.randint(-2, 2))

    def _need(self) -> Spaces:
        due = self._due(_WHEELCHAIR_SHARE, self._wheeled)
        return WHEELCHAIR if due else SEAT

    def _due(self, share: float, found: int) -> bool:
        """Draw with the chance `share`, corrected by what the trips so far are short of it."""
        return self._random.random() < share + (share * len(self.timed) - found) / 8

    def _rider(self, kind: _Kind, takes: Spaces) -> _Rider:
        accompanied = not kind.standing and self._due(_COMPANION_SHARE, self._accompanied)
        home, region = self._home()
        return _Rider(
            ref=f"R{self._number:05}",
            name=f"{self._random.choice(GIVEN_NAMES)} {self._random.choice(FAMILY_NAMES)}",
            home=home,
            region=region,
            takes=takes,
            companions=int(accompanied),
        )

    def _home(self) -> tuple[PlaceRequest, Region]:
        if self._random.random() < _IN_CARE_HOME_SHARE:
            homes = [facility for facility in FACILITIES if Use.CARE_HOME in facility.uses]
            home = self._choose(homes, [home.weight for home in homes])
            return home.place, home.region
        commune = self._choose(COMMUNES, [commune.weight for commune in COMMUNES])
        street = f"{self._random.choice(STREETS)} {self._random.randint(1, 60)}"
        east_m, north_m = (self._random.uniform(-commune.radius_m, commune.radius_m) for _ in range(2))
        place = PlaceRequest(
            ref=f"H{self._number:05}",
            name=street,
            address=f"{street}, {commune.postcode} {commune.name}",
            lon=round(commune.lon + east_m * _LON_PER_M, 4),
            lat=round(commune.lat + north_m * _LAT_PER_M, 4),
            access_note=_NOTES[self._number % len(_NOTES)],
        )
        return place, commune.region

    def _facility(self, use: Use, region: Region, other_than: set[str]) -> Facility:
        """Choose by size; the own region counts four times, and few cross between Nyon and Geneva."""
        suited = [
            facility
            for facility in FACILITIES
            if use in facility.uses and facility.place.ref not in other_than
        ]
        return self._choose(suited, [one.weight * _pull(one.region, region) for one in suited])

    def _choose(self, among: Sequence[Choice], weights: Sequence[float]) -> Choice:
        return self._random.choices(among, weights)[0]


def _phone(number: int) -> str:
    """Invent a phone that nobody has: no area of Switzerland begins with 00."""
    return f"+41 00 {100 + number // 10_000} {number // 100 % 100:02} {number % 100:02}"


def _pull(facility: Region, home: Region) -> float:
    if facility is home:
        return 4
    return 0.15 if Region.NYON in (facility, home) else 1


def _will_call(trip: TripRequest) -> TripRequest:
    return replace(trip, requested_at=None)
