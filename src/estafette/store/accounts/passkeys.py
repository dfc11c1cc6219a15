"""Passkeys of people: kept, found by their credential, used, named, removed."""

import hashlib
from typing import Any, LiteralString, NamedTuple

import psycopg

from estafette.domain.account import Passkey
from estafette.domain.error import Conflict, NotFound
from estafette.store.database import Database, Statement

_COLUMNS: LiteralString = "id, name, created_at, used_at"
_LIST: LiteralString = (
    "SELECT "
    + _COLUMNS
    + " FROM passkey WHERE company_id = %(company)s AND account_id = %(user)s ORDER BY id"
)
_IDS: LiteralString = (
    "SELECT credential_id FROM passkey WHERE company_id = %(company)s AND account_id = %(user)s"
)
_ADD: LiteralString = (
    "INSERT INTO passkey (company_id, account_id, name, credential_id, token_sha256, public_key, sign_count)"
    " VALUES (%(company)s, %(user)s, %(name)s, %(credential)s, %(token)s, %(key)s, %(count)s) RETURNING "
    + _COLUMNS
)
_RENAME: LiteralString = (
    "UPDATE passkey SET name = %(name)s WHERE company_id = %(company)s AND account_id = %(user)s AND id = %(passkey)s"
    " RETURNING " + _COLUMNS
)
_REMOVE: LiteralString = """
DELETE FROM passkey WHERE company_id = %(company)s AND account_id = %(user)s AND id = %(passkey)s RETURNING id
"""
_REMOVE_ALL: LiteralString = """
DELETE FROM passkey WHERE company_id = %(company)s AND account_id = %(user)s
"""
_FIND: LiteralString = """
SELECT p.company_id, p.account_id, p.id, p.public_key, p.sign_count
FROM passkey p JOIN account a ON a.company_id = p.company_id AND a.id = p.account_id
WHERE p.token_sha256 = %(token)s AND a.locked_at IS NULL
"""
# Of two answers with the same count, as a copy of the authenticator would give, one counts.
_USE: LiteralString = """
UPDATE passkey SET sign_count = %(count)s, used_at = now()
WHERE company_id = %(company)s AND id = %(passkey)s AND (sign_count < %(count)s OR sign_count = 0 AND %(count)s = 0)
RETURNING id
"""


class Credential(NamedTuple):
    """What an authenticator has registered: its id, its public key, and how often it has signed."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Known(NamedTuple):
    """A passkey that was found by its credential, with whose it is."""

    company_id: int
    user_id: int
    passkey_id: int
    public_key: bytes
    sign_count: int


def list_passkeys(database: Database, company_id: int, user_id: int) -> list[Passkey]:
    """List the passkeys of an account, the oldest first."""
    return [_passkey(row) for row in database.read(company_id, _LIST, _scope(company_id, user_id))]


def must_have_passkey(database: Database, company_id: int, user_id: int, passkey_id: int) -> None:
    """Raise `NotFound` unless the account has this passkey."""
    if passkey_id not in {each.passkey_id for each in list_passkeys(database, company_id, user_id)}:
        raise _no_passkey(passkey_id)


def credential_ids(database: Database, company_id: int, user_id: int) -> list[bytes]:
    """List the credentials of an account, so that none is registered twice."""
    return [row[0] for row in database.read(company_id, _IDS, _scope(company_id, user_id))]


def add_passkey(
    database: Database, company_id: int, user_id: int, name: str, made: Credential, *, actor: str
) -> Passkey:
    """Keep a passkey; raises `Conflict` when its credential is known already."""
    scope = _scope(company_id, user_id) | {
        "name": name, "credential": made.credential_id, "token": sha256_of_id(made.credential_id),
        "key": made.public_key, "count": made.sign_count,
    }  # fmt: skip
    try:
        return _passkey(database.transact(company_id, [Statement(_ADD, scope)], actor=actor)[0][0])
    except psycopg.errors.UniqueViolation as error:
        message = "this passkey is known already"
        raise Conflict(message) from error


def rename_passkey(
    database: Database, company_id: int, user_id: int, passkey_id: int, name: str, *, actor: str
) -> Passkey:
    """Name a passkey of an account anew; raises `NotFound`."""
    scope = _scope(company_id, user_id) | {"passkey": passkey_id, "name": name}
    rows = database.transact(company_id, [Statement(_RENAME, scope)], actor=actor)[0]
    if not rows:
        raise _no_passkey(passkey_id)
    return _passkey(rows[0])


def remove_passkey(database: Database, company_id: int, user_id: int, passkey_id: int, *, actor: str) -> None:
    """Remove a passkey of an account; raises `NotFound`."""
    scope = _scope(company_id, user_id) | {"passkey": passkey_id}
    if not database.transact(company_id, [Statement(_REMOVE, scope)], actor=actor)[0]:
        raise _no_passkey(passkey_id)


def removing_all(company_id: int, user_id: int) -> Statement:
    """Give the statement that removes every passkey of an account."""
    return Statement(_REMOVE_ALL, _scope(company_id, user_id))


def find_passkey(database: Database, credential_id: bytes) -> Known | None:
    """Find a passkey by its credential, of whichever company; `None` when unknown, or its account locked."""
    token = sha256_of_id(credential_id)
    rows = database.find(_FIND, {"token": token}, token=token)
    return Known(*rows[0]) if rows else None


def use_passkey(database: Database, known: Known, sign_count: int, *, actor: str) -> bool:
    """Note that a passkey was used; `False` when its count is not above the last one."""
    scope = {"company": known.company_id, "passkey": known.passkey_id, "count": sign_count}
    return bool(database.transact(known.company_id, [Statement(_USE, scope)], actor=actor)[0])


def sha256_of_id(credential_id: bytes) -> str:
    """Hash the id of a credential, by which it is found."""
    return hashlib.sha256(credential_id).hexdigest()


def _scope(company_id: int, user_id: int) -> dict[str, Any]:
    return {"company": company_id, "user": user_id}


def _passkey(row: tuple[Any, ...]) -> Passkey:
    passkey_id, name, created_at, used_at = row
    return Passkey(passkey_id=passkey_id, name=name, created_at=created_at, used_at=used_at)


def _no_passkey(passkey_id: int) -> NotFound:
    return NotFound(f"there is no passkey {passkey_id}")
