"""
Routes of a company's people and programs: users, invitations, drivers' phones, API keys.

They take no `Idempotency-Key`: secrets in their answers are not to be stored. Lists are in `api/people.py`.
"""

import anyio
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from estafette.domain.account import (
    LASTS,
    Account,
    Invitation,
    MadeKey,
    NewAccount,
    NewApiKey,
    Purpose,
)
from estafette.domain.caller import Caller
from estafette.domain.error import Conflict, Forbidden
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.domain.record import Record
from estafette.edge.web.desk import Asking, asked
from estafette.edge.web.qr import QrCode, qr_of
from estafette.flow.accounts.people import Invited, invite, let_reset, link_phone, make_key
from estafette.store.accounts.keys import revoke_key
from estafette.store.accounts.sessions import ending_others
from estafette.store.accounts.users import get_user, lock_user
from estafette.store.database import Database

OfCaller = NamedDependency[Caller]
OfDatabase = NamedDependency[Database]


class PhoneLink(Record, frozen=True, kw_only=True):
    """An invitation for a driver's phone: its link, the link as a QR code, and a code to type instead."""

    user: Account
    link: str
    code: str
    expires_in_s: int
    qr: QrCode


@post("/api/v1/users", right=Right.USER_WRITE)
async def add_user(caller: OfCaller, database: OfDatabase, request: Asking) -> Invitation:
    """Add an account, and give the link by which its person sets a password."""
    new = await asked(request, NewAccount)
    _refuse_more(caller, new.role)
    invited = await anyio.to_thread.run_sync(
        lambda: invite(database, caller.company_id, new, actor=caller.actor)
    )
    return _invitation(invited, Purpose.INVITATION)


@get("/api/v1/users/{user_id:int}", right=Right.USER_READ, sync_to_thread=True)
def user(caller: OfCaller, database: OfDatabase, user_id: FromPath[int]) -> Account:
    """Give one account."""
    return get_user(database, caller.company_id, user_id)


@post("/api/v1/users/{user_id:int}/reset", right=Right.USER_WRITE, sync_to_thread=True, status_code=200)
def reset_user(caller: OfCaller, database: OfDatabase, user_id: FromPath[int]) -> Invitation:
    """Give the link by which a person sets another password."""
    _refuse_more(caller, get_user(database, caller.company_id, user_id).role)
    invited = let_reset(database, caller.company_id, user_id, actor=caller.actor)
    return _invitation(invited, Purpose.RESET)


@post("/api/v1/users/{user_id:int}/lock", right=Right.USER_WRITE, sync_to_thread=True, status_code=204)
def lock(caller: OfCaller, database: OfDatabase, user_id: FromPath[int]) -> None:
    """Lock an account: its sessions and keys are no longer good."""
    if user_id == caller.user_id:
        message = "nobody locks their own account"
        raise Conflict(message)
    lock_user(database, caller.company_id, user_id, locked=True, actor=caller.actor)


@post("/api/v1/users/{user_id:int}/unlock", right=Right.USER_WRITE, sync_to_thread=True, status_code=204)
def unlock(caller: OfCaller, database: OfDatabase, user_id: FromPath[int]) -> None:
    """Unlock an account; its sessions that have not ended are good again."""
    lock_user(database, caller.company_id, user_id, locked=False, actor=caller.actor)


@post("/api/v1/users/{user_id:int}/sign-out", right=Right.USER_WRITE, sync_to_thread=True, status_code=204)
def sign_out_user(caller: OfCaller, database: OfDatabase, user_id: FromPath[int]) -> None:
    """End all sessions of a person, who may sign in again."""
    get_user(database, caller.company_id, user_id)
    ended = ending_others(caller.company_id, user_id, but=None)
    database.transact(caller.company_id, [ended], actor=caller.actor)


@post("/api/v1/drivers/{driver_id:int}/link", right=Right.FLEET_WRITE, sync_to_thread=True)
def driver_link(
    caller: OfCaller, database: OfDatabase, request: Asking, driver_id: FromPath[int]
) -> PhoneLink:
    """Give the link that signs a driver's phone in, as a QR code for this address too, and a code to type."""
    invited = link_phone(database, caller.company_id, driver_id, actor=caller.actor)
    made = _invitation(invited, Purpose.DRIVER)
    return PhoneLink(
        user=made.user, link=made.link, code=invited.code, expires_in_s=made.expires_in_s,
        qr=qr_of(str(request.base_url).rstrip("/") + made.link),
    )  # fmt: skip


@post("/api/v1/keys", right=Right.KEY_WRITE)
async def add_key(caller: OfCaller, database: OfDatabase, request: Asking) -> MadeKey:
    """Make an API key that may do no more than who makes it."""
    new = await asked(request, NewApiKey)
    key, secret = await anyio.to_thread.run_sync(lambda: make_key(database, caller, new))
    return MadeKey(key=key, secret=secret)


@delete("/api/v1/keys/{key_id:int}", right=Right.KEY_WRITE, sync_to_thread=True)
def drop_key(caller: OfCaller, database: OfDatabase, key_id: FromPath[int]) -> None:
    """Revoke an API key, at once."""
    revoke_key(database, caller.company_id, key_id, actor=caller.actor)


def link_of(purpose: Purpose, token: str) -> str:
    """Give the path of a link; the token is in the fragment, which no server and no log ever sees."""
    asks_password = purpose in (Purpose.INVITATION, Purpose.RESET)
    page = "/driver" if purpose is Purpose.DRIVER else "/"
    return f"{page}#{'password' if asks_password else 'sign-in'}={token}"


def _invitation(invited: Invited, purpose: Purpose) -> Invitation:
    return Invitation(
        user=invited.account, link=link_of(purpose, invited.token),
        expires_in_s=round(LASTS[purpose].total_seconds()),
    )  # fmt: skip


def _refuse_more(caller: Caller, role: Role) -> None:
    """Raise `Forbidden` where a key would let in somebody who may do more than the key itself."""
    if not RIGHTS[role] - {Right.RUN_OWN, Right.WARD_OWN, Right.ACCOUNT_OWN} <= caller.rights:
        message = f"who lets in a user with the role {role} must have its rights"
        raise Forbidden(message)


ROUTES = [
    add_user, user, reset_user, lock, unlock, sign_out_user, driver_link, add_key, drop_key,
]  # fmt: skip
