"""Reading bookings, and what the names in a new one mean."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, LiteralString, NamedTuple

import msgspec

from estafette.domain.booking_request import BookingPatch, BookingView
from estafette.domain.error import NotFound
from estafette.domain.record import Record
from estafette.domain.request import TripRequest
from estafette.store.database import Database, Statement
from estafette.store.guards import ETAGS, guarded, unchanged
from estafette.store.ledger import entering_day
from estafette.store.trips import TRIP_VIEW

_BOOKINGS = msgspec.json.Decoder(tuple[BookingView, ...])

# Other trips of the rider whose window comes within an hour of one of the booking's.
_CLASHES: LiteralString = """
    SELECT jsonb_agg(jsonb_build_object('trip_id', t.id, 'other_trip_id', o.id, 'other_ref', o.ref,
        'other_booking_id', o.booking_id) ORDER BY t.id, o.id)
    FROM trip t,
        LATERAL (SELECT id FROM booking WHERE company_id = x.company_id AND rider_id = x.rider_id OFFSET 0) ob,
        LATERAL (SELECT id, ref, booking_id, service_on, status, promised_from, promised_to FROM trip
            WHERE company_id = x.company_id AND booking_id = ob.id OFFSET 0) o
    WHERE t.company_id = x.company_id AND t.booking_id = x.id AND ob.id <> x.id
        AND o.service_on = t.service_on AND o.promised_from <= t.promised_to + interval '1 hour'
        AND o.promised_to >= t.promised_from - interval '1 hour'
        AND t.status NOT IN ('cancelled', 'denied', 'no_show', 'missed')
        AND o.status NOT IN ('cancelled', 'denied', 'no_show', 'missed')"""

_CARD: LiteralString = (
    "jsonb_build_object('booking_id', x.id, 'ref', x.ref, 'rider_id', x.rider_id, 'rider_ref', r.ref, 'rider', r.name, 'rider_phone', r.phone,"
    " 'purpose', x.purpose, 'notes', x.notes, 'standing_order', x.standing_order, 'return_kept', x.return_kept, 'etag', "
    + ETAGS["booking"]
    + ", 'clashes', coalesce(("
    + _CLASHES
    + "), '[]'), 'trips', (SELECT jsonb_agg("
    + TRIP_VIEW
    + """ ORDER BY coalesce(t.promised_from, t.expected_from), t.id) FROM trip t JOIN booking b
        ON b.company_id = t.company_id AND b.id = t.booking_id
        LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
        WHERE t.company_id = x.company_id AND t.booking_id = x.id))"""
)

# Which bookings is known before their cards are written: of a day of thousands a page is wanted. The text has
# only what is asked for, so that a plan of each can be kept.
_OF_BOOKING: dict[str, LiteralString] = {
    "id": " AND x.id = %(id)s",
    "ref": " AND x.ref = %(ref)s",
    "rider_id": " AND x.rider_id = %(rider_id)s",
    "standing_order": " AND x.standing_order = %(standing_order)s",
}
_OF_TRIP: dict[str, LiteralString] = {
    "day": " AND t.service_on = %(day)s",
    "status": " AND t.status = %(status)s",
}
_LISTED: LiteralString = """WITH listed AS MATERIALIZED (
    SELECT x.id FROM booking x WHERE x.company_id = %(company)s AND x.id > %(after)s"""
_WITH_TRIP: LiteralString = """ AND EXISTS (SELECT FROM
        (SELECT service_on, status FROM trip WHERE company_id = x.company_id AND booking_id = x.id OFFSET 0) t
        WHERE true"""
_CARDS: LiteralString = (
    """) ORDER BY x.id LIMIT %(limit)s)
SELECT coalesce(jsonb_agg(card ORDER BY id), '[]')::text, CASE WHEN %(entered)s AND count(*) > 0
    THEN write_ledger(%(company)s, 'read', 'rider', array_agg(DISTINCT rider_id), '[]') END
FROM (SELECT x.id, x.rider_id, """
    + _CARD
    + """ AS card FROM booking x JOIN rider r ON r.company_id = x.company_id AND r.id = x.rider_id
    WHERE x.company_id = %(company)s AND x.id = ANY (ARRAY(SELECT id FROM listed))) AS carded
"""
)


class BookingFilter(Record, frozen=True, kw_only=True):
    """Which bookings to list: those that have a trip of that day and status; `None` asks for nothing."""

    id: int | None = None
    ref: str | None = None
    rider_id: int | None = None
    day: date | None = None
    status: str | None = None
    standing_order: str | None = None


def list_bookings(
    database: Database,
    company_id: int,
    which: BookingFilter,
    *,
    after: int = 0,
    limit: int = 1,
    actor: str | None = None,
) -> tuple[BookingView, ...]:
    """
    List bookings with their trips in the order of their ids: one statement.

    They name their riders: that `actor` reads it is entered in the audit log; `None`: it was just written.
    """
    scope = {
        "company": company_id, "after": after, "limit": limit, "entered": actor is not None,
        **msgspec.structs.asdict(which),
    }  # fmt: skip
    sql = _LISTED + _asked(_OF_BOOKING, scope) + _WITH_TRIP + _asked(_OF_TRIP, scope) + _CARDS
    rows = database.transact(company_id, [Statement(sql, scope, keep_plan=True)], actor=actor)[0]
    return _BOOKINGS.decode(rows[0][0])


def _asked(what: Mapping[str, LiteralString], scope: Mapping[str, Any]) -> LiteralString:
    nothing: LiteralString = ""
    return nothing.join(sql for name, sql in what.items() if scope[name] is not None)


def get_booking(
    database: Database, company_id: int, booking_id: int, *, actor: str | None = None
) -> BookingView:
    """Read a booking, as `list_bookings`; raises `NotFound`."""
    found = list_bookings(database, company_id, BookingFilter(id=booking_id), actor=actor)
    if not found:
        message = f"there is no booking {booking_id}"
        raise NotFound(message)
    return found[0]


# What is not named stays.
_SAY: LiteralString = """
UPDATE booking SET purpose = coalesce(%(purpose)s::text, purpose), notes = coalesce(%(notes)s::text, notes)
WHERE company_id = %(company)s AND id = %(id)s
"""


# Boards are told where that is news.
_KEEP: LiteralString = """
WITH said AS (
    UPDATE booking SET return_kept = %(return_kept)s
    WHERE company_id = %(company)s AND id = %(id)s AND return_kept <> %(return_kept)s::boolean RETURNING id
), raised AS (
    UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s AND EXISTS (SELECT FROM said)
    RETURNING last_event_id
)
INSERT INTO event (company_id, id, kind, payload)
SELECT %(company)s, last_event_id, 'return_kept', jsonb_build_object('booking_id', %(id)s::bigint, 'kept', %(return_kept)s::boolean)
FROM raised RETURNING pg_notify('estafette', %(company)s::text)
"""


def say_of_booking(
    database: Database, company_id: int, booking: BookingView, said: BookingPatch, *, actor: str
) -> BookingView:
    """Change what is said of a booking from how it stood, and read it back; raises `Stale`."""
    named = {
        name: None if value is msgspec.UNSET else value
        for name, value in msgspec.structs.asdict(said).items()
    }
    scope = {"company": company_id, "id": booking.booking_id, **named}
    statements = [
        unchanged("booking", company_id, booking.booking_id, booking.etag), Statement(_SAY, scope),
        Statement(_KEEP, scope),
    ]  # fmt: skip
    guarded(database, company_id, statements, actor=actor)
    return get_booking(database, company_id, booking.booking_id)


class Names(NamedTuple):
    """The references of places by id, and reference and name of a rider; what is not there does not exist."""

    places: dict[int, str]
    rider: tuple[str, str] | None
    rider_id: int
    rider_active: bool = True


_NAMES: LiteralString = """
SELECT (SELECT coalesce(jsonb_object_agg(id, ref), '{}')::text FROM place
        WHERE company_id = %(company)s AND id = ANY (%(places)s::bigint[])),
    r.ref, r.name, coalesce(r.id, 0), coalesce(r.active, true)
FROM (SELECT) AS one LEFT JOIN rider r
    ON r.company_id = %(company)s AND (r.id = %(rider)s::bigint OR r.ref = %(rider_ref)s::text)
"""


def names_of(
    database: Database, company_id: int, *, place_ids: Sequence[int], rider: int | str | None
) -> Names:
    """Look up what ids stand for: one statement."""
    scope = {
        "company": company_id, "places": list(place_ids), "rider": rider if isinstance(rider, int) else None,
        "rider_ref": rider if isinstance(rider, str) else None,
    }  # fmt: skip
    places, ref, name, rider_id, active = database.read(company_id, _NAMES, scope)[0]
    known = msgspec.json.decode(places, type=dict[int, str])
    return Names(known, (ref, name) if rider_id else None, rider_id, active)


# Aliases: t = trip, b = its booking, r = its rider, o, d = its places.
REQUEST_CARD: LiteralString = """jsonb_build_object('ref', t.ref, 'booking', b.ref, 'rider', r.ref, 'rider_name', r.name,
    'direction', t.direction, 'service_on', t.service_on, 'origin', o.ref, 'destination', d.ref, 'anchor', t.anchor,
    'requested_at', t.requested_at, 'takes', jsonb_build_object(
        'seats', t.seats, 'wheelchairs', t.wheelchairs, 'stretchers', t.stretchers),
    'companions', t.companions, 'pickup_dwell_s', t.pickup_dwell_s, 'dropoff_dwell_s', t.dropoff_dwell_s,
    'max_ride_s', t.max_ride_s, 'purpose', b.purpose, 'standing_order', b.standing_order, 'needs', t.needs,
    'no_share', t.no_share, 'priority', t.priority, 'unserved_s', t.unserved_s, 'min_stay_s', t.min_stay_s,
    'same_driver', t.same_driver, 'waits', t.waits,
    'expected_at', CASE t.anchor WHEN 'pickup_at' THEN t.expected_from ELSE t.expected_to END)"""

REQUEST_FROM: LiteralString = """
FROM trip t JOIN booking b ON b.company_id = t.company_id AND b.id = t.booking_id
JOIN rider r ON r.company_id = b.company_id AND r.id = b.rider_id
JOIN place o ON o.company_id = t.company_id AND o.id = t.origin_id
JOIN place d ON d.company_id = t.company_id AND d.id = t.destination_id
"""

_REQUEST: LiteralString = (
    "SELECT "
    + REQUEST_CARD
    + "::text"
    + REQUEST_FROM
    + """
WHERE t.company_id = %(company)s AND (t.id = %(trip)s OR t.service_on = %(day)s) ORDER BY t.id
"""
)


def list_trip_requests(
    database: Database, company_id: int, service_on: date, *, actor: str | None = None
) -> list[TripRequest]:
    """
    Read the trips of a day as they would be asked for.

    They name riders: that `actor` reads them is entered in the audit log; `None`: nobody is shown them.
    """
    read = Statement(_REQUEST, {"company": company_id, "trip": None, "day": service_on})
    enter = [entering_day(company_id, service_on, on_runs=False)] if actor else []
    rows = database.transact(company_id, [read, *enter], actor=actor)[0]
    return [msgspec.json.decode(card, type=TripRequest) for (card,) in rows]


def get_trip_request(database: Database, company_id: int, trip_id: int) -> TripRequest:
    """Read a trip as it would be asked for; raises `NotFound`."""
    rows = database.read(company_id, _REQUEST, {"company": company_id, "trip": trip_id, "day": None})
    if not rows:
        message = f"there is no trip {trip_id}"
        raise NotFound(message)
    return msgspec.json.decode(rows[0][0], type=TripRequest)
