"""What a dispatcher sees of one service day, and how an event changes it."""

from datetime import date, datetime
from enum import StrEnum

from estafette.domain.booking import Anchor, Lock, TripStatus
from estafette.domain.fleet import Spaces
from estafette.domain.place import Place
from estafette.domain.record import Record


class Times(Record, frozen=True, kw_only=True):
    """When the two stops of a trip are scheduled: arrival at the door and end of the dwell."""

    pickup_at: datetime
    pickup_until: datetime
    dropoff_at: datetime
    dropoff_until: datetime


class TripCard(Record, frozen=True, kw_only=True):
    """One trip on the board. No rider's name: who needs it asks for the trip. `run_id` None: not placed."""

    trip_id: int
    ref: str
    service_on: date
    anchor: Anchor
    requested_at: datetime | None
    promised_from: datetime | None
    promised_to: datetime | None
    origin_id: int
    destination_id: int
    takes: Spaces
    status: TripStatus
    run_id: int | None = None
    times: Times | None = None
    lock: Lock = Lock.NONE


class PlannedBreak(Record, frozen=True, kw_only=True):
    """When a driver's break is planned."""

    start_at: datetime
    end_at: datetime


class Trouble(StrEnum):
    """What a driver reports."""

    LATE = "late"
    VEHICLE = "vehicle"
    NOT_READY = "not_ready"  # the rider
    OTHER = "other"


class RunProblem(Record, frozen=True, kw_only=True):
    """What the driver of a run has reported, in their words, of one of its trips or of none."""

    what: Trouble
    note: str
    at: datetime
    trip_id: int | None = None


class RunCard(Record, frozen=True, kw_only=True):
    """
    One run on the board: a driver's row.

    `acknowledged`: the manifest that the driver has seen. `problem`: reported, and nobody has seen to it.
    """

    run_id: int
    service_on: date
    driver_id: int
    driver: str
    vehicle: str
    layouts: tuple[Spaces, ...]
    shift_from: datetime
    shift_to: datetime
    manifest: int
    pull_out_at: datetime | None = None
    pull_in_at: datetime | None = None
    breaks: tuple[PlannedBreak, ...] = ()
    acknowledged: int = 0
    problem: RunProblem | None = None


class Board(Record, frozen=True, kw_only=True):
    """
    One service day as it stands after the event `version`.

    Runs, trips and places are sorted by their ids; places are those that the cards name.
    """

    company_id: int
    service_on: date
    zone: str
    day_start_at: datetime
    version: int
    runs: tuple[RunCard, ...]
    trips: tuple[TripCard, ...]
    places: tuple[Place, ...]


class CompanyCard(Record, frozen=True, kw_only=True):
    """Whose board it is, and the service days, in order, for which there is something to see."""

    company_id: int
    name: str
    zone: str
    language: str
    days: tuple[date, ...]


class Opening(Record, frozen=True, kw_only=True):
    """What a page or a program asks first: whose board it is, the day to open, the server's time."""

    company: CompanyCard
    opens_on: date
    server_at: datetime
