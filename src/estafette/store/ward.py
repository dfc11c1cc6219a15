"""
The page of an institution, read in one round trip in the institution's role of the database.

No condition names the institution: of riders, bookings, trips and places there are no others for that role.
"""

from collections.abc import Sequence
from datetime import date
from typing import LiteralString

import msgspec

from estafette.domain.error import Forbidden
from estafette.domain.ward import Ward
from estafette.store.database import Database, Statement
from estafette.store.enquiries import ENQUIRY_VIEW
from estafette.store.trips import TRIP_VIEW

_SHOWN: LiteralString = """x.company_id = %(company)s AND (x.active OR x.id IN (SELECT b.rider_id
            FROM trip t JOIN booking b ON b.company_id = t.company_id AND b.id = t.booking_id
            WHERE t.company_id = %(company)s AND t.service_on = ANY (%(days)s::date[])))"""
_NAMED: LiteralString = "jsonb_build_object('id', x.id, 'ref', x.ref, 'name', x.name) ORDER BY x.name, x.id"
_WARD: LiteralString = (
    """
SELECT jsonb_build_object('institution', i.name, 'company', c.name, 'zone', c.zone, 'days', %(days)s::date[],
    'trips', (SELECT coalesce(jsonb_agg("""
    + TRIP_VIEW
    + """ ORDER BY t.service_on, coalesce(a.pickup_at, t.promised_from, t.expected_from), t.id), '[]')
        FROM trip t JOIN booking b ON b.company_id = t.company_id AND b.id = t.booking_id
        LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
        WHERE t.company_id = %(company)s AND t.service_on = ANY (%(days)s::date[])),
    'riders', (SELECT coalesce(jsonb_agg("""
    + _NAMED
    + """), '[]') FROM rider x WHERE """
    + _SHOWN
    + """),
    'places', (SELECT coalesce(jsonb_agg("""
    + _NAMED
    + """), '[]') FROM place x WHERE x.company_id = %(company)s),
    'enquiries', (SELECT coalesce(jsonb_agg("""
    + ENQUIRY_VIEW
    + """ ORDER BY e.requested_at, e.id), '[]') FROM enquiry e WHERE e.company_id = %(company)s
        AND e.state <> 'withdrawn' AND (e.state = 'asked' OR e.service_on >= (%(days)s::date[])[1])))::text
FROM company c JOIN institution i ON i.company_id = c.id AND i.id = %(institution)s
WHERE c.id = %(company)s
"""
)
_ENTER: LiteralString = (
    """
SELECT write_ledger(%(company)s, 'read', 'rider', ids, '[]')
FROM (SELECT array_agg(x.id ORDER BY x.id) AS ids FROM rider x WHERE """
    + _SHOWN
    + """
    AND EXISTS (SELECT FROM institution i WHERE i.company_id = %(company)s AND i.id = %(institution)s)) AS shown
WHERE ids IS NOT NULL
"""
)


def get_ward(
    database: Database, company_id: int, institution_id: int | None, days: Sequence[date], *, actor: str
) -> Ward:
    """
    Read what an institution's page shows, and enter in the audit log whom.

    Raises `Forbidden` for who has no institution.
    """
    scope = {"company": company_id, "institution": institution_id, "days": list(days)}
    rows, _ = database.transact(company_id, [Statement(_WARD, scope), Statement(_ENTER, scope)], actor=actor)
    if not rows:
        message = "this is the page of an institution"
        raise Forbidden(message)
    return msgspec.json.decode(rows[0][0], type=Ward)
