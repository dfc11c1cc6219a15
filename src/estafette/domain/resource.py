"""Drivers, vehicles, riders, shifts and places as programs read them: as handed in, with id and version."""

from datetime import date

from estafette.domain.record import Record
from estafette.domain.request import (
    DriverRequest,
    PlaceRequest,
    Ref,
    RiderRequest,
    ShiftRequest,
    VehicleRequest,
)


class DriverView(DriverRequest, frozen=True, kw_only=True):
    """A driver. `etag` changes with it."""

    driver_id: int
    etag: str


class VehicleView(VehicleRequest, frozen=True, kw_only=True):
    """A vehicle with its layouts. `etag` changes with it."""

    vehicle_id: int
    etag: str


class RiderView(RiderRequest, frozen=True, kw_only=True):
    """
    A rider, and the institution that books for the rider. `etag` changes with the rider.

    One who is not `active` is found no more by who books.
    """

    rider_id: int
    institution_id: int | None = None
    active: bool = True
    etag: str


class ShiftView(ShiftRequest, frozen=True, kw_only=True):
    """A shift and the run that is driven in it. `etag` changes with the shift."""

    shift_id: int
    run_id: int
    etag: str


class PlaceView(PlaceRequest, frozen=True, kw_only=True):
    """A place with its access point; one that is not `active` is found no more. `etag` changes with it."""

    place_id: int
    active: bool = True
    etag: str


class InUse(Record, frozen=True, kw_only=True):
    """Whether a rider or a place is in use."""

    active: bool


class ResourceFilter(Record, frozen=True, kw_only=True):
    """Which things to list; `None` asks for nothing, and a kind that has no such property has all."""

    ref: Ref | None = None
    active: bool | None = None
    day: date | None = None
