"""
Server-sent events: the board's feed and a driver's notices, replayed from a cursor, then live.

A stream ends by itself after a while and the client comes back with its cursor, so a server never holds
a connection for ever. It ends within seconds when its session or key is no longer good. Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from litestar.response import Stream

from estafette.domain.caller import Caller
from estafette.domain.error import Unavailable
from estafette.domain.notice import Notice
from estafette.domain.record import encode
from estafette.domain.solve import SolveState
from estafette.edge.web.live import Live
from estafette.edge.web.watch import Pass, Watch
from estafette.store.database import Database
from estafette.store.feed import Reset
from estafette.store.jobs import get_solve
from estafette.store.notices import list_notices

log = logging.getLogger(__name__)

_RETRY = b"retry: 1000\n\n"
# What is handed to a connection at once. More would wait in its buffer, for each client that does not read.
_PIECE_BYTES = 64_000


_GOES_ON = (SolveState.WAITING, SolveState.RUNNING)


class _Step(NamedTuple):
    """What to send now, and the cursor after it; an `ended` stream sends no more."""

    sent: bytes
    cursor: int
    ended: bool = False


_Next = Callable[[int], Awaitable[_Step]]


class Follower(NamedTuple):
    """Who follows a stream, their view of the database, and what ends the stream with their session."""

    caller: Caller
    database: Database
    watch: Watch


def event_stream(live: Live, follower: Follower, cursor: int) -> Stream:
    """Stream the events after `cursor`, `reset` when they cannot be replayed; and what holds for a moment."""
    told = 0

    async def step(after: int) -> _Step:
        nonlocal told
        found = await live.after(after)
        if isinstance(found, Reset):
            return _Step(b"event: reset\ndata: %b\n\n" % encode(found), after, ended=True)
        moments, told = live.moments.after(told)
        return _Step(found.sent + moments, found.cursor)

    return _stream(live, follower, cursor, step)


def change_stream(live: Live, follower: Follower) -> Stream:
    """Stream that something has happened, from now on, and nothing of what it was."""

    async def step(after: int) -> _Step:
        now = live.last_event_id
        sent = b"event: changed\ndata: {}\n\n" if after < now else b""
        return _Step(sent, max(now, after))

    return _stream(live, follower, live.last_event_id, step)


async def notice_stream(live: Live, follower: Follower, driver_id: int, cursor: int) -> Stream:
    """Stream a driver's committed notices that follow the one numbered `cursor`; raises `NotFound`."""
    looked_at = -1, -1
    database = follower.database

    async def step(after: int) -> _Step:
        nonlocal looked_at
        # Most news are about others; every heartbeat looks all the same.
        now = live.told_driver_at(driver_id), live.beats
        if now == looked_at:
            return _Step(b"", after)
        found = await asyncio.to_thread(list_notices, database, live.company_id, driver_id, after=after)
        if not found:
            looked_at = now
        return _Step(b"".join(map(_notice, found)), found[-1].event_id if found else after)

    # An unknown driver is refused before the stream begins.
    await asyncio.to_thread(list_notices, database, live.company_id, driver_id, after=cursor, limit=1)
    return _stream(live, follower, cursor, step)


async def solve_stream(live: Live, follower: Follower, solve_id: int) -> Stream:
    """Stream how far a solve is, now and whenever that changes, until it has ended; raises `NotFound`."""
    told = b""

    async def step(after: int) -> _Step:
        nonlocal told
        card = await asyncio.to_thread(get_solve, follower.database, live.company_id, solve_id)
        said = encode(card)
        if said == told:
            return _Step(b"", after)
        told = said
        return _Step(b"event: solve\ndata: %b\n\n" % said, after, ended=card.state not in _GOES_ON)

    # An unknown solve is refused before the stream begins.
    await asyncio.to_thread(get_solve, follower.database, live.company_id, solve_id)
    return _stream(live, follower, 0, step)


def _stream(live: Live, follower: Follower, cursor: int, step: _Next) -> Stream:
    lines = _while_good(live, follower, cursor, step)
    return Stream(lines, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _notice(notice: Notice) -> bytes:
    return b"id: %d\nevent: notice\ndata: %b\n\n" % (notice.event_id, encode(notice))


async def _while_good(live: Live, follower: Follower, cursor: int, step: _Next) -> AsyncIterator[bytes]:
    with follower.watch.watched(follower.caller, wake=live.tell) as held:
        async for line in _lines(live, held, cursor, step):
            yield line


async def _lines(live: Live, held: Pass, cursor: int, step: _Next) -> AsyncIterator[bytes]:
    ends_at = time.monotonic() + live.rhythm.stream_s
    yield _RETRY + _clock()
    beats = live.beats
    while not (live.ended or held.over) and time.monotonic() < ends_at:
        news = live.news()
        try:
            sent, cursor, ended = await step(cursor)
        except Unavailable as error:
            log.warning("stream: %s", error)
            return  # the client comes back with its cursor
        for piece in _pieces(sent):
            yield piece
        if ended:
            return
        if not sent:
            await news.wait()
        if beats != live.beats:
            beats = live.beats
            yield _clock()


def _pieces(sent: bytes) -> Iterator[bytes]:
    return (sent[at : at + _PIECE_BYTES] for at in range(0, len(sent), _PIECE_BYTES))


def _clock() -> bytes:
    """Give the heartbeat: the server's time, so that a page can tell how far its own clock is off."""
    return b'event: clock\ndata: {"at":"%b"}\n\n' % datetime.now(UTC).isoformat().encode()
