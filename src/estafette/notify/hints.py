"""
Drivers' phones, as a channel: a push says only that something has changed, the page reads what.

Push services keep no promise, so a notice counts as delivered when its driver has acknowledged what it
tells. Until then it comes again, and is pushed again; the other channel has who has no phone to be told.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.notice import Notice, NoticeKey
from estafette.domain.push import Subscription, Told
from estafette.notify.channel import PORTION_S, Channel, Delivered, Later, Outcome, Untried
from estafette.notify.push import Signer, encrypt, headers_for
from estafette.notify.render import words
from estafette.notify.webhook import Post, post, target_of

# A hint that nobody has taken by then is of no use: whoever opens the page reads the run anyway.
_TTL_S = 4 * 3600
# Retries begin after seconds; the phone is not disturbed again before about a minute has passed.
_AGAIN_FROM_ATTEMPT = 6
_GONE = {404, 410}
# Drivers whose phones are told at the same time: a service that does not answer keeps each waiting for 10 s.
_AT_ONCE = 8
WAITING = "told the phone, not acknowledged yet"


class Phones(NamedTuple):
    """Tells how it stands with each notice; forgets a phone that no longer takes anything."""

    look: Callable[[Sequence[NoticeKey]], Sequence[Told]]
    forget: Callable[[int], None]


class HintChannel:
    """
    Hints to phones; `otherwise` has the notices of drivers without one.

    `internal` lets a push service be on this network, which none is outside of tests.
    """

    def __init__(
        self, signer: Signer, otherwise: Channel, phones: Phones, *, internal: bool = False,
        send: Post = post, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._signer, self._otherwise, self._phones = signer, otherwise, phones
        self._internal, self._post, self._clock = internal, send, clock

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        """Tell the phones of each driver, and the other channel where there are none."""
        ends_at = self._clock() + PORTION_S
        told = {each.notice: each for each in self._phones.look([_key(notice) for notice in notices])}
        phoned = {key for key, each in told.items() if each.phones}
        others = [notice for notice in notices if _key(notice) not in phoned]
        sent = iter(self._otherwise.send(others) if others else ())
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            ours = [notice for notice in notices if _key(notice) in phoned]
            hinted = pool.map(lambda each: self._hint(each, told[_key(each)], ends_at), ours)
            return [next(hinted if _key(each) in phoned else sent) for each in notices]

    def _hint(self, notice: Notice, told: Told, ends_at: float) -> Outcome:
        if told.acknowledged:
            return Delivered()
        if 1 < notice.attempts < _AGAIN_FROM_ATTEMPT:
            return Later(reason=WAITING)
        if self._clock() > ends_at:
            return Untried()
        troubles = [self._push(notice, phone) for phone in told.phones]
        return Later(reason="; ".join(filter(None, troubles)) or WAITING)

    def _push(self, notice: Notice, phone: Subscription) -> str:
        """Send one hint; gives what was in the way."""
        content = {"title": "Estafette", "body": words(notice.language).hint}
        topic = f"{notice.service_on:%Y%m%d}-{notice.driver_id}"
        try:
            body = encrypt(msgspec.json.encode(content), phone)
            headers = headers_for(self._signer, phone, topic=topic, ttl_s=_TTL_S, now_s=int(time.time()))
            answer = self._post(target_of(phone.endpoint, internal=self._internal), body, dict(headers))
        except (OSError, ValueError, Invalid) as error:
            return f"push: {error}"
        if answer.status in _GONE:
            self._phones.forget(phone.session_id)
        return "" if answer.taken else f"push: the service answered {answer.status}"


def _key(notice: Notice) -> NoticeKey:
    return NoticeKey(driver_id=notice.driver_id, event_id=notice.event_id)
