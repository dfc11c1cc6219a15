"""Trips: one by one and in lists."""

from datetime import date

from estafette.domain.booking import TripStatus
from estafette.domain.hand import Id
from estafette.domain.permission import Right
from estafette.domain.request import Ref
from estafette.domain.trip import TripFilter, TripView
from estafette.domain.trip_history import TripHistory
from estafette.edge.web.api.page import Listed, Sparse, page
from estafette.edge.web.api.route import Answer, Ask, Route, etag_of
from estafette.store.trip_history import get_history
from estafette.store.trips import get_trip, list_trips


class Trips(Listed, frozen=True, kw_only=True):
    """Which trips to list."""

    day: date | None = None
    status: TripStatus | None = None
    rider_id: Id | None = None
    booking_id: Id | None = None
    run_id: Id | None = None
    ref: Ref | None = None


def list_(ask: Ask) -> Answer:
    """List trips by day, status, rider, booking, run or reference."""
    q: Trips = ask.query
    which = TripFilter(
        day=q.day, status=q.status, rider_id=q.rider_id, booking_id=q.booking_id, run_id=q.run_id, ref=q.ref
    )

    def read(after: int, limit: int) -> tuple[TripView, ...]:
        return list_trips(ask.database, ask.company_id, which, after=after, limit=limit)

    return Answer(page(q, read, lambda trip: trip.trip_id))


def get(ask: Ask) -> Answer:
    """Give a trip."""
    trip = get_trip(ask.database, ask.company_id, ask.id("trip_id"))
    return Answer(trip, etag=etag_of(trip.version))


def history(ask: Ask) -> Answer:
    """Give what has happened to a trip and by whom, the newest first; no rider is named."""
    return Answer(get_history(ask.database, ask.company_id, ask.id("trip_id")))


ROUTES = (
    Route("GET", "/trips", Right.BOOKING_READ, list_, TripView, query=Trips),
    Route("GET", "/trips/{trip_id:int}", Right.BOOKING_READ, get, TripView, query=Sparse),
    Route("GET", "/trips/{trip_id:int}/history", Right.BOARD_READ, history, TripHistory),
)
