"""Standing orders: made, changed for all dates, one, or from one on; their dates made into bookings."""

from datetime import date
from typing import Annotated, Any

import msgspec

from estafette.domain.error import Stale
from estafette.domain.hand import Id
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.request import Ref, Text
from estafette.domain.standing_order import (
    Changed,
    Made,
    Otherwise,
    Patterns,
    StandingOrder,
    StandingOrderBody,
    TripPattern,
)
from estafette.edge.web.api.page import Listed, Sparse, page
from estafette.edge.web.api.route import Answer, Ask, Route, etag_of
from estafette.flow.standing_orders import (
    Author,
    change_order,
    except_date,
    follow_order,
    make_bookings,
    new_order,
    split_order,
)
from estafette.store.standing_orders import OrderFilter, get_order, list_orders


class StandingOrders(Listed, frozen=True, kw_only=True):
    """Which standing orders to list."""

    ref: Ref | None = None
    rider_id: Id | None = None
    active: bool | None = None


class StandingOrderPatch(Record, frozen=True, kw_only=True):
    """What changes for all dates to come; what is left out stays. One that is not `active` has ended."""

    rule: Annotated[str, msgspec.Meta(max_length=200)] | msgspec.UnsetType = msgspec.UNSET
    trips: Patterns | msgspec.UnsetType = msgspec.UNSET
    purpose: Text | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET


class FollowingBody(Record, frozen=True, kw_only=True, rename={"from_on": "from"}):
    """From which date on, what is different, and the reference of the order that goes on from there."""

    from_on: date
    ref: Ref
    rule: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    trips: Annotated[tuple[TripPattern, ...], msgspec.Meta(min_length=1, max_length=20)] | None = None
    purpose: Text | None = None


class MakeBody(Record, frozen=True, kw_only=True):
    """Through which day to make bookings."""

    through: date


def list_(ask: Ask) -> Answer:
    """List standing orders by reference, rider, or whether they go on."""
    q: StandingOrders = ask.query
    which = OrderFilter(ref=q.ref, rider_id=q.rider_id, active=q.active)

    def read(after: int, limit: int) -> tuple[StandingOrder, ...]:
        return list_orders(ask.database, ask.company_id, which, after=after, limit=limit)

    return Answer(page(q, read, lambda order: order.standing_order_id))


def get(ask: Ask) -> Answer:
    """Give a standing order with its exceptions."""
    found = get_order(ask.database, ask.company_id, ask.id("standing_order_id"))
    return Answer(found, etag=etag_of(found.etag))


def create(ask: Ask) -> Answer:
    """Make a standing order; its bookings are made when their time comes."""
    made = new_order(ask.database, ask.company_id, ask.body, actor=ask.actor)
    location = f"/standing-orders/{made.standing_order_id}"
    return Answer(made, etag=etag_of(made.etag), status=201, location=location)


def change(ask: Ask) -> Answer:
    """Change the named fields for all dates to come, bookings that were made included."""
    ask.seen()
    before = _seen(ask)
    given: dict[str, Any] = {
        name: getattr(ask.body, name)
        for name in ask.body.__struct_fields__
        if getattr(ask.body, name) is not msgspec.UNSET
    }
    return _changed(ask, before, msgspec.structs.replace(before, **given))


def except_(ask: Ask) -> Answer:
    """Let one date be otherwise: other trips, or none."""
    before = _seen(ask)
    return _changed(ask, before, except_date(before, ask.body))


def follow(ask: Ask) -> Answer:
    """Change an order from a date on: it ends before, and another goes on."""
    before, body = _seen(ask), ask.body
    _, goes_on = split_order(before, body.from_on)
    later = StandingOrderBody(
        ref=body.ref, rider=before.rider_id, rule=body.rule or goes_on, starts_on=body.from_on,
        trips=body.trips or before.trips, purpose=before.purpose if body.purpose is None else body.purpose,
    )  # fmt: skip
    made = follow_order(ask.database, ask.company_id, before, later, _author(ask))
    location = f"/standing-orders/{made.standing_order_id}"
    return Answer(made, etag=etag_of(made.etag), status=201, location=location)


def make(ask: Ask) -> Answer:
    """Make the bookings of all standing orders through a day that were not made before; safe to repeat."""
    return Answer(make_bookings(ask.database, ask.company_id, through=ask.body.through, actor=ask.actor))


def _changed(ask: Ask, before: StandingOrder, after: StandingOrder) -> Answer:
    bookings = change_order(ask.database, ask.company_id, before, after, _author(ask))
    now = get_order(ask.database, ask.company_id, before.standing_order_id)
    return Answer(Changed(order=now, bookings=bookings), etag=etag_of(now.etag))


def _author(ask: Ask) -> Author:
    return Author(ask.actor, f"api:{ask.work}")


def _seen(ask: Ask) -> StandingOrder:
    order = get_order(ask.database, ask.company_id, ask.id("standing_order_id"))
    if ask.if_match not in (None, "*", etag_of(order.etag)):
        message = "it has changed meanwhile"
        raise Stale(message, present=order, etag=etag_of(order.etag))
    return order


_MANY, _ONE = "/standing-orders", "/standing-orders/{standing_order_id:int}"
_READ, _WRITE = Right.BOOKING_READ, Right.BOOKING_WRITE
ROUTES = (
    Route("GET", _MANY, _READ, list_, StandingOrder, query=StandingOrders),
    Route("POST", _MANY, _WRITE, create, StandingOrder, StandingOrderBody, status=201),
    Route("GET", _ONE, _READ, get, StandingOrder, query=Sparse),
    Route("PATCH", _ONE, _WRITE, change, Changed, StandingOrderPatch),
    Route("POST", f"{_ONE}/exceptions", _WRITE, except_, Changed, Otherwise),
    Route("POST", f"{_ONE}/following", _WRITE, follow, StandingOrder, FollowingBody, status=201),
    Route("POST", f"{_MANY}/make", _WRITE, make, Made, MakeBody),
)
