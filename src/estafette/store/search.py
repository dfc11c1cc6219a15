"""
Finding riders, places, drivers and trips by what somebody types: mistakes, other scripts, parts of words.

A thing is as likely as the share of the typed trigrams that its words have (`migrations/0026_search.sql`). Trips are
found by their reference or id: those of the next days by its beginning too.
"""

from typing import LiteralString

import msgspec

from estafette.domain.search import Found
from estafette.store.database import Database, Statement

# Of what was typed so much must be there. A word of eight letters with two swapped has half of it.
_LEAST = 0.4
# Two spaces before a letter: that a word begins with it tells too little to be looked for alone.
_FIRST = (ord(" ") << 21) + ord(" ")

_FOUND = msgspec.json.Decoder(tuple[Found, ...])


def _named(kind: LiteralString, address: LiteralString) -> LiteralString:
    """Give the statement that ranks one kind of thing by its words."""
    return (
        "(SELECT '" + kind + "' AS kind, x.id, x.ref, x.name, " + address + " AS address, NULL::date AS service_on,"
        " NULL::text AS status, s.score FROM " + kind + " x, typed q, LATERAL (SELECT count(*)::float8 / q.most AS score"
        " FROM unnest(q.grams) AS g WHERE g = ANY (x.grams)) AS s"
        " WHERE x.company_id = %(company)s AND x.active AND x.grams && q.telling AND s.score >= %(least)s"
        " ORDER BY s.score DESC, length(x.name), x.id LIMIT %(limit)s)"
    )  # fmt: skip


_TRIPS: LiteralString = """
(SELECT 'trip' AS kind, t.id, t.ref, r.name, '' AS address, t.service_on, t.status, 1::float8 AS score
FROM trip t JOIN booking b ON b.company_id = t.company_id AND b.id = t.booking_id
JOIN rider r ON r.company_id = b.company_id AND r.id = b.rider_id
WHERE t.company_id = %(company)s AND t.id IN (
    SELECT id FROM trip WHERE company_id = %(company)s AND ref = %(typed)s
    UNION SELECT id FROM trip WHERE company_id = %(company)s AND id = %(number)s
    UNION SELECT id FROM trip WHERE company_id = %(company)s AND service_on BETWEEN current_date - 1 AND current_date + 7
        AND starts_with(ref, %(typed)s))
ORDER BY t.service_on, t.id LIMIT %(limit)s)
"""


def _ranked(kinds: LiteralString) -> LiteralString:
    return (
        "WITH typed AS MATERIALIZED (SELECT grams, greatest(cardinality(grams), 1) AS most,"
        " coalesce((SELECT array_agg(g) FROM unnest(grams) AS g WHERE g >> 21 <> %(first)s), grams) AS telling"
        " FROM grams(%(typed)s, '') AS grams), found AS MATERIALIZED (SELECT * FROM ("
        + kinds
        + ") AS one_kind"
        " ORDER BY score DESC, length(name), kind, id LIMIT %(limit)s)"
        " SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(f)) ORDER BY score DESC, length(name), kind, id), '[]')::text,"
        " CASE WHEN bool_or(kind IN ('rider', 'trip')) THEN write_ledger(%(company)s, 'read', 'rider',"
        " ARRAY(SELECT id FROM found WHERE kind = 'rider' UNION SELECT b.rider_id FROM found JOIN trip t"
        " ON t.company_id = %(company)s AND t.id = found.id JOIN booking b ON b.company_id = t.company_id"
        " AND b.id = t.booking_id WHERE found.kind = 'trip' ORDER BY 1), '[]') END FROM found f"
    )


_ALL: LiteralString = _ranked(
    " UNION ALL ".join((_named("rider", "''"), _named("place", "x.address"), _named("driver", "''"), _TRIPS))
)
# Institutions are told nothing of drivers.
_BUT_DRIVERS: LiteralString = _ranked(
    " UNION ALL ".join((_named("rider", "''"), _named("place", "x.address"), _TRIPS))
)


def search(
    database: Database, company_id: int, typed: str, *, limit: int, drivers: bool, actor: str
) -> tuple[Found, ...]:
    """
    Find at most `limit` things for what was typed, the likeliest first: one statement.

    That `actor` read the names of the riders among them is entered in the audit log.
    """
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None
    scope = {
        "company": company_id,
        "typed": typed,
        "number": number,
        "limit": limit,
        "least": _LEAST,
        "first": _FIRST,
    }
    sql = _ALL if drivers else _BUT_DRIVERS
    return _FOUND.decode(database.transact(company_id, [Statement(sql, scope)], actor=actor)[0][0][0])
