"""What becomes of a delivery of requests: how it is to be stored, and the outcome of each in its order."""

from enum import StrEnum

from estafette.domain.record import Record


class ImportOptions(Record, frozen=True, kw_only=True):
    """How to store a delivery: `dry_run` stores nothing, `atomic` all or nothing; `actor` is who does it."""

    actor: str
    dry_run: bool = False
    atomic: bool = False


class Intake(StrEnum):
    """What became of one request."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Refusal(StrEnum):
    """
    Why a request was not stored.

    same_ref: the delivery has that reference twice. other_facts: an earlier request of the delivery
    describes the place, rider or booking otherwise. unknown_driver, unknown_vehicle, unknown_place: no
    such thing in this company. driver_busy, vehicle_busy: another shift overlaps. other_rider: the
    booking is another rider's. under_way, ended: the trip has begun or is over. assigned: a driver has
    the trip, so it cannot change its day or lose its time. run_not_empty: the run of the shift has trips
    that the changed shift could not drive.
    """

    SAME_REF = "same_ref"
    OTHER_FACTS = "other_facts"
    UNKNOWN_DRIVER = "unknown_driver"
    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_PLACE = "unknown_place"
    DRIVER_BUSY = "driver_busy"
    VEHICLE_BUSY = "vehicle_busy"
    OTHER_RIDER = "other_rider"
    UNDER_WAY = "under_way"
    ENDED = "ended"
    ASSIGNED = "assigned"
    RUN_NOT_EMPTY = "run_not_empty"


class RequestOutcome(Record, frozen=True, kw_only=True):
    """One request's outcome. `detail` is the reference of what a refused one is missing or collides with."""

    ref: str
    outcome: Intake
    refusal: Refusal | None = None
    detail: str = ""


class Stored(Record, frozen=True, kw_only=True):
    """What became of a delivery, in its order; `stored` is false when nothing was (to be) written."""

    outcomes: tuple[RequestOutcome, ...]
    stored: bool
