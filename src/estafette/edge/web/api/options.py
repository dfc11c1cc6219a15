"""One trip against all runs: where it could go, the cheapest first, and why not elsewhere."""

from typing import Annotated

import msgspec

from estafette.domain.offer import Options
from estafette.domain.permission import Right
from estafette.domain.record import END, Record
from estafette.edge.web.api.assignments import asked_about
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.planning.options import options

replace = msgspec.structs.replace


Ids = Annotated[
    str,
    msgspec.Meta(
        max_length=10_000, pattern="^[0-9]{1,19}(,[0-9]{1,19})*" + END, description="ids, with commas between"
    ),
]


class Against(Record, frozen=True, kw_only=True):
    """Whether to say of each run which stops of others would move; which runs alone, as that is quicker."""

    ripple: bool = False
    runs: Ids | None = None


def all_options(ask: Ask) -> Answer:
    """Put a trip against all runs: what each would cost, or the reason that binds; the cheapest first."""
    query: Against = ask.query
    only = None if query.runs is None else {int(run_id) for run_id in query.runs.split(",")}
    with asked_about(ask) as (trip, standing):
        found = options(standing, trip.trip_id, only)
    return Answer(found if query.ripple else _without_ripple(found))


def _without_ripple(found: Options) -> Options:
    bare = tuple(
        replace(option, offer=replace(option.offer, ripple=())) if option.offer else option
        for option in found.options
    )
    left = replace(found.leaving, ripple=()) if found.leaving else None
    return replace(found, options=bare, leaving=left)


ROUTES = (
    Route("GET", "/trips/{trip_id:int}/options", Right.BOARD_READ, all_options, Options, query=Against),
)
