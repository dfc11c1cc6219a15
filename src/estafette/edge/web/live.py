"""Following one company's feed: read once for the whole process, shared by every open stream."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import NamedTuple

from estafette.domain.error import Unavailable
from estafette.domain.event import Event
from estafette.domain.record import encode
from estafette.store.database import Database
from estafette.store.feed import Listener, Reset, last_event_id, read_events

log = logging.getLogger(__name__)

_KEPT_BYTES = 8_000_000


class Frame(NamedTuple):
    """One event as it goes over the stream."""

    event_id: int
    sent: bytes


class Live:
    """
    The newest events in memory, and a wake-up for whoever waits for more.

    Streams pull from their own cursor: none has a queue here, so a slow client costs itself alone. A
    cursor older than what is in memory is served from the database.
    """

    def __init__(self, database: Database, company_id: int, *, sweep_s: float = 5.0) -> None:
        self.database = database
        self.company_id = company_id
        self.ended = False
        self._sweep_s = sweep_s
        self._frames: deque[Frame] = deque()
        self._kept_bytes = 0
        self._last = 0
        self._woken = asyncio.Event()
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Follow the feed for as long as the block lasts."""
        loop = asyncio.get_running_loop()
        self._last = await asyncio.to_thread(last_event_id, self.database, self.company_id)
        with (
            Listener(self.database.server, sweep_s=self._sweep_s) as listener,
            listener.subscribed(self.company_id, lambda: loop.call_soon_threadsafe(self._woken.set)),
        ):
            task = asyncio.create_task(self._follow())
            try:
                yield
            finally:
                self.end()
                task.cancel()

    def end(self) -> None:
        """Tell every stream to end now."""
        self.ended = True
        self._tell()

    @property
    def last_event_id(self) -> int:
        """The newest event known here."""
        return self._last

    def news(self) -> asyncio.Event:
        """
        Give what is set when there is something after this moment.

        Ask for it before reading: what arrives between reading and waiting is then not missed.
        """
        return self._changed

    async def after(self, cursor: int) -> Sequence[Frame] | Reset:
        """Give the frames that follow the event `cursor`, a portion at a time."""
        oldest = self._last - len(self._frames)
        if oldest <= cursor <= self._last:
            # Ids have no gaps, so a difference of ids is a position.
            return list(islice(self._frames, cursor - oldest, None))
        found = await asyncio.to_thread(read_events, self.database, self.company_id, cursor)
        return found if isinstance(found, Reset) else [_frame(event) for event in found]

    async def _follow(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._read_on()
            except Unavailable as error:
                log.warning("live: %s", error)

    async def _read_on(self) -> None:
        while found := await asyncio.to_thread(read_events, self.database, self.company_id, self._last):
            if isinstance(found, Reset):
                # The database was replaced by an older one: nothing in memory belongs to it.
                self._frames.clear()
                self._kept_bytes = 0
                self._last = found.last_event_id
            else:
                self._keep([_frame(event) for event in found])
            self._tell()

    def _keep(self, frames: Sequence[Frame]) -> None:
        self._frames.extend(frames)
        self._last = frames[-1].event_id
        self._kept_bytes += sum(len(frame.sent) for frame in frames)
        while self._kept_bytes > _KEPT_BYTES:
            self._kept_bytes -= len(self._frames.popleft().sent)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _frame(event: Event) -> Frame:
    return Frame(event.id, b"id: %d\ndata: %b\n\n" % (event.id, encode(event)))
