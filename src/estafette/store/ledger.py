"""
The audit log: reading it, entering what was read, following its chain, letting whole old stretches go.

Writes are entered by triggers of the tables (`migrations/0014_ledger.sql`). The hash of an entry is SHA-256 over the
hash before it and the entry as a JSON array; here it is computed again by Python, not by the database that is judged.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, LiteralString, NamedTuple

import msgspec

from estafette.domain.error import Invalid, no_company
from estafette.domain.ledger import Act, Anchor, LedgerEntry, Verified
from estafette.store.database import Database, Statement
from estafette.store.server import Server, as_owner

KEEP_DAYS_AT_LEAST = 365
_PORTION = 5000

# The most recent first; `%(before)s` is the cursor.
_LIST: LiteralString = """
SELECT id, at, actor, action, kind, ids, changes, why, request_id FROM ledger
WHERE company_id = %(company)s AND id < %(before)s
    AND (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(subject)s::bigint IS NULL OR ids @> ARRAY[%(subject)s::bigint])
    AND (%(actor)s::text IS NULL OR actor = %(actor)s) AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
ORDER BY id DESC LIMIT %(limit)s
"""

_CHAIN: LiteralString = """
SELECT id, hash, jsonb_build_array(company_id, id, extract(epoch FROM at), actor, action, kind, ids, changes, why,
    request_id)::text
FROM ledger WHERE company_id = %(company)s AND id > %(after)s ORDER BY id LIMIT %(portion)s
"""

# What was pruned, newest first: the hash that the first entry that is left goes back to.
_PRUNED: LiteralString = """
SELECT (changes->0->>'up_to')::bigint, changes->0->>'hash' FROM ledger
WHERE company_id = %(company)s AND kind = 'ledger' AND action = 'prune' ORDER BY id DESC LIMIT 1
"""

_HEAD: LiteralString = """
SELECT l.id, l.hash FROM company c
LEFT JOIN LATERAL (SELECT id, hash FROM ledger WHERE company_id = c.id ORDER BY id DESC LIMIT 1) AS l ON true
WHERE c.id = %(company)s
"""

_ENTER: LiteralString = "SELECT write_ledger(%(company)s, %(action)s, %(kind)s, %(ids)s::bigint[], '[]')"


_ENTER_DAY: LiteralString = """
SELECT write_ledger(%(company)s, 'read', 'rider', ids, '[]') FROM (
    SELECT array_agg(DISTINCT b.rider_id ORDER BY b.rider_id) AS ids
    FROM trip t JOIN booking b ON b.company_id = t.company_id AND b.id = t.booking_id
    LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id
    WHERE t.company_id = %(company)s AND t.service_on = %(day)s AND (a.run_id IS NOT NULL OR NOT %(on_runs)s)
        AND (%(run)s::bigint IS NULL OR a.run_id = %(run)s)) AS of_day
WHERE ids IS NOT NULL
"""


class Wanted(NamedTuple):
    """Which entries to list: those before a cursor, of a kind, about an id, by an actor, since an instant."""

    before: int | None = None
    kind: str | None = None
    subject: int | None = None
    actor: str | None = None
    since: datetime | None = None


def list_entries(
    database: Database, company_id: int, wanted: Wanted, *, limit: int = 50
) -> tuple[LedgerEntry, ...]:
    """List entries, the newest first; the last one's id is the cursor of the next page."""
    scope = {"company": company_id, "limit": limit, **wanted._asdict(), "before": wanted.before or 2**62}
    names = LedgerEntry.__struct_fields__
    rows = database.read(company_id, _LIST, scope)
    return tuple(msgspec.convert(dict(zip(names, row, strict=True)), LedgerEntry) for row in rows)


def entering(company_id: int, action: Act, kind: str, ids: Sequence[int]) -> Statement:
    """
    Give the statement that enters what is read, exported or erased; it belongs to the transaction that does it.

    The transaction must have an actor: the entry follows the others of the company.
    """
    return Statement(_ENTER, {"company": company_id, "action": str(action), "kind": kind, "ids": list(ids)})


def entering_day(company_id: int, service_on: date, *, on_runs: bool, run_id: int | None = None) -> Statement:
    """
    Give the statement that enters that the riders of a day were read: one entry, `on_runs` or all.

    As `entering`.
    """
    scope = {"company": company_id, "day": service_on, "on_runs": on_runs, "run": run_id}
    return Statement(_ENTER_DAY, scope)


def head_of(database: Database, company_id: int) -> Anchor:
    """Give the last entry of a company's log with its hash; raises `NotFound`."""
    rows = database.read(company_id, _HEAD, {"company": company_id})
    if not rows:
        raise no_company(company_id)
    number, digest = rows[0]
    return Anchor(
        company_id=company_id,
        id=number or 0,
        hash=(digest or b"").hex(),
        at=datetime.now(UTC).replace(microsecond=0),
    )


class _Link(NamedTuple):
    """An entry as it is chained: its hash, and the text that it covers beside the hash before."""

    id: int
    hash: bytes
    text: str

    def follows(self, before: bytes) -> bool:
        return hashlib.sha256(before + self.text.encode()).digest() == self.hash


def verify_ledger(database: Database, company_id: int, *, anchors: Iterable[Anchor] = ()) -> Verified:
    """
    Follow a company's chain from its first entry to its last, and compare it with heads that were kept elsewhere.

    Raises
    ------
    Invalid
        An anchor is another company's.
    """
    kept = {anchor.id: anchor for anchor in anchors}
    if any(anchor.company_id != company_id for anchor in kept.values()):
        message = f"the anchor is not one of company {company_id}"
        raise Invalid(message)
    pruned = database.read(company_id, _PRUNED, {"company": company_id})
    end, before = (int(pruned[0][0]), bytes.fromhex(pruned[0][1])) if pruned else (0, b"")
    first, entries = end + 1, 0
    findings: list[str] = []
    for link in _chain(database, company_id):
        findings += _breaks(link, end, before, kept.pop(link.id, None))
        end, before, entries = link.id, link.hash, entries + 1
    findings += _unmet(kept.values(), first, end)
    return Verified(entries=entries, first=first, last=end, findings=tuple(findings))


def _chain(database: Database, company_id: int) -> Iterator[_Link]:
    after = 0
    while True:
        scope = {"company": company_id, "after": after, "portion": _PORTION}
        rows = database.read(company_id, _CHAIN, scope)
        yield from (_Link(number, bytes(digest), text) for number, digest, text in rows)
        if len(rows) < _PORTION:
            return
        after = rows[-1][0]


def _breaks(link: _Link, end: int, before: bytes, anchor: Anchor | None) -> Iterator[str]:
    if link.id <= end:
        yield f"entry {link.id} belongs to a stretch that was pruned up to {end}"
    elif link.id != end + 1:
        yield f"entries {end + 1} to {link.id - 1} are missing"
    elif not link.follows(before):
        yield f"entry {link.id} is not what was entered: its hash does not follow from it and the entry before"
    if anchor is not None and anchor.hash != link.hash.hex():
        yield f"entry {link.id} is not the one of the anchor of {anchor.at:%Y-%m-%d %H:%M}"


def _unmet(anchors: Iterable[Anchor], first: int, end: int) -> Iterator[str]:
    for anchor in anchors:
        if anchor.id > end:
            yield f"the log ends with entry {end}, the anchor of {anchor.at:%Y-%m-%d %H:%M} names {anchor.id}: its tail is cut"
        elif anchor.id >= max(first, 1):
            yield f"entry {anchor.id} of the anchor of {anchor.at:%Y-%m-%d %H:%M} is missing"


_HORIZON = """
SELECT id, hash FROM ledger WHERE company_id = %(company)s AND at < now() - make_interval(days => %(keep_days)s)
    AND id < (SELECT max(id) FROM ledger WHERE company_id = %(company)s) ORDER BY id DESC LIMIT 1
"""
_NAME_STRETCH = """
SELECT write_ledger(%(company)s, 'prune', 'ledger', '{}', jsonb_build_array(jsonb_build_object('up_to', %(up_to)s::bigint, 'hash', %(hash)s::text)))
"""


def prune_ledger(server: Server, company_id: int, *, keep_days: int, actor: str) -> int:
    """
    Let the entries go that are older than `keep_days`, as one stretch that a new entry names; give their number.

    It is the owner's act: the application's role can delete nothing here. Raises `Invalid` for less than a year.
    """
    if keep_days < KEEP_DAYS_AT_LEAST:
        message = f"the audit log is kept for at least {KEEP_DAYS_AT_LEAST} days, not {keep_days}"
        raise Invalid(message)
    scope: dict[str, Any] = {"company": company_id, "keep_days": keep_days, "actor": actor}
    with as_owner(server) as connection:
        connection.execute(
            "SELECT set_config('app.company', %(company)s::text, true), set_config('app.actor', %(actor)s, true)",
            scope,
        )
        connection.execute("SELECT FROM feed WHERE company_id = %(company)s FOR NO KEY UPDATE", scope)
        last = connection.execute(_HORIZON, scope).fetchone()
        if last is None:
            return 0
        connection.execute(_NAME_STRETCH, scope | {"up_to": last[0], "hash": bytes(last[1]).hex()})
        return connection.execute(
            "DELETE FROM ledger WHERE company_id = %(company)s AND id <= %(up_to)s",
            scope | {"up_to": last[0]},
        ).rowcount
