"""
The OpenAPI document, made from the table of routes and their records.

`python -m estafette.edge.web.openapi FILE` writes it; a test finds the committed one to be the present one,
so that what programs rely on changes by decision alone. A server gives its own to whoever may ask anything.
"""

import functools
import inspect
import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
from litestar import Response, get

from estafette import __version__
from estafette.domain.board import Board, Opening
from estafette.domain.estimates import DayEstimates
from estafette.domain.event import Event
from estafette.domain.moment import Moment
from estafette.domain.notice import Notice
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.solve import SolveCard
from estafette.domain.ward import Changed
from estafette.edge.web.api import ROUTES
from estafette.edge.web.api.page import OfDay, Sparse
from estafette.edge.web.api.route import JSON, PREFIX, Answer, Ask, Route
from estafette.edge.web.openapi_accounts import accounts
from estafette.edge.web.problem import ProblemDetails
from estafette.store.feed import Reset

_REF = "#/components/schemas/{name}"
_STREAM = "text/event-stream"
_PROBLEM = "application/problem+json"
_FILES = ("text/csv", "text/calendar")  # beside JSON
# What is read without naming a thing, and asks for driving times: a place may be too far from all others.
_DRIVES = {"/timetable", "/map/way"}
_Json = dict[str, Any]


class After(Record, frozen=True, kw_only=True):
    """After which event to begin; `Last-Event-ID` goes before it."""

    after: int | None = None


class Clock(Record, frozen=True, kw_only=True):
    """What a stream says when there is nothing to say: the server's time."""

    at: datetime


# What streams send beside what they are for, told apart by `event` (and moments by their `kind`).
_BESIDE = (Clock, Reset, *get_args(Moment))


def _streams() -> Iterator[Route]:
    """Give the routes of the board and of the live streams, which are served by themselves (`boards.py`)."""

    def said(text: str) -> Any:
        def does(_: Ask) -> Answer:
            raise NotImplementedError

        does.__doc__ = text
        return does

    opening = said("Give whose board it is, the day to open and the server's time.")
    board = said("Give one service day with the id of its last event.")
    estimates = said("Tell which driving times of one service day are estimates.")
    events = said("Stream the company's events from a cursor, or from now.")
    notices = said("Stream a driver's notices from a cursor, or from the first.")
    yield Route("GET", "/opening", Right.COMPANY_READ, opening, Opening)
    yield Route("GET", "/board", Right.BOARD_READ, board, Board, query=OfDay)
    yield Route("GET", "/estimates", Right.BOARD_READ, estimates, DayEstimates, query=OfDay)
    yield Route("GET", "/events", Right.BOARD_READ, events, Event, query=After, media_type=_STREAM)
    own = said("Stream the own notices of a driver from a cursor, or from the first.")
    yield Route("GET", "/my/events", Right.RUN_OWN, own, Notice, query=After, media_type=_STREAM)
    solve = said("Stream how far a solve is, until it has ended.")
    path = "/solves/{solve_id:int}/events"
    yield Route("GET", path, Right.PLAN_READ, solve, SolveCard, media_type=_STREAM)
    news = said("Stream to an institution that something has happened (`event: changed`): look again.")
    yield Route("GET", "/ward/events", Right.WARD_OWN, news, Changed, media_type=_STREAM)
    path = "/drivers/{driver_id:int}/notices"
    yield Route("GET", path, Right.BOARD_READ, notices, Notice, query=After, media_type=_STREAM)


def document() -> _Json:
    """Make the document."""
    routes = sorted((*ROUTES, *_streams(), *accounts()), key=lambda route: (route.path, route.method))
    given = [kind for route in routes for kind in (route.gives, route.body) if kind is not None]
    records = [*given, *_BESIDE]
    schemas, components = msgspec.json.schema_components(
        dict.fromkeys([*records, ProblemDetails]), ref_template=_REF
    )
    schema_of = dict(zip(dict.fromkeys([*records, ProblemDetails]), schemas, strict=True))
    paths: dict[str, _Json] = {}
    for route in routes:
        path = PREFIX + re.sub(r"\{(\w+):int\}", r"{\1}", route.path)
        operation = _operation(route, schema_of)
        if links := _links(route, routes):
            operation["responses"][str(route.status)]["links"] = links
        paths.setdefault(path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Estafette", "version": __version__, "description": "See docs/api/README.md."},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {"problem": _problem(schema_of[ProblemDetails])},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "an API key"}},
        },
    }


def _operation(route: Route, schema_of: dict[Any, _Json]) -> _Json:
    operation: _Json = {
        "operationId": _name(route),
        "summary": inspect.getdoc(route.does) or "",
        "tags": [route.path.split("/")[1]],
        **({"x-right": str(route.right)} if route.right else {"security": []}),
        "parameters": [*_in_path(route), *_in_query(route), *_in_headers(route)],
        "responses": {
            str(route.status): _response(route, schema_of),
            **{str(status): {"$ref": "#/components/responses/problem"} for status in _refusals(route)},
        },
    }
    if route.body is not None:
        files = {name: {"schema": {"type": "string"}} for name in _FILES if route.raw}
        content = {JSON: {"schema": schema_of[route.body]}, **files}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _name(route: Route) -> str:
    return "_".join([route.method.lower(), *re.findall(r"[a-z_]+", re.sub(r":int|\{|\}", "", route.path))])


def _response(route: Route, schema_of: dict[Any, _Json]) -> _Json:
    if route.gives is None:
        return {"description": "done"}
    schema = schema_of[route.gives]
    if route.pages:
        items = {"type": "array", "items": schema}
        following = {"anyOf": [{"type": "string"}, {"type": "null"}]}
        properties = {"items": items, "next": following}
        schema = {"type": "object", "properties": properties, "required": ["items", "next"]}
    if route.media_type == _STREAM:
        schema = _message([schema, *(schema_of[kind] for kind in _BESIDE)])
    content: _Json = {route.media_type: {"schema": schema}}
    if route.also:
        content[route.also] = {"schema": {"type": "string"}}
    description = "as asked; with `fields`, these alone" if issubclass(route.query, Sparse) else "as asked"
    return {"description": description, "content": content}


def _message(schemas: list[_Json]) -> _Json:
    """Describe a message of a stream as OpenAPI 3.2 does: its fields, the content of `data` apart."""
    data = {"type": "string", "contentMediaType": JSON, "contentSchema": {"anyOf": schemas}}
    text: _Json = {"type": "string"}
    return {"type": "object", "properties": {"id": text, "event": text, "data": data}}


def _problem(schema: _Json) -> _Json:
    content = {_PROBLEM: {"schema": schema}}
    return {"description": "a problem (RFC 9457); its `code` says which", "content": content}


def _refusals(route: Route) -> list[int]:
    """Give the statuses with which a route may refuse, as docs/api/README.md explains them."""
    found = {400, 401, 403, 404, 429, 503}
    if route.method != "GET" or "{" in route.path:
        found |= {409, 422}
    if route.path in _DRIVES:
        found |= {422}
    if route.method != "GET":
        found |= {412}
    if route.body is not None:
        found |= {413}
    return sorted(found | ({428} if route.conditional else set()))


def _links(route: Route, routes: Sequence[Route]) -> _Json:
    """Say which operations take the ids that a list or a thing just made answers with."""
    links: _Json = {}
    if not route.pages and route.status == 200:
        return links
    for name, pointer in _ids(route.gives, "/items/0" if route.pages else ""):
        for other in routes:
            if re.findall(r"\{(\w+):int\}", other.path) == [name]:
                parameters = {f"path.{name}": f"$response.body#{pointer}"}
                links.setdefault(_name(other), {"operationId": _name(other), "parameters": parameters})
    return links


def _ids(kind: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Give the ids of a record and of the records in it, each with where it stands in the answer."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return
    for field in msgspec.structs.fields(kind):
        inner = next((each for each in get_args(field.type) if each is not type(None)), None)
        if field.name.endswith("_id"):
            yield field.name, f"{pointer}/{field.encode_name}"
        elif isinstance(field.type, type):
            yield from _ids(field.type, f"{pointer}/{field.encode_name}")
        elif get_origin(field.type) is tuple:
            yield from _ids(inner, f"{pointer}/{field.encode_name}/0")


def _in_path(route: Route) -> Iterator[_Json]:
    for name in re.findall(r"\{(\w+):int\}", route.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}


def _in_query(route: Route) -> Iterator[_Json]:
    (schema,), components = msgspec.json.schema_components([route.query], ref_template=_REF)
    whole = components[schema["$ref"].rsplit("/", 1)[1]]
    for name, given in whole.get("properties", {}).items():
        yield {
            "name": name, "in": "query", "required": name in whole.get("required", ()),
            "schema": _inlined(given, components),
        }  # fmt: skip


def _inlined(schema: Any, components: _Json) -> Any:
    """Put what a parameter refers to in its place: the components are those of bodies alone."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(components[schema["$ref"].rsplit("/", 1)[1]], components)
        return {name: _inlined(value, components) for name, value in schema.items()}
    return [_inlined(each, components) for each in schema] if isinstance(schema, list) else schema


def _in_headers(route: Route) -> Iterator[_Json]:
    if route.method == "POST" and route.keyed:
        schema: _Json = {"type": "string", "minLength": 1, "maxLength": 200}
        yield {"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema}
    if route.conditional:
        yield {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}


@functools.cache
def text() -> str:
    """Write the document as it is committed."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@get(f"{PREFIX}/openapi.json", right=tuple(Right), sync_to_thread=True)
def served_document() -> Response[bytes]:
    """Give the document that this server keeps to."""
    return Response(text().encode(), media_type=JSON)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
