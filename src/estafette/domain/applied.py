"""The truthful report of applying a plan: one outcome for every trip."""

from datetime import date, datetime
from enum import StrEnum

from estafette.domain.booking import TripStatus
from estafette.domain.record import Record


class Outcome(StrEnum):
    """
    What became of one trip of a plan.

    applied: as planned. unchanged: it already was, or it is a will-call for which the plan only holds
    room. stale: the trip or its assignment changed after the plan was computed, or another one among which
    it is locked in its order. locked: a person fixed it, or it is under way. gone: it is cancelled, ended,
    unknown, or another company's. illegal_now: the run cannot take it (`detail` says why).
    """

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    STALE = "stale"
    LOCKED = "locked"
    GONE = "gone"
    ILLEGAL_NOW = "illegal_now"


class Detail(StrEnum):
    """
    Why an outcome is what it is.

    none: nothing to add. unknown_run: no such run in this company. other_day: run and trip have
    different service days. driver_inactive, vehicle_inactive: taken out of service. off_shift: a stop
    lies outside the shift. overlap: a stop would overlap one that stays. not_booked: the trip is not
    confirmed, or its time is not known yet.
    """

    NONE = "none"
    UNKNOWN_RUN = "unknown_run"
    OTHER_DAY = "other_day"
    DRIVER_INACTIVE = "driver_inactive"
    VEHICLE_INACTIVE = "vehicle_inactive"
    OFF_SHIFT = "off_shift"
    OVERLAP = "overlap"
    NOT_BOOKED = "not_booked"


class Standing(Record, frozen=True, kw_only=True):
    """How a trip stands: its status, its run and its times (`None`: it has no run)."""

    status: TripStatus
    run_id: int | None = None
    pickup_at: datetime | None = None
    pickup_until: datetime | None = None
    dropoff_at: datetime | None = None
    dropoff_until: datetime | None = None


class TripOutcome(Record, frozen=True, kw_only=True):
    """
    One trip's outcome. `run_id` is where the plan wanted it; `None` means taken off.

    `standing` says how a trip stood that was not changed although the plan wanted it; `None` for the
    others, and for a trip that this company does not have.
    """

    trip_id: int
    run_id: int | None
    outcome: Outcome
    detail: Detail = Detail.NONE
    standing: Standing | None = None


class Applied(Record, frozen=True, kw_only=True):
    """
    What committed.

    `applied_id` numbers the applies of a company (0 when there was nothing to apply); `replayed` says
    that the key had been used before and this is the stored answer. `board_version` is the id of the
    last event after it, `changed_runs` the runs that got a new manifest, `moved_runs` those among the
    plan's runs that had changed since it was computed, `notices` the drivers who will be told.
    """

    applied_id: int
    key: str
    service_on: date
    board_version: int
    trips: tuple[TripOutcome, ...]
    changed_runs: tuple[int, ...] = ()
    moved_runs: tuple[int, ...] = ()
    notices: int = 0
    replayed: bool = False

    def counts(self) -> dict[Outcome, int]:
        """Count the trips by outcome, every outcome named."""
        counts = dict.fromkeys(Outcome, 0)
        for trip in self.trips:
            counts[trip.outcome] += 1
        return counts
