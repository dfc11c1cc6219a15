"""The truthful report of taking an apply back."""

from datetime import date

from estafette.domain.applied import Applied, TripOutcome
from estafette.domain.record import Record


class Undone(Record, frozen=True, kw_only=True):
    """
    What became of taking back the apply `undoes`.

    `applied` is what committed; `None`: nothing was changed, because of the trips in `in_the_way`.
    Those are the trips that could not be restored, each with why and how it stands now.
    """

    undoes: int
    service_on: date
    applied: Applied | None
    in_the_way: tuple[TripOutcome, ...] = ()
