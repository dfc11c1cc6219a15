"""Following the feed without a socket: many companies on one listener, and what stays in memory."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from estafette.domain.booking import TripStatus
from estafette.domain.event import Event, StatusChanged
from estafette.edge.web.backlog import Backlog, Frame, frame_of
from estafette.edge.web.live import Live
from estafette.store.database import Database
from estafette.store.feed import Listener
from tests.dispatched import Dispatched

_LISTENING = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND query IN ('LISTEN estafette', 'SELECT')"""


def test_two_companies_follow_their_own_feed_over_one_listening_connection(database: Database) -> None:
    one, other = Dispatched(database), Dispatched(database)
    one.roster()

    async def follow() -> tuple[int, int, int]:
        lives = [Live(database, company.company_id) for company in (one, other)]
        with Listener(database.server) as listener:
            async with lives[0].following(listener), lives[1].following(listener):
                await asyncio.to_thread(one.book, 1)
                await asyncio.to_thread(other.roster)
                for live, last in zip(lives, (2, 1), strict=True):
                    while live.last_event_id < last:
                        await asyncio.wait_for(live.news().wait(), 10)
                with psycopg.connect(database.server.owner) as owner:
                    (listening,) = owner.execute(_LISTENING).fetchone() or (0,)
        return lives[0].last_event_id, lives[1].last_event_id, listening

    with ThreadPoolExecutor(1) as pool:  # the browser of other tests keeps a loop in this thread
        assert pool.submit(asyncio.run, follow()).result() == (2, 1, 1)


def _frames(first: int, last: int) -> list[Frame]:
    what = StatusChanged(trip_id=1, status=TripStatus.BOOKED)
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return [frame_of(Event(id=number, at=at, what=what)) for number in range(first, last + 1)]


@pytest.mark.parametrize("cursor", [4, 5, 9, 10])
def test_the_backlog_gives_what_follows_a_cursor(cursor: int) -> None:
    backlog = Backlog(4)
    backlog.add(_frames(5, 10))
    portion = backlog.after(cursor)
    assert portion is not None
    assert portion.cursor == 10
    assert portion.sent == b"".join(frame.sent for frame in _frames(cursor + 1, 10))


@pytest.mark.parametrize("cursor", [3, 11])
def test_what_is_not_in_memory_is_not_guessed(cursor: int) -> None:
    backlog = Backlog(4)
    backlog.add(_frames(5, 10))
    assert backlog.after(cursor) is None


def test_the_backlog_lets_go_of_the_oldest() -> None:
    size = sum(len(frame.sent) for frame in _frames(5, 7))
    backlog = Backlog(4, kept_bytes=size)
    backlog.add(_frames(5, 7))
    assert backlog.after(4) is not None
    backlog.add(_frames(8, 8))
    assert backlog.after(4) is None
    assert backlog.after(5) is not None


def test_streams_at_the_same_place_share_one_portion() -> None:
    backlog = Backlog(0)
    backlog.add(_frames(1, 3))
    assert backlog.after(1) is backlog.after(1)
    backlog.add(_frames(4, 4))
    portion = backlog.after(1)
    assert portion is not None
    assert portion.cursor == 4


def test_a_long_backlog_comes_in_portions_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = _frames(1, 9)
    monkeypatch.setattr("estafette.edge.web.backlog._PORTION_BYTES", len(frames[0].sent) * 4)
    backlog = Backlog(0)
    backlog.add(frames)
    cursors = [0]
    while (portion := backlog.after(cursors[-1])) is not None and portion.cursor != cursors[-1]:
        cursors.append(portion.cursor)
    assert cursors == [0, 4, 8, 9]
