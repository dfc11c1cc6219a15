"""Telling other programs: what committed goes to each receiver, at least once and in order."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus

from estafette.domain.error import Invalid
from estafette.domain.record import Record
from estafette.domain.webhook import (
    KINDS,
    MAX_ATTEMPTS,
    Added,
    ClaimedWebhook,
    Message,
    WebhookMark,
    WebhookRequest,
    messages_for,
    wait_after_s,
)
from estafette.notify.webhook import Post, headers_of, new_secret, post, target_of
from estafette.store.database import Database
from estafette.store.webhooks import add_webhook, claim_webhooks, mark_webhooks, rotate_secret

_ACTOR = "webhooks"
# Receivers that are told at the same time: a slow one costs the others nothing but its place.
_AT_ONCE = 8
# A portion that takes longer is cut short and goes on with the next claim, well within the lease.
_PORTION_S = 20.0


class Told(Record, frozen=True, kw_only=True):
    """How many receivers took all that was sent, are tried again later, or were stopped."""

    taken: int = 0
    later: int = 0
    stopped: int = 0

    @property
    def receivers(self) -> int:
        """Count them."""
        return self.taken + self.later + self.stopped


def subscribe(database: Database, company_id: int, wanted: WebhookRequest, *, actor: str) -> Added:
    """Tell a receiver of events from now on; raises `Invalid`, `NotFound`."""
    target_of(wanted.url, internal=wanted.internal)
    for kind in wanted.kinds:
        if kind not in KINDS:
            message = f"kinds: expected {', '.join(KINDS)}, not {kind!r}"
            raise Invalid(message, pointer="/kinds")
    secret = new_secret()
    webhook = add_webhook(database, company_id, wanted, secret=secret, actor=actor)
    return Added(webhook=webhook, secret=secret)


def change_secret(database: Database, company_id: int, webhook_id: int, *, actor: str) -> str:
    """Give a receiver a new secret; for a day both sign; raises `NotFound`."""
    secret = new_secret()
    rotate_secret(database, company_id, webhook_id, secret, actor=actor)
    return secret


def tell_receivers(
    database: Database,
    company_id: int,
    *,
    send: Post = post,
    clock: Callable[[], float] = time.time,
) -> Told:
    """
    Tell the receivers that something waits for, each in the order of the feed.

    1. Claim them with their next events: one round trip.
    2. Send with no transaction open, receivers side by side.
    3. Mark how far each was told: one round trip. Dying between 2 and 3 repeats what was sent, under the same
       message ids.
    """
    claimed = claim_webhooks(database, company_id, limit=_AT_ONCE, actor=_ACTOR)
    if not claimed:
        return Told()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        marks = list(pool.map(partial(_told, send=send, clock=clock), claimed))
    held = mark_webhooks(database, company_id, marks, actor=_ACTOR)
    ours = [mark for mark in marks if mark.webhook_id in held]
    return Told(
        taken=sum(mark.failed is None for mark in ours),
        later=sum(mark.failed is not None and not mark.stopped for mark in ours),
        stopped=sum(mark.stopped for mark in ours),
    )


def _told(claimed: ClaimedWebhook, *, send: Post, clock: Callable[[], float]) -> WebhookMark:
    """Send what a receiver is to be told, until it fails or has taken long enough."""
    ends_at = clock() + _PORTION_S
    taken = None
    for message in messages_for(claimed):
        if clock() > ends_at:
            return _mark(claimed, taken)
        status, why = _attempt(claimed, message, send, clock)
        if why is not None:
            return _failed(_mark(claimed, taken), claimed, why, gone=status == HTTPStatus.GONE)
        taken = message.event_id
    if claimed.again:
        return _mark(claimed, claimed.again[-1])
    return _mark(claimed, claimed.last_event_id if claimed.missed else claimed.events[-1].id)


def _mark(claimed: ClaimedWebhook, taken: int | None) -> WebhookMark:
    """Say up to which event a receiver is done; what was asked for once more moves no cursor."""
    if claimed.again:
        left = tuple(event_id for event_id in claimed.again if event_id > (taken or 0))
        return WebhookMark(claimed.webhook_id, claimed.claim, claimed.told_to, left)
    return WebhookMark(claimed.webhook_id, claimed.claim, claimed.told_to if taken is None else taken)


def _attempt(
    claimed: ClaimedWebhook, message: Message, send: Post, clock: Callable[[], float]
) -> tuple[int | None, str | None]:
    """Send one message; gives the status, and why it was not taken."""
    headers = headers_of(message, claimed.secrets, now_s=int(clock()))
    try:
        target = target_of(claimed.url, internal=claimed.internal)
        answer = send(target, message.body, headers)
    except OSError as error:
        return None, f"not reached: {error.strerror or error}"
    return answer.status, None if answer.taken else f"it answered {answer.status}"


def _failed(mark: WebhookMark, claimed: ClaimedWebhook, why: str, *, gone: bool) -> WebhookMark:
    # Attempts are counted at one message: one that went through before it begins anew.
    nothing_taken = (mark.told_to, mark.again) == (claimed.told_to, claimed.again)
    attempts = 1 + (claimed.attempts if nothing_taken else 0)
    stopped = gone or attempts >= MAX_ATTEMPTS
    wait_s = 0.0 if stopped else wait_after_s(attempts)
    return mark._replace(attempts=attempts, wait_s=wait_s, failed=why, stopped=stopped)
