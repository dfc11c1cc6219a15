"""The feed of a company: its events in order, and being woken when there are new ones."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg

from estafette.domain.error import no_company
from estafette.domain.event import Event, decode_event
from estafette.domain.record import Record
from estafette.store.database import Database
from estafette.store.server import Server

log = logging.getLogger(__name__)

# Event ids come from the counter row of the company, so "greater than" loses nothing, as it would on a
# sequence: whatever is committed later has a higher id.
_EVENTS: LiteralString = """
SELECT f.last_event_id,
    (SELECT min(id) FROM event WHERE company_id = f.company_id),
    e.id, e.at, e.kind, e.payload
FROM feed f
LEFT JOIN LATERAL (
    SELECT id, at, kind, payload FROM event
    WHERE company_id = f.company_id AND id > %(after)s ORDER BY id LIMIT %(limit)s) e ON true
WHERE f.company_id = %(company)s
ORDER BY e.id
"""


class Reset(Record, frozen=True, kw_only=True):
    """Replay from there is impossible (too old, or from another database): take a fresh snapshot."""

    last_event_id: int


def read_events(database: Database, company_id: int, after: int, *, limit: int = 500) -> list[Event] | Reset:
    """Read at most `limit` events that follow the event `after`; none when it is the last one."""
    scope = {"company": company_id, "after": after, "limit": limit}
    rows = database.read(company_id, _EVENTS, scope)
    if not rows:
        raise no_company(company_id)
    last, oldest = rows[0][:2]
    if after > last or after < (last if oldest is None else oldest - 1):
        return Reset(last_event_id=last)
    return [decode_event(*row[2:]) for row in rows if row[2] is not None]


def last_event_id(database: Database, company_id: int) -> int:
    """Give the id of the last event, 0 before the first; raises `NotFound`."""
    rows = database.read(
        company_id, "SELECT last_event_id FROM feed WHERE company_id = %(company)s", {"company": company_id}
    )
    if not rows:
        raise no_company(company_id)
    return int(rows[0][0])


EVENTS = "estafette"


class Listener:
    """
    Wakes whoever waits for news of a company, over one connection for the whole process.

    1. A thread listens; each notification carries a company id and wakes that company's subscribers to its channel.
    2. Every `sweep_s` seconds it wakes everybody, so a lost notification costs seconds, not events.
    3. When the connection is lost it connects again, then wakes everybody: nothing was missed.

    A wake-up says "look", not "there is something"; it is called in the listener's thread and must
    return at once.
    """

    def __init__(self, server: Server, *, sweep_s: float = 5.0) -> None:
        self._address = server.app
        self._sweep_s = sweep_s
        self._subscribers: dict[object, tuple[int, str, Callable[[], object]]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen_until_ended, name="feed-listener", daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=10)

    @contextmanager
    def subscribed(
        self, company_id: int, wake: Callable[[], object], *, channel: str = EVENTS
    ) -> Iterator[None]:
        """Call `wake` on news of the company on a channel, for as long as the block lasts."""
        key = object()
        self._subscribers[key] = (company_id, channel, wake)
        try:
            yield
        finally:
            del self._subscribers[key]

    def _listen_until_ended(self) -> None:
        while not self._ended.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("feed: connection lost, connecting again: %s", str(error).splitlines()[0])
            except Exception:
                # Whatever it was: a process whose listener is gone would look like peace.
                log.exception("feed: listening failed, beginning again")
            self._ended.wait(0.5)

    def _listen(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute("LISTEN estafette")
            connection.execute("LISTEN estafette_moment")
            while not self._ended.is_set():
                # Also the proof that the connection still lives; a silent one would look like peace.
                connection.execute("SELECT")
                self._wake(None, None)
                self._pass_on(connection)

    def _pass_on(self, connection: psycopg.Connection[Any]) -> None:
        """Pass notifications on for one sweep; in slices, so that ending is prompt."""
        slice_s = min(0.25, self._sweep_s)
        for _ in range(max(1, round(self._sweep_s / slice_s))):
            for notification in connection.notifies(timeout=slice_s):
                self._wake(notification.payload, notification.channel)
            if self._ended.is_set():
                return

    def _wake(self, company: str | None, channel: str | None) -> None:
        for company_id, of, wake in list(self._subscribers.values()):
            if company is None or (company, channel) == (str(company_id), of):
                self._call(wake)

    def _call(self, wake: Callable[[], object]) -> None:
        try:
            wake()
        except Exception:
            # One that cannot be woken (its event loop has ended) must not keep the others from it.
            log.exception("feed: waking a subscriber failed")
