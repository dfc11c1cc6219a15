"""A service day as the optimiser receives it: everything it may know, and nothing else."""

import hashlib
from datetime import date, datetime

from estafette.domain.booking import RideLimit, TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.place import Place
from estafette.domain.record import Record, encode


class Problem(Record, frozen=True, kw_only=True):
    """
    One company's service day.

    All `_s` are seconds since `day_start_at`, midnight in the company's zone at the start of
    `service_on`. `board_version` is the id of the last event this snapshot contains: whatever carries a
    higher version has changed since.
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

    def sha256(self) -> str:
        """Identify the problem by its content."""
        return hashlib.sha256(encode(self)).hexdigest()
