"""The feed: replay in order from any event, and waking without missing one."""

import threading
from collections.abc import Callable

import psycopg
import pytest

from estafette.domain.error import NotFound
from estafette.domain.event import Assigned, Booked, Event, Rostered
from estafette.store.database import Database
from estafette.store.feed import Listener, Reset, last_event_id, read_events
from tests.dispatched import Dispatched


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    (run, *_), trips = company.roster(), company.book(2)
    company.assign(run, trips)
    return company


def _events(company: Dispatched, after: int, limit: int = 500) -> list[Event]:
    found = read_events(company.database, company.company_id, after, limit=limit)
    assert isinstance(found, list)
    return found


def test_the_feed_replays_what_follows_an_event(company: Dispatched) -> None:
    assert [type(event.what) for event in _events(company, 0)] == [Rostered, Booked, Assigned]
    assert [event.id for event in _events(company, 1)] == [2, 3]
    assert _events(company, 3) == []


def test_the_feed_replays_in_portions_without_a_gap(company: Dispatched) -> None:
    first = _events(company, 0, limit=2)
    assert [event.id for event in first + _events(company, first[-1].id, limit=2)] == [1, 2, 3]


def test_a_cursor_that_is_ahead_is_told_to_start_afresh(company: Dispatched) -> None:
    assert read_events(company.database, company.company_id, 4) == Reset(last_event_id=3)


def test_a_cursor_that_is_older_than_what_is_kept_is_told_to_start_afresh(company: Dispatched) -> None:
    with psycopg.connect(company.database.server.owner) as owner:
        owner.execute("SELECT set_config('app.company', %s, true)", [str(company.company_id)])
        owner.execute("DELETE FROM event WHERE id = 1")
    assert read_events(company.database, company.company_id, 0) == Reset(last_event_id=3)
    assert [event.id for event in _events(company, 1)] == [2, 3]


def test_an_empty_feed_has_nothing_to_replay(database: Database) -> None:
    company = Dispatched(database)
    assert _events(company, 0) == []
    assert last_event_id(database, company.company_id) == 0


def test_replaying_takes_one_round_trip(company: Dispatched) -> None:
    company.database.count()
    _events(company, 0)
    assert company.database.count().round_trips == 1


def test_an_unknown_company_has_no_feed(database: Database) -> None:
    with pytest.raises(NotFound, match="company 999"):
        read_events(database, 999, 0)
    with pytest.raises(NotFound, match="company 999"):
        last_event_id(database, 999)


class _Woken:
    """Counts wake-ups and lets a test wait for the next."""

    def __init__(self) -> None:
        self._signal = threading.Semaphore(0)

    def __call__(self) -> None:
        self._signal.release()

    def again(self, within_s: float = 10.0) -> bool:
        return self._signal.acquire(timeout=within_s)


@pytest.fixture
def listening(company: Dispatched) -> Callable[[float], Listener]:
    # Subscribe before it is entered where a test waits for the first sweep: that wakes who is there already.
    return lambda sweep_s: Listener(company.database.server, sweep_s=sweep_s)


def test_news_wake_the_subscribers_of_that_company_only(
    company: Dispatched, listening: Callable[[float], Listener]
) -> None:
    other = Dispatched(company.database)
    mine, theirs = _Woken(), _Woken()
    listener = listening(3600)
    with (
        listener.subscribed(company.company_id, mine),
        listener.subscribed(other.company_id, theirs),
        listener,
    ):
        assert mine.again()  # the first sweep, once it listens
        assert theirs.again()
        company.book(1)
        assert mine.again()
        assert not theirs.again(within_s=0.3)


def test_the_sweep_wakes_even_without_news(
    company: Dispatched, listening: Callable[[float], Listener]
) -> None:
    woken = _Woken()
    with listening(0.05) as listener, listener.subscribed(company.company_id, woken):
        assert [woken.again() for _ in range(3)] == [True] * 3


def test_a_lost_connection_is_made_again_and_everybody_woken(
    company: Dispatched, listening: Callable[[float], Listener]
) -> None:
    woken = _Woken()
    listener = listening(3600)
    with listener.subscribed(company.company_id, woken), listener:
        assert woken.again()
        with psycopg.connect(company.database.server.owner, autocommit=True) as owner:
            ended = owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query IN ('LISTEN estafette', 'SELECT') AND datname = current_database()"
            ).fetchall()
        assert ended == [(True,)]
        assert woken.again()  # it is listening again
        company.book(1)
        assert woken.again()


def test_who_unsubscribes_is_not_woken(company: Dispatched, listening: Callable[[float], Listener]) -> None:
    woken, still = _Woken(), _Woken()
    listener = listening(3600)
    with listener.subscribed(company.company_id, still), listener:
        assert still.again()
        with listener.subscribed(company.company_id, woken):
            pass
        company.book(1)
        assert still.again()
        assert not woken.again(within_s=0.1)


def test_a_subscriber_that_cannot_be_woken_keeps_nobody_else_from_it(
    company: Dispatched, listening: Callable[[float], Listener]
) -> None:
    def broken() -> None:
        message = "its event loop is closed"
        raise RuntimeError(message)

    woken, listener = _Woken(), listening(3600)
    with (
        listener.subscribed(company.company_id, broken),
        listener.subscribed(company.company_id, woken),
        listener,
    ):
        assert woken.again()
        company.book(1)
        assert woken.again()


def test_a_listener_survives_what_nobody_foresaw(
    company: Dispatched, listening: Callable[[float], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([ValueError("not of the driver"), OSError("nor of the database")])
    listen = Listener._listen

    def fails_twice(self: Listener) -> None:
        if error := next(failures, None):
            raise error
        listen(self)

    monkeypatch.setattr(Listener, "_listen", fails_twice)
    woken = _Woken()
    listener = listening(3600)
    with listener.subscribed(company.company_id, woken), listener:
        assert woken.again()
