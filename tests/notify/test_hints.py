"""Hints to phones: side by side, and no longer than the notices are ours."""

import threading
from datetime import UTC, date, datetime

from estafette.domain.notice import Notice
from estafette.domain.push import Subscription, Told
from estafette.notify.channel import PORTION_S, Later, Untried
from estafette.notify.hints import HintChannel, Phones
from estafette.notify.memory import MemoryChannel
from estafette.notify.push import Signer, new_key
from estafette.notify.webhook import Answer, Target
from tests.notify.phones import Browser

AT_ONCE = 8


def a_notice(driver_id: int) -> Notice:
    return Notice(
        driver_id=driver_id, event_id=1, service_on=date(2026, 11, 25), created_at=datetime(2026, 11, 25, tzinfo=UTC),
        attempts=1, driver="Driver", language="en", zone="UTC", trips=(),
    )  # fmt: skip


class SlowService:
    """Answers so many phones, once all of them have asked, and then the time is over."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.asked: list[Target] = []
        self._all = threading.Barrier(AT_ONCE, action=self._be_late, timeout=60)

    def _be_late(self) -> None:
        self.now_s = PORTION_S + 1

    def post(self, target: Target, _body: bytes, _headers: dict[str, str]) -> Answer:
        self.asked.append(target)
        self._all.wait()
        return Answer(status=201)


def test_phones_are_told_side_by_side_and_who_there_is_no_time_for_is_untried() -> None:
    phone = Subscription(
        session_id=1, endpoint="https://push.example.org/1", p256dh=Browser().p256dh, auth=bytes(16)
    )
    service = SlowService()
    channel = HintChannel(
        Signer(new_key(), "mailto:a@b.c"),
        MemoryChannel(),
        Phones(
            lambda keys: [Told(notice=key, acknowledged=False, phones=(phone,)) for key in keys], forget=print
        ),
        send=service.post,
        clock=lambda: service.now_s,
    )
    outcomes = channel.send([a_notice(driver_id) for driver_id in range(1, 21)])
    assert [type(each) for each in outcomes] == [Later] * AT_ONCE + [Untried] * (20 - AT_ONCE)
    assert len(service.asked) == AT_ONCE
