"""Search: riders, places, trips and drivers by what somebody types."""

from typing import Annotated

import msgspec

from estafette.domain.permission import Right
from estafette.domain.record import END, Record
from estafette.domain.search import SearchResult
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.store.search import search


class Typed(Record, frozen=True, kw_only=True):
    """What was typed so far, and how many things to find."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*" + END)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20


def find(ask: Ask) -> Answer:
    """Find riders, places, trips and drivers, the likeliest first; mistakes in typing are forgiven."""
    q: Typed = ask.query
    found = search(
        ask.database, ask.company_id, q.q.strip(), limit=q.limit, actor=ask.actor,
        drivers=ask.caller.institution_id is None,
    )  # fmt: skip
    return Answer(SearchResult(items=found))


ROUTES = (Route("GET", "/search", Right.RIDER_READ, find, SearchResult, query=Typed),)
