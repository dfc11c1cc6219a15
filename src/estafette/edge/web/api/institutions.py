"""Institutions: listed, made, renamed; and which riders they book for."""

from estafette.domain.institution import (
    InstitutionPatch,
    InstitutionRequest,
    InstitutionView,
    RiderOf,
)
from estafette.domain.permission import Right
from estafette.domain.request import Ref
from estafette.domain.resource import RiderView
from estafette.edge.web.api.page import Listed, Sparse, page
from estafette.edge.web.api.resources import seen
from estafette.edge.web.api.route import Answer, Ask, Route, etag_of
from estafette.store.institutions import (
    add_institution,
    get_institution,
    give_rider,
    list_institutions,
    rename_institution,
)
from estafette.store.resources import KINDS, get_resource


class Institutions(Listed, frozen=True, kw_only=True):
    """Which institutions to list."""

    ref: Ref | None = None


def list_(ask: Ask) -> Answer:
    """List institutions."""
    q: Institutions = ask.query

    def read(after: int, limit: int) -> tuple[InstitutionView, ...]:
        return list_institutions(ask.database, ask.company_id, ref=q.ref, after=after, limit=limit)

    return Answer(page(q, read, lambda institution: institution.institution_id))


def get(ask: Ask) -> Answer:
    """Give an institution."""
    found = get_institution(ask.database, ask.company_id, ask.id("institution_id"))
    return Answer(found, etag=etag_of(found.etag))


def create(ask: Ask) -> Answer:
    """Make an institution; its reference must be free."""
    made = add_institution(ask.database, ask.company_id, ask.body, actor=ask.actor)
    location = f"/institutions/{made.institution_id}"
    return Answer(made, etag=etag_of(made.etag), status=201, location=location)


def rename(ask: Ask) -> Answer:
    """Give an institution another name."""
    present = get_institution(ask.database, ask.company_id, ask.id("institution_id"))
    ask.must_have_seen(Answer(present, etag=etag_of(present.etag)), "the institution")
    made = rename_institution(
        ask.database, ask.company_id, present.institution_id, ask.body.name, actor=ask.actor
    )
    return Answer(made, etag=etag_of(made.etag))


def give(ask: Ask) -> Answer:
    """Say by which institution a rider is booked for: it sees the rider from now on, with all trips."""
    kind, number, body = KINDS["rider"], ask.id("rider_id"), ask.body
    present = get_resource(ask.database, ask.company_id, kind, number, actor=ask.actor)
    give_rider(
        ask.database, ask.company_id, number, body.institution_id, version=seen(ask, present), actor=ask.actor
    )
    now = get_resource(ask.database, ask.company_id, kind, number, actor=ask.actor)
    return Answer(now, etag=etag_of(now.etag))


_MANY, _ONE = "/institutions", "/institutions/{institution_id:int}"
_READ, _WRITE = Right.INSTITUTION_READ, Right.INSTITUTION_WRITE
ROUTES = (
    Route("GET", _MANY, _READ, list_, InstitutionView, query=Institutions),
    Route("POST", _MANY, _WRITE, create, InstitutionView, InstitutionRequest, status=201),
    Route("GET", _ONE, _READ, get, InstitutionView, query=Sparse),
    Route("PATCH", _ONE, _WRITE, rename, InstitutionView, InstitutionPatch),
    Route("PUT", "/riders/{rider_id:int}/institution", _WRITE, give, RiderView, RiderOf),
)
