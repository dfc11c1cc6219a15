"""Standing orders: dates made into bookings ahead of time, and changed for one, from one on, or for all."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import msgspec

from estafette.domain.booking import TripStatus
from estafette.domain.error import Invalid
from estafette.domain.outcome import ImportOptions, Intake, Stored
from estafette.domain.recurrence import read_rule
from estafette.domain.request import TripRequest
from estafette.domain.standing_order import Made, Otherwise, StandingOrder, StandingOrderBody
from estafette.domain.trip import TripView
from estafette.flow.bookings import cancel
from estafette.store.bookings import names_of
from estafette.store.database import Database
from estafette.store.guards import guarded, not_taken
from estafette.store.intake import deliver, trip_delivery
from estafette.store.standing_orders import (
    Found,
    OrderFilter,
    get_order,
    insert_order,
    keep_order,
    list_orders,
    standing_trips,
)
from estafette.store.trip_moves import CalledOffBy, Ending

_ALL = 100_000
# So far ahead bookings may have been made.
_AHEAD = timedelta(days=366)
_OPEN = (TripStatus.REQUESTED, TripStatus.BOOKED, TripStatus.WILL_CALL)


class Author(NamedTuple):
    """Who changes it, and the key under which what follows is applied once."""

    actor: str
    key: str


def new_order(database: Database, company_id: int, body: StandingOrderBody, *, actor: str) -> StandingOrder:
    """
    Keep a new standing order; its bookings are made when their time comes (`make_bookings`).

    Raises
    ------
    Invalid
        The rule is none that is known, or there is no such rider.
    Conflict
        The reference is taken.
    """
    read_rule(body.rule)
    rider = names_of(database, company_id, place_ids=(), rider=body.rider)
    if rider.rider is None:
        message = f"/rider: there is no rider {body.rider}"
        raise Invalid(message, pointer="/rider")
    order = StandingOrder(
        standing_order_id=0, ref=body.ref, rider_id=rider.rider_id, rider_ref=rider.rider[0], rule=body.rule,
        starts_on=body.starts_on, trips=body.trips, purpose=body.purpose, exceptions=(), active=True, etag="",
    )  # fmt: skip
    guard = not_taken("standing_order", company_id, body.ref)
    guarded(database, company_id, [guard, insert_order(company_id, order)], actor=actor)
    return list_orders(database, company_id, OrderFilter(ref=body.ref))[0]


def make_bookings(database: Database, company_id: int, *, through: date, actor: str) -> Made:
    """
    Make the bookings of all active orders from today on, through a day, that were not made before.

    A booking that exists is left as it is, also where somebody has changed it or called it off: it is safe to
    repeat. Statements are as many whatever the number of orders and dates.
    """
    orders = list_orders(database, company_id, OrderFilter(active=True), limit=_ALL)
    if not orders:
        return Made()
    found = standing_trips(database, company_id, orders, through)
    known = {standing.request.booking for standing in found.trips.values()}
    wanted = [
        request
        for order in orders
        for day in _dates(order, found.today, through)
        if order.booking_ref(day) not in known
        for request in _requests(order, day, found)
    ]
    if not wanted:
        return Made()
    stored = deliver(database, company_id, [partial(trip_delivery, wanted)], ImportOptions(actor=actor))[0]
    return _made(wanted, stored)


def _made(wanted: Sequence[TripRequest], stored: Stored) -> Made:
    pairs = list(zip(wanted, stored.outcomes, strict=True))
    made = {request.booking for request, outcome in pairs if outcome.outcome is Intake.CREATED}
    refused = tuple(outcome.ref for _, outcome in pairs if outcome.outcome is Intake.REFUSED)
    return Made(made=len(made), refused=refused)


def _dates(order: StandingOrder, first: date, through: date) -> Iterator[date]:
    if order.active:
        days = read_rule(order.rule).dates(order.starts_on, through=through)
        yield from (day for day in days if day >= first and order.patterns_on(day))


def _requests(order: StandingOrder, day: date, found: Found) -> list[TripRequest]:
    return order.requests(day, zone=found.zone, rider_name=found.riders[order.rider_ref])


def change_order(
    database: Database, company_id: int, before: StandingOrder, after: StandingOrder, author: Author
) -> Made:
    """
    Keep a changed order, and change the bookings made of it that are still to come.

    What somebody changed by hand in one of them since, or who is under way, is left as it is and counted as
    kept. Dates that are no longer in the rule are called off. Raises `Stale`, `Invalid`.
    """
    read_rule(after.rule)
    news = _news(database, company_id, before, after)
    options = ImportOptions(actor=author.actor)
    delivery = trip_delivery(news.stores, company_id, options) if news.stores else ()
    keep_order(database, company_id, after, then=delivery, actor=author.actor)
    ending = Ending(by=CalledOffBy.INSTITUTION, reason=f"standing order {before.ref} was changed")
    cancel(database, company_id, news.goes, ending, key=author.key, actor=author.actor)
    return Made(changed=len(news.stores), called_off=len(news.goes), kept=news.kept)


class _News(NamedTuple):
    stores: list[TripRequest]
    goes: list[TripView]
    kept: int


def _news(database: Database, company_id: int, before: StandingOrder, after: StandingOrder) -> _News:
    """Compare what stands with what was and what shall be asked for, on the dates that have bookings."""
    found = standing_trips(database, company_id, [before], date.today() + _AHEAD)  # noqa: DTZ011 - far enough
    was, shall = (_by_ref(order, found) for order in (before, after))
    stores, goes, kept = [], [], 0
    standing_on = {standing.trip.service_on for standing in found.trips.values()}
    for ref in dict.fromkeys((*was, *shall, *found.trips)):
        stands, wanted = found.trips.get(ref), shall.get(ref)
        if stands is None:
            stores += [wanted] if wanted and ref not in was and wanted.service_on in standing_on else []
        elif wanted is not None and _same(wanted, stands.request):
            continue
        elif stands.trip.status not in _OPEN or ref not in was or not _same(was[ref], stands.request):
            kept += stands.trip.status in _OPEN
        elif wanted is None:
            goes.append(stands.trip)
        else:
            stores.append(wanted)
    return _News(stores, goes, kept)


def _by_ref(order: StandingOrder, found: Found) -> dict[str, TripRequest]:
    """Give what an order asks for on the dates that bookings were made for."""
    made_for = {standing.trip.service_on for standing in found.trips.values()}
    if not made_for:
        return {}
    days = (day for day in _dates(order, found.today, max(made_for)) if day in made_for)
    return {request.ref: request for day in days for request in _requests(order, day, found)}


def _same(one: TripRequest, other: TripRequest) -> bool:
    """Tell whether two requests ask for the same, the usual dwell said or not."""
    full = [
        msgspec.structs.replace(
            each, pickup_dwell_s=each.dwell().pickup_s, dropoff_dwell_s=each.dwell().dropoff_s, rider_name="-"
        )
        for each in (one, other)
    ]
    return full[0] == full[1]


def except_date(order: StandingOrder, otherwise: Otherwise) -> StandingOrder:
    """Give an order with one date otherwise; raises `Invalid` for a date that it does not have."""
    day = otherwise.service_on
    if day not in read_rule(order.rule).dates(order.starts_on, through=day):
        message = f"/service_on: {day} is no date of this order"
        raise Invalid(message, pointer="/service_on")
    others = [each for each in order.exceptions if each.service_on != day]
    exceptions = sorted([*others, otherwise], key=lambda each: each.service_on)
    return msgspec.structs.replace(order, exceptions=tuple(exceptions))


def split_order(order: StandingOrder, from_on: date) -> tuple[StandingOrder, str]:
    """
    Give an order that ends the day before `from_on`, and the rule of one that goes on from there.

    Raises `Invalid` where nothing would be before it or after it.
    """
    rule = read_rule(order.rule)
    earlier = list(rule.dates(order.starts_on, through=from_on - timedelta(days=1)))
    left = None if rule.most is None else rule.most - len(earlier)
    if not earlier or (left is not None and left < 1):
        message = f"/from: {from_on} is not between two dates of this order"
        raise Invalid(message, pointer="/from")
    open_ended = re.sub(r";(COUNT|UNTIL)=[^;]*", "", order.rule)
    ended = f"{open_ended};UNTIL={from_on - timedelta(days=1):%Y%m%d}"
    goes_on = order.rule if left is None else f"{open_ended};COUNT={left}"
    return msgspec.structs.replace(order, rule=ended), goes_on


def follow_order(
    database: Database, company_id: int, before: StandingOrder, body: StandingOrderBody, author: Author
) -> StandingOrder:
    """
    Let an order end, and another go on in its place from the date on which that one starts.

    Bookings that were made for later dates are called off, and made of the new order.
    """
    ended, _ = split_order(before, body.starts_on)
    through = _last_made(database, company_id, before)
    made = new_order(database, company_id, body, actor=author.actor)
    change_order(database, company_id, before, ended, author)
    if through is not None and through >= body.starts_on:
        make_bookings(database, company_id, through=through, actor=author.actor)
    return get_order(database, company_id, made.standing_order_id)


def _last_made(database: Database, company_id: int, order: StandingOrder) -> date | None:
    far = date.today() + _AHEAD  # noqa: DTZ011 - far enough
    found = standing_trips(database, company_id, [order], far)
    return max((standing.trip.service_on for standing in found.trips.values()), default=None)
