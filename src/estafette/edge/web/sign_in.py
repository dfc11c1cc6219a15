"""Routes for who is not signed in yet: by password, by link, with the token of an invitation or a reset."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from estafette.domain.error import TooMany
from estafette.domain.record import Record, encode
from estafette.edge.web.desk import Asking, Desk, agent_of, asked
from estafette.edge.web.guard import COOKIE, address_of
from estafette.flow.accounts.own import set_password
from estafette.flow.accounts.sign_in import Opened, SignIn, sign_in, sign_in_by_code, sign_in_by_link

Result = TypeVar("Result")
OfDesk = NamedDependency[Desk]


class Link(Record, frozen=True, kw_only=True):
    """The token of a link, that a page takes from the fragment of its address, or the code typed instead."""

    token: str | None = None
    code: str | None = None

    def __post_init__(self) -> None:
        """Refuse both, and neither."""
        if (self.token is None) == (self.code is None):
            message = "a token or a code"
            raise ValueError(message)


class FirstPassword(Record, frozen=True, kw_only=True):
    """The token of an invitation or a reset, and the password to set."""

    token: str
    password: str


class Welcome(Record, frozen=True, kw_only=True):
    """Who has signed in; `must_enrol`: the company asks for a second factor, to be set up now."""

    company_id: int
    user_id: int
    must_enrol: bool


class PasswordSet(Record, frozen=True, kw_only=True):
    """Whose password was set: the address to sign in with."""

    email: str


class Ways(Record, frozen=True, kw_only=True):
    """
    How people come in here besides by password, and whether an authenticator app can be set up.

    `openid` is what the issuer is called by which they may come in, at `/api/v1/sign-in/openid`.
    """

    passkey: bool
    app: bool
    openid: str | None


def cookie_of(token: str, *, lasts_s: int) -> Cookie:
    """Give the cookie of a session; an empty one ends it in the browser."""
    return Cookie(
        key=COOKIE, value=token, path="/", max_age=lasts_s, secure=True, httponly=True, samesite="strict"
    )


async def hashing(desk: Desk, does: Callable[[], Result]) -> Result:
    """Do what hashes a password outside the event loop, few at once."""
    return await anyio.to_thread.run_sync(does, limiter=desk.hashing)


@get("/api/v1/sign-in/ways", public=True, sync_to_thread=False)
def ways(desk: OfDesk) -> Ways:
    """Tell how people come in here."""
    return Ways(
        passkey=desk.party is not None,
        app=desk.sign_in_keys is not None,
        openid=desk.issuer.name if desk.issuer else None,
    )


@post("/api/v1/sign-in", public=True, status_code=200)
async def by_password(desk: OfDesk, request: Asking) -> Response[bytes]:
    """Begin a session by password; the answer sets its cookie."""
    typed = await asked(request, SignIn)
    account, address = typed.email.strip().lower(), address_of(request)
    wait_s = desk.throttle.enter(account, address, now_s=time.monotonic())
    if wait_s:
        message = "too many wrong tries; wait, or sign in by a link"
        raise TooMany(message, after_s=wait_s)
    does = partial(
        sign_in, desk.database, typed, keys=desk.sign_in_keys, agent=agent_of(request), now_s=time.time()
    )
    opened = await hashing(desk, does)
    desk.throttle.passed(account, address)
    return welcome(opened)


@post("/api/v1/sign-in/link", public=True, status_code=200)
async def by_link(desk: OfDesk, request: Asking) -> Response[bytes]:
    """Begin a session by a link or a code that is good once; the answer sets its cookie."""
    link = await asked(request, Link)
    count_link(desk, request)
    opens = (
        partial(sign_in_by_code, desk.database, link.code)
        if link.code
        else partial(sign_in_by_link, desk.database, link.token or "")
    )
    opened = await anyio.to_thread.run_sync(partial(opens, agent=agent_of(request)))
    passed_link(desk, request)
    return welcome(opened)


@post("/api/v1/password", public=True, status_code=200)
async def first_password(desk: OfDesk, request: Asking) -> PasswordSet:
    """Set a password by the token of an invitation or a reset; all sessions of the account end."""
    given = await asked(request, FirstPassword)
    count_link(desk, request)
    does = partial(set_password, desk.database, given.token, given.password)
    email = await hashing(desk, does)
    passed_link(desk, request)
    return PasswordSet(email=email)


def count_link(desk: Desk, request: Asking) -> None:
    """Count a try by something that is good once; raises `TooMany`."""
    # Nobody guesses 256 bits: there it keeps those who try from costing much. Of 38,000 million codes an
    # address tries 10 in 15 minutes.
    address = address_of(request)
    wait_s = desk.throttle.enter(_from(address), address, now_s=time.monotonic())
    if wait_s:
        message = "too many links in too short a time"
        raise TooMany(message, after_s=wait_s)


def passed_link(desk: Desk, request: Asking) -> None:
    """Forget the tries from an address that was let in: an office signs in from one."""
    address = address_of(request)
    desk.throttle.passed(_from(address), address)


def _from(address: str) -> str:
    return f"link from {address}"


def welcome(opened: Opened) -> Response[bytes]:
    """Tell who has signed in, and set the cookie of the session."""
    body = Welcome(company_id=opened.company_id, user_id=opened.user_id, must_enrol=opened.must_enrol)
    return Response(
        encode(body), media_type="application/json", cookies=[cookie_of(opened.token, lasts_s=opened.lasts_s)]
    )


ROUTES = [ways, by_password, by_link, first_password]
