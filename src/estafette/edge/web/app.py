"""The web application of all companies of a database: its routes, and what stands behind them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, NamedTuple

from litestar import Litestar
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from estafette.domain.caller import Caller
from estafette.edge.web import (
    boards,
    documents,
    openapi,
    openid,
    own_account,
    passkeys,
    people,
    printing,
    sign_in,
)
from estafette.edge.web.api import HANDLERS as API
from estafette.edge.web.api.world import World
from estafette.edge.web.desk import Asking, Desk
from estafette.edge.web.guard import Connection, refuse_open_routes
from estafette.edge.web.headers import add_headers
from estafette.edge.web.limits import Rates
from estafette.edge.web.live import Rhythm
from estafette.edge.web.operation import ROUTES as OPERATION
from estafette.edge.web.operation import Operation
from estafette.edge.web.problem import HANDLERS
from estafette.edge.web.watching import Watching, limits_of
from estafette.flow.phones import public_push_key
from estafette.settings import Settings
from estafette.store.database import Database

# Streams are not compressed, and whole days are kept compressed. The highest level takes four times as long,
# on the thread that serves everybody, and saves a quarter.
_COMPRESSION = CompressionConfig(
    backend="gzip", gzip_compress_level=4, exclude=["/events$", "/notices$", "/board$", "/estimates$"]
)
_ROUTES = [
    *documents.ROUTES, *printing.ROUTES, *boards.ROUTES, *sign_in.ROUTES, *own_account.ROUTES,
    *passkeys.ROUTES, *openid.ROUTES, *people.ROUTES, *API, openapi.served_document, *OPERATION,
]  # fmt: skip


class Behind(NamedTuple):
    """What stands behind the routes: of all companies of one database."""

    database: Database
    desk: Desk
    world: World
    operation: Operation


def routed(hosts: Sequence[str] = ("*",)) -> Litestar:
    """
    Make an application of all routes, with nothing behind them yet: that takes half a second.

    `hosts` are the `Host` headers it answers to, so that a foreign page cannot reach a board on this machine
    under a name of its own. Raises `TypeError` for a route that names no right.
    """
    refuse_open_routes(_ROUTES)
    app = Litestar(
        _ROUTES,
        dependencies={name: Provide(of, sync_to_thread=False) for name, of in _DEPENDENCIES.items()},
        guards=[_guarded],
        lifespan=[_following],
        before_send=[add_headers],
        exception_handlers=HANDLERS,
        allowed_hosts=AllowedHostsConfig(allowed_hosts=list(hosts), www_redirect=False),
        compression_config=_COMPRESSION,
        openapi_config=None,
        logging_config=None,
    )
    app.state.unwatched = app.asgi_handler
    return app


def serving(
    app: Litestar,
    database: Database,
    *,
    service_on: date | None = None,
    rhythm: Rhythm | None = None,
    rates: Rates | None = None,
    settings: Settings | None = None,
) -> Litestar:
    """
    Put a database behind the routes of an application that does not run, its boards opening on `service_on`.

    `None` is today there. What stood behind the routes before is forgotten. Raises `Invalid` for settings
    that cannot be used.
    """
    settings = settings or Settings()
    desk = Desk(
        database,
        settings=settings,
        service_on=service_on,
        rhythm=rhythm or Rhythm(),
        rates=rates or Rates(),
    )
    push_key = public_push_key(settings)
    world = World(database, service_on=service_on, push_key=push_key, map_tiles=desk.map_tiles)
    operation = Operation(database, settings, desk.lives.followed)
    app.state.behind = Behind(database, desk, world, operation)
    watched: Any = Watching(app.state.unwatched, limits_of(settings), operation.metrics.count)
    app.asgi_handler = watched  # the same protocol in other types
    return app


def behind_of(app: Litestar) -> Behind:
    """Give what stands behind the routes of an application."""
    behind: Behind = app.state.behind
    return behind


def _desk(request: Asking) -> Desk:
    return behind_of(request.app).desk


def _caller(request: Asking) -> Caller:
    return request.auth


def _database(request: Asking) -> Database:
    return behind_of(request.app).database.of(request.auth)


def _world(request: Asking) -> World:
    return behind_of(request.app).world.of(request.auth)


def _operation(request: Asking) -> Operation:
    return behind_of(request.app).operation


_DEPENDENCIES = {
    "desk": _desk, "caller": _caller, "database": _database, "world": _world, "operation": _operation,
}  # fmt: skip


async def _guarded(connection: Connection, handler: BaseRouteHandler) -> None:
    await behind_of(connection.app).desk.guard(connection, handler)


@asynccontextmanager
async def _following(app: Litestar) -> AsyncIterator[None]:
    desk = behind_of(app).desk
    rounds = asyncio.create_task(desk.watch.go_round())
    async with desk.lives.following():
        yield
    rounds.cancel()
