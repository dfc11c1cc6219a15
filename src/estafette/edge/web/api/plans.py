"""Plans of the history: read, compared, applied whole or in part, taken back."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec

from estafette.domain.applied import Applied
from estafette.domain.difference import Difference
from estafette.domain.hand import Id
from estafette.domain.history import PlanEntry
from estafette.domain.permission import Right
from estafette.domain.plan import Plan
from estafette.domain.record import Record
from estafette.domain.undone import Undone
from estafette.edge.web.api.page import Listed, Sparse, page
from estafette.edge.web.api.route import Answer, Ask, Route, etag_of
from estafette.flow.acceptance import Part, apply_from_file, apply_part
from estafette.flow.history import compare_plans
from estafette.store.plans import get_plan, get_plan_entry, list_plans
from estafette.store.undo import Take, undo_apply, undo_last

Ids = Annotated[tuple[Id, ...], msgspec.Meta(max_length=10_000)]


class Plans(Listed, frozen=True, kw_only=True):
    """Which plans to list."""

    day: date | None = None


class ApplyBody(Record, frozen=True, kw_only=True):
    """What of a plan to apply: all that concerns these runs, and these trips; nothing named is all of it."""

    run_ids: Ids = ()
    trip_ids: Ids = ()


class With(Record, frozen=True, kw_only=True):
    """The plan to compare with."""

    to: Id


class UndoBody(Record, frozen=True, kw_only=True):
    """
    What to take back: an apply by its number, or the newest of a day of which anything is in force.

    Without `trip_ids` all of it. Unless `what_can`, one trip that cannot be restored means that nothing is.
    """

    applied_id: Id | None = None
    service_on: date | None = None
    trip_ids: Ids = ()
    what_can: bool = False

    def __post_init__(self) -> None:
        """Refuse to guess what is meant."""
        if (self.applied_id is None) == (self.service_on is None):
            message = "name the apply or the day"
            raise ValueError(message)


def list_(ask: Ask) -> Answer:
    """List the plans of the history, the newest first, with when they were applied."""
    q: Plans = ask.query

    def read(before: int, limit: int) -> Sequence[PlanEntry]:
        return list_plans(ask.database, ask.company_id, service_on=q.day, before=before or None, limit=limit)

    return Answer(page(q, read, lambda plan: plan.plan_id))


def get(ask: Ask) -> Answer:
    """Give how a plan was made and when it was applied."""
    return Answer(get_plan_entry(ask.database, ask.company_id, ask.id("plan_id")))


def content(ask: Ask) -> Answer:
    """Give a plan whole: runs with stops, and trips left over with reasons."""
    kept = get_plan(ask.database, ask.company_id, ask.id("plan_id"))
    return Answer(kept.plan, etag=etag_of(kept.entry.answer_sha256[:32]))


def compare(ask: Ask) -> Answer:
    """Say what changes from a plan to another of the same day."""
    return Answer(compare_plans(ask.database, ask.company_id, ask.id("plan_id"), ask.query.to))


def apply(ask: Ask) -> Answer:
    """Apply a plan, whole or in part: it is checked against the day as it is, then judged trip by trip."""
    body: ApplyBody = ask.body
    plan = get_plan(ask.database, ask.company_id, ask.id("plan_id")).plan
    travel, key = ask.world.travel(ask.company_id), f"api:{ask.work}"
    if not body.run_ids and not body.trip_ids:
        return Answer(apply_from_file(ask.database, plan, travel=travel, key=key, actor=ask.actor))
    part = Part(key=key, actor=ask.actor, runs=frozenset(body.run_ids), trips=frozenset(body.trip_ids))
    return Answer(apply_part(ask.database, plan, part, travel=travel))


def undo(ask: Ask) -> Answer:
    """Take an apply back: the plan, the move or the undo before."""
    body: UndoBody = ask.body
    take = Take(actor=ask.actor, trips=frozenset(body.trip_ids), what_can=body.what_can)
    if body.applied_id is not None:
        return Answer(undo_apply(ask.database, ask.company_id, body.applied_id, take=take))
    assert body.service_on is not None  # one of the two is named
    return Answer(undo_last(ask.database, ask.company_id, body.service_on, take=take))


_ONE = "/plans/{plan_id:int}"
ROUTES = (
    Route("GET", "/plans", Right.PLAN_READ, list_, PlanEntry, query=Plans),
    Route("GET", _ONE, Right.PLAN_READ, get, PlanEntry, query=Sparse),
    Route("GET", f"{_ONE}/content", Right.PLAN_READ, content, Plan, query=Sparse),
    Route("GET", f"{_ONE}/difference", Right.PLAN_READ, compare, Difference, query=With),
    Route("POST", f"{_ONE}/apply", Right.PLAN_WRITE, apply, Applied, ApplyBody),
    Route("POST", "/undo", Right.PLAN_WRITE, undo, Undone, UndoBody),
)
