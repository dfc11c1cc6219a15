"""
The part of VROOM's problem format that can be said exactly in our words (its `docs/API.md`, version 1.14).

A field that is not here is refused by name when a file is decoded.
"""

from typing import Annotated

import msgspec

from estafette.domain.record import Record
from estafette.exchange.instances.matrices import Table

Natural = Annotated[int, msgspec.Meta(ge=0)]
Window = tuple[int, int]
Amount = tuple[Natural, ...]
Location = tuple[float, float]


class VroomBreak(Record, frozen=True, kw_only=True):
    """A break; it starts in its window."""

    id: int
    description: str = ""
    service: Natural = 0
    time_windows: tuple[Window, ...] = ()


class VroomCosts(Record, frozen=True, kw_only=True):
    """What a vehicle costs: `fixed` in the unit of `per_hour`, which is 3600 for a cost of 1 a second."""

    fixed: Natural = 0
    per_hour: Natural = 3600
    per_km: Natural = 0


class VroomVehicle(Record, frozen=True, kw_only=True):
    """A vehicle."""

    id: int
    profile: str = "car"
    description: str = ""
    start: Location | None = None
    start_index: Natural | None = None
    end: Location | None = None
    end_index: Natural | None = None
    capacity: Amount = ()
    costs: VroomCosts = VroomCosts()
    skills: tuple[int, ...] = ()
    time_window: Window | None = None
    breaks: tuple[VroomBreak, ...] = ()
    speed_factor: float = 1.0
    max_travel_time: Natural | None = None


class VroomStep(Record, frozen=True, kw_only=True):
    """One end of a shipment."""

    id: int
    description: str = ""
    location: Location | None = None
    location_index: Natural | None = None
    setup: Natural = 0
    service: Natural = 0
    time_windows: tuple[Window, ...] = ()


class VroomShipment(Record, frozen=True, kw_only=True):
    """A pick-up and a delivery by the same vehicle."""

    pickup: VroomStep
    delivery: VroomStep
    amount: Amount = ()
    skills: tuple[int, ...] = ()
    priority: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0


class VroomJob(VroomStep, frozen=True, kw_only=True):
    """One stop; only jobs that take no room can be said in our words."""

    delivery: Amount = ()
    pickup: Amount = ()
    skills: tuple[int, ...] = ()
    priority: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0


class VroomMatrix(Record, frozen=True, kw_only=True):
    """Travel between locations by index, in seconds and metres."""

    durations: Table
    distances: Table | None = None


class VroomProblem(Record, frozen=True, kw_only=True):
    """A file. `matrix` is the older form of `matrices`, for the profile `car`."""

    vehicles: tuple[VroomVehicle, ...]
    jobs: tuple[VroomJob, ...] = ()
    shipments: tuple[VroomShipment, ...] = ()
    matrices: dict[str, VroomMatrix] | None = None
    matrix: Table | None = None
