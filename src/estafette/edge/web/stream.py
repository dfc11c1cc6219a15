"""
Server-sent events: the board's feed and a driver's notices, replayed from a cursor, then live.

A stream ends by itself after a while and the client comes back with its cursor, so a server never holds
a connection for ever. Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple

from litestar.response import Stream

from estafette.domain.error import Unavailable
from estafette.domain.notice import Notice
from estafette.domain.record import Record, encode
from estafette.edge.web.live import Live
from estafette.store.feed import Reset
from estafette.store.notices import list_notices

log = logging.getLogger(__name__)

_RETRY = b"retry: 1000\n\n"


class Rhythm(Record, frozen=True, kw_only=True):
    """How often a silent stream says that it lives, and after how long it ends; seconds."""

    heartbeat_s: float = 15.0
    stream_s: float = 600.0


class _Portion(NamedTuple):
    """What to send now, and the cursor after it; an `ended` stream sends no more."""

    sent: bytes
    cursor: int
    ended: bool = False


_Next = Callable[[int], Awaitable[_Portion]]


def event_stream(live: Live, cursor: int, rhythm: Rhythm) -> Stream:
    """Stream the events that follow `cursor`; `reset` when they cannot be replayed."""

    async def portion(after: int) -> _Portion:
        found = await live.after(after)
        if isinstance(found, Reset):
            return _Portion(b"event: reset\ndata: %b\n\n" % encode(found), after, ended=True)
        return _Portion(b"".join(frame.sent for frame in found), found[-1].event_id if found else after)

    return _stream(live, cursor, rhythm, portion)


async def notice_stream(live: Live, driver_id: int, cursor: int, rhythm: Rhythm) -> Stream:
    """Stream a driver's committed notices that follow the one numbered `cursor`; raises `NotFound`."""

    async def portion(after: int) -> _Portion:
        found = await asyncio.to_thread(list_notices, live.database, live.company_id, driver_id, after=after)
        return _Portion(b"".join(map(_notice, found)), found[-1].event_id if found else after)

    await portion(cursor)  # an unknown driver is refused before the stream begins
    return _stream(live, cursor, rhythm, portion)


def _stream(live: Live, cursor: int, rhythm: Rhythm, portion: _Next) -> Stream:
    return Stream(
        _lines(live, cursor, rhythm, portion),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def _notice(notice: Notice) -> bytes:
    return b"id: %d\nevent: notice\ndata: %b\n\n" % (notice.event_id, encode(notice))


async def _lines(live: Live, cursor: int, rhythm: Rhythm, portion: _Next) -> AsyncIterator[bytes]:
    ends_at = time.monotonic() + rhythm.stream_s
    yield _RETRY + _clock()
    while not live.ended and (left_s := ends_at - time.monotonic()) > 0:
        news = live.news()
        try:
            sent, cursor, ended = await portion(cursor)
        except Unavailable as error:
            log.warning("stream: %s", error)
            return  # the client comes back with its cursor
        if sent:
            yield sent
        elif not await _comes(news, min(rhythm.heartbeat_s, left_s)):
            yield _clock()
        if ended:
            return


async def _comes(news: asyncio.Event, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            return await news.wait()
    except TimeoutError:
        return False


def _clock() -> bytes:
    """Give the heartbeat: the server's time, so that a page can tell how far its own clock is off."""
    return b'event: clock\ndata: {"at":"%b"}\n\n' % datetime.now(UTC).isoformat().encode()
