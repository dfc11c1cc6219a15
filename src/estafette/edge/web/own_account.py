"""Routes of one's own account: who one is, sessions, password, second factor."""

import time
from functools import partial

import anyio
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from estafette.domain.account import Account, LoginSession, Purpose
from estafette.domain.caller import Caller
from estafette.domain.error import TooMany
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.edge.web.desk import Asking, Desk, asked
from estafette.edge.web.guard import address_of
from estafette.edge.web.qr import QrCode, qr_of
from estafette.edge.web.sign_in import cookie_of, hashing
from estafette.flow.accounts.factor import (
    RecoveryCodes,
    confirm_second_factor,
    drop_second_factor,
    offer_second_factor,
    renew_recovery_codes,
)
from estafette.flow.accounts.own import change_password
from estafette.store.accounts.sessions import end_session, ending_others, list_sessions
from estafette.store.accounts.single_use import count_left
from estafette.store.accounts.users import get_user
from estafette.store.database import Database

OfCaller = NamedDependency[Caller]
OfDatabase = NamedDependency[Database]
OfDesk = NamedDependency[Desk]
_OWN = Right.ACCOUNT_OWN


class Me(Record, frozen=True, kw_only=True):
    """
    Who asks, and what they may do; a key without a user has no `user`.

    `must_enrol`: the company asks for a second factor, and allows nothing else until one is set up or shown.
    """

    company_id: int
    rights: tuple[str, ...]
    user: Account | None
    must_enrol: bool
    recovery_codes: int


class Sessions(Record, frozen=True, kw_only=True):
    """One's sessions, the one used last first."""

    items: tuple[LoginSession, ...]


class NewPassword(Record, frozen=True, kw_only=True):
    """The password now, and the one to come."""

    current: str
    new: str


class Password(Record, frozen=True, kw_only=True):
    """The password, asked for again."""

    password: str


class OfferedFactor(Record, frozen=True, kw_only=True):
    """What an authenticator app needs: a secret to type, an address to open, and that as a QR code."""

    secret: str
    address: str
    qr: QrCode


class Code(Record, frozen=True, kw_only=True):
    """A code of the second factor."""

    code: str


@get("/api/v1/account", right=_OWN, sync_to_thread=True)
def me(caller: OfCaller, database: OfDatabase) -> Me:
    """Tell who one is and what one may do."""
    user, codes = None, 0
    if caller.user_id is not None:
        user = get_user(database, caller.company_id, caller.user_id)
        codes = count_left(database, caller.company_id, caller.user_id, Purpose.RECOVERY)
    return Me(
        company_id=caller.company_id, rights=tuple(sorted(caller.rights)), user=user,
        must_enrol=caller.must_enrol, recovery_codes=codes,
    )  # fmt: skip


@post("/api/v1/sign-out", right=_OWN, status_code=200, sync_to_thread=True)
def sign_out(caller: OfCaller, database: OfDatabase) -> Response[None]:
    """End this session, here and in the browser."""
    credential = caller.credential
    if credential and credential.session_id is not None and caller.user_id is not None:
        end_session(database, caller.company_id, caller.user_id, credential.session_id)
    return Response(
        None, status_code=204, cookies=[cookie_of("", lasts_s=0)], headers={"Clear-Site-Data": '"cache"'}
    )


@get("/api/v1/account/sessions", right=_OWN, sync_to_thread=True)
def sessions(caller: OfCaller, database: OfDatabase) -> Sessions:
    """List one's sessions that are good now."""
    if caller.user_id is None:
        return Sessions(items=())
    current = caller.credential.session_id if caller.credential else None
    return Sessions(items=tuple(list_sessions(database, caller.company_id, caller.user_id, current=current)))


@delete("/api/v1/account/sessions", right=_OWN, sync_to_thread=True)
def revoke_others(caller: OfCaller, database: OfDatabase) -> None:
    """End all of one's sessions but this one."""
    if caller.user_id is not None:
        session = caller.credential.session_id if caller.credential else None
        others = ending_others(caller.company_id, caller.user_id, but=session)
        database.transact(caller.company_id, [others], actor=caller.actor)


@delete("/api/v1/account/sessions/{session_id:int}", right=_OWN, sync_to_thread=True)
def revoke_session(caller: OfCaller, database: OfDatabase, session_id: FromPath[int]) -> None:
    """End one of one's sessions."""
    end_session(database, caller.company_id, caller.user_id or 0, session_id)


@post("/api/v1/account/password", right=_OWN, status_code=204)
async def own_password(desk: OfDesk, caller: OfCaller, database: OfDatabase, request: Asking) -> None:
    """Change one's password; one's other sessions end."""
    given = await asked(request, NewPassword)
    count_try(desk, caller, request)
    does = partial(change_password, database, caller, current=given.current, new=given.new)
    await hashing(desk, does)


@post("/api/v1/account/second-factor", right=_OWN, status_code=200)
async def second_factor(
    desk: OfDesk, caller: OfCaller, database: OfDatabase, request: Asking
) -> OfferedFactor:
    """Draw the secret of a second factor, to be confirmed by a code of it."""
    given = await asked(request, Password)
    count_try(desk, caller, request)
    does = partial(offer_second_factor, database, caller, desk.sign_in_keys, password=given.password)
    offered = await hashing(desk, does)
    return OfferedFactor(secret=offered.secret, address=offered.address, qr=qr_of(offered.address))


@post("/api/v1/account/second-factor/confirm", right=_OWN, status_code=200)
async def confirm(desk: OfDesk, caller: OfCaller, database: OfDatabase, request: Asking) -> RecoveryCodes:
    """Take the second factor into use, and give the codes for when it is lost."""
    given = await asked(request, Code)
    count_try(desk, caller, request)
    does = partial(
        confirm_second_factor, database, caller, desk.sign_in_keys, code=given.code, now_s=time.time()
    )
    return await anyio.to_thread.run_sync(does)


@post("/api/v1/account/recovery-codes", right=_OWN, status_code=200)
async def recovery_codes(
    desk: OfDesk, caller: OfCaller, database: OfDatabase, request: Asking
) -> RecoveryCodes:
    """Draw the codes for when the second factor is lost anew; those before are void."""
    given = await asked(request, Password)
    count_try(desk, caller, request)
    return await hashing(desk, partial(renew_recovery_codes, database, caller, password=given.password))


@post("/api/v1/account/second-factor/drop", right=_OWN, status_code=204)
async def drop(desk: OfDesk, caller: OfCaller, database: OfDatabase, request: Asking) -> None:
    """Take the second factor off."""
    given = await asked(request, Password)
    count_try(desk, caller, request)
    await hashing(desk, partial(drop_second_factor, database, caller, password=given.password))


def count_try(desk: Desk, caller: Caller, request: Asking) -> None:
    """Count a try at one's own password or code: who found a screen open must not guess there either."""
    wait_s = desk.throttle.enter(caller.actor, address_of(request), now_s=time.monotonic())
    if wait_s:
        message = "too many tries in too short a time"
        raise TooMany(message, after_s=wait_s)


ROUTES = [
    me,
    sign_out,
    sessions,
    revoke_others,
    revoke_session,
    own_password,
    second_factor,
    confirm,
    drop,
    recovery_codes,
]
