"""Runs of a day and their manifests."""

from datetime import date

from estafette.domain.board import RunCard
from estafette.domain.error import NotFound
from estafette.domain.hand import Id
from estafette.domain.manifest import Manifest
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.edge.web.api.page import Listed, page
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.store.board import list_runs
from estafette.store.manifest import Some, list_manifests
from estafette.store.run_problem import see_to_problem


class Runs(Listed, frozen=True, kw_only=True):
    """The runs of which day to list."""

    day: date


class Manifests(Runs, frozen=True, kw_only=True):
    """The manifests of which day, or of which of its runs, to list."""

    run_id: Id | None = None


class SeenTo(Record, frozen=True, kw_only=True):
    """A run of which nothing is reported any more."""

    run_id: int


def list_(ask: Ask) -> Answer:
    """List the runs of a day in the order of their ids."""

    def read(after: int, limit: int) -> tuple[RunCard, ...]:
        return list_runs(ask.database, ask.company_id, ask.query.day, after=after, limit=limit)

    return Answer(page(ask.query, read, lambda run: run.run_id))


def manifests(ask: Ask) -> Answer:
    """List the manifests of a day, stop by stop, as they are published to the drivers."""
    q: Manifests = ask.query

    def read(after: int, limit: int) -> list[Manifest]:
        found = list_manifests(
            ask.database, ask.company_id, q.day, Some(after, limit, q.run_id), actor=ask.actor
        ).manifests
        if q.run_id is not None and after < q.run_id and not found:
            message = f"{q.day} has no run {q.run_id}"
            raise NotFound(message)
        return sorted(found, key=lambda manifest: manifest.run_id)

    return Answer(page(q, read, lambda manifest: manifest.run_id))


def see_to(ask: Ask) -> Answer:
    """Say that what the driver of a run has reported is seen to: boards no longer show it."""
    run_id = ask.id("run_id")
    if not see_to_problem(ask.database, ask.company_id, run_id, actor=ask.actor):
        message = f"there is no run {run_id}"
        raise NotFound(message)
    return Answer(SeenTo(run_id=run_id))


ROUTES = (
    Route("GET", "/runs", Right.BOARD_READ, list_, RunCard, query=Runs),
    Route("POST", "/runs/{run_id:int}/problem/seen-to", Right.ASSIGNMENT_WRITE, see_to, SeenTo),
    Route("GET", "/manifests", Right.BOARD_READ, manifests, Manifest, query=Manifests),
)
