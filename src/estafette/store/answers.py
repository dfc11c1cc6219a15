"""
Answers kept by key, so that a request sent twice is done once.

A request is claimed before it is worked on and its answer kept afterwards: two transactions around those of the work
itself. Should the program die between them, the claim runs out after `LEASE_S`, and who asks again works again, with
the same key for what the work applies, which the database then does once.

Both are written aside (`Database.transact`): what the work commits takes the claim to the disk with it, and an answer
that a crash of the server takes back is as one that was never kept.
"""

from typing import Any, LiteralString, NamedTuple

import msgspec

from estafette.domain.error import InFlight, KeyReused
from estafette.store.database import Database, Statement

# Longer than any request may take; after it whoever worked on it counts as dead.
LEASE_S = 60.0
_KEPT: LiteralString = "interval '72 hours'"

_FORGET: LiteralString = "DELETE FROM answer WHERE company_id = %(company)s AND claimed_at < now() - " + _KEPT

_CLAIM: LiteralString = """
INSERT INTO answer AS a (company_id, actor, key, fingerprint, claim, work)
VALUES (%(company)s, %(actor)s, %(key)s, %(fingerprint)s, %(claim)s, %(claim)s)
ON CONFLICT (company_id, actor, key) DO UPDATE SET claim = EXCLUDED.claim, claimed_at = now()
WHERE a.status IS NULL AND a.fingerprint = EXCLUDED.fingerprint
    AND a.claimed_at < now() - make_interval(secs => %(lease_s)s)
"""

_READ: LiteralString = """
SELECT fingerprint, claim, work, status, headers::text, body FROM answer
WHERE company_id = %(company)s AND actor = %(actor)s AND key = %(key)s
"""

_KEEP: LiteralString = """
UPDATE answer SET status = %(status)s, headers = %(headers)s::jsonb, body = %(body)s::bytea
WHERE company_id = %(company)s AND actor = %(actor)s AND key = %(key)s AND claim = %(claim)s
"""

_LET_GO: LiteralString = """
DELETE FROM answer WHERE company_id = %(company)s AND actor = %(actor)s AND key = %(key)s AND claim = %(claim)s
    AND status IS NULL
"""


class Asked(NamedTuple):
    """A request by its key: whose it is, what it says, and the claim of who answers it now."""

    company_id: int
    actor: str
    key: str
    fingerprint: bytes
    claim: str

    def scope(self) -> dict[str, Any]:
        """Give the parameters that name it."""
        return {**self._asdict(), "company": self.company_id}


class Given(NamedTuple):
    """An answer as it was given."""

    status: int
    headers: dict[str, str]
    body: bytes


def claim_answer(database: Database, asked: Asked) -> Given | str:
    """
    Claim a request; gives the answer it had before, or the key under which to work on it now.

    Raises
    ------
    KeyReused
        The key belongs to another request.
    InFlight
        Somebody else is answering it.
    """
    scope = {**asked.scope(), "lease_s": LEASE_S}
    statements = [Statement(sql, scope, keep_plan=True) for sql in (_FORGET, _CLAIM, _READ)]
    once = f"answer:{asked.actor}:{asked.key}"
    rows = database.transact(asked.company_id, statements, actor=asked.actor, once=once, aside=True)[-1]
    fingerprint, claim, work, status, headers, body = rows[0]
    if fingerprint != asked.fingerprint:
        message = "this key was used for another request; use a new key"
        raise KeyReused(message, field="Idempotency-Key")
    if status is not None:
        return Given(status, msgspec.json.decode(headers, type=dict[str, str]), body or b"")
    if claim != asked.claim:
        message = "the same request is being answered now; ask again for its answer"
        raise InFlight(message, field="Idempotency-Key")
    return str(work)


def keep_answer(database: Database, asked: Asked, given: Given) -> None:
    """Keep the answer of a claimed request, unless somebody took the request over."""
    headers = msgspec.json.encode(given.headers).decode()
    scope = {**asked.scope(), "status": given.status, "headers": headers, "body": given.body}
    _write(database, asked, _KEEP, scope)


def let_answer_go(database: Database, asked: Asked) -> None:
    """Let go of a claimed request that could not be answered, so that it can be tried again at once."""
    _write(database, asked, _LET_GO, asked.scope())


def _write(database: Database, asked: Asked, sql: LiteralString, scope: dict[str, Any]) -> None:
    once = f"answer:{asked.claim}"
    statement = Statement(sql, scope, keep_plan=True)
    database.transact(asked.company_id, [statement], actor=asked.actor, once=once, aside=True)
