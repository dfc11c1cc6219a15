"""
Webhooks: receivers of events, claimed when something waits for them, marked when they have taken it.

Each has a cursor into the feed of its company, whose ids have no gaps and are in commit order: so nothing is lost,
nothing is out of order, and to send again is to set the cursor back. A claim is a lease by the database's
clock with a number; a worker whose claim ran out can no longer mark anything. What it had sent is sent once
more under the same message id.
"""

from collections.abc import Sequence
from typing import Any, LiteralString

from estafette.domain.error import Conflict, Invalid, NotFound
from estafette.domain.event import decode_event
from estafette.domain.webhook import ClaimedWebhook, Secrets, Webhook, WebhookMark, WebhookRequest
from estafette.store.database import Database, Rows, Statement

LEASE_S = 60.0
# Of one receiver, at once.
_PORTION = 50
# How long the secret before is still signed with.
_CHANGE_OVER = "24 hours"

_CARD: LiteralString = (
    "id, url, kinds, internal, created_at, told_to, attempts, stopped,"
    " CASE WHEN due_at > now() THEN due_at END, failed, again"
)

_ADD: LiteralString = (
    """
INSERT INTO webhook (company_id, url, kinds, internal, secret, told_to)
SELECT company_id, %(url)s, %(kinds)s::text[], %(internal)s, %(secret)s, last_event_id
FROM feed WHERE company_id = %(company)s RETURNING """
    + _CARD
)

_LIST: LiteralString = f"SELECT {_CARD} FROM webhook WHERE company_id = %(company)s AND id > %(after)s ORDER BY id LIMIT %(limit)s"

_REMOVE: LiteralString = (
    "DELETE FROM webhook WHERE company_id = %(company)s AND id = %(webhook)s RETURNING id"
)

_ROTATE: LiteralString = f"""
UPDATE webhook SET secret = %(secret)s, old_secret = secret, old_until = now() + interval '{_CHANGE_OVER}'
WHERE company_id = %(company)s AND id = %(webhook)s RETURNING id
"""

# A worker that holds the webhook now can no longer mark it.
_RESUME: LiteralString = (
    """
UPDATE webhook w SET stopped = false, attempts = 0, due_at = '-infinity', failed = NULL, claim = claim + 1,
    claimed_until = NULL, told_to = CASE WHEN %(after)s::bigint IS NULL THEN told_to
        ELSE least(%(after)s::bigint, f.last_event_id) END
FROM feed f WHERE f.company_id = w.company_id AND w.company_id = %(company)s AND w.id = %(webhook)s
RETURNING """
    + _CARD
)

_WAKE: LiteralString = "SELECT pg_notify('estafette', %(company)s::text)"

_KNOWN: LiteralString = """
SELECT EXISTS (SELECT FROM webhook WHERE company_id = %(company)s AND id = %(webhook)s),
    EXISTS (SELECT FROM event WHERE company_id = %(company)s AND id = %(event)s)
"""

_REPLAY: LiteralString = (
    """
UPDATE webhook SET again = (SELECT array_agg(DISTINCT id ORDER BY id) FROM unnest(again || %(event)s::bigint) AS id),
    due_at = '-infinity', claim = claim + 1, claimed_until = NULL
WHERE company_id = %(company)s AND id = %(webhook)s AND cardinality(again) < %(most)s
    AND EXISTS (SELECT FROM event WHERE company_id = %(company)s AND id = %(event)s)
RETURNING """
    + _CARD
)

_CLAIM: LiteralString = """
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at),
due AS MATERIALIZED (
    SELECT w.id, f.last_event_id, (SELECT min(id) FROM event WHERE company_id = f.company_id) AS oldest
    FROM webhook w JOIN feed f ON f.company_id = w.company_id, moment
    WHERE w.company_id = %(company)s AND NOT w.stopped AND w.due_at <= moment.at
      AND coalesce(w.claimed_until <= moment.at, true) AND (w.told_to < f.last_event_id OR w.again <> '{}')
    ORDER BY w.due_at, w.id LIMIT %(limit)s
),
claimed AS (
    UPDATE webhook w SET claim = claim + 1, claimed_until = moment.at + %(lease_s)s * interval '1 second'
    FROM due, moment WHERE w.company_id = %(company)s AND w.id = due.id
    RETURNING w.*, due.last_event_id, due.oldest
)
SELECT c.id, c.url, c.kinds, c.internal, c.secret, CASE WHEN c.old_until > now() THEN c.old_secret END, c.claim,
    c.told_to, c.attempts, c.last_event_id, c.again = '{}' AND coalesce(c.oldest > c.told_to + 1, true), c.again,
    e.id, e.at, e.kind, e.payload
FROM claimed c
LEFT JOIN LATERAL (
    SELECT id, at, kind, payload FROM event WHERE company_id = %(company)s AND id = ANY (c.again)
    UNION ALL
    (SELECT id, at, kind, payload FROM event WHERE company_id = %(company)s AND id > c.told_to AND c.again = '{}'
        ORDER BY id LIMIT %(portion)s)) e ON true
ORDER BY c.id, e.id
"""

_MARK: LiteralString = """
UPDATE webhook w SET told_to = m.told_to, attempts = m.attempts, failed = m.failed, stopped = m.stopped,
    due_at = CASE WHEN m.wait_s > 0 THEN clock_timestamp() + m.wait_s * interval '1 second' ELSE '-infinity' END,
    claimed_until = NULL, again = m.again::bigint[]
FROM unnest(%(ids)s::bigint[], %(claims)s::int[], %(told)s::bigint[], %(again)s::text[], %(attempts)s::int[],
    %(waits_s)s::float8[], %(failed)s::text[], %(stopped)s::boolean[])
    AS m (id, claim, told_to, again, attempts, wait_s, failed, stopped)
WHERE w.company_id = %(company)s AND w.id = m.id AND w.claim = m.claim
RETURNING w.id
"""


def add_webhook(
    database: Database, company_id: int, wanted: WebhookRequest, *, secret: str, actor: str
) -> Webhook:
    """Tell a receiver of every event from now on; raises `NotFound` for no such company."""
    scope = {
        "company": company_id, "url": wanted.url, "kinds": list(wanted.kinds), "internal": wanted.internal, "secret": secret,
    }  # fmt: skip
    rows = database.transact(company_id, [Statement(_ADD, scope)], actor=actor)[0]
    return _only(rows, f"there is no company {company_id}")


def list_webhooks(
    database: Database, company_id: int, *, after: int = 0, limit: int | None = None
) -> list[Webhook]:
    """List a company's receivers in the order of their ids, without their secrets."""
    scope = {"company": company_id, "after": after, "limit": limit}
    return [_webhook(row) for row in database.read(company_id, _LIST, scope)]


def remove_webhook(database: Database, company_id: int, webhook_id: int, *, actor: str) -> None:
    """Tell a receiver nothing more; raises `NotFound`."""
    scope = {"company": company_id, "webhook": webhook_id}
    _found(database.transact(company_id, [Statement(_REMOVE, scope)], actor=actor)[0], webhook_id)


def rotate_secret(database: Database, company_id: int, webhook_id: int, secret: str, *, actor: str) -> None:
    """Sign with a new secret, and for a day with the one before as well; raises `NotFound`."""
    scope = {"company": company_id, "webhook": webhook_id, "secret": secret}
    _found(database.transact(company_id, [Statement(_ROTATE, scope)], actor=actor)[0], webhook_id)


def resume_webhook(
    database: Database, company_id: int, webhook_id: int, *, after: int | None = None, actor: str
) -> Webhook:
    """Send again at once, from where it stands or from after the event `after`; raises `NotFound`."""
    scope = {"company": company_id, "webhook": webhook_id, "after": after}
    statements = [Statement(_RESUME, scope), Statement(_WAKE, scope)]
    rows, _ = database.transact(company_id, statements, actor=actor)
    return _only(rows, f"there is no webhook {webhook_id}")


def replay_event(
    database: Database, company_id: int, webhook_id: int, event_id: int, *, actor: str
) -> Webhook:
    """
    Send one event once more, before what waits, whatever its kind.

    Raises `NotFound`, `Invalid` for an event that is not (or no longer) kept, `Conflict` where too many wait.
    """
    scope = {"company": company_id, "webhook": webhook_id, "event": event_id, "most": _PORTION}
    statements = [Statement(_KNOWN, scope), Statement(_REPLAY, scope), Statement(_WAKE, scope)]
    ((webhook_known, event_known),), rows, _ = database.transact(company_id, statements, actor=actor)
    if webhook_known and not event_known:
        message = f"/event_id: there is no event {event_id}, or it is no longer kept"
        raise Invalid(message, pointer="/event_id")
    if webhook_known and not rows:
        message = f"{_PORTION} events wait already to be sent again"
        raise Conflict(message)
    return _only(rows, f"there is no webhook {webhook_id}")


def claim_webhooks(
    database: Database, company_id: int, *, limit: int, actor: str, lease_s: float = LEASE_S
) -> list[ClaimedWebhook]:
    """Take at most `limit` receivers that something waits for, each with its next events: one statement."""
    scope = {"company": company_id, "limit": limit, "lease_s": lease_s, "portion": _PORTION}
    rows = database.transact(company_id, [Statement(_CLAIM, scope)], actor=actor)[0]
    by_webhook: dict[int, Rows] = {}
    for row in rows:
        by_webhook.setdefault(row[0], []).append(row)
    return [_claimed(company_id, each) for each in by_webhook.values()]


def mark_webhooks(
    database: Database, company_id: int, marks: Sequence[WebhookMark], *, actor: str
) -> set[int]:
    """Record what became of claimed webhooks, in one statement; gives those whose claim still held."""
    columns = {
        "company": company_id,
        "ids": [mark.webhook_id for mark in marks],
        "claims": [mark.claim for mark in marks],
        "told": [mark.told_to for mark in marks],
        "again": [f"{{{','.join(map(str, mark.again))}}}" for mark in marks],
        "attempts": [mark.attempts for mark in marks],
        "waits_s": [mark.wait_s for mark in marks],
        "failed": [mark.failed for mark in marks],
        "stopped": [mark.stopped for mark in marks],
    }
    return {row[0] for row in database.transact(company_id, [Statement(_MARK, columns)], actor=actor)[0]}


def _claimed(company_id: int, rows: Rows) -> ClaimedWebhook:
    webhook_id, url, kinds, internal, secret, old, claim, told_to, attempts, last, missed, again = rows[0][
        :12
    ]
    return ClaimedWebhook(
        webhook_id=webhook_id,
        company_id=company_id,
        url=url,
        kinds=tuple(kinds),
        internal=internal,
        secrets=Secrets(present=secret, before=old),
        claim=claim,
        told_to=told_to,
        attempts=attempts,
        last_event_id=last,
        events=tuple(decode_event(*row[12:]) for row in rows if row[12] is not None),
        missed=missed,
        again=tuple(again),
    )


def _webhook(row: tuple[Any, ...]) -> Webhook:
    webhook_id, url, kinds, internal, created_at, told_to, attempts, stopped, due_at, failed, again = row
    return Webhook(
        webhook_id=webhook_id,
        url=url,
        kinds=tuple(kinds),
        internal=internal,
        created_at=created_at,
        told_to=told_to,
        attempts=attempts,
        stopped=stopped,
        due_at=due_at,
        failed=failed,
        again=tuple(again),
    )


def _only(rows: Rows, otherwise: str) -> Webhook:
    if not rows:
        raise NotFound(otherwise)
    return _webhook(rows[0])


def _found(rows: Rows, webhook_id: int) -> None:
    if not rows:
        message = f"there is no webhook {webhook_id}"
        raise NotFound(message)
