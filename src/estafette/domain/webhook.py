"""
Webhooks: what happened, told to another program in the order of the feed.

A message says what changed by ids, statuses and times alone; the receiver asks for the rest with
rights of its own.

Form and signature: Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks (spec, 2023).
"""

from datetime import datetime
from typing import Annotated, Any, NamedTuple, get_args

import msgspec

from estafette.domain.event import (
    Acknowledged,
    Assigned,
    Booked,
    Enquired,
    Event,
    Happening,
    Reported,
    ReturnKept,
    Rostered,
    SolveProgressed,
    StatusChanged,
)
from estafette.domain.record import Record

# What can be told; `reset` is told whatever was asked for.
KINDS = tuple(str(kind.__struct_config__.tag) for kind in get_args(Happening))
RESET = "reset"

# Attempts at one message before a webhook is stopped: with the waits below about three days.
MAX_ATTEMPTS = 17
_WAITS_S = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400)
_LAST_WAIT_S = 28_800

Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class WebhookRequest(Record, frozen=True, kw_only=True):
    """Who wants to be told of events: of some `kinds` (none: all), at an address `internal` or not."""

    url: Url
    kinds: tuple[str, ...] = ()
    internal: bool = False


class Webhook(Record, frozen=True, kw_only=True):
    """
    One receiver, and how far it was told.

    `kinds`: of which events; none means all. `internal`: its address may be one of this network, which
    only an operator can allow. `told_to` is the id of the last event that it has taken, or that was none of
    its kinds. `stopped`: nothing is sent until somebody resumes it; `failed` says why the last
    attempt did not go through. `again`: events before that one which are to be sent once more.
    """

    webhook_id: int
    url: str
    kinds: tuple[str, ...]
    internal: bool
    created_at: datetime
    told_to: int
    attempts: int
    stopped: bool
    due_at: datetime | None = None
    failed: str | None = None
    again: tuple[int, ...] = ()


class Added(Record, frozen=True, kw_only=True):
    """A new receiver and its secret, which is shown this once."""

    webhook: Webhook
    secret: str


class Secrets(Record, frozen=True, kw_only=True):
    """What messages are signed with: the present secret, and the one before while receivers change over."""

    present: str
    before: str | None = None


class Message(Record, frozen=True, kw_only=True):
    """One message to a receiver; it has the same `message_id` and `body` whenever it is repeated."""

    event_id: int
    message_id: str
    body: bytes


class ClaimedWebhook(Record, frozen=True, kw_only=True):
    """
    A webhook in a worker's hands, with what it is to be told next.

    `missed`: events that are no more. `again`: the events are these, of any kind, asked for once more.
    """

    webhook_id: int
    company_id: int
    url: str
    kinds: tuple[str, ...]
    internal: bool
    secrets: Secrets
    claim: int
    told_to: int
    attempts: int
    last_event_id: int
    events: tuple[Event, ...]
    missed: bool
    again: tuple[int, ...]


class WebhookMark(NamedTuple):
    """
    What became of a claimed webhook: told up to where, and if it failed, why and what follows.

    `again` are the events that are still to be sent once more.
    """

    webhook_id: int
    claim: int
    told_to: int
    again: tuple[int, ...] = ()
    attempts: int = 0
    wait_s: float = 0.0
    failed: str | None = None
    stopped: bool = False


def messages_for(claimed: ClaimedWebhook) -> tuple[Message, ...]:
    """
    Give what the receiver is to be told, oldest first.

    Where events that it was not told are no longer kept, it is told to start afresh (`reset`), nothing else.
    """
    if claimed.missed:
        data = {"last_event_id": claimed.last_event_id}
        return (_message(claimed.company_id, claimed.last_event_id, RESET, data),)
    wanted = KINDS if claimed.again else claimed.kinds or KINDS
    return tuple(
        _message(claimed.company_id, event.id, kind, {"at": event.at, **said_of(event.what)})
        for event in claimed.events
        if (kind := str(event.what.__struct_config__.tag)) in wanted
    )


def _message(company_id: int, event_id: int, kind: str, data: dict[str, Any]) -> Message:
    said = {"type": kind, "company_id": company_id, "event_id": event_id, "data": data}
    return Message(
        event_id=event_id, message_id=f"{kind}_{company_id}_{event_id}", body=msgspec.json.encode(said)
    )


def said_of(what: Happening) -> dict[str, Any]:
    """Say what happened without names, addresses and positions."""
    match what:
        case Booked(trips=trips):
            return {"trips": [{"trip_id": t.trip_id, "ref": t.ref, "status": t.status} for t in trips]}
        case Rostered(runs=runs):
            return {"runs": [{"run_id": r.run_id, "driver_id": r.driver_id} for r in runs]}
        case Reported(run_id=run_id, problem=problem):  # a driver's words may name somebody
            told = problem and {"what": problem.what, "at": problem.at, "trip_id": problem.trip_id}
            return {"run_id": run_id, "problem": told}
        case Assigned() | StatusChanged() | Acknowledged() | Enquired() | ReturnKept() | SolveProgressed():
            plain: dict[str, Any] = msgspec.to_builtins(what)
            del plain["kind"]
            return plain


def wait_after_s(attempts: int) -> float:
    """Give how long to wait after so many failed attempts in a row; seconds."""
    return float(_WAITS_S[attempts - 1] if attempts <= len(_WAITS_S) else _LAST_WAIT_S)
