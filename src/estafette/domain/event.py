"""
Events: what happened, in past participles, numbered without gaps per company in commit order.

An event carries what a board needs to follow and no personal data beyond that. It is written by the
transaction that makes it true.
"""

from datetime import date, datetime
from typing import Any

import msgspec

from estafette.domain.board import PlannedBreak, RunCard, RunProblem, Times, TripCard
from estafette.domain.booking import TripStatus
from estafette.domain.enquiry import EnquiryState
from estafette.domain.place import Place
from estafette.domain.record import Record
from estafette.domain.solve import SolveState


class Booked(Record, frozen=True, kw_only=True, tag_field="kind", tag="booked"):
    """Trips came in or their facts changed. The cards are whole, assignment included."""

    trips: tuple[TripCard, ...]
    places: tuple[Place, ...]


class Rostered(Record, frozen=True, kw_only=True, tag_field="kind", tag="rostered"):
    """Shifts came in or changed, and with them the frames of their runs."""

    runs: tuple[RunCard, ...]
    places: tuple[Place, ...]


class TripTimes(Times, frozen=True, kw_only=True):
    """A trip of a run with its scheduled times."""

    trip_id: int


class Assigned(Record, frozen=True, kw_only=True, tag_field="kind", tag="assigned"):
    """
    One run changed: the trips it gained (`new`), that changed their times (`moved`), that left (`taken`).

    A trip that goes from one run to another is `taken` in one event and `new` in the other; a board
    takes it off only if it still stands on that run, so the order of the two does not matter.
    """

    run_id: int
    driver_id: int
    manifest: int
    pull_out_at: datetime | None
    pull_in_at: datetime | None
    breaks: tuple[PlannedBreak, ...]
    new: tuple[TripTimes, ...]
    moved: tuple[TripTimes, ...]
    taken: tuple[int, ...]


class StatusChanged(Record, frozen=True, kw_only=True, tag_field="kind", tag="status_changed"):
    """A trip made a legal move."""

    trip_id: int
    status: TripStatus


class Acknowledged(Record, frozen=True, kw_only=True, tag_field="kind", tag="acknowledged"):
    """The driver of a run has seen a manifest of it."""

    run_id: int
    manifest: int


class Reported(Record, frozen=True, kw_only=True, tag_field="kind", tag="reported"):
    """The driver of a run reported a problem; without one: a dispatcher has seen to it."""

    run_id: int
    problem: RunProblem | None


class Enquired(Record, frozen=True, kw_only=True, tag_field="kind", tag="enquired"):
    """
    An institution asked for a trip in words, or that was answered or withdrawn; it changes no board.

    What was asked for names people and addresses: it is read by its id.
    """

    enquiry_id: int
    service_on: date
    state: EnquiryState


class ReturnKept(Record, frozen=True, kw_only=True, tag_field="kind", tag="return_kept"):
    """The return of a booking stays although its outbound was a no-show, or not; it changes no board."""

    booking_id: int
    kept: bool


class SolveProgressed(Record, frozen=True, kw_only=True, tag_field="kind", tag="solve_progressed"):
    """
    A solve began, came further or ended; it changes no board, a plan that is applied tells of itself.

    The figures are those of its best plan so far, `None` before the first; `seconds` it has searched.
    """

    solve_id: int
    service_on: date
    state: SolveState
    placed: int | None = None
    left_over: int | None = None
    cost: int | None = None
    seconds: float | None = None


Happening = (
    Booked
    | Rostered
    | Assigned
    | StatusChanged
    | Acknowledged
    | Reported
    | Enquired
    | ReturnKept
    | SolveProgressed
)


class Event(Record, frozen=True, kw_only=True):
    """One entry of the feed."""

    id: int
    at: datetime
    what: Happening


def decode_event(event_id: int, at: datetime, kind: str, payload: dict[str, Any]) -> Event:
    """Make an event of a stored row; raises `msgspec.ValidationError` for a payload of another shape."""
    return Event(id=event_id, at=at, what=msgspec.convert({"kind": kind, **payload}, Happening))
