"""Dispatchers see each other: who has which trips in their hands, who looks at which day."""

from datetime import date
from typing import Annotated

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.hand import Id
from estafette.domain.moment import LONGEST_HOLD_S, Room
from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.request import Instant
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.store.moments import hold_trips, look_at, release_hold

_LONGEST_LOOK_S = 300


class RoomBody(Record, frozen=True, kw_only=True):
    """Time on a run, for a trip that is still talked about."""

    run_id: Id
    from_at: Instant
    to_at: Instant


class HoldBody(Record, frozen=True, kw_only=True):
    """Which trips to hold, or which `room` on a run, for how many seconds; said again it is another hold."""

    trip_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=500)] = ()
    room: RoomBody | None = None
    for_s: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_HOLD_S)] = 30


class Held(Record, frozen=True, kw_only=True):
    """The number of a hold, by which it is released."""

    hold_id: int


class Looking(Record, frozen=True, kw_only=True):
    """At which service day somebody looks, for how many seconds unless they say so again."""

    service_on: date
    for_s: Annotated[int, msgspec.Meta(ge=1, le=_LONGEST_LOOK_S)] = 60


def hold(ask: Ask) -> Answer:
    """Show others that one has trips in hand, or offers room; it forbids nothing and ends by itself."""
    body: HoldBody = ask.body
    if not body.trip_ids and body.room is None:
        message = "/trip_ids: expected trips, or room on a run"
        raise Invalid(message, pointer="/trip_ids")
    made = hold_trips(
        ask.database, ask.company_id, body.trip_ids, for_s=body.for_s, holder=ask.actor, room=_room(body)
    )
    return Answer(Held(hold_id=made), status=201, location=f"/holds/{made}")


def _room(body: HoldBody) -> Room | None:
    if body.room is None:
        return None
    if body.room.to_at <= body.room.from_at:
        message = "/room/to_at: it must be after `from_at`"
        raise Invalid(message, pointer="/room/to_at")
    return Room(run_id=body.room.run_id, from_at=body.room.from_at, to_at=body.room.to_at)


def release(ask: Ask) -> Answer:
    """End a hold before its time."""
    number = ask.id("hold_id")
    release_hold(ask.database, ask.company_id, number)
    return Answer(Held(hold_id=number))


def look(ask: Ask) -> Answer:
    """Show others which day one looks at."""
    body: Looking = ask.body
    if ask.caller.user_id is None:
        message = "this key is nobody's: who looks is a person"
        raise Invalid(message)
    look_at(ask.database, ask.company_id, ask.caller.user_id, body.service_on, for_s=body.for_s)
    return Answer(body)


ROUTES = (
    Route("POST", "/holds", Right.ASSIGNMENT_WRITE, hold, Held, HoldBody, status=201),
    Route("DELETE", "/holds/{hold_id:int}", Right.ASSIGNMENT_WRITE, release, Held, versioned=False),
    Route("POST", "/presence", Right.BOARD_READ, look, Looking, Looking),
)
