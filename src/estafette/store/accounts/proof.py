"""From a secret to its caller: one statement, one round trip, and no company known before it."""

from typing import Any, LiteralString

from estafette.domain.account import Credential
from estafette.domain.caller import Caller
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.store.database import Database, Statement

# That somebody is there is written down at most once a minute.
_SESSION: LiteralString = """
SELECT s.company_id, s.id, a.id, a.role, a.driver_id, a.institution_id, s.used_at < now() - interval '1 minute',
    NOT s.two_factors AND a.role = ANY (c.second_factor_for)
FROM login_session s JOIN account a ON a.company_id = s.company_id AND a.id = s.account_id
JOIN company c ON c.id = s.company_id
WHERE s.token_sha256 = %(token)s AND s.revoked_at IS NULL AND a.locked_at IS NULL
    AND now() < least(s.expires_at, s.used_at + s.idle_s * interval '1 s')
"""
_KEY: LiteralString = """
SELECT k.company_id, k.id, k.account_id, coalesce(a.role, 'admin'), a.driver_id, a.institution_id,
    coalesce(k.used_at < now() - interval '1 minute', true), k.scopes
FROM api_key k LEFT JOIN account a ON a.company_id = k.company_id AND a.id = k.account_id
WHERE k.token_sha256 = %(token)s AND k.revoked_at IS NULL AND now() < coalesce(k.expires_at, 'infinity')
    AND (k.account_id IS NULL OR a.id IS NOT NULL AND a.locked_at IS NULL)
"""
_SESSION_USED: LiteralString = (
    "UPDATE login_session SET used_at = now() WHERE company_id = %(company)s AND id = %(id)s"
)
_KEY_USED: LiteralString = "UPDATE api_key SET used_at = now() WHERE company_id = %(company)s AND id = %(id)s"

_STILL_GOOD: LiteralString = """
SELECT s.token_sha256 FROM login_session s JOIN account a ON a.company_id = s.company_id AND a.id = s.account_id
JOIN company c ON c.id = s.company_id
WHERE s.company_id = %(company)s AND s.token_sha256 = ANY (%(tokens)s::text[])
    AND s.revoked_at IS NULL AND a.locked_at IS NULL AND now() < s.expires_at
    AND (s.two_factors OR a.role <> ALL (c.second_factor_for))
UNION ALL
SELECT k.token_sha256 FROM api_key k LEFT JOIN account a ON a.company_id = k.company_id AND a.id = k.account_id
WHERE k.company_id = %(company)s AND k.token_sha256 = ANY (%(tokens)s::text[])
    AND k.revoked_at IS NULL AND now() < coalesce(k.expires_at, 'infinity') AND a.locked_at IS NULL
"""


def prove_session(database: Database, token_sha256: str) -> Caller | None:
    """Give who holds a session; `None` when it is unknown, ended, revoked, or its account locked."""
    rows = database.find(_SESSION, {"token": token_sha256}, token=token_sha256)
    if not rows:
        return None
    company_id, session_id, user_id, role, driver_id, institution_id, to_note, must_enrol = rows[0]
    if to_note:
        _note(database, company_id, _SESSION_USED, session_id)
    return Caller(
        company_id=company_id,
        actor=f"user:{user_id}",
        rights=RIGHTS[Role(role)] & {Right.ACCOUNT_OWN} if must_enrol else RIGHTS[Role(role)],
        user_id=user_id,
        driver_id=driver_id,
        institution_id=institution_id,
        credential=Credential(token_sha256=token_sha256, session_id=session_id),
        must_enrol=must_enrol,
    )


def prove_key(database: Database, token_sha256: str) -> Caller | None:
    """Give the caller that a key stands for; `None` as for a session."""
    rows = database.find(_KEY, {"token": token_sha256}, token=token_sha256)
    if not rows:
        return None
    company_id, key_id, user_id, role, driver_id, institution_id, to_note, scopes = rows[0]
    if to_note:
        _note(database, company_id, _KEY_USED, key_id)
    return Caller(
        company_id=company_id,
        actor=f"key:{key_id}",
        rights=_known(scopes) & RIGHTS[Role(role)],
        user_id=user_id,
        driver_id=driver_id,
        institution_id=institution_id,
        credential=Credential(token_sha256=token_sha256, key_id=key_id),
    )


def still_good(database: Database, company_id: int, tokens: list[str]) -> set[str]:
    """Tell which of these hashes of a company's sessions and keys still prove a caller."""
    rows = database.read(company_id, _STILL_GOOD, {"company": company_id, "tokens": tokens})
    return {token for (token,) in rows}


def _known(scopes: list[str]) -> frozenset[Right]:
    # A right that a later version has given up allows nothing.
    return frozenset(right for right in Right if right.value in scopes)


def _note(database: Database, company_id: int, sql: LiteralString, number: int) -> None:
    scope: dict[str, Any] = {"company": company_id, "id": number}
    database.transact(company_id, [Statement(sql, scope)])
