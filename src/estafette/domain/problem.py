"""A service day as the optimiser receives it: everything it may know, and nothing else."""

import hashlib
from datetime import date, datetime
from typing import Annotated

import msgspec

from estafette.domain.booking import RideLimit, TripFacts
from estafette.domain.fleet import RunFacts, Seconds
from estafette.domain.place import Place
from estafette.domain.record import Record, encode


class Problem(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    One company's service day.

    All `_s` are seconds since `day_start_at`, midnight in the company's zone at the start of
    `service_on`. `board_version` is the id of the last event this snapshot contains: whatever carries a
    higher version has changed since.

    `max_onboard_wait_s` is how long a vehicle may wait before a stop with a rider aboard (`None`: no
    limit). Trips in force whose pick-up is before `now_s` + `freeze_s` keep run and times; changing
    the others costs more the nearer they are to `now_s`. At most `max_changes` trips get another driver.
    """

    company_id: int
    service_on: date
    zone: str
    day_start_at: datetime
    board_version: int
    places: tuple[Place, ...]
    trips: tuple[TripFacts, ...]
    runs: tuple[RunFacts, ...]
    will_calls: tuple[int, ...] = ()
    ride_limit: RideLimit = RideLimit()
    max_onboard_wait_s: Seconds | None = 300
    now_s: int | None = None
    freeze_s: Seconds = 0
    max_changes: Annotated[int, msgspec.Meta(ge=0)] | None = None

    def sha256(self) -> str:
        """Identify the problem by its content."""
        return hashlib.sha256(encode(self)).hexdigest()
