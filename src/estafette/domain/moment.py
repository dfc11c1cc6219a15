"""
What holds for a moment: where vehicles are, who holds which trips, who looks at which day.

It is told by the side of the events, has no number and no history, and ends by itself.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec

from estafette.domain.place import Lat, Lon
from estafette.domain.record import Record
from estafette.domain.request import Instant

LONGEST_HOLD_S = 120


class Fix(Record, frozen=True, kw_only=True):
    """Where a vehicle was, and when; `accuracy_m` is the radius that the phone vouches for."""

    at: Instant
    lon: Lon
    lat: Lat
    accuracy_m: Annotated[int, msgspec.Meta(ge=0, le=100_000)] | None = None


class Position(Record, frozen=True, kw_only=True, tag_field="kind", tag="position"):
    """Where the vehicle of a run was last, and when."""

    run_id: int
    at: datetime
    lon: float
    lat: float
    accuracy_m: int | None


class Room(Record, frozen=True, kw_only=True):
    """Time on a run that is kept for a trip which is not booked yet."""

    run_id: int
    from_at: datetime
    to_at: datetime


class Hold(Record, frozen=True, kw_only=True, tag_field="kind", tag="hold"):
    """Somebody has trips in hand, or offers room on a run, until then. It forbids nothing: it shows."""

    hold_id: int
    holder: str
    name: str
    trip_ids: tuple[int, ...]
    until: datetime
    room: Room | None = None


class Viewer(Record, frozen=True, kw_only=True, tag_field="kind", tag="viewer"):
    """Somebody looks at a service day, until then unless they say so again."""

    user_id: int
    name: str
    service_on: date
    until: datetime


class Gone(Record, frozen=True, kw_only=True, tag_field="kind", tag="gone"):
    """A position (by its run), a hold or a viewer (by the user) is no more."""

    of: str
    id: int


Moment = Position | Hold | Viewer | Gone
