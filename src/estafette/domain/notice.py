"""What a driver is told about a plan: the trips that are new, moved or taken off, and nothing else."""

from datetime import date, datetime
from enum import StrEnum

from estafette.domain.board import Times
from estafette.domain.fleet import Spaces
from estafette.domain.record import Record


class Change(StrEnum):
    """
    What became of a trip for one driver.

    new: it is theirs now. moved: it still is, at other times or on another of their runs. taken: it is
    no longer theirs.
    """

    NEW = "new"
    MOVED = "moved"
    TAKEN = "taken"


class ChangedTrip(Record, frozen=True, kw_only=True):
    """One trip of a notice. `times` is `None` when it was taken off. No rider's name."""

    trip_id: int
    change: Change
    origin: str
    destination: str
    takes: Spaces
    times: Times | None = None


class Notice(Record, frozen=True, kw_only=True):
    """
    One message to one driver about one service day, complete.

    `event_id` numbers it: the id of the last event it comes from, its cursor, and with `driver_id` the
    key by which a repeated delivery is known. `attempts` counts this delivery too. `language` and
    `zone` say how to write it. Trips stand in the order of their pick-up, those taken off last.
    """

    driver_id: int
    event_id: int
    service_on: date
    created_at: datetime
    attempts: int
    driver: str
    language: str
    zone: str
    trips: tuple[ChangedTrip, ...]


class NoticeKey(Record, frozen=True, kw_only=True):
    """Which notice: it survives every repetition."""

    driver_id: int
    event_id: int
