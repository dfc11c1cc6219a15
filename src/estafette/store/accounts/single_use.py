"""Tokens that are good once: invitations, resets, links that sign in."""

from collections.abc import Sequence
from typing import LiteralString, NamedTuple

from estafette.domain.account import LASTS, Purpose
from estafette.store.database import Database, Statement

_ISSUE: LiteralString = """
INSERT INTO single_use (company_id, account_id, purpose, token_sha256, expires_at)
VALUES (%(company)s, %(user)s, %(purpose)s, %(token)s, now() + %(lasts_s)s * interval '1 s')
ON CONFLICT (token_sha256) DO NOTHING
"""
_FORGET: LiteralString = """
DELETE FROM single_use WHERE company_id = %(company)s AND account_id = %(user)s
    AND expires_at < now() - interval '30 days'
"""
# A new one (or set) of its kind makes those before it worthless.
_REPLACE: LiteralString = """
UPDATE single_use SET used_at = now()
WHERE company_id = %(company)s AND account_id = %(user)s AND purpose = %(purpose)s AND used_at IS NULL
"""
_NAMED: LiteralString = """
SELECT u.company_id, u.account_id, u.purpose FROM single_use u
JOIN account a ON a.company_id = u.company_id AND a.id = u.account_id
WHERE u.token_sha256 = %(token)s AND u.used_at IS NULL AND now() < u.expires_at AND a.locked_at IS NULL
"""
# With those that were given beside it: a phone is linked by a link or by a code, and then by neither.
_USE: LiteralString = """
UPDATE single_use u SET used_at = now()
FROM (SELECT company_id, account_id, purpose FROM single_use
    WHERE company_id = %(company)s AND token_sha256 = %(token)s AND used_at IS NULL AND now() < expires_at) AS named
WHERE u.company_id = named.company_id AND u.account_id = named.account_id AND u.purpose = named.purpose
    AND u.used_at IS NULL
RETURNING u.account_id
"""


_ISSUE_SET: LiteralString = """
INSERT INTO single_use (company_id, account_id, purpose, token_sha256, expires_at)
SELECT %(company)s, %(user)s, %(purpose)s, token, now() + %(lasts_s)s * interval '1 s'
FROM unnest(%(tokens)s::text[]) AS token
ON CONFLICT (token_sha256) DO NOTHING
"""
_USE_OF: LiteralString = """
UPDATE single_use SET used_at = now()
WHERE company_id = %(company)s AND account_id = %(user)s AND purpose = %(purpose)s AND token_sha256 = %(token)s
    AND used_at IS NULL AND now() < expires_at
RETURNING id
"""
_USE_FIRST: LiteralString = """
INSERT INTO single_use (company_id, account_id, purpose, token_sha256, used_at, expires_at)
VALUES (%(company)s, %(user)s, %(purpose)s, %(token)s, now(), now() + %(lasts_s)s * interval '1 s')
ON CONFLICT (token_sha256) DO NOTHING RETURNING id
"""
_LEFT: LiteralString = """
SELECT count(*) FROM single_use
WHERE company_id = %(company)s AND account_id = %(user)s AND purpose = %(purpose)s AND used_at IS NULL AND now() < expires_at
"""


class Named(NamedTuple):
    """Whose token it is, and what it is good for."""

    company_id: int
    user_id: int
    purpose: Purpose


def issue(
    database: Database, company_id: int, user_id: int, purpose: Purpose, *, token_sha256: str, actor: str
) -> None:
    """Keep the hash of a new token; those of its purpose before it are used up."""
    scope = {
        "company": company_id, "user": user_id, "purpose": purpose.value, "token": token_sha256,
        "lasts_s": round(LASTS[purpose].total_seconds()),
    }  # fmt: skip
    statements = [Statement(sql, scope) for sql in (_REPLACE, _ISSUE, _FORGET)]
    database.transact(company_id, statements, actor=actor)


def look_at(database: Database, token_sha256: str) -> Named | None:
    """Tell whose token it is, without using it; `None` when it is unknown, used, expired, or its account locked."""
    rows = database.find(_NAMED, {"token": token_sha256}, token=token_sha256)
    return Named(rows[0][0], rows[0][1], Purpose(rows[0][2])) if rows else None


def issuing_set(
    company_id: int, user_id: int, purpose: Purpose, tokens_sha256: Sequence[str]
) -> list[Statement]:
    """Give the statements that keep the hashes of a set of tokens, instead of all of that purpose before."""
    scope = {
        "company": company_id, "user": user_id, "purpose": purpose.value, "tokens": list(tokens_sha256),
        "lasts_s": round(LASTS[purpose].total_seconds()),
    }  # fmt: skip
    return [Statement(sql, scope) for sql in (_REPLACE, _ISSUE_SET)]


def issue_set(
    database: Database,
    company_id: int,
    user_id: int,
    purpose: Purpose,
    *,
    tokens_sha256: Sequence[str],
    actor: str,
) -> None:
    """Keep the hashes of tokens of which one is used, instead of all of that purpose before."""
    forget = Statement(_FORGET, {"company": company_id, "user": user_id})
    statements = [*issuing_set(company_id, user_id, purpose, tokens_sha256), forget]
    database.transact(company_id, statements, actor=actor)


def use_of(
    database: Database, company_id: int, user_id: int, purpose: Purpose, token_sha256: str, *, actor: str
) -> bool:
    """Use a token of one account and purpose up; `False` when there is none that is good."""
    scope = {"company": company_id, "user": user_id, "purpose": purpose.value, "token": token_sha256}
    return bool(database.transact(company_id, [Statement(_USE_OF, scope)], actor=actor)[0])


def use_first(
    database: Database, company_id: int, user_id: int, purpose: Purpose, token_sha256: str, *, actor: str
) -> bool:
    """Use up a token that was not kept before; `False` when it was used already."""
    scope = {
        "company": company_id, "user": user_id, "purpose": purpose.value, "token": token_sha256,
        "lasts_s": round(LASTS[purpose].total_seconds()),
    }  # fmt: skip
    statements = [Statement(sql, scope) for sql in (_USE_FIRST, _FORGET)]
    return bool(database.transact(company_id, statements, actor=actor)[0])


def count_left(database: Database, company_id: int, user_id: int, purpose: Purpose) -> int:
    """Count the tokens of an account and purpose that are good now."""
    scope = {"company": company_id, "user": user_id, "purpose": purpose.value}
    return int(database.read(company_id, _LEFT, scope)[0][0])


def use(database: Database, named: Named, token_sha256: str) -> bool:
    """Use a token up, and what was given beside it; `False` when somebody was faster."""
    scope = {"company": named.company_id, "token": token_sha256}
    return bool(database.transact(named.company_id, [Statement(_USE, scope)])[0])
