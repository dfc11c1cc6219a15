"""Standing orders: kept, and what stands of their bookings."""

from collections.abc import Sequence
from datetime import date
from typing import Any, LiteralString, NamedTuple

import msgspec

from estafette.domain.error import NotFound
from estafette.domain.request import TripRequest
from estafette.domain.standing_order import StandingOrder
from estafette.domain.trip import TripView
from estafette.store.bookings import REQUEST_CARD, REQUEST_FROM
from estafette.store.database import Database, Statement
from estafette.store.guards import ETAGS, guarded, unchanged
from estafette.store.trips import TRIP_VIEW

_ORDERS = msgspec.json.Decoder(tuple[StandingOrder, ...])

_LIST: LiteralString = (
    "SELECT coalesce(jsonb_agg(card ORDER BY id), '[]')::text FROM (SELECT x.id, jsonb_build_object("
    "'standing_order_id', x.id, 'ref', x.ref, 'rider_id', x.rider_id, 'rider_ref', r.ref, 'rule', x.rule,"
    " 'starts_on', x.starts_on, 'trips', x.trips, 'purpose', x.purpose, 'exceptions', x.exceptions,"
    " 'active', x.active, 'etag', "
    + ETAGS["standing_order"]
    + """) AS card
    FROM standing_order x JOIN rider r ON r.company_id = x.company_id AND r.id = x.rider_id
    WHERE x.company_id = %(company)s AND x.id > %(after)s AND (%(id)s::bigint IS NULL OR x.id = %(id)s)
        AND (%(ref)s::text IS NULL OR x.ref = %(ref)s) AND (%(rider_id)s::bigint IS NULL OR x.rider_id = %(rider_id)s)
        AND (%(active)s::boolean IS NULL OR x.active = %(active)s)
    ORDER BY x.id LIMIT %(limit)s) AS listed
"""
)

_INSERT: LiteralString = """
INSERT INTO standing_order (company_id, ref, rider_id, rule, starts_on, trips, purpose, exceptions, active)
SELECT r.company_id, %(ref)s, r.id, %(rule)s, %(starts_on)s, %(trips)s::jsonb, %(purpose)s, %(exceptions)s::jsonb, %(active)s
FROM rider r WHERE r.company_id = %(company)s AND r.id = %(rider_id)s
"""

_UPDATE: LiteralString = """
UPDATE standing_order SET rule = %(rule)s, trips = %(trips)s::jsonb, purpose = %(purpose)s,
    exceptions = %(exceptions)s::jsonb, active = %(active)s
WHERE company_id = %(company)s AND id = %(standing_order_id)s
"""


class OrderFilter(NamedTuple):
    """Which standing orders to list; `None` asks for nothing."""

    id: int | None = None
    ref: str | None = None
    rider_id: int | None = None
    active: bool | None = None


def list_orders(
    database: Database, company_id: int, which: OrderFilter, *, after: int = 0, limit: int = 1
) -> tuple[StandingOrder, ...]:
    """List standing orders in the order of their ids."""
    scope = {"company": company_id, "after": after, "limit": limit, **which._asdict()}
    return _ORDERS.decode(database.read(company_id, _LIST, scope)[0][0])


def get_order(database: Database, company_id: int, number: int) -> StandingOrder:
    """Read a standing order; raises `NotFound`."""
    found = list_orders(database, company_id, OrderFilter(id=number))
    if not found:
        message = f"there is no standing order {number}"
        raise NotFound(message)
    return found[0]


def insert_order(company_id: int, order: StandingOrder) -> Statement:
    """Make the statement that keeps a new order."""
    return Statement(_INSERT, _scope(company_id, order))


def keep_order(
    database: Database, company_id: int, order: StandingOrder, *, then: Sequence[Statement] = (), actor: str
) -> None:
    """Keep an order that was changed from the version it carries, and what follows from that; raises `Stale`."""
    guard = unchanged("standing_order", company_id, order.standing_order_id, order.etag)
    update = Statement(_UPDATE, _scope(company_id, order))
    guarded(database, company_id, [guard, *then, update], actor=actor)


def _scope(company_id: int, order: StandingOrder) -> dict[str, Any]:
    kept = msgspec.structs.asdict(order)
    as_json = {name: msgspec.json.encode(kept[name]).decode() for name in ("trips", "exceptions")}
    return {**kept, **as_json, "company": company_id}


class Standing(NamedTuple):
    """A trip that was made of a standing order: as it stands, and as it would be asked for."""

    trip: TripView
    request: TripRequest


class Found(NamedTuple):
    """What stands of standing orders: the company's clock, names of riders by reference, trips by reference."""

    zone: str
    today: date
    riders: dict[str, str]
    trips: dict[str, Standing]


_ZONE: LiteralString = """
SELECT c.zone, (now() AT TIME ZONE c.zone)::date, (SELECT coalesce(jsonb_object_agg(ref, name), '{}')::text FROM rider
    WHERE company_id = c.id AND ref = ANY (%(riders)s::text[]))
FROM company c WHERE c.id = %(company)s
"""

_TRIPS: LiteralString = (
    "SELECT jsonb_build_object('trip', " + TRIP_VIEW + ", 'request', " + REQUEST_CARD + ")::text" + REQUEST_FROM + """
LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
WHERE t.company_id = %(company)s AND b.standing_order = ANY (%(orders)s::text[]) AND t.service_on <= %(through)s
    AND t.service_on >= (SELECT (now() AT TIME ZONE zone)::date FROM company WHERE id = %(company)s)
"""
)  # fmt: skip


class _Row(msgspec.Struct):
    trip: TripView
    request: TripRequest


def standing_trips(
    database: Database, company_id: int, orders: Sequence[StandingOrder], through: date
) -> Found:
    """Read what stands of orders from today on, through a day: one round trip."""
    scope = {
        "company": company_id, "riders": [order.rider_ref for order in orders],
        "orders": [order.ref for order in orders], "through": through,
    }  # fmt: skip
    clock, rows = database.transact(company_id, [Statement(_ZONE, scope), Statement(_TRIPS, scope)])
    zone, today, riders = clock[0]
    read = [msgspec.json.decode(card, type=_Row) for (card,) in rows]
    trips = {row.trip.ref: Standing(row.trip, row.request) for row in read}
    return Found(zone, today, msgspec.json.decode(riders, type=dict[str, str]), trips)
