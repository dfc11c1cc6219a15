"""How long a company keeps what, and what went."""

from typing import Annotated

import msgspec

from estafette.domain.record import Record

Days = Annotated[int, msgspec.Meta(ge=30, le=36_500)]


class RetentionRules(Record, frozen=True, kw_only=True):
    """
    For how many days something is kept; `None`: for ever.

    keep_events_days : events of the feed and settled notices (then a board takes a fresh snapshot)
    keep_trips_days : after its service day, what a trip says of a person: references, purpose, needs, and
        what plans of that day were made from. The trip itself stays, with its times and figures.
    keep_plans_days : after their service day, what plans say and what they were made from. How each was made
        stays, with its figures.
    keep_riders_days : after their last trip, what names a rider (as `erase` does)
    keep_ledger_days : entries of the audit log
    """

    keep_events_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)]
    keep_trips_days: Days | None
    keep_plans_days: Days | None
    keep_riders_days: Days | None
    keep_ledger_days: Annotated[int, msgspec.Meta(ge=365, le=36_500)] | None


class Kept(Record, frozen=True, kw_only=True):
    """What went by the rules in one go, and what holds back more events that are old enough."""

    events: int
    notices: int
    trips: int
    plans: int
    riders: int
    entries: int
    held_by: str | None = None


class Erased(Record, frozen=True, kw_only=True):
    """What was made nameless: riders, bookings, trips, places of their own; `plans` lost their replay."""

    riders: int
    bookings: int
    trips: int
    places: int
    plans: int
