"""API keys: made, listed, revoked. The secret is seen once, by who makes it."""

from typing import Any, LiteralString, NamedTuple

from estafette.domain.account import ApiKey, NewApiKey
from estafette.domain.error import NotFound
from estafette.domain.permission import Right
from estafette.store.database import Database, Statement

_COLUMNS: LiteralString = (
    "id, name, prefix, scopes, account_id, created_at, created_by, used_at, expires_at, revoked_at"
)
_ADD: LiteralString = (
    "INSERT INTO api_key (company_id, account_id, name, prefix, token_sha256, scopes, created_by, expires_at)"
    " VALUES (%(company)s, %(user)s, %(name)s, %(prefix)s, %(token)s, %(scopes)s::text[], %(actor)s, %(expires_at)s)"
    " RETURNING " + _COLUMNS
)
_LIST: LiteralString = (
    "SELECT " + _COLUMNS + " FROM api_key WHERE company_id = %(company)s AND id > %(after)s"
    " ORDER BY id LIMIT %(limit)s"
)
_REVOKE: LiteralString = """
UPDATE api_key SET revoked_at = coalesce(revoked_at, now())
WHERE company_id = %(company)s AND id = %(key)s RETURNING id
"""


class Minted(NamedTuple):
    """What is kept of a new secret: its first characters, and its hash."""

    prefix: str
    token_sha256: str


def add_key(
    database: Database, company_id: int, new: NewApiKey, minted: Minted, *, user_id: int | None, actor: str
) -> ApiKey:
    """Keep a key by its hash, as a key of `user_id` (`None`: of the operator)."""
    scope = {
        "company": company_id, "user": user_id, "name": new.name, "prefix": minted.prefix,
        "token": minted.token_sha256,
        "scopes": [right.value for right in new.scopes], "actor": actor, "expires_at": new.expires_at,
    }  # fmt: skip
    return _key(database.transact(company_id, [Statement(_ADD, scope)], actor=actor)[0][0])


def list_keys(
    database: Database, company_id: int, *, after: int = 0, limit: int | None = None
) -> list[ApiKey]:
    """List the keys of a company in the order of their ids, revoked and expired ones too."""
    scope = {"company": company_id, "after": after, "limit": limit}
    return [_key(row) for row in database.read(company_id, _LIST, scope)]


def revoke_key(database: Database, company_id: int, key_id: int, *, actor: str) -> None:
    """Make a key good for nothing, at once; raises `NotFound`."""
    scope = {"company": company_id, "key": key_id}
    if not database.transact(company_id, [Statement(_REVOKE, scope)], actor=actor)[0]:
        message = f"there is no key {key_id}"
        raise NotFound(message)


def _key(row: tuple[Any, ...]) -> ApiKey:
    key_id, name, prefix, scopes, user_id, *rest = row
    created_at, created_by, used_at, expires_at, revoked_at = rest
    return ApiKey(
        key_id=key_id,
        name=name,
        prefix=prefix,
        scopes=tuple(right for right in Right if right.value in scopes),
        user_id=user_id,
        created_at=created_at,
        created_by=created_by,
        used_at=used_at,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )
