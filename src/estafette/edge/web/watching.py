"""
Around every request: its id, its limits, how long it took and what became of it.

It stands outside the application, so that what is refused before a route is found is limited, counted and
logged too. A route is named by its pattern, never by the address that was asked for: that may hold anything.
What is asked by HEAD is answered as by GET, without the content (RFC 9110, 9.1).
"""

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, NamedTuple

from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from estafette.domain.record import encode
from estafette.edge.tracing import request_span
from estafette.edge.web.problem import TOO_LARGE, ProblemDetails
from estafette.settings import Settings
from estafette.store.occasion import Occasion, on_occasion

log = logging.getLogger("estafette.requests")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_NO_ROUTE = "none"
# Given up by us: the client has gone, or took nothing.
_LEFT = 499
# What a client still sends when its request is answered is taken and thrown away, up to here: a connection
# that is closed with something unread is reset, and the answer is lost on the way.
_LINGER_S = 5.0
_LINGER_BYTES = 50_000_000
# What was given up goes on in its thread: under its key it can soon be asked for what came of it.
_AGAIN = (b"retry-after", b"1")


class Limits(NamedTuple):
    """Of every request: longest body (of imports another one), seconds until the answer must begin."""

    body_bytes: int = 1_000_000
    import_bytes: int = 20_000_000
    answer_s: float = 60.0

    def longest(self, path: str) -> int:
        """Give how long a body to this path may be."""
        return self.import_bytes if path.startswith("/api/v1/imports") else self.body_bytes


def limits_of(settings: Settings) -> Limits:
    """Give the limits of the settings."""
    return Limits(settings.max_body_bytes, settings.max_import_bytes, settings.request_timeout_s)


class Seen(NamedTuple):
    """A request that has been answered: route pattern, method, status, seconds until the answer began."""

    route: str
    method: str
    status: int
    seconds: float


class Watching:
    """An application with this around it; `tell` gets every request once it is answered."""

    def __init__(self, app: App, limits: Limits, tell: Callable[[Seen], None]) -> None:
        self._app = app
        self._limits = limits
        self._tell = tell

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(scope, receive, send, self._limits)
        with (
            on_occasion(Occasion(request_id=request.id, why=request.why)),
            request_span(scope["method"]) as span,
        ):
            try:
                await request.answered_by(self._app)
            finally:
                seen = request.seen()
                span.tell(f"{seen.method} {seen.route}", **{"http.response.status_code": seen.status})
                self._tell(seen)
                _log(seen)


def _log(seen: Seen) -> None:
    facts = {
        "method": seen.method, "route": seen.route, "status": seen.status, "seconds": round(seen.seconds, 4),
    }  # fmt: skip
    log.log(logging.ERROR if seen.status >= 500 else logging.INFO, "request", extra={"facts": facts})


class _Request:
    """One request on its way through: what was received and sent of it."""

    def __init__(self, scope: Any, receive: Receive, send: Send, limits: Limits) -> None:
        self._method = scope["method"]
        self._head = self._method == "HEAD"
        if self._head:
            scope = {**scope, "method": "GET"}
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        self.id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        self.why = _printable(headers.get(b"x-reason", b""))
        self._scope, self._receive, self._send = scope, receive, send
        self._longest, self._answer_s = limits.longest(scope["path"]), limits.answer_s
        self._said = headers.get(b"content-length", b"0")
        self._got, self._rest = 0, self._said != b"0" or b"transfer-encoding" in headers
        self._began, self._status, self._begun_at = time.monotonic(), 0, 0.0
        self._given_up = False
        self._work: asyncio.Future[None] | None = None

    async def answered_by(self, app: App) -> None:
        """Have the application answer, or answer in its place."""
        if not self._said.isdigit() or int(self._said) > self._longest:
            await self._refuse_length()
            return
        work = self._work = asyncio.ensure_future(app(self._scope, self._receive_some, self._send_on))
        try:
            await asyncio.wait({work}, timeout=self._answer_s)
            if not work.done() and not self._status:
                await self._give_up()
                work.cancel()
                return
            if not (self._head and work.cancelled()):
                await work
        finally:
            if not work.done():
                work.cancel()

    async def _receive_some(self) -> Message:
        message = await self._take()
        if self._got > self._longest:
            raise RequestEntityTooLarge(detail=self._too_long())
        return message

    async def _take(self) -> Message:
        message = await self._receive()
        self._got += len(message.get("body", b""))
        self._rest = message.get("more_body", False)
        return message

    async def _take_rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_S):
                while self._rest and self._got < _LINGER_BYTES:
                    await self._take()

    async def _send_on(self, message: Message) -> None:
        if not self._given_up:
            await self._pass_on(message)

    async def _pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._take_rest()
            self._status, self._begun_at = message["status"], time.monotonic()
            message["headers"] = [*_allowing_head(message), (b"x-request-id", self.id.encode())]
        if not self._head:
            await self._send(message)
        elif message["type"] == "http.response.start":
            await self._send(message)
            await self._end()

    async def _end(self) -> None:
        """Leave the content out; what would stream it for minutes is not wanted any more."""
        self._given_up = True
        await self._send({"type": "http.response.body", "body": b""})
        if self._work is not None:
            self._work.cancel()

    async def _refuse_length(self) -> None:
        await self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE, self._too_long())

    def _too_long(self) -> str:
        return f"the body is longer than {self._longest:,} bytes"

    async def _give_up(self) -> None:
        detail = (
            f"there was no answer within {self._answer_s:g} s; whether something was done is not known"
            " (a POST that is sent again with its Idempotency-Key is done once)"
        )
        self._given_up = True
        await self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "timed_out", detail, _AGAIN)

    async def _answer(self, status: HTTPStatus, code: str, detail: str, *more: tuple[bytes, bytes]) -> None:
        body = encode(ProblemDetails(title=status.phrase, status=status, detail=detail, code=code))
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *more,
        ]
        await self._pass_on({"type": "http.response.start", "status": int(status), "headers": headers})
        await self._pass_on({"type": "http.response.body", "body": body})

    def seen(self) -> Seen:
        """Tell what became of it."""
        seconds = (self._begun_at or time.monotonic()) - self._began
        route = self._scope.get("path_template") or _NO_ROUTE
        return Seen(route, self._method, self._status or _LEFT, seconds)


def _allowing_head(message: Message) -> list[tuple[bytes, bytes]]:
    headers: list[tuple[bytes, bytes]] = message["headers"]
    if message["status"] not in {204, 405}:
        return headers
    return [
        (name, value.replace(b"GET", b"GET, HEAD")) if name == b"allow" else (name, value)
        for name, value in headers
    ]


def _printable(value: bytes) -> str:
    """Give a reason as it may stand in the audit log."""
    text = value.decode("utf-8", errors="replace")
    return "".join(letter for letter in text if letter.isprintable())[:200]
