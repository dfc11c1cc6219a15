"""The worker: delivers what is due as soon as it commits, and looks again every few seconds."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from estafette.domain.error import Unavailable
from estafette.flow.notices import Delivery, deliver_due
from estafette.notify.channel import Channel
from estafette.store.database import Database
from estafette.store.feed import Listener

log = logging.getLogger(__name__)

SWEEP_S = 5.0
_PORTION = 200


def run_worker(
    database: Database,
    company_id: int,
    channel: Channel,
    *,
    stop: threading.Event,
    sweep_s: float = SWEEP_S,
) -> None:
    """
    Deliver due notices until `stop` is set.

    1. Wait for news of the company; the sweep wakes too, for what is to be tried again.
    2. Deliver portion after portion while they go through.
    3. When the database does not answer, say so and wait for the next sweep.
    """
    woken = threading.Event()
    with (
        Listener(database.server, sweep_s=sweep_s) as listener,
        listener.subscribed(company_id, woken.set),
    ):
        while not stop.is_set():
            if not woken.wait(timeout=0.25):
                continue
            woken.clear()
            try:
                _deliver_all(database, company_id, channel, stop)
            except Unavailable as error:
                log.warning("worker: %s", error)


def _deliver_all(database: Database, company_id: int, channel: Channel, stop: threading.Event) -> None:
    while not stop.is_set():
        delivery = deliver_due(database, company_id, channel, limit=_PORTION)
        _report(company_id, delivery)
        if delivery.later or delivery.sent + delivery.given_up < _PORTION:
            return


def _report(company_id: int, delivery: Delivery) -> None:
    if delivery.sent or delivery.later or delivery.given_up:
        log.info(
            "notices of company %d: %d sent, %d later, %d given up",
            company_id, delivery.sent, delivery.later, delivery.given_up,
        )  # fmt: skip


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Give what SIGINT and SIGTERM set, for as long as the block lasts."""
    stop = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
