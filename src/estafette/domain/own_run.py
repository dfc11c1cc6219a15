"""What a driver is given of the own runs, and what a driver says of them."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from estafette.domain.board import Trouble
from estafette.domain.booking import TRANSITIONS, TripStatus
from estafette.domain.hand import Id
from estafette.domain.manifest import ManifestStop
from estafette.domain.notice import Change
from estafette.domain.record import Record
from estafette.domain.request import DayS, Instant, Text

# A phone without signal keeps its taps for a day; its clock may be a little ahead of ours.
_KEPT = timedelta(hours=25)
_AHEAD = timedelta(minutes=5)


class Step(StrEnum):
    """What a driver says of a trip: the statuses that are theirs to set."""

    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    ON_BOARD = "on_board"
    COMPLETED = "completed"
    NO_SHOW = "no_show"

    @property
    def after(self) -> tuple[TripStatus, ...]:
        """Give the statuses from which a trip can take this step."""
        return tuple(sorted(before for before, after in TRANSITIONS if after.value == self.value))


class Progress(Record, frozen=True, kw_only=True):
    """
    A trip moved on, `at` the moment of the tap.

    Of a no-show it is said when the driver arrived, how long they waited and whether they called.
    """

    status: Step
    at: Instant
    arrived_at: Instant | None = None
    waited_s: DayS | None = None
    called: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a no-show of which not all is said, and what is said of anything else."""
        said = [fact is not None for fact in (self.arrived_at, self.waited_s, self.called)]
        if not (all(said) if self.status is Step.NO_SHOW else not any(said)):
            message = "arrived_at, waited_s and called are said of a no-show, all three, and of nothing else"
            raise ValueError(message)


class Progressed(Record, frozen=True, kw_only=True):
    """How a trip stands after a step; `repeated`: it had taken that step before."""

    trip_id: int
    run_id: int
    status: TripStatus
    version: int
    repeated: bool = False


class Acknowledge(Record, frozen=True, kw_only=True):
    """The driver has seen a manifest, `at` the moment of the tap."""

    manifest: Annotated[int, msgspec.Meta(ge=1, le=(1 << 31) - 1)]
    at: Instant


class SayProblem(Record, frozen=True, kw_only=True):
    """Something is wrong on a run, `at` the moment of the tap; `note`: in the driver's words."""

    what: Trouble
    at: Instant
    note: Text = ""
    trip_id: Id | None = None


class RunAcknowledged(Record, frozen=True, kw_only=True):
    """Which manifest of a run its driver has acknowledged, and which is the present one."""

    run_id: int
    manifest: int
    acknowledged: int


class RunChange(Record, frozen=True, kw_only=True):
    """What became of a trip of a run since the driver acknowledged it."""

    trip_id: int
    change: Change


class OwnRun(Record, frozen=True, kw_only=True):
    """
    One run as its driver sees it.

    `manifest` numbers what is published, `acknowledged` what the driver has acknowledged of it; `changes` is
    the difference. Where they are equal there is nothing new.
    """

    run_id: int
    service_on: date
    manifest: int
    acknowledged: int
    vehicle: str
    shift_from: datetime
    shift_to: datetime
    changes: tuple[RunChange, ...]
    stops: tuple[ManifestStop, ...]


class OwnRuns(Record, frozen=True, kw_only=True):
    """The runs of a driver that are not over, and the zone in which to show their times."""

    zone: str
    runs: tuple[OwnRun, ...]


def occurred_at(told: datetime, now: datetime) -> datetime:
    """
    Give when something happened, as a phone tells it.

    A time that cannot be (ahead of us, or older than what a phone keeps) is that of arrival: a wrong clock
    must not lose what a driver did.
    """
    return told if can_be(told, now) else now


def can_be(told: datetime, now: datetime) -> bool:
    """Tell whether a phone can mean this time: not ahead of us, nor older than what it keeps."""
    return now - _KEPT <= told <= now + _AHEAD


def since_acknowledged(steps: list[tuple[Change, int]]) -> tuple[RunChange, ...]:
    """
    Sum up what became of each trip, from changes in their order.

    A trip that came and went is not mentioned, one that went and came back is moved.
    """
    found: dict[int, Change] = {}
    for change, trip_id in steps:
        before = found.pop(trip_id, None)
        if (after := _together(before, change)) is not None:
            found[trip_id] = after
    return tuple(RunChange(trip_id=trip_id, change=change) for trip_id, change in sorted(found.items()))


def _together(before: Change | None, change: Change) -> Change | None:
    if before is Change.NEW:
        return None if change is Change.TAKEN else Change.NEW
    return Change.MOVED if before is Change.TAKEN and change is Change.NEW else change
