"""Drivers, vehicles, riders, shifts and places: each is listed, read, made and changed in the same way."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec

from estafette.domain.error import Invalid, Stale
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.request import Ref
from estafette.domain.resource import InUse, ResourceFilter
from estafette.edge.web.api.page import Listed, Sparse, page
from estafette.edge.web.api.route import Answer, Ask, Route, etag_of
from estafette.store.resources import (
    KINDS,
    Kind,
    Page,
    change_resource,
    create_resource,
    get_resource,
    list_resources,
    put_in_use,
)


class ByRef(Listed, frozen=True, kw_only=True):
    """Which to list: by the sender's reference."""

    ref: Ref | None = None


class ByActive(ByRef, frozen=True, kw_only=True):
    """Which to list: also by whether they are in service."""

    active: bool | None = None


class ByDay(ByRef, frozen=True, kw_only=True):
    """Which to list: also by service day."""

    day: date | None = None


def patch_of(request: type[msgspec.Struct]) -> Any:
    """
    Make the record of a change: every field of a request may be left out.

    Not its reference: that is what names the thing.
    """
    fields = [
        (field.name, field.type | msgspec.UnsetType, msgspec.UNSET)
        for field in msgspec.structs.fields(request)
        if field.name != "ref"
    ]
    name = request.__name__.removesuffix("Request") + "Patch"
    doc = {"__doc__": f"{request.__doc__ or ''}\n\n    What is left out stays as it is."}
    return msgspec.defstruct(name, fields, bases=(Record,), namespace=doc, frozen=True, kw_only=True)


def patched(present: msgspec.Struct, request: type[msgspec.Struct], patch: msgspec.Struct) -> Any:
    """Give what was handed in for a thing, with the fields of a change; raises `Invalid`."""
    names = request.__struct_fields__
    changes = {name: getattr(patch, name, msgspec.UNSET) for name in names}
    values = {
        name: getattr(present, name) if value is msgspec.UNSET else value for name, value in changes.items()
    }
    try:
        return request(**values)
    except ValueError as error:
        raise Invalid(str(error), pointer="") from error


def seen(ask: Ask, present: Any) -> str:
    """Give the version of a thing as the caller has seen it; raises `Stale`, `Unseen`."""
    etag = ask.seen()
    if etag not in (None, etag_of(present.etag)):
        message = "it has changed meanwhile; read it again"
        raise Stale(message, present=present, etag=etag_of(present.etag))
    version: str = present.etag
    return version


def _routes(name: str, query: type[Listed], reads: Right, writes: Right) -> Iterator[Route]:
    kind, key = KINDS[name], f"{name}_id"
    many, one = f"/{name}s", f"/{name}s/{{{key}:int}}"
    yield Route("GET", many, reads, _list(kind), kind.view, query=query)
    yield Route("POST", many, writes, _create(kind), kind.view, kind.request, status=201)
    yield Route("GET", one, reads, _get(kind), kind.view, query=Sparse)
    yield Route("PATCH", one, writes, _change(kind), kind.view, patch_of(kind.request))


Does = Callable[[Ask], Answer]


def _list(kind: Kind) -> Does:
    def list_(ask: Ask) -> Answer:
        q: Any = ask.query
        which = ResourceFilter(ref=q.ref, active=getattr(q, "active", None), day=getattr(q, "day", None))

        def read(after: int, limit: int) -> tuple[Any, ...]:
            part = Page(after, limit)
            return list_resources(ask.database, ask.company_id, kind, which, page=part, actor=ask.actor)

        return Answer(page(q, read, lambda item: getattr(item, f"{kind.name}_id")))

    list_.__doc__ = f"List {kind.name}s."
    return list_


def _get(kind: Kind) -> Does:
    def get(ask: Ask) -> Answer:
        found = get_resource(ask.database, ask.company_id, kind, ask.id(f"{kind.name}_id"), actor=ask.actor)
        return Answer(found, etag=etag_of(found.etag))

    get.__doc__ = f"Give a {kind.name}."
    return get


def _create(kind: Kind) -> Does:
    def create(ask: Ask) -> Answer:
        made = create_resource(ask.database, ask.company_id, kind, ask.body, actor=ask.actor)
        location = f"/{kind.name}s/{getattr(made, f'{kind.name}_id')}"
        return Answer(made, etag=etag_of(made.etag), status=201, location=location)

    create.__doc__ = f"Make a {kind.name}; its reference must be free."
    return create


def _change(kind: Kind) -> Does:
    def change(ask: Ask) -> Answer:
        number = ask.id(f"{kind.name}_id")
        present = get_resource(ask.database, ask.company_id, kind, number, actor=ask.actor)
        made = change_resource(
            ask.database, ask.company_id, kind, patched(present, kind.request, ask.body), number=number,
            version=seen(ask, present), actor=ask.actor,
        )  # fmt: skip
        return Answer(made, etag=etag_of(made.etag))

    change.__doc__ = f"Change the named fields of a {kind.name}."
    return change


def _use(kind: Kind) -> Does:
    def use(ask: Ask) -> Answer:
        number = ask.id(f"{kind.name}_id")
        present = get_resource(ask.database, ask.company_id, kind, number, actor=ask.actor)
        made = put_in_use(
            ask.database, ask.company_id, kind, number, active=ask.body.active, version=seen(ask, present),
            actor=ask.actor,
        )  # fmt: skip
        return Answer(made, etag=etag_of(made.etag))

    use.__doc__ = (
        f"Put a {kind.name} in use or out of use: out of it nothing is lost, and nobody finds it to book."
    )
    return use


def _in_use(name: str, writes: Right) -> Route:
    kind = KINDS[name]
    return Route("PUT", f"/{name}s/{{{name}_id:int}}/active", writes, _use(kind), kind.view, InUse)


ROUTES = (
    *_routes("driver", ByActive, Right.FLEET_READ, Right.FLEET_WRITE),
    *_routes("vehicle", ByActive, Right.FLEET_READ, Right.FLEET_WRITE),
    *_routes("shift", ByDay, Right.FLEET_READ, Right.FLEET_WRITE),
    *_routes("rider", ByActive, Right.RIDER_READ, Right.RIDER_WRITE),
    *_routes("place", ByActive, Right.PLACE_READ, Right.PLACE_WRITE),
    _in_use("rider", Right.RIDER_WRITE),
    _in_use("place", Right.PLACE_WRITE),
)
