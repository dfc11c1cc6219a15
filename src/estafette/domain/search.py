"""What is found for what somebody typed."""

from datetime import date
from enum import StrEnum

from estafette.domain.booking import TripStatus
from estafette.domain.record import Record


class FoundKind(StrEnum):
    """What kinds of things are found."""

    RIDER = "rider"
    PLACE = "place"
    TRIP = "trip"
    DRIVER = "driver"


class Found(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    One thing; `score` is how much of what was typed it has, up to 1.

    Of a trip `name` is the rider's; it has a day and a status.
    """

    kind: FoundKind
    id: int
    ref: str
    name: str
    score: float
    address: str = ""
    service_on: date | None = None
    status: TripStatus | None = None


class SearchResult(Record, frozen=True, kw_only=True):
    """What was found, the likeliest first."""

    items: tuple[Found, ...]
