"""Following one company's feed: read once for the whole process, shared by every open stream."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from estafette.domain.error import Unavailable
from estafette.domain.event import Assigned, Event
from estafette.domain.record import Record
from estafette.edge.web.backlog import Backlog, Portion, frame_of, portion_of
from estafette.edge.web.moments import Moments
from estafette.store.database import Database
from estafette.store.feed import Listener, Reset, last_event_id, read_events
from estafette.store.moments import CHANNEL as OF_MOMENTS
from estafette.store.moments import list_moments

log = logging.getLogger(__name__)

# After news the next look waits for half the time that sending them to all streams took, so that what comes
# meanwhile is sent together. With few streams that is nothing; with a thousand it is what bounds the work.
_PAUSE_SHARE = 0.5
_LONGEST_PAUSE_S = 0.05
_AGAIN_AFTER_S = 0.5
# What holds for a moment is looked at this often at most, however many phones say where they are.
_MOMENTS_EVERY_S = 0.3
# The feed is looked at every few seconds even without news: older than this means that nobody follows it.
_STALE_AFTER_S = 15.0


class Rhythm(Record, frozen=True, kw_only=True):
    """How often a silent stream says that it lives, and after how long it ends; seconds."""

    heartbeat_s: float = 15.0
    stream_s: float = 600.0


class Live:
    """
    The newest events in memory, and a wake-up for whoever waits for more.

    Streams pull from their own cursor: none has a queue here, so a slow client costs itself alone. A
    cursor older than what is in memory is served from the database. Many companies in one process are
    many of these on one `Listener` (`lives.py`).
    """

    def __init__(self, database: Database, company_id: int, *, rhythm: Rhythm | None = None) -> None:
        self.database = database
        self.company_id = company_id
        self.rhythm = rhythm or Rhythm()
        self.ended = False
        self.beats = 0
        self.moments = Moments()
        self._backlog = Backlog(0)
        self._told_drivers: dict[int, int] = {}
        self._read_at = 0.0
        # A thread of its own: clients who ask for what is no longer in memory must not delay the news.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
        self._woken = asyncio.Event()
        self._moment_woken = asyncio.Event()
        self._moment_woken.set()
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def following(self, listener: Listener) -> AsyncIterator[None]:
        """Follow the feed for as long as the block lasts; raises `Unavailable`, `NotFound`."""
        loop = asyncio.get_running_loop()
        self._backlog = Backlog(await asyncio.to_thread(last_event_id, self.database, self.company_id))
        self._read_at = time.monotonic()
        with (
            listener.subscribed(self.company_id, lambda: loop.call_soon_threadsafe(self._woken.set)),
            listener.subscribed(
                self.company_id, lambda: loop.call_soon_threadsafe(self._moment_woken.set), channel=OF_MOMENTS
            ),
        ):
            does = (self._follow(), self._follow_moments(), self._beat())
            tasks = [asyncio.create_task(each) for each in does]
            try:
                yield
            finally:
                self.end()
                for task in tasks:
                    task.cancel()
                self._reader.shutdown(wait=False)

    def end(self) -> None:
        """Tell every stream to end now."""
        self.ended = True
        self.tell()

    @property
    def last_event_id(self) -> int:
        """The newest event known here."""
        return self._backlog.last

    @property
    def is_read(self) -> bool:
        """Tell whether the feed was read a short while ago, as it is even without news; in any thread."""
        return not self.ended and time.monotonic() - self._read_at < _STALE_AFTER_S

    def news(self) -> asyncio.Event:
        """
        Give what is set when there is something after this moment, at the latest with the next heartbeat.

        Ask for it before reading: what arrives between reading and waiting is then not missed.
        """
        return self._changed

    async def after(self, cursor: int) -> Portion | Reset:
        """Give what follows the event `cursor`, a portion at a time."""
        kept = self._backlog.after(cursor)
        if kept is not None:
            return kept
        found = await asyncio.to_thread(read_events, self.database, self.company_id, cursor)
        return found if isinstance(found, Reset) else portion_of([frame_of(event) for event in found], cursor)

    def told_driver_at(self, driver_id: int) -> int:
        """Give the newest event known here that changed a run of the driver, 0 for none."""
        return self._told_drivers.get(driver_id, 0)

    async def _follow(self) -> None:
        """
        Read on whenever woken.

        1. Whatever goes wrong is logged and tried again: streams must not stay open while nothing follows.
        2. Should this end all the same, the streams end with it, and their clients come back.
        """
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                await asyncio.sleep(await self._look())
        finally:
            self.end()

    async def _follow_moments(self) -> None:
        """Look again whenever woken; what is missed now is seen at the next look."""
        while True:
            await self._moment_woken.wait()
            self._moment_woken.clear()
            try:
                found = await asyncio.to_thread(list_moments, self.database, self.company_id)
            except Unavailable as error:
                log.warning("live: %s", error)
            except Exception:
                log.exception("live: reading the moments of company %d failed", self.company_id)
            else:
                if self.moments.take_in(found):
                    self.tell()
            await asyncio.sleep(_MOMENTS_EVERY_S)

    async def _look(self) -> float:
        """Read what is new and give the seconds to wait before the next look."""
        try:
            found = await asyncio.get_running_loop().run_in_executor(
                self._reader, read_events, self.database, self.company_id, self.last_event_id
            )
        except Unavailable as error:
            log.warning("live: %s", error)
        except Exception:
            log.exception("live: reading the feed of company %d failed, trying again", self.company_id)
        else:
            self._read_at = time.monotonic()
            if not found:
                return 0
            self._take_in(found)
            self._woken.set()  # there may be more
            return await self._pause_s()
        self._woken.set()
        return _AGAIN_AFTER_S

    def _take_in(self, found: list[Event] | Reset) -> None:
        if isinstance(found, Reset):
            # The database was replaced by another one: nothing in memory belongs to it.
            self._backlog = Backlog(found.last_event_id)
            self._told_drivers.clear()
        else:
            self._backlog.add([frame_of(event) for event in found])
            for event in found:
                if isinstance(event.what, Assigned):
                    self._told_drivers[event.what.driver_id] = event.id
        self.tell()

    async def _pause_s(self) -> float:
        """Wait until every stream that waited for news has sent them, or is held up; give the next pause."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.sleep(0)  # the loop runs in turn whatever was made ready before
        return min(_LONGEST_PAUSE_S, (loop.time() - begun) * _PAUSE_SHARE)

    async def _beat(self) -> None:
        """Count heartbeats, unless the feed is not followed: a client must not take that for peace."""
        while True:
            await asyncio.sleep(min(self.rhythm.heartbeat_s, self.rhythm.stream_s))
            if time.monotonic() - self._read_at < _STALE_AFTER_S:
                self.beats += 1
            self.tell()

    def tell(self) -> None:
        """Wake every stream, to look whether there is something for it."""
        self._changed.set()
        self._changed = asyncio.Event()
