"""What institutions ask for in words: kept, read, settled; each tells boards, without a word of it."""

from datetime import date
from typing import Any, LiteralString, NamedTuple

import msgspec

from estafette.domain.enquiry import EnquiryBody, EnquiryState, EnquiryView
from estafette.domain.error import NotFound
from estafette.store.database import Database, Statement
from estafette.store.guards import guarded

_VIEWS = msgspec.json.Decoder(tuple[EnquiryView, ...])

# Alias: e = enquiry. Whoever sees it sees its institution.
ENQUIRY_VIEW: LiteralString = """jsonb_build_object('enquiry_id', e.id, 'institution_id', e.institution_id,
    'institution', (SELECT x.name FROM institution x WHERE x.company_id = e.company_id AND x.id = e.institution_id),
    'rider_id', e.rider_id, 'rider', e.rider, 'service_on', e.service_on, 'anchor', e.anchor,
    'requested_at', e.requested_at, 'origin', e.origin, 'destination', e.destination, 'returns', e.returns,
    'return_at', e.return_at, 'takes', jsonb_build_object(
        'seats', e.seats, 'wheelchairs', e.wheelchairs, 'stretchers', e.stretchers),
    'companions', e.companions, 'note', e.note, 'asked_at', e.asked_at, 'state', e.state, 'reason', e.reason,
    'booking_id', e.booking_id, 'settled_at', e.settled_at)"""

_LIST: LiteralString = (
    """WITH listed AS MATERIALIZED (
    SELECT e.* FROM enquiry e WHERE e.company_id = %(company)s AND e.id > %(after)s
        AND (%(id)s::bigint IS NULL OR e.id = %(id)s) AND (%(day)s::date IS NULL OR e.service_on = %(day)s)
        AND (%(state)s::text IS NULL OR e.state = %(state)s)
    ORDER BY e.id LIMIT %(limit)s)
SELECT coalesce(jsonb_agg("""
    + ENQUIRY_VIEW
    + """ ORDER BY e.id), '[]')::text, CASE WHEN %(entered)s AND count(*) > 0
    THEN write_ledger(%(company)s, 'read', 'enquiry', array_agg(e.id ORDER BY e.id), '[]') END
FROM listed e
"""
)

# What has changed of an enquiry, after a CTE `settled`; when nothing has, it does nothing.
_TOLD: LiteralString = """, raised AS (
    UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s AND EXISTS (SELECT FROM settled)
    RETURNING last_event_id
), told AS (
    INSERT INTO event (company_id, id, kind, payload)
    SELECT %(company)s, last_event_id, 'enquired',
        jsonb_build_object('enquiry_id', settled.id, 'service_on', service_on, 'state', state) FROM raised, settled
    RETURNING pg_notify('estafette', %(company)s::text)
)
SELECT settled.id, (SELECT count(*) FROM told) FROM settled
"""

_ASK: LiteralString = (
    """
WITH settled AS (
    INSERT INTO enquiry (company_id, institution_id, rider_id, rider, service_on, anchor, requested_at, origin, destination,
        returns, return_at, seats, wheelchairs, stretchers, companions, note)
    VALUES (%(company)s, %(institution)s, %(rider_id)s, %(rider)s, %(service_on)s, %(anchor)s, %(requested_at)s,
        %(origin)s, %(destination)s, %(returns)s, %(return_at)s, %(seats)s, %(wheelchairs)s, %(stretchers)s,
        %(companions)s, %(note)s)
    RETURNING id, service_on, state
)"""
    + _TOLD
)

_SETTLE: LiteralString = (
    """
WITH settled AS (
    UPDATE enquiry SET state = %(state)s, reason = %(reason)s, settled_at = now()
    WHERE company_id = %(company)s AND id = %(id)s AND state = 'asked'
    RETURNING id, service_on, state
)"""
    + _TOLD
)

# Of a booking that is refused there is no row, and nothing is answered.
_BOOKED: LiteralString = (
    """
WITH settled AS (
    UPDATE enquiry e SET state = 'booked', booking_id = b.id, rider_id = b.rider_id, settled_at = now() FROM booking b
    WHERE e.company_id = %(company)s AND e.id = %(id)s AND e.state = 'asked'
        AND b.company_id = e.company_id AND b.ref = %(booking)s
    RETURNING e.id, e.service_on, e.state
)"""
    + _TOLD
)

# Who asked sees the trips of a rider whom this booking has made. One who was known keeps whose they are: a name in
# words is no right to see what somebody else has booked for them.
_GIVEN: LiteralString = """
UPDATE rider r SET institution_id = e.institution_id FROM enquiry e JOIN booking b
    ON b.company_id = e.company_id AND b.id = e.booking_id
WHERE e.company_id = %(company)s AND e.id = %(id)s AND b.ref = %(booking)s
    AND r.company_id = b.company_id AND r.id = b.rider_id AND r.institution_id IS NULL
    AND NOT EXISTS (SELECT FROM booking o WHERE o.company_id = r.company_id AND o.rider_id = r.id AND o.id <> b.id)
"""

_ASKED: LiteralString = """
SELECT refuse('changed') WHERE NOT EXISTS (
    SELECT FROM enquiry WHERE company_id = %(company)s AND id = %(id)s AND state = 'asked')
"""


class EnquiryFilter(NamedTuple):
    """Which to list; `None` asks for nothing."""

    id: int | None = None
    day: date | None = None
    state: EnquiryState | None = None


def list_enquiries(
    database: Database,
    company_id: int,
    which: EnquiryFilter,
    *,
    after: int = 0,
    limit: int = 1,
    actor: str | None = None,
) -> tuple[EnquiryView, ...]:
    """
    List requests in words in the order of their ids: one statement.

    They name people: that `actor` reads them is entered in the audit log; `None`: it was just written.
    """
    scope = {
        "company": company_id, "after": after, "limit": limit, "entered": actor is not None, **which._asdict(),
    }  # fmt: skip
    return _VIEWS.decode(database.transact(company_id, [Statement(_LIST, scope)], actor=actor)[0][0][0])


def get_enquiry(
    database: Database, company_id: int, enquiry_id: int, *, actor: str | None = None
) -> EnquiryView:
    """Read one; raises `NotFound`."""
    found = list_enquiries(database, company_id, EnquiryFilter(id=enquiry_id), actor=actor)
    if not found:
        message = f"there is no request {enquiry_id}"
        raise NotFound(message)
    return found[0]


def add_enquiry(
    database: Database,
    company_id: int,
    institution_id: int,
    body: EnquiryBody,
    rider: tuple[int | None, str],
    *,
    actor: str,
) -> int:
    """Keep what an institution asks for, for a rider by id, if known, and name; gives its number."""
    scope: dict[str, Any] = {name: getattr(body, name) for name in body.__struct_fields__}
    scope |= msgspec.structs.asdict(body.takes)
    scope |= {"company": company_id, "institution": institution_id, "rider_id": rider[0], "rider": rider[1]}
    del scope["takes"]
    return int(guarded(database, company_id, [Statement(_ASK, scope)], actor=actor)[0][0][0])


def settle_enquiry(
    database: Database,
    company_id: int,
    enquiry_id: int,
    state: EnquiryState,
    *,
    reason: str = "",
    actor: str,
) -> bool:
    """Let a request that nobody has answered be settled; tells whether it was such a one."""
    scope = {"company": company_id, "id": enquiry_id, "state": str(state), "reason": reason}
    return bool(guarded(database, company_id, [Statement(_SETTLE, scope)], actor=actor)[0])


def still_asked(company_id: int, enquiry_id: int) -> Statement:
    """Refuse when somebody has answered meanwhile."""
    return Statement(_ASKED, {"company": company_id, "id": enquiry_id})


def answering(company_id: int, enquiry_id: int, booking: str) -> list[Statement]:
    """Settle a request with the booking of that reference, which the same transaction has stored."""
    scope = {"company": company_id, "id": enquiry_id, "booking": booking}
    return [Statement(_BOOKED, scope), Statement(_GIVEN, scope)]
