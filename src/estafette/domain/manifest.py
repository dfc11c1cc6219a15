"""What a driver takes along: the stops of one run, complete and in order."""

from datetime import datetime

import msgspec

from estafette.domain.booking import Anchor, TripStatus
from estafette.domain.fleet import Spaces
from estafette.domain.map_links import MapLinks, directions_to
from estafette.domain.plan import StopKind
from estafette.domain.record import Record


class ManifestStop(Record, frozen=True, kw_only=True):
    """
    One stop. Pull-outs, pull-ins and breaks have no rider; a break has no place of its own.

    `anchor` says which end carries the promise, `requested_at` when the rider asked for it: an appointment,
    or to be fetched. `needs` are the skills and the equipment that the rider needs. `estimated`: the way
    there was planned with an estimate and not with a road time. `lon`, `lat` are where the vehicle stops, and
    `links` open the driver's map there.

    `access_note` says how to get in, until the trip is over; `phone` is the rider's, at the pick-up, until
    the rider is aboard.
    """

    kind: StopKind
    at: datetime
    until: datetime
    place: str = ""
    address: str = ""
    access_note: str = ""
    trip_id: int | None = None
    trip_ref: str = ""
    status: TripStatus | None = None
    anchor: Anchor | None = None
    requested_at: datetime | None = None
    rider: str = ""
    phone: str = ""
    takes: Spaces = Spaces()
    companions: int = 0
    needs: tuple[str, ...] = ()
    rides_alone: bool = False
    estimated: bool = False
    lon: float | None = None
    lat: float | None = None
    links: MapLinks | None = None


class Manifest(Record, frozen=True, kw_only=True):
    """One run as published to its driver; `number` counts its versions."""

    run_id: int
    number: int
    driver: str
    vehicle: str
    shift_from: datetime
    shift_to: datetime
    stops: tuple[ManifestStop, ...] = ()

    def with_links(self) -> "Manifest":
        """Give the same with links to the driver's map at every stop that has a place."""
        return msgspec.structs.replace(self, stops=tuple(map(_with_links, self.stops)))


def _with_links(stop: ManifestStop) -> ManifestStop:
    if stop.lon is None or stop.lat is None:
        return stop
    return msgspec.structs.replace(stop, links=directions_to(stop.lon, stop.lat))
