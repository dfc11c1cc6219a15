"""The caller's own company: its rules."""

from typing import Annotated, Any

import msgspec

from estafette.domain.company import CompanyView
from estafette.domain.permission import Right
from estafette.domain.record import Record, encode
from estafette.domain.request import DayS
from estafette.edge.web.api.page import Sparse
from estafette.edge.web.api.route import Answer, Ask, Route, digest, etag_of
from estafette.store.board import get_company
from estafette.store.company import change_rules, get_rules


class RulesPatch(Record, frozen=True, kw_only=True):
    """Rules to change; what is left out stays, null is no limit."""

    max_onboard_wait_s: DayS | msgspec.UnsetType | None = msgspec.UNSET
    ride_factor_percent: Annotated[int, msgspec.Meta(ge=100, le=1000)] | msgspec.UnsetType = msgspec.UNSET
    ride_allowance_s: DayS | msgspec.UnsetType = msgspec.UNSET
    freeze_s: DayS | msgspec.UnsetType | None = msgspec.UNSET


def get(ask: Ask) -> Answer:
    """Give the company and its rules."""
    card = get_company(ask.database, ask.company_id)
    rules = get_rules(ask.database, ask.company_id)
    made = CompanyView(
        company_id=card.company_id, name=card.name, zone=card.zone, language=card.language, rules=rules
    )
    return Answer(made, etag=etag_of(digest(encode(made))))


def change(ask: Ask) -> Answer:
    """Change the named rules."""
    ask.must_have_seen(get(ask), "the rules")
    changes: dict[str, Any] = msgspec.to_builtins(ask.body)
    change_rules(ask.database, ask.company_id, changes, actor=ask.actor)
    return get(ask)


ROUTES = (
    Route("GET", "/company", Right.COMPANY_READ, get, CompanyView, query=Sparse),
    Route("PATCH", "/company", Right.COMPANY_WRITE, change, CompanyView, RulesPatch),
)
