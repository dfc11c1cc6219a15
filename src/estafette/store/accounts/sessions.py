"""Login sessions: begun, listed, ended."""

from datetime import timedelta
from typing import LiteralString, NamedTuple

from estafette.domain.account import LoginSession, Way
from estafette.domain.error import NotFound
from estafette.store.database import Database, Statement

AGENT_CHARACTERS = 120

_BEGIN: LiteralString = """
INSERT INTO login_session (company_id, account_id, token_sha256, agent, way, two_factors, idle_s, expires_at)
VALUES (%(company)s, %(user)s, %(token)s, %(agent)s, %(way)s, %(two_factors)s, %(idle_s)s,
    now() + %(lasts_s)s * interval '1 s')
ON CONFLICT (token_sha256) DO NOTHING
"""
_FORGET: LiteralString = """
DELETE FROM login_session WHERE company_id = %(company)s AND account_id = %(user)s
    AND expires_at < now() - interval '30 days'
"""
_LIST: LiteralString = """
SELECT id, agent, way, two_factors, created_at, used_at, least(expires_at, used_at + idle_s * interval '1 s'), id = %(current)s
FROM login_session
WHERE company_id = %(company)s AND account_id = %(user)s AND revoked_at IS NULL
    AND now() < least(expires_at, used_at + idle_s * interval '1 s')
ORDER BY used_at DESC, id DESC
"""
_STRENGTHEN: LiteralString = """
UPDATE login_session SET two_factors = true
WHERE company_id = %(company)s AND account_id = %(user)s AND id = %(session)s
"""
_END: LiteralString = """
UPDATE login_session SET revoked_at = coalesce(revoked_at, now())
WHERE company_id = %(company)s AND account_id = %(user)s AND id = %(session)s RETURNING id
"""
_END_OTHERS: LiteralString = """
UPDATE login_session SET revoked_at = now()
WHERE company_id = %(company)s AND account_id = %(user)s AND revoked_at IS NULL
    AND id IS DISTINCT FROM %(session)s::bigint
"""


class NewSession(NamedTuple):
    """A session to begin: the hash of its token, the browser, how its person came in, how long it lasts."""

    token_sha256: str
    agent: str
    way: Way
    two_factors: bool
    idle: timedelta
    lasts: timedelta


def beginning(company_id: int, user_id: int, new: NewSession) -> list[Statement]:
    """Give the statements that begin a session, and forget those of the account that ended long ago."""
    scope = {
        "company": company_id, "user": user_id, "token": new.token_sha256, "agent": new.agent[:AGENT_CHARACTERS],
        "way": new.way.value, "two_factors": new.two_factors,
        "idle_s": round(new.idle.total_seconds()), "lasts_s": round(new.lasts.total_seconds()),
    }  # fmt: skip
    return [Statement(_BEGIN, scope), Statement(_FORGET, scope)]


def list_sessions(
    database: Database, company_id: int, user_id: int, *, current: int | None
) -> list[LoginSession]:
    """List the sessions of an account that are good now, the one used last first."""
    rows = database.read(company_id, _LIST, {"company": company_id, "user": user_id, "current": current})
    names = LoginSession.__struct_fields__
    return [
        LoginSession(**dict(zip(names, (*row[:2], Way(row[2]), *row[3:7], bool(row[7])), strict=True)))
        for row in rows
    ]


def strengthening(company_id: int, user_id: int, session_id: int) -> Statement:
    """Give the statement that notes that a session's person has shown the second factor as well."""
    return Statement(_STRENGTHEN, {"company": company_id, "user": user_id, "session": session_id})


def end_session(database: Database, company_id: int, user_id: int, session_id: int) -> None:
    """End a session of an account; raises `NotFound`."""
    scope = {"company": company_id, "user": user_id, "session": session_id}
    if not database.transact(company_id, [Statement(_END, scope)])[0]:
        message = f"there is no session {session_id}"
        raise NotFound(message)


def ending_others(company_id: int, user_id: int, *, but: int | None) -> Statement:
    """Give the statement that ends all sessions of an account but one (`None`: all)."""
    return Statement(_END_OTHERS, {"company": company_id, "user": user_id, "session": but})
