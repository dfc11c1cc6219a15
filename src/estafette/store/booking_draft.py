"""What a booking that is talked about would meet: its places, its rider's wishes and other trips, what is usual."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from estafette.domain.booking_draft import DraftClash, RiderUsual, RiderWishes
from estafette.domain.error import NotFound
from estafette.domain.ledger import Act
from estafette.domain.place import Place
from estafette.domain.record import Record
from estafette.domain.request import Promise, TripRequest, place_ref
from estafette.store.cards import PLACE_CARD
from estafette.store.database import Database, Statement
from estafette.store.ledger import entering


class PlaceOf(Record, frozen=True, kw_only=True):
    """A place under the reference by which it was named."""

    ref: str
    place: Place


class ClashOf(Record, frozen=True, kw_only=True):
    """A clash of trip `n` of the booking, counted from 0."""

    n: int
    clash: DraftClash


class Met(Record, frozen=True, kw_only=True):
    """What a draft meets; `wishes` of a rider who is not known yet are `None`."""

    places: tuple[PlaceOf, ...]
    wishes: RiderWishes | None
    clashes: tuple[ClashOf, ...]


# The same trips clash as in a booking that is made (`store/bookings.py`).
_MET: LiteralString = (
    """
SELECT jsonb_build_object(
    'places', coalesce((SELECT jsonb_agg(jsonb_build_object('ref', p.ref, 'place', """
    + PLACE_CARD
    + """)) FROM place p WHERE p.company_id = %(company)s AND p.ref = ANY (%(places)s::text[])), '[]'),
    'wishes', (SELECT jsonb_build_object('needs', r.needs, 'no_share', r.no_share, 'groups', r.groups,
            'apart_from', r.apart_from, 'banned_driver_ids', r.banned_driver_ids,
            'preferred_driver_ids', r.preferred_driver_ids)
        FROM rider r WHERE r.company_id = %(company)s AND r.ref = %(rider)s),
    'clashes', coalesce((SELECT jsonb_agg(jsonb_build_object('n', i.n, 'clash', jsonb_build_object(
            'trip_id', o.id, 'ref', o.ref, 'booking_id', o.booking_id, 'promised_from', o.promised_from,
            'promised_to', o.promised_to, 'origin', f.name, 'destination', d.name)) ORDER BY i.n, o.promised_from, o.id)
        FROM jsonb_to_recordset(%(trips)s::jsonb)
            AS i (n int, service_on date, from_at timestamptz, to_at timestamptz)
        JOIN rider r ON r.company_id = %(company)s AND r.ref = %(rider)s
        JOIN booking b ON b.company_id = r.company_id AND b.rider_id = r.id
        JOIN trip o ON o.company_id = b.company_id AND o.booking_id = b.id AND o.service_on = i.service_on
            AND o.promised_from <= i.to_at + interval '1 hour' AND o.promised_to >= i.from_at - interval '1 hour'
            AND o.status NOT IN ('cancelled', 'denied', 'no_show', 'missed')
        JOIN place f ON f.company_id = o.company_id AND f.id = o.origin_id
        JOIN place d ON d.company_id = o.company_id AND d.id = o.destination_id), '[]'))::text
"""
)

_USUAL: LiteralString = (
    """
WITH recent AS MATERIALIZED (
    SELECT t.*, b.purpose FROM booking b JOIN trip t ON t.company_id = b.company_id AND t.booking_id = b.id
    WHERE b.company_id = %(company)s AND b.rider_id = %(rider)s AND t.status <> 'denied'
    ORDER BY t.service_on DESC, t.id DESC LIMIT 60
), way AS (
    SELECT DISTINCT ON (origin_id, destination_id) * FROM recent
    ORDER BY origin_id, destination_id, service_on DESC, id DESC
)
SELECT jsonb_build_object('rider_id', r.id, 'ref', r.ref, 'name', r.name, 'needs', r.needs, 'no_share', r.no_share,
    'home', (SELECT """
    + PLACE_CARD
    + """ FROM recent JOIN place p ON p.company_id = %(company)s AND p.id = recent.origin_id
        WHERE recent.direction = 'outbound'
        GROUP BY p.company_id, p.id, p.name, p.lon, p.lat ORDER BY count(*) DESC, max(recent.service_on) DESC, p.id LIMIT 1),
    'ways', coalesce((SELECT jsonb_agg(jsonb_build_object('origin_id', w.origin_id, 'origin', o.name,
            'destination_id', w.destination_id, 'destination', d.name, 'direction', w.direction, 'anchor', w.anchor,
            'takes', jsonb_build_object('seats', w.seats, 'wheelchairs', w.wheelchairs, 'stretchers', w.stretchers),
            'companions', w.companions, 'purpose', w.purpose, 'last_on', w.service_on, 'last_at', w.requested_at)
            ORDER BY w.direction <> 'outbound', w.service_on DESC, w.id DESC)
        FROM (SELECT * FROM way ORDER BY direction <> 'outbound', service_on DESC, id DESC LIMIT 8) w
        JOIN place o ON o.company_id = %(company)s AND o.id = w.origin_id
        JOIN place d ON d.company_id = %(company)s AND d.id = w.destination_id), '[]'))::text
FROM rider r WHERE r.company_id = %(company)s AND r.id = %(rider)s
"""
)


def what_meets(database: Database, company_id: int, requests: Sequence[TripRequest]) -> Met:
    """Read what the trips of one booking would meet: one statement."""
    scope = {
        "company": company_id,
        "places": [place_ref(place) for each in requests for place in (each.origin, each.destination)],
        "rider": requests[0].rider,
        "trips": msgspec.json.encode([_row(n, each) for n, each in enumerate(requests)]).decode(),
    }
    return msgspec.json.decode(database.read(company_id, _MET, scope)[0][0], type=Met)


def _row(n: int, request: TripRequest) -> dict[str, object]:
    from_at, to_at = request.promised(Promise()) or (None, None)
    return {"n": n, "service_on": request.service_on, "from_at": from_at, "to_at": to_at}


def get_usual(database: Database, company_id: int, rider_id: int, *, actor: str) -> RiderUsual:
    """Read what a rider usually asks for, which `actor` is entered for in the audit log; raises `NotFound`."""
    read = Statement(_USUAL, {"company": company_id, "rider": rider_id})
    enter = entering(company_id, Act.READ, "rider", [rider_id])
    rows = database.transact(company_id, [read, enter], actor=actor)[0]
    if not rows:
        message = f"there is no rider {rider_id}"
        raise NotFound(message)
    return msgspec.json.decode(rows[0][0], type=RiderUsual)
