"""What a board is made of: whose it is, one day of it, and the live streams of everybody who looks on."""

from datetime import UTC, date, datetime
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import Stream

from estafette.domain.board import Opening
from estafette.domain.caller import Caller
from estafette.domain.error import NotFound
from estafette.domain.permission import Right
from estafette.edge.web.api.route import etag_of, possible_id
from estafette.edge.web.desk import Asking, Desk
from estafette.edge.web.snapshots import Snapshot
from estafette.edge.web.stream import (
    Follower,
    change_stream,
    event_stream,
    notice_stream,
    solve_stream,
)
from estafette.store.board import get_company
from estafette.store.database import Database

_JSON = "application/json"
LastSeen = Annotated[int | None, HeaderParameter(name="Last-Event-ID")]


OfDesk = NamedDependency[Desk]
OfCaller = NamedDependency[Caller]
OfDatabase = NamedDependency[Database]


@get("/api/v1/opening", sync_to_thread=True, right=Right.COMPANY_READ)
def opening(desk: OfDesk, caller: OfCaller, database: OfDatabase) -> Opening:
    """Give whose board it is, the day to open and the server's time."""
    company = get_company(database, caller.company_id)
    return Opening(company=company, opens_on=desk.opens_on(company), server_at=datetime.now(UTC))


@get("/api/v1/board", sync_to_thread=True, right=Right.BOARD_READ)
def board(
    request: Asking, desk: OfDesk, caller: OfCaller, database: OfDatabase, day: FromQuery[date]
) -> Response[bytes]:
    """Give one service day with the id of its last event, or nothing to who has it already."""
    return _sent(request, desk.boards.of(database, caller, day))


@get("/api/v1/estimates", sync_to_thread=True, right=Right.BOARD_READ)
def estimates(
    request: Asking, desk: OfDesk, caller: OfCaller, database: OfDatabase, day: FromQuery[date]
) -> Response[bytes]:
    """Tell which driving times of one service day are estimates, or nothing to who knows it already."""
    return _sent(request, desk.estimates.of(database, caller, day))


def _sent(request: Asking, found: Snapshot) -> Response[bytes]:
    headers = {"ETag": etag_of(found.version), "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.plain, media_type=_JSON, headers=headers)
    return Response(found.packed, media_type=_JSON, headers={**headers, "Content-Encoding": "gzip"})


@get("/api/v1/events", right=Right.BOARD_READ)
async def events(
    desk: OfDesk,
    caller: OfCaller,
    database: OfDatabase,
    last_seen: LastSeen = None,
    after: FromQuery[int | None] = None,
) -> Stream:
    """Stream the company's events from a cursor, or from now."""
    live = await desk.lives.of(caller.company_id)
    given = last_seen if last_seen is not None else after
    follower = Follower(caller, database, desk.watch)
    return event_stream(live, follower, live.last_event_id if given is None else given)


@get("/api/v1/drivers/{driver_id:int}/notices", right=(Right.BOARD_READ, Right.RUN_OWN))
async def notices(
    desk: OfDesk,
    caller: OfCaller,
    database: OfDatabase,
    driver_id: FromPath[int],
    last_seen: LastSeen = None,
    after: FromQuery[int | None] = None,
) -> Stream:
    """Stream a driver's notices from a cursor, or from the first; a driver follows their own alone."""
    if caller.driver_id not in (None, driver_id):
        message = f"driver {driver_id} does not exist"
        raise NotFound(message)
    live = await desk.lives.of(caller.company_id)
    follower = Follower(caller, database, desk.watch)
    return await notice_stream(live, follower, possible_id("driver", driver_id), last_seen or after or 0)


@get("/api/v1/my/events", right=Right.RUN_OWN)
async def my_events(
    desk: OfDesk,
    caller: OfCaller,
    database: OfDatabase,
    last_seen: LastSeen = None,
    after: FromQuery[int | None] = None,
) -> Stream:
    """Stream the own notices of a driver from a cursor, or from the first: the own run changed."""
    live = await desk.lives.of(caller.company_id)
    follower = Follower(caller, database, desk.watch)
    return await notice_stream(live, follower, caller.driver_id or 0, last_seen or after or 0)


@get("/api/v1/solves/{solve_id:int}/events", right=Right.PLAN_READ)
async def solve_events(
    desk: OfDesk, caller: OfCaller, database: OfDatabase, solve_id: FromPath[int]
) -> Stream:
    """Stream how far a solve is, until it has ended."""
    live = await desk.lives.of(caller.company_id)
    return await solve_stream(live, Follower(caller, database, desk.watch), possible_id("solve", solve_id))


@get("/api/v1/ward/events", right=Right.WARD_OWN)
async def ward_events(desk: OfDesk, caller: OfCaller, database: OfDatabase) -> Stream:
    """Stream to an institution that something has happened: look again."""
    live = await desk.lives.of(caller.company_id)
    return change_stream(live, Follower(caller, database, desk.watch))


ROUTES = [
    opening, board, estimates, events, notices, my_events, solve_events, ward_events,
]  # fmt: skip
