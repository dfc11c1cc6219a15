"""The web application of one company: the board page, its data, its live streams."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from litestar import Litestar, Response, get
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.config.compression import CompressionConfig
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import Stream

from estafette.domain.board import CompanyCard
from estafette.domain.caller import Caller
from estafette.domain.estimates import estimates_of
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.domain.record import Record, encode
from estafette.edge.web.api import HANDLERS as API
from estafette.edge.web.api.world import World
from estafette.edge.web.headers import add_headers
from estafette.edge.web.live import Live, Rhythm
from estafette.edge.web.operation import ROUTES as OPERATION
from estafette.edge.web.operation import Operation, watched
from estafette.edge.web.pages import Pages
from estafette.edge.web.problem import HANDLERS
from estafette.edge.web.stream import event_stream, notice_stream
from estafette.settings import Settings
from estafette.store.board import get_board, get_company
from estafette.store.database import Database
from estafette.store.feed import Listener
from estafette.store.manifest import list_manifests

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_JSON = "application/json"

LastSeen = Annotated[int | None, HeaderParameter(name="Last-Event-ID")]


class Desk:
    """What the handlers share: whose board it is, the day it opens on, and the feed it follows."""

    def __init__(
        self, database: Database, company_id: int, *, service_on: date | None, rhythm: Rhythm
    ) -> None:
        self.database = database
        self.company_id = company_id
        self.pages = Pages()
        self.live = Live(database, company_id, rhythm=rhythm)
        self._service_on = service_on

    def opens_on(self, company: CompanyCard) -> date:
        """Give the day the board opens on: the one it was started with, or today where the company is."""
        return self._service_on or datetime.now(UTC).astimezone(ZoneInfo(company.zone)).date()


class Opening(Record, frozen=True, kw_only=True):
    """What the page asks first."""

    company: CompanyCard
    opens_on: date
    server_at: datetime


OfDesk = NamedDependency[Desk]


@get("/", sync_to_thread=False)
def page(desk: OfDesk) -> Response[bytes]:
    """Give the board page."""
    return Response(desk.pages.page(), media_type="text/html", headers={"Cache-Control": "no-cache"})


@get("/assets/{version:str}/{name:path}", sync_to_thread=False)
def asset(desk: OfDesk, version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Give a file of the page; an old version's name gives today's file, and is not kept."""
    file = desk.pages.file(name.removeprefix("/"))
    headers = _FOR_EVER if version == desk.pages.version else None
    return Response(file.content, media_type=file.media_type, headers=headers)


@get("/api/v1/opening", sync_to_thread=True, right=Right.COMPANY_READ)
def opening(desk: OfDesk) -> Opening:
    """Give whose board it is, the day to open and the server's time."""
    company = get_company(desk.database, desk.company_id)
    return Opening(company=company, opens_on=desk.opens_on(company), server_at=datetime.now(UTC))


@get("/api/v1/board", sync_to_thread=True, right=Right.BOARD_READ)
def board(desk: OfDesk, day: FromQuery[date]) -> Response[bytes]:
    """Give one service day with the id of its last event."""
    found = get_board(desk.database, desk.company_id, day)
    return Response(encode(found), media_type=_JSON)


@get("/api/v1/estimates", sync_to_thread=True, right=Right.BOARD_READ)
def estimates(desk: OfDesk, day: FromQuery[date]) -> Response[bytes]:
    """Tell which driving times of one service day are estimates."""
    found = estimates_of(list_manifests(desk.database, desk.company_id, day).manifests)
    return Response(encode(found), media_type=_JSON)


@get("/api/v1/events", right=Right.BOARD_READ)
async def events(desk: OfDesk, last_seen: LastSeen = None, after: FromQuery[int | None] = None) -> Stream:
    """Stream the company's events from a cursor, or from now."""
    given = last_seen if last_seen is not None else after
    return event_stream(desk.live, desk.live.last_event_id if given is None else given)


@get("/api/v1/drivers/{driver_id:int}/notices", right=Right.BOARD_READ)
async def notices(
    desk: OfDesk, driver_id: FromPath[int], last_seen: LastSeen = None, after: FromQuery[int | None] = None
) -> Stream:
    """Stream a driver's notices from a cursor, or from the first."""
    return await notice_stream(desk.live, driver_id, last_seen or after or 0)


def create_app(
    database: Database,
    *,
    company_id: int,
    service_on: date | None = None,
    hosts: Sequence[str] = ("*",),
    rhythm: Rhythm | None = None,
    settings: Settings | None = None,
) -> Litestar:
    """
    Make the application of one company, opening on `service_on` (`None`: today).

    There are no accounts yet: whoever reaches it sees the board. `hosts` are the `Host` headers it
    answers to, so that a foreign page cannot reach a board on this machine under a name of its own.
    """
    desk = Desk(database, company_id, service_on=service_on, rhythm=rhythm or Rhythm())
    world = World(database)
    operation = Operation(database, settings or Settings(), lambda: [desk.live])
    everyone = Caller(company_id=company_id, actor="board", rights=RIGHTS[Role.ADMIN])

    @asynccontextmanager
    async def following(app: Litestar) -> AsyncIterator[None]:
        app.state.live = desk.live
        with Listener(database.server) as listener:
            async with desk.live.following(listener):
                yield

    app = Litestar(
        [page, asset, opening, board, estimates, events, notices, *API, *OPERATION],
        dependencies={
            "desk": Provide(lambda: desk, sync_to_thread=False, use_cache=True),
            "world": Provide(lambda: world, sync_to_thread=False, use_cache=True),
            "operation": Provide(lambda: operation, sync_to_thread=False, use_cache=True),
            "caller": Provide(lambda: everyone, sync_to_thread=False, use_cache=True),
        },
        lifespan=[following],
        before_send=[add_headers],
        exception_handlers=HANDLERS,
        allowed_hosts=AllowedHostsConfig(allowed_hosts=list(hosts), www_redirect=False),
        compression_config=CompressionConfig(backend="gzip", exclude=["/events$", "/notices$"]),
        openapi_config=None,
        logging_config=None,
    )
    return watched(app, operation)
