"""What holds for a moment: kept without the lock of the company's writers, told by a notification of its own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString

import msgspec

from estafette.domain.error import Invalid, NotFound
from estafette.domain.moment import Fix, Hold, Moment, Position, Room, Viewer
from estafette.store.database import Database, Statement

CHANNEL = "estafette_moment"
_TELL: LiteralString = "SELECT pg_notify('estafette_moment', %(company)s::text)"

# A position is somebody's whereabouts: none is taken, shown or kept once the shift has been over for this long.
_OVER: LiteralString = "interval '1 hour'"

_POSITION: LiteralString = (
    """
INSERT INTO run_position AS p (company_id, run_id, at, lon, lat, accuracy_m)
SELECT r.company_id, r.id, %(at)s::timestamptz, %(lon)s::float8, %(lat)s::float8, %(accuracy_m)s::int
FROM run r JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
WHERE r.company_id = %(company)s AND r.id = %(run)s AND s.ends_at > now() - """
    + _OVER
    + """
ON CONFLICT (company_id, run_id) DO UPDATE
    SET at = EXCLUDED.at, lon = EXCLUDED.lon, lat = EXCLUDED.lat, accuracy_m = EXCLUDED.accuracy_m
    WHERE EXCLUDED.at > p.at
RETURNING at
"""
)
_RUN: LiteralString = "SELECT id FROM run WHERE company_id = %(company)s AND id = %(run)s"
_FORGET: LiteralString = (
    """
DELETE FROM run_position p USING run r, shift s
WHERE p.company_id = %(company)s AND r.company_id = p.company_id AND r.id = p.run_id
    AND s.company_id = r.company_id AND s.id = r.shift_id AND s.ends_at <= now() - """
    + _OVER
)

_CLEAR: LiteralString = "DELETE FROM hold WHERE company_id = %(company)s AND until <= now()"
_HOLD: LiteralString = """
INSERT INTO hold (company_id, holder, trip_ids, until, run_id, from_at, to_at)
SELECT %(company)s, %(holder)s, %(trips)s::bigint[], now() + make_interval(secs => %(for_s)s),
    %(run)s::bigint, %(from_at)s::timestamptz, %(to_at)s::timestamptz
WHERE (SELECT count(*) FROM trip WHERE company_id = %(company)s AND id = ANY (%(trips)s::bigint[])) = %(count)s
    AND (%(run)s::bigint IS NULL OR EXISTS (SELECT FROM run WHERE company_id = %(company)s AND id = %(run)s))
RETURNING id
"""
_RELEASE: LiteralString = "DELETE FROM hold WHERE company_id = %(company)s AND id = %(hold)s RETURNING id"

_LOOK: LiteralString = """
INSERT INTO viewer (company_id, account_id, service_on, until)
VALUES (%(company)s, %(user)s, %(day)s, now() + make_interval(secs => %(for_s)s))
ON CONFLICT (company_id, account_id) DO UPDATE SET service_on = EXCLUDED.service_on, until = EXCLUDED.until
"""

# Of each kind what holds now.
_POSITIONS: LiteralString = (
    """
SELECT jsonb_build_object('kind', 'position', 'run_id', p.run_id, 'at', p.at, 'lon', p.lon, 'lat', p.lat,
    'accuracy_m', p.accuracy_m) AS what
FROM run_position p JOIN run r ON r.company_id = p.company_id AND r.id = p.run_id
JOIN shift s ON s.company_id = r.company_id AND s.id = r.shift_id
WHERE p.company_id = %(company)s AND s.ends_at > now() - """
    + _OVER
)
_HOLDS: LiteralString = """
SELECT jsonb_build_object('kind', 'hold', 'hold_id', h.id, 'holder', h.holder,
    'name', coalesce(a.name, k.name, h.holder), 'trip_ids', h.trip_ids, 'until', h.until,
    'room', CASE WHEN h.run_id IS NOT NULL THEN
        jsonb_build_object('run_id', h.run_id, 'from_at', h.from_at, 'to_at', h.to_at) END)
FROM hold h
LEFT JOIN account a ON a.company_id = h.company_id AND h.holder = 'user:' || a.id
LEFT JOIN api_key k ON k.company_id = h.company_id AND h.holder = 'key:' || k.id
WHERE h.company_id = %(company)s AND h.until > now()"""
_VIEWERS: LiteralString = """
SELECT jsonb_build_object('kind', 'viewer', 'user_id', v.account_id, 'name', a.name, 'service_on', v.service_on,
    'until', v.until)
FROM viewer v JOIN account a ON a.company_id = v.company_id AND a.id = v.account_id
WHERE v.company_id = %(company)s AND v.until > now()"""
_ALL: LiteralString = (
    "SELECT coalesce(jsonb_agg(what), '[]')::text FROM ("
    + _POSITIONS + " UNION ALL " + _HOLDS + " UNION ALL " + _VIEWERS
    + ") AS present"
)  # fmt: skip
_MOMENTS = msgspec.json.Decoder(tuple[Position | Hold | Viewer, ...])


def list_moments(database: Database, company_id: int) -> tuple[Moment, ...]:
    """Read all that holds now: one statement."""
    return _MOMENTS.decode(database.read(company_id, _ALL, {"company": company_id})[0][0])


def keep_position(database: Database, company_id: int, run_id: int, fix: Fix) -> datetime | None:
    """
    Keep where the vehicle of a run was, if that is newer than what is known and the shift not over.

    Gives its time, `None` where it was not kept. Raises `NotFound` for no such run of the caller's.
    """
    scope = {"company": company_id, "run": run_id, **msgspec.structs.asdict(fix)}
    found, kept, _ = database.transact(
        company_id, [Statement(_RUN, scope), Statement(_POSITION, scope), Statement(_TELL, scope)]
    )
    if not found:
        message = f"run {run_id} is none of yours"
        raise NotFound(message)
    return kept[0][0] if kept else None


def forgetting_positions(company_id: int) -> Statement:
    """Give the statement that forgets where vehicles were whose shift is over."""
    return Statement(_FORGET, {"company": company_id})


def hold_trips(
    database: Database,
    company_id: int,
    trip_ids: Sequence[int],
    *,
    for_s: int,
    holder: str,
    room: Room | None = None,
) -> int:
    """Say that somebody has trips in their hands, or room on a run, for so long; gives its id. Raises `Invalid`."""
    trips = sorted(set(trip_ids))
    held = msgspec.structs.asdict(room) if room else {"run_id": None, "from_at": None, "to_at": None}
    scope = {
        "company": company_id,
        "holder": holder,
        "trips": trips,
        "count": len(trips),
        "for_s": for_s,
        **held,
    }
    scope["run"] = scope.pop("run_id")
    statements = [Statement(_CLEAR, scope), Statement(_HOLD, scope), Statement(_TELL, scope)]
    rows = database.transact(company_id, statements)[1]
    if not rows:
        pointer = "/room/run_id" if room and not trips else "/trip_ids"
        message = f"{pointer}: it names what the company does not have"
        raise Invalid(message, pointer=pointer)
    return int(rows[0][0])


def release_hold(database: Database, company_id: int, hold_id: int) -> None:
    """End a hold; raises `NotFound` where it has ended."""
    scope = {"company": company_id, "hold": hold_id}
    rows = database.transact(company_id, [Statement(_RELEASE, scope), Statement(_TELL, scope)])[0]
    if not rows:
        message = f"there is no hold {hold_id}"
        raise NotFound(message)


def look_at(database: Database, company_id: int, user_id: int, service_on: date, *, for_s: int) -> None:
    """Say that somebody looks at a day, for so long."""
    scope = {"company": company_id, "user": user_id, "day": service_on, "for_s": for_s}
    database.transact(company_id, [Statement(_LOOK, scope), Statement(_TELL, scope)])
