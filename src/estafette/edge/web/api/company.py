"""The caller's own company: what it is called, its rules."""

from typing import Annotated, Any

import msgspec

from estafette.domain.company import CompanyView
from estafette.domain.permission import Right
from estafette.domain.record import Record, encode
from estafette.domain.request import DayS, Language, Name
from estafette.edge.web.api.page import Sparse
from estafette.edge.web.api.route import Answer, Ask, Route, digest, etag_of
from estafette.store.company import change_company, get_company_view


class CompanyPatch(Record, frozen=True, kw_only=True):
    """
    What to change of a company; what is left out stays, a limit of null is none.

    The `zone` (IANA, `Europe/Zurich`) stays once there are trips or shifts.
    """

    name: Name | msgspec.UnsetType = msgspec.UNSET
    zone: Annotated[str, msgspec.Meta(max_length=60)] | msgspec.UnsetType = msgspec.UNSET
    language: Language | msgspec.UnsetType = msgspec.UNSET
    max_onboard_wait_s: DayS | msgspec.UnsetType | None = msgspec.UNSET
    ride_factor_percent: Annotated[int, msgspec.Meta(ge=100, le=1000)] | msgspec.UnsetType = msgspec.UNSET
    ride_allowance_s: DayS | msgspec.UnsetType = msgspec.UNSET
    freeze_s: DayS | msgspec.UnsetType | None = msgspec.UNSET


def get(ask: Ask) -> Answer:
    """Give the company and its rules."""
    found = get_company_view(ask.database, ask.company_id)
    return Answer(found, etag=etag_of(digest(encode(found))))


def change(ask: Ask) -> Answer:
    """Change what is named of the company."""
    ask.must_have_seen(get(ask), "the company")
    changes: dict[str, Any] = msgspec.to_builtins(ask.body)
    change_company(ask.database, ask.company_id, changes, actor=ask.actor)
    return get(ask)


ROUTES = (
    Route("GET", "/company", Right.COMPANY_READ, get, CompanyView, query=Sparse),
    Route("PATCH", "/company", Right.COMPANY_WRITE, change, CompanyView, CompanyPatch),
)
