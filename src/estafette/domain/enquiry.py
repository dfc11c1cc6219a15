"""What an institution asks for in words, because a place of the trip is not known here."""

from datetime import date, datetime
from enum import StrEnum

from estafette.domain.booking import Anchor
from estafette.domain.booking_request import Heads
from estafette.domain.error import Conflict
from estafette.domain.fleet import Spaces
from estafette.domain.hand import Id
from estafette.domain.record import Record
from estafette.domain.request import Instant, Name, Text


class EnquiryState(StrEnum):
    """How it stands: nobody has answered, it is booked, it was declined, or it is no longer wanted."""

    ASKED = "asked"
    BOOKED = "booked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class EnquiryBody(Record, frozen=True, kw_only=True):
    """
    A trip that is asked for; `origin` and `destination` are words for whoever books it.

    `rider` is one of the institution's by id, or a name. With `returns` there is a way back, on call without
    `return_at`.
    """

    rider: Id | Name
    service_on: date
    anchor: Anchor
    requested_at: Instant
    origin: Name
    destination: Name
    returns: bool = False
    return_at: Instant | None = None
    takes: Spaces = Spaces(seats=1)
    companions: Heads = 0
    note: Text = ""


class Decline(Record, frozen=True, kw_only=True):
    """Why it cannot be, in words that the institution reads."""

    reason: Name


class EnquiryView(Record, frozen=True, kw_only=True):
    """
    What was asked for, by whom, and what became of it.

    `reason` is said where it is declined, `booking_id` where it is booked; `settled_at` is `None` until then.
    """

    enquiry_id: int
    institution_id: int
    institution: str
    rider_id: int | None
    rider: str
    service_on: date
    anchor: Anchor
    requested_at: datetime
    origin: str
    destination: str
    returns: bool
    return_at: datetime | None
    takes: Spaces
    companions: int
    note: str
    asked_at: datetime
    state: EnquiryState
    reason: str
    booking_id: int | None
    settled_at: datetime | None


def answered(enquiry: EnquiryView) -> Conflict:
    """Say that somebody was faster."""
    message = f"request {enquiry.enquiry_id} is {enquiry.state} already"
    return Conflict(message, code="answered", present=enquiry)
