"""What an institution sees of today and tomorrow: its riders, their trips, where they go."""

from datetime import date

from estafette.domain.enquiry import EnquiryView
from estafette.domain.record import Record
from estafette.domain.trip import TripView


class Named(Record, frozen=True, kw_only=True):
    """A rider or a place to choose from."""

    id: int
    ref: str
    name: str


class Ward(Record, frozen=True, kw_only=True):
    """
    The trips of an institution's riders on `days`, and what its page needs to name and to book them.

    `riders` are its riders who still come, and those of the trips; `places` all that they were driven from
    or to; both in the order of their names. `enquiries` are its requests in words from the first day on, and
    those that nobody has answered. Times are to be shown in `zone`.
    """

    institution: str
    company: str
    zone: str
    days: tuple[date, ...]
    trips: tuple[TripView, ...]
    riders: tuple[Named, ...]
    places: tuple[Named, ...]
    enquiries: tuple[EnquiryView, ...] = ()


class Changed(Record, frozen=True, kw_only=True):
    """Something has happened; what, is read."""
