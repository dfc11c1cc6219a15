"""The driver's own page: the own runs, what is said of their trips, that they were seen."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from estafette.domain.board import RunProblem
from estafette.domain.error import Forbidden, Invalid
from estafette.domain.hand import Id
from estafette.domain.moment import Fix
from estafette.domain.own_run import (
    Acknowledge,
    OwnRuns,
    Progress,
    Progressed,
    RunAcknowledged,
    SayProblem,
    can_be,
)
from estafette.domain.permission import Right
from estafette.domain.push import PushKey, Subscribe
from estafette.domain.record import Record, encode
from estafette.edge.web.api.route import Answer, Ask, Route, digest, etag_of
from estafette.flow.own_run import acknowledge, own_runs, progress, report
from estafette.flow.phones import check_endpoint
from estafette.store.moments import keep_position
from estafette.store.own_run import zone_of
from estafette.store.push import keep_subscription


class Positions(Record, frozen=True, kw_only=True):
    """Where the vehicle of an own run was, in any order; the newest is kept."""

    run_id: Id
    positions: Annotated[tuple[Fix, ...], msgspec.Meta(min_length=1, max_length=500)]


class PositionKept(Record, frozen=True, kw_only=True):
    """Of when the position is that was kept; `None`: a newer one is known, or the shift is over."""

    run_id: int
    at: datetime | None


def list_runs(ask: Ask) -> Answer:
    """Give the own runs of today and tomorrow, stop by stop, and what changed since they were seen."""
    today = ask.world.today(zone_of(ask.database, ask.company_id))
    found = own_runs(ask.database, ask.company_id, today, datetime.now(UTC), actor=ask.actor)
    return Answer(found, etag=etag_of(digest(encode(found))))


def say_progress(ask: Ask) -> Answer:
    """Say that a trip of the own run moved on; a step that it has taken before changes nothing."""
    made = progress(
        ask.database, ask.company_id, ask.id("trip_id"), ask.body, now=datetime.now(UTC), actor=ask.actor
    )
    return Answer(made, etag=etag_of(made.version))


def say_seen(ask: Ask) -> Answer:
    """Acknowledge a manifest of an own run."""
    known = acknowledge(
        ask.database, ask.company_id, ask.id("run_id"), ask.body, now=datetime.now(UTC), actor=ask.actor
    )
    return Answer(known)


def say_problem(ask: Ask) -> Answer:
    """Report a problem of an own run; boards show it until a dispatcher has seen to it."""
    known = report(
        ask.database, ask.company_id, ask.id("run_id"), ask.body, now=datetime.now(UTC), actor=ask.actor
    )
    return Answer(known)


def say_where(ask: Ask) -> Answer:
    """Say where the vehicle of an own run is; boards see the newest position until the shift is over."""
    body: Positions = ask.body
    now = datetime.now(UTC)
    possible = [fix for fix in body.positions if can_be(fix.at, now)]
    if not possible:
        message = "/positions: expected one that is not ahead of us, nor older than a day"
        raise Invalid(message, pointer="/positions")
    newest = max(possible, key=lambda fix: fix.at)
    kept = keep_position(ask.database, ask.company_id, body.run_id, newest)
    return Answer(PositionKept(run_id=body.run_id, at=kept))


def push_key(ask: Ask) -> Answer:
    """Give the key that a phone subscribes to pushes with; `null` where this server sends none."""
    return Answer(PushKey(key=ask.world.push_key))


def subscribe(ask: Ask) -> Answer:
    """Have this phone told that the own run has changed, for as long as its session lasts."""
    credential, driver_id = ask.caller.credential, ask.caller.driver_id
    if credential is None or credential.session_id is None or driver_id is None:
        message = "a phone that is linked to a driver subscribes, not an API key"
        raise Forbidden(message)
    check_endpoint(ask.body)
    keep_subscription(
        ask.database, ask.company_id, ask.body, session_id=credential.session_id, driver_id=driver_id,
        actor=ask.actor,
    )  # fmt: skip
    return Answer(PushKey(key=ask.world.push_key))


_OWN = Right.RUN_OWN
ROUTES = (
    Route("GET", "/my/runs", _OWN, list_runs, OwnRuns),
    Route("POST", "/my/trips/{trip_id:int}/progress", _OWN, say_progress, Progressed, Progress),
    Route("POST", "/my/runs/{run_id:int}/acknowledge", _OWN, say_seen, RunAcknowledged, Acknowledge),
    Route("POST", "/my/runs/{run_id:int}/problem", _OWN, say_problem, RunProblem, SayProblem),
    Route("POST", "/my/positions", _OWN, say_where, PositionKept, Positions),
    Route("GET", "/my/push", _OWN, push_key, PushKey),
    Route("POST", "/my/push", _OWN, subscribe, PushKey, Subscribe),
)
