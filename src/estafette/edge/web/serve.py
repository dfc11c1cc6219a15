"""Running the web application until it is interrupted."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from types import FrameType
from typing import NamedTuple
from urllib.parse import urlsplit

import uvicorn
from litestar import Litestar
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from estafette.domain.error import Unavailable
from estafette.edge.web.app import behind_of, routed, serving
from estafette.settings import read_settings
from estafette.store.database import Database

log = logging.getLogger(__name__)

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_GIVE_UP_ON_CLIENT_S = 30.0


class BoardServer(uvicorn.Server):
    """
    A server whose live streams end at once when it is told to stop.

    A client that takes nothing of what waits for it for `give_up_s` is dropped: what waits is bounded (one
    buffer of the connection), and so is for how long.
    """

    def __init__(self, app: Litestar, *, give_up_s: float = _GIVE_UP_ON_CLIENT_S) -> None:
        self._app = app
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="on",
                http=_dropping(give_up_s),
                ws="none",
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )

        # It writes addresses with their query strings to whoever listens; ours are in `watching.py`.
        logging.getLogger("uvicorn.access").disabled = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the server; without this it waits for clients who never leave."""
        behind_of(self._app).desk.lives.end()
        await super().shutdown(sockets)


def _dropping(give_up_s: float) -> type[asyncio.Protocol]:
    """Give the HTTP protocol that drops a connection whose buffer has stayed full for so long."""

    # The HTTP parser that is installed, which a type checker cannot know.
    class Dropping(AutoHTTPProtocol):  # type: ignore[valid-type, misc]
        full: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self.connection = transport

        def pause_writing(self) -> None:
            super().pause_writing()
            self.full = asyncio.get_running_loop().call_later(give_up_s, self._drop)

        def resume_writing(self) -> None:
            super().resume_writing()
            self._no_longer_full()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            self._no_longer_full()

        def _drop(self) -> None:
            log.info("a client that took nothing for %g s was dropped", give_up_s)
            self.connection.abort()  # `close` would wait for the client to take the rest

        def _no_longer_full(self) -> None:
            if self.full is not None:
                self.full.cancel()

    return Dropping


class WayIn(NamedTuple):
    """A path whose fragment signs the operator in, once, and the command that makes another one."""

    link: str
    again: str


def serve_board(
    database: Database,
    *,
    service_on: date | None,
    host: str,
    port: int,
    way_in: WayIn,
    say: Callable[[str], object],
) -> None:
    """
    Serve the boards of all companies until interrupted. Port 0 means any free one.

    `say` gets the address with the way in. Raises `Unavailable` when the address cannot be had.
    """
    with listening(host, port) as opened:
        name = f"[{host}]" if ":" in host else host
        port = opened.getsockname()[1]
        hosts = [f"{known}:{port}" for known in ("127.0.0.1", "localhost", "[::1]")]
        on_this_machine = host in _LOOPBACK
        settings = read_settings()
        # A proxy on this machine asks for it under the name that people use.
        if settings.public_address:
            hosts.append(urlsplit(settings.public_address).netloc)
        app = routed(hosts if on_this_machine else ["*"])
        serving(app, database, service_on=service_on, settings=settings)
        # Whoever has read the address may end the server at once.
        with _terminated_as_interrupted(), suppress(KeyboardInterrupt):
            say(f"board: http://{name}:{port}{way_in.link}")
            say(f"this link signs you in once, within 10 minutes; another: {way_in.again}")
            if not on_this_machine:
                say("this server speaks no TLS: put one that does before it, or browsers will not sign in")
            settle()
            BoardServer(app).run(sockets=[opened])


def settle() -> None:
    """Keep what is loaded for good: the collector need not walk through it while a thousand streams wait."""
    gc.collect()
    gc.freeze()


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Give a listening socket; raises `Unavailable` when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once on sockets that say they are TCP, and on no others: there the body of each answer
    # would wait for the client to acknowledge the headers, 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Accepted connections inherit it: a client that is no longer there is dropped by the kernel.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(_GIVE_UP_ON_CLIENT_S * 1000))
        try:
            opened.bind((host, port))
            opened.listen(1024)
        except OSError as error:
            message = f"cannot listen on {host} port {port}: {error.strerror or error}"
            raise Unavailable(message) from error
        yield opened


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let a SIGTERM end the block as Ctrl-C does, so that what is open is closed in order."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
