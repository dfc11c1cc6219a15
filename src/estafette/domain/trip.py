"""One trip with all that is known of it, as programs read it."""

from datetime import date, datetime

from estafette.domain.board import Times
from estafette.domain.booking import Anchor, Direction, Lock, TripStatus
from estafette.domain.fleet import Spaces
from estafette.domain.record import Record


class TripView(Record, frozen=True, kw_only=True):
    """
    One trip of a booking. `ref` is the sender's own name for it.

    `requested_at` and the promised window are `None` for a will-call until someone says "ready". `run_id` and
    `times` are `None` while no run has it. `version` changes with the trip and with its assignment; the ETag
    is made of it.
    """

    trip_id: int
    ref: str
    booking_id: int
    rider_id: int
    direction: Direction
    service_on: date
    origin_id: int
    destination_id: int
    anchor: Anchor
    requested_at: datetime | None
    promised_from: datetime | None
    promised_to: datetime | None
    expected_from: datetime | None
    expected_to: datetime | None
    takes: Spaces
    companions: int
    needs: tuple[str, ...]
    no_share: bool
    priority: int
    pickup_dwell_s: int
    dropoff_dwell_s: int
    max_ride_s: int | None
    status: TripStatus
    cancelled: str | None
    run_id: int | None
    times: Times | None
    lock: Lock
    version: int


class TripFilter(Record, frozen=True, kw_only=True):
    """Which trips to list; `None` asks for nothing."""

    day: date | None = None
    status: TripStatus | None = None
    rider_id: int | None = None
    booking_id: int | None = None
    run_id: int | None = None
    ref: str | None = None
