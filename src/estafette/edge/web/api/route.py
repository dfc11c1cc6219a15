"""
A route as data, and the one way in which all of them are served.

Every route reads its parameters and its body into records, answers with a record, and is bound by the same
conventions: problem details, `ETag` and `If-Match`, `Idempotency-Key` on POST, cursors, sparse fields. The
OpenAPI document is made from the same table.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import msgspec
from litestar import Request, Response
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from estafette.domain.caller import Caller
from estafette.domain.error import NotFound, Stale, Unseen
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.edge.web.api.body import read_body, read_query
from estafette.edge.web.api.once import asked_of, once
from estafette.edge.web.api.page import Listed, Sparse, some_fields
from estafette.edge.web.api.world import World
from estafette.store.database import Database

PREFIX = "/api/v1"
JSON = "application/json"
_LARGEST_ID = (1 << 63) - 1
_ANY = "*"


def possible_id(what: str, number: int) -> int:
    """Give an id that something can have; raises `NotFound` for any other number."""
    if not 0 < number <= _LARGEST_ID:
        message = f"there is no {what} {number}"
        raise NotFound(message)
    return number


class NoQuery(Record, frozen=True, kw_only=True):
    """No parameters."""


class Ask(NamedTuple):
    """A request, read: who asks for what, with a body of which type, and the key of the work on it."""

    world: World
    caller: Caller
    path: Mapping[str, Any]
    query: Any
    body: Any
    media_type: str
    if_match: str | None
    work: str

    @property
    def database(self) -> Database:
        """Give the database."""
        return self.world.database

    @property
    def company_id(self) -> int:
        """Give the caller's company."""
        return self.caller.company_id

    @property
    def actor(self) -> str:
        """Give the name under which changes are recorded."""
        return self.caller.actor

    def id(self, name: str) -> int:
        """Give an id of the path; raises `NotFound` for a number that nothing can have."""
        return possible_id(name.removesuffix("_id").replace("_", " "), int(self.path[name]))

    def seen(self) -> str | None:
        """
        Give the ETag that the caller has seen, `None` when any will do (`If-Match: *`).

        Raises `Unseen` without one: what somebody else decided meanwhile must not be overwritten unseen.
        """
        if self.if_match is None:
            message = "say in If-Match which ETag the change was made from, or * for any"
            raise Unseen(message, field="If-Match")
        return None if self.if_match == _ANY else self.if_match

    def must_have_seen(self, present: "Answer", what: str) -> None:
        """Raise `Stale` with what is present, unless the caller has seen it or says that any will do."""
        if self.seen() not in (None, present.etag):
            message = f"{what} changed meanwhile"
            raise Stale(message, present=present.content, etag=present.etag)


class Answer(NamedTuple):
    """What to answer: a record, or bytes of `media_type`."""

    content: Any
    etag: str | None = None
    status: int = 200
    location: str | None = None
    media_type: str = JSON


class Route(NamedTuple):
    """
    One method on one path.

    `body` and `query` are the records that are read, `gives` the one that is answered, or the items of the
    page. A `status` other than 200 stands in the document; `raw`: the body is a file, handed on as bytes, and
    `body` says how it is written as JSON; `versioned`: what it changes has a version, which `If-Match` must
    name; `also`: another media type that can be asked for. What is only described here, and served by a
    handler of its own, may have no right (it is for everybody) and not be `keyed` (a key does not keep it
    from being done twice).
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    right: Right | None
    does: Callable[[Ask], Answer]
    gives: Any
    body: Any = None
    query: type[Any] = NoQuery
    status: int = 200
    raw: bool = False
    limit: int = 1_000_000
    media_type: str = JSON
    versioned: bool = True
    also: str = ""
    keyed: bool = True

    @property
    def pages(self) -> bool:
        """Tell whether it answers a page of a list."""
        return issubclass(self.query, Listed)

    @property
    def conditional(self) -> bool:
        """Tell whether it is made from a version that the caller has seen."""
        return self.versioned and self.method in {"PATCH", "PUT", "DELETE"}


def handler_of(route: Route) -> HTTPRouteHandler:
    """Make the handler of a route."""

    # The caller is no second dependency: Litestar would make a task for each of the two.
    async def handle(request: Request[Caller, Any, Any], world: NamedDependency[World]) -> Response[bytes]:
        raw = await request.body() if route.body is not None else b""
        return await sync_to_thread(_served, route, request, raw, world)

    handle.__doc__ = route.does.__doc__
    return HTTPRouteHandler(
        PREFIX + route.path, http_method=route.method, status_code=200, right=route.right,
        name=f"{route.method} {route.path}", request_max_body_size=route.limit,
    )(handle)  # fmt: skip


def _served(route: Route, request: Request[Caller, Any, Any], raw: bytes, world: World) -> Response[bytes]:
    headers, caller = request.headers, request.auth
    key = headers.get("idempotency-key") if route.method == "POST" else None

    def perform(work: str) -> Response[bytes]:
        ask = Ask(
            world, caller, request.path_params, read_query(request.query_params.multi_items(), route.query),
            _body(route, raw), headers.get("content-type", ""), headers.get("if-match"), work,
        )  # fmt: skip
        return _response(route, ask, headers.get("if-none-match"))

    if route.method == "GET":
        return perform("")
    try:
        if key is None:
            return perform(secrets.token_hex(16))
        parts = (request.method, request.url.path, request.url.query)
        asked = asked_of(caller, key, *(part.encode() for part in parts), raw)
        return once(world.database, asked, perform)
    finally:
        world.standings.catch_up(caller.company_id)


def _body(route: Route, raw: bytes) -> Any:
    if route.raw:
        return raw
    return None if route.body is None else read_body(raw, route.body)


def _response(route: Route, ask: Ask, known: str | None) -> Response[bytes]:
    answer = route.does(ask)
    headers = {"ETag": answer.etag} if answer.etag else {}
    if answer.location:
        headers["Location"] = PREFIX + answer.location
    if answer.etag and known == answer.etag and route.method == "GET":
        return Response(b"", status_code=304, headers=headers)
    content = answer.content
    if not isinstance(content, bytes):
        content = msgspec.json.encode(_sparse(route, ask.query, content))
    return Response(content, status_code=answer.status, media_type=answer.media_type, headers=headers)


def _sparse(route: Route, query: Any, content: Any) -> Any:
    if not isinstance(query, Sparse) or query.fields is None:
        return content
    if not route.pages:
        return some_fields(content, query.fields, route.gives)
    items = [some_fields(item, query.fields, route.gives) for item in content["items"]]
    return {**content, "items": items}


def etag_of(version: object) -> str:
    """Write a version as an ETag."""
    return f'"{version}"'


def digest(content: bytes) -> str:
    """Give a version to what has none: a digest of its content."""
    return hashlib.sha256(content).hexdigest()[:32]
