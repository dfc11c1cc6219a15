"""What has happened to one trip, and by whom."""

from datetime import datetime
from enum import StrEnum

from estafette.domain.booking import TripStatus
from estafette.domain.record import Record


class Deed(StrEnum):
    """What was done to a trip. `retimed`: it got other times on the same run; `moved_on`: its status."""

    BOOKED = "booked"
    ASSIGNED = "assigned"
    RETIMED = "retimed"
    TAKEN_OFF = "taken_off"
    MOVED_ON = "moved_on"


class TripDeed(Record, frozen=True, kw_only=True):
    """
    One thing that was done: when, by whom (`by`: the name of the account or the key, where one did it), why.

    Of a place on a run: from which run to which, when the pick-up was before, the plan it came from, and
    whether it was a taking back.
    """

    did: Deed
    at: datetime
    actor: str
    by: str = ""
    why: str = ""
    status: TripStatus | None = None
    was_run_id: int | None = None
    run_id: int | None = None
    was_pickup_at: datetime | None = None
    plan_id: int | None = None
    undone: bool = False


class TripHistory(Record, frozen=True, kw_only=True):
    """What has happened to a trip, the newest first."""

    trip_id: int
    deeds: tuple[TripDeed, ...]
