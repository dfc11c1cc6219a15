"""Accounts by who their people are at an issuer (OpenID Connect)."""

from typing import LiteralString, NamedTuple

from estafette.store.database import Database, Statement

_OF_SUBJECT: LiteralString = """
SELECT company_id, id FROM account
WHERE openid_sha256 = %(token)s AND locked_at IS NULL ORDER BY company_id
"""
# Who is known at the issuer as somebody else already is not found by the address: addresses are given anew.
_OF_EMAIL: LiteralString = """
SELECT company_id, id FROM account
WHERE email = %(email)s AND locked_at IS NULL AND openid_sha256 IS NULL AND role <> 'driver' ORDER BY company_id
"""
_BIND: LiteralString = """
UPDATE account SET openid_sha256 = %(token)s
WHERE company_id = %(company)s AND id = %(user)s AND openid_sha256 IS NULL RETURNING id
"""


class Found(NamedTuple):
    """An account that is not locked."""

    company_id: int
    user_id: int


def find_by_subject(database: Database, openid_sha256: str) -> list[Found]:
    """Give the accounts of somebody at an issuer, of all companies."""
    return [Found(*row) for row in database.find(_OF_SUBJECT, {"token": openid_sha256}, token=openid_sha256)]


def find_unbound(database: Database, email: str) -> list[Found]:
    """Give the accounts of an address, of all companies, that are nobody's at an issuer yet."""
    login = email.strip().lower()
    rows = database.find(_OF_EMAIL, {"email": login}, login=login) if login else []
    return [Found(*row) for row in rows]


def bind_subject(database: Database, found: Found, openid_sha256: str) -> bool:
    """Remember who somebody is at an issuer; `False` when somebody else was faster."""
    scope = {"company": found.company_id, "user": found.user_id, "token": openid_sha256}
    actor = f"user:{found.user_id}"
    return bool(database.transact(found.company_id, [Statement(_BIND, scope)], actor=actor)[0])
