"""The worker: delivers what is due as soon as it commits, makes solves, and puts right what others left."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import FrameType

from estafette.domain.error import EstafetteError, Unavailable
from estafette.domain.retention import Kept
from estafette.edge.solving import ACTOR, Help, help_elsewhere, solve_elsewhere
from estafette.flow.notices import Delivery, deliver_due
from estafette.flow.retention import keep_rules
from estafette.flow.standing_orders import make_bookings
from estafette.flow.webhooks import Told, tell_receivers
from estafette.notify.channel import Channel
from estafette.store.database import Database
from estafette.store.feed import Listener
from estafette.store.jobs import claim_solve, sweep_jobs
from estafette.store.parts import helper_is_wanted
from estafette.store.queue import Pace, work_off_queue

log = logging.getLogger(__name__)

SWEEP_S = 5.0
_PORTION = 200
_BOOKED_AHEAD = timedelta(days=14)
_PRUNE_EVERY_S = 3600


def run_worker(
    database: Database,
    company_id: int,
    channel: Channel,
    *,
    pace: Pace,
    stop: threading.Event,
    threads: int = 1,
) -> None:
    """Do all that is to be done for a company, solves on so many threads, until `stop` is set."""
    duties: dict[str, Callable[..., None]] = {
        "solves": partial(make_solves, threads=threads),
        "sweep": sweep,
        "prune": prune,
        "standing": make_standing,
        "webhooks": tell_webhooks,
    }
    with ExitStack() as others:
        for name, run in duties.items():
            others.enter_context(_beside(name, run, database, company_id, pace, stop))
        deliver_notices(database, company_id, channel, stop=stop)


@contextmanager
def _beside(
    name: str,
    run: Callable[..., None],
    database: Database,
    company_id: int,
    pace: Pace,
    stop: threading.Event,
) -> Iterator[None]:
    thread = threading.Thread(
        target=run, args=(database, company_id), kwargs={"pace": pace, "stop": stop}, name=name
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def make_solves(
    database: Database, company_id: int, *, pace: Pace, stop: threading.Event, threads: int = 1
) -> None:
    """Make the solves of a company that the queue wakes for, or help with them, one after the other."""

    def perform(service_on: date) -> None:
        try:
            held = claim_solve(database, company_id, service_on, lease_s=pace.lease_s, actor=ACTOR)
            if held is not None:
                solve_elsewhere(database, held, pace=pace, stop=stop, threads=threads)
        except EstafetteError as error:
            # What is not settled now is settled by the sweep, here or at another worker.
            log.warning("solve of %s: %s", service_on, error)

    def assist(solve_id: int) -> None:
        try:
            if helper_is_wanted(database, company_id, solve_id):
                helps = Help(company_id=company_id, solve_id=solve_id)
                help_elsewhere(database, helps, pace=pace, stop=stop, threads=threads)
        except EstafetteError as error:
            log.warning("solve %d: helping: %s", solve_id, error)

    work_off_queue(database.server, company_id, perform, assist, pace=pace, stop=stop)


def sweep(database: Database, company_id: int, *, pace: Pace, stop: threading.Event) -> None:
    """Put right what dead workers left behind, at once and then every few seconds."""
    while not stop.is_set():
        try:
            rescued = sweep_jobs(database, company_id, silent_s=pace.silent_s, actor=ACTOR)
        except EstafetteError as error:
            log.warning("sweep: %s", error)
        else:
            if rescued:
                log.info("sweep: %d jobs and solves taken back from lost workers", rescued)
        stop.wait(pace.sweep_s)


def prune(database: Database, company_id: int, *, pace: Pace, stop: threading.Event) -> None:  # noqa: ARG001
    """Let go what the rules of the company keep no longer, at once and then every hour."""
    while not stop.is_set():
        try:
            kept = keep_rules(database, company_id, actor=ACTOR)
        except EstafetteError as error:
            log.warning("prune: %s", error)
        else:
            _report_kept(company_id, kept)
        stop.wait(_PRUNE_EVERY_S)


def make_standing(database: Database, company_id: int, *, pace: Pace, stop: threading.Event) -> None:  # noqa: ARG001
    """Make the bookings of standing orders of the days ahead, at once and then every hour."""
    while not stop.is_set():
        try:
            made = make_bookings(
                database, company_id, through=datetime.now(UTC).date() + _BOOKED_AHEAD, actor=ACTOR
            )
        except EstafetteError as error:
            log.warning("standing orders: %s", error)
        else:
            if made.made or made.refused:
                log.info("standing orders: %d bookings made, %d trips refused", made.made, len(made.refused))
        stop.wait(_PRUNE_EVERY_S)


def _report_kept(company_id: int, kept: Kept) -> None:
    if kept.events or kept.trips or kept.riders or kept.entries:
        log.info(
            "prune: of company %d went %d events, %d notices, %d entries of the audit log, the names of"
            " %d trips and %d riders",
            company_id, kept.events, kept.notices, kept.entries, kept.trips, kept.riders,
        )  # fmt: skip


def deliver_notices(
    database: Database,
    company_id: int,
    channel: Channel,
    *,
    stop: threading.Event,
    sweep_s: float = SWEEP_S,
) -> None:
    """Deliver due notices until `stop` is set, portion after portion while they go through."""
    _at_news(database, company_id, lambda: _deliver_all(database, company_id, channel, stop), stop, sweep_s)


def tell_webhooks(
    database: Database,
    company_id: int,
    *,
    pace: Pace,
    stop: threading.Event,
) -> None:
    """Tell the receivers of a company until `stop` is set."""

    def tell() -> None:
        while not stop.is_set():
            told = tell_receivers(database, company_id)
            _report_told(company_id, told)
            if not told.receivers:
                return

    _at_news(database, company_id, tell, stop, pace.poll_s)


def _at_news(
    database: Database, company_id: int, act: Callable[[], None], stop: threading.Event, sweep_s: float
) -> None:
    """
    Act at news of the company until `stop` is set.

    The listener's sweep wakes too, for what is to be tried again. When the database does not answer, that is
    said and the next sweep waited for.
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
                act()
            except Unavailable as error:
                log.warning("worker: %s", error)


def _deliver_all(database: Database, company_id: int, channel: Channel, stop: threading.Event) -> None:
    while not stop.is_set():
        delivery = deliver_due(database, company_id, channel, limit=_PORTION)
        _report(company_id, delivery)
        if not delivery.claimed:  # what did not go through has its time to wait
            return


def _report(company_id: int, delivery: Delivery) -> None:
    if delivery.sent or delivery.later or delivery.given_up:
        log.info(
            "notices of company %d: %d sent, %d later, %d given up",
            company_id, delivery.sent, delivery.later, delivery.given_up,
        )  # fmt: skip


def _report_told(company_id: int, told: Told) -> None:
    if told.receivers:
        log.info(
            "webhooks of company %d: %d told, %d later, %d stopped",
            company_id, told.taken, told.later, told.stopped,
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
