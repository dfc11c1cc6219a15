"""
The guard before every route: who asks, from where, how often, and whether they may.

A route names the right it needs (`right=`), or says that it is for everybody (`public=True`); one that says
neither keeps the application from being made. What belongs to whom is not decided here but by row-level
security: another company's things are not there (404), one's own that one may not touch are refused (403).
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from estafette.domain.caller import Caller
from estafette.domain.error import Forbidden, NotSignedIn, SecondFactorDemanded
from estafette.domain.permission import Right
from estafette.edge.web.limits import Limits
from estafette.flow.accounts.secret import is_key, sha256_of
from estafette.store.accounts.proof import prove_key, prove_session
from estafette.store.database import Database

# The prefix makes browsers take it from this very host alone, for all paths, and send it over TLS only (or to
# this machine): nobody beside us can set it. RFC 6265bis, 4.1.3.2.
COOKIE = "__Host-estafette"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What a form of a foreign page can send without asking first.
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "")
OWN_HEADER = "x-estafette"

Connection = ASGIConnection[Any, Any, Any, Any]


class Guard:
    """Lets a request through to its handler, with `scope["auth"]` its caller, or raises."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Raise `TooMany`, `Forbidden` or `NotSignedIn` unless the request may go on."""
        if _method(connection) == "OPTIONS":
            return
        now_s = time.monotonic()
        self._limits.address.take(address_of(connection), now_s=now_s)
        key = _bearer(connection)
        public = bool(handler.opt.get("public"))
        # Who sends no credential at all is told so: there is nothing that another page could abuse.
        if key is None and _method(connection) not in _SAFE and (public or COOKIE in connection.cookies):
            refuse_foreign(connection)
        if public:
            return
        caller = await self._prove(connection, key, now_s)
        assert caller.credential is not None
        self._limits.caller.take(caller.credential.token_sha256, now_s=now_s)
        connection.scope["auth"] = caller  # so that it is known who is refused
        rights = rights_of(handler)
        if not rights & caller.rights:
            if caller.must_enrol:
                message = "your company asks for a second factor: set one up, or sign in with yours"
                raise SecondFactorDemanded(message)
            message = f"this needs the right {' or '.join(sorted(rights))}"
            raise Forbidden(message)

    async def _prove(self, connection: Connection, key: str | None, now_s: float) -> Caller:
        cookie = connection.cookies.get(COOKIE)
        if key is None and not cookie:
            message = "sign in, or send an API key as Authorization: Bearer est_..."
            raise NotSignedIn(message)
        caller = None
        if key is None:
            caller = await asyncio.to_thread(prove_session, self._database, sha256_of(cookie or ""))
        elif is_key(key):
            caller = await asyncio.to_thread(prove_key, self._database, sha256_of(key))
        if caller is None:
            self._limits.wrong.take(address_of(connection), now_s=now_s)
            message = "this session has ended" if key is None else "this API key is not good (any more)"
            raise NotSignedIn(message)
        return caller


def rights_of(handler: BaseRouteHandler) -> frozenset[Right]:
    """Give the rights of which a route needs one."""
    named = handler.opt.get("right", ())
    return frozenset([named]) if isinstance(named, Right) else frozenset(named)


def address_of(connection: Connection) -> str:
    """Give the address that a request comes from."""
    return connection.client.host if connection.client else "unknown"


def refuse_foreign(connection: Connection) -> None:
    """
    Raise `Forbidden` for a change that a foreign page makes a browser ask for (CSRF).

    1. Browsers say which site asked (Sec-Fetch-Site, or at least Origin): it must be this one.
    2. And a foreign page cannot send JSON, nor a header of our own, without asking first, which it may not.
    """
    headers = connection.headers
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    ours = site in (None, "same-origin") and (
        origin is None or origin.partition("://")[2] == headers.get("host")
    )
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    simple = _method(connection) == "POST" and media_type in _FORMS and OWN_HEADER not in headers
    if not ours or simple:
        message = "a change must come from this site's own page, as JSON or with the header X-Estafette"
        raise Forbidden(message)


def _method(connection: Connection) -> str:
    return str(connection.scope.get("method", "GET"))


def _bearer(connection: Connection) -> str | None:
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def refuse_open_routes(handlers: Sequence[BaseRouteHandler]) -> None:
    """Raise `TypeError` for a route that names no right and is not said to be public."""
    open_ones = [
        sorted(handler.paths) for handler in handlers
        if not rights_of(handler) and not handler.opt.get("public")
    ]  # fmt: skip
    if open_ones:
        message = f"these routes name no right: {open_ones}"
        raise TypeError(message)
