"""Programs that are told of events: who, how far, sending again."""

from typing import Annotated

import msgspec

from estafette.domain.error import NotFound
from estafette.domain.permission import Right
from estafette.domain.record import Record, encode
from estafette.domain.webhook import KINDS, Added, Url, Webhook, WebhookRequest
from estafette.edge.web.api.page import Listed, page
from estafette.edge.web.api.route import Answer, Ask, Route, digest, etag_of
from estafette.flow.webhooks import change_secret, subscribe
from estafette.store.webhooks import list_webhooks, remove_webhook, replay_event, resume_webhook

_RIGHT = Right.WEBHOOK_WRITE
_ONE = "/webhooks/{webhook_id:int}"
EventId = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class WebhookBody(Record, frozen=True, kw_only=True):
    """Where to send, and of which kinds of events; none means all. The address must be https."""

    url: Url
    kinds: Annotated[tuple[str, ...], msgspec.Meta(max_length=len(KINDS))] = ()


class ResumeBody(Record, frozen=True, kw_only=True):
    """From where to send again: after which event; without it, from where it stands."""

    after: EventId | None = None


class ReplayBody(Record, frozen=True, kw_only=True):
    """Which event to send once more."""

    event_id: EventId


class Secret(Record, frozen=True, kw_only=True):
    """What messages are signed with from now on; for a day the one before signs as well."""

    secret: str


class Removed(Record, frozen=True, kw_only=True):
    """Who is told nothing more."""

    webhook_id: int


def list_(ask: Ask) -> Answer:
    """List who is told, how far, and what does not go through."""

    def read(after: int, limit: int) -> list[Webhook]:
        return list_webhooks(ask.database, ask.company_id, after=after, limit=limit)

    return Answer(page(ask.query, read, lambda webhook: webhook.webhook_id))


def get(ask: Ask) -> Answer:
    """Give one receiver."""
    found = _found(ask)
    return Answer(found, etag=_etag(found))


def add(ask: Ask) -> Answer:
    """Tell a receiver of events from now on; the secret of the signatures is shown this once."""
    wanted = WebhookRequest(url=ask.body.url, kinds=ask.body.kinds)
    made = subscribe(ask.database, ask.company_id, wanted, actor=ask.actor)
    return Answer(made, status=201, location=f"/webhooks/{made.webhook.webhook_id}")


def remove(ask: Ask) -> Answer:
    """Tell a receiver nothing more."""
    ask.must_have_seen(get(ask), "the webhook")
    remove_webhook(ask.database, ask.company_id, ask.id("webhook_id"), actor=ask.actor)
    return Answer(Removed(webhook_id=ask.id("webhook_id")))


def rotate(ask: Ask) -> Answer:
    """Give a receiver a new secret; it is shown this once."""
    secret = change_secret(ask.database, ask.company_id, ask.id("webhook_id"), actor=ask.actor)
    return Answer(Secret(secret=secret))


def resume(ask: Ask) -> Answer:
    """Send again at once: to a stopped receiver, or what it has lost."""
    found = resume_webhook(
        ask.database, ask.company_id, ask.id("webhook_id"), after=ask.body.after, actor=ask.actor
    )
    return Answer(found, etag=_etag(found))


def replay(ask: Ask) -> Answer:
    """Send one event once more, under the same message id, whatever its kind, before what waits."""
    found = replay_event(
        ask.database, ask.company_id, ask.id("webhook_id"), ask.body.event_id, actor=ask.actor
    )
    return Answer(found, etag=_etag(found))


def _found(ask: Ask) -> Webhook:
    webhook_id = ask.id("webhook_id")
    found = list_webhooks(ask.database, ask.company_id, after=webhook_id - 1, limit=1)
    if not found or found[0].webhook_id != webhook_id:
        message = f"there is no webhook {webhook_id}"
        raise NotFound(message)
    return found[0]


def _etag(webhook: Webhook) -> str:
    # How far it was told is no change that anybody decided.
    return etag_of(digest(encode(msgspec.structs.replace(webhook, told_to=0, due_at=None, again=()))))


ROUTES = (
    Route("GET", "/webhooks", _RIGHT, list_, Webhook, query=Listed),
    Route("POST", "/webhooks", _RIGHT, add, Added, WebhookBody, status=201),
    Route("GET", _ONE, _RIGHT, get, Webhook),
    Route("DELETE", _ONE, _RIGHT, remove, Removed),
    Route("POST", f"{_ONE}/secret", _RIGHT, rotate, Secret),
    Route("POST", f"{_ONE}/resume", _RIGHT, resume, Webhook, ResumeBody),
    Route("POST", f"{_ONE}/replay", _RIGHT, replay, Webhook, ReplayBody),
)
