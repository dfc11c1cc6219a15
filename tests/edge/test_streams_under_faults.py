"""Streams when clients come and go, do not read, or the database goes away: nothing lost, nothing repeated."""

import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from estafette.domain.booking import TripStatus
from estafette.domain.event import Event
from estafette.edge.web.live import Live, Rhythm
from estafette.store.database import Database
from estafette.store.feed import Reset, last_event_id, read_events
from tests.dispatched import Dispatched
from tests.edge.web_client import Address, next_event, served, streaming

_RECONNECTS = int(os.environ.get("ESTAFETTE_RECONNECTS", "100"))


class Browser:
    """Keeps its cursor as a browser does: by the complete messages that it has seen."""

    def __init__(self, address: Address, cursor: int, *, seed: int) -> None:
        self.address, self.cursor = address, cursor
        self.seen: list[int] = []
        self._dice = random.Random(seed)

    def look(self, until: int | None = None) -> None:
        """Read a stream and leave it after some bytes, perhaps in the middle of a message, or after an event."""
        left_bytes = self._dice.randrange(1, 4000)
        headers = self.address.headers | {"Last-Event-ID": str(self.cursor)}
        rest = b""
        with httpx.stream("GET", f"{self.address}/api/v1/events", headers=headers, timeout=30) as response:
            for part in response.iter_bytes():
                *complete, rest = (rest + part).split(b"\n\n")
                self._take(complete)
                left_bytes -= len(part)
                if left_bytes < 0 or self.cursor == until:
                    return

    def look_until(self, event_id: int) -> None:
        """Come back until an event was seen."""
        while self.cursor < event_id:
            self.look(until=event_id)

    def _take(self, complete: list[bytes]) -> None:
        for message in complete:
            assert b"event: reset" not in message
            if message.startswith(b"id: "):
                self.cursor = int(message[4 : message.index(b"\n")])
                self.seen.append(self.cursor)


def test_many_reconnects_lose_nothing_and_repeat_nothing(company: Dispatched, address: Address) -> None:
    enough = threading.Event()

    def write(trip_id: int) -> None:
        while not enough.is_set():
            company.set_status(trip_id, TripStatus.EN_ROUTE)
            company.set_status(trip_id, TripStatus.BOOKED)
            time.sleep(0.01)

    def leave_and_return(browser: Browser) -> None:
        for _ in range(_RECONNECTS // 4):
            browser.look()

    browsers = [Browser(address, 3, seed=seed) for seed in range(4)]
    readers = [threading.Thread(target=leave_and_return, args=[browser]) for browser in browsers]
    writers = [threading.Thread(target=write, args=[trip_id]) for trip_id in company.trip_ids[:2]]
    for thread in [*readers, *writers]:
        thread.start()
    for thread in readers:
        thread.join()
    enough.set()
    for thread in writers:
        thread.join()
    last = last_event_id(company.database, company.company_id)
    for browser in browsers:
        browser.look_until(last)
    assert last > 3
    assert [browser.seen for browser in browsers] == [list(range(4, last + 1))] * 4


def test_a_client_that_never_reads_is_dropped_and_delays_nobody(
    company: Dispatched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="estafette.edge.web.serve")
    with served(company, give_up_s=2.0) as address, streaming(address, "/api/v1/events?after=3") as other:
        with silent_client(address, "/api/v1/events?after=3") as silent:
            sent = []
            for event_id in range(4, 16):
                sent.append(_heavy(company))
                assert next_event(other)["id"] == str(event_id)  # at once: who reads later is dropped as well
            _wait_for(lambda: "dropped" in caplog.text)
            assert _read_to_the_end(silent) < sum(sent)
        company.book(1)
        assert next_event(other)["id"] == "16"


@contextmanager
def silent_client(address: Address, path: str) -> Iterator[socket.socket]:
    """Ask for a stream, and take as little of it as a socket can."""
    where = urlsplit(address)
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.connect((where.hostname, where.port))
        key = address.headers["Authorization"]
        request = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: {key}\r\n\r\n"
        silent.sendall(request.encode())
        yield silent


def _wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError


def _read_to_the_end(silent: socket.socket) -> int:
    """Count what the kernel still had; it ends, in order or not, when the server has closed."""
    silent.settimeout(30)
    size = 0
    with suppress(ConnectionResetError):
        while part := silent.recv(1 << 20):
            size += len(part)
    return size


def _heavy(company: Dispatched) -> int:
    """Write an event of a megabyte; gives its size."""
    rows = company.write(
        """WITH mark AS (UPDATE feed SET last_event_id = last_event_id + 1 WHERE company_id = %(company)s
                         RETURNING last_event_id)
        INSERT INTO event (company_id, id, kind, payload)
        SELECT %(company)s, last_event_id, 'booked', jsonb_build_object('trips', '[]'::jsonb, 'places',
            (SELECT jsonb_agg(jsonb_build_object('place_id', n, 'name', repeat('x', 1000), 'lon', 6.1, 'lat', 46.2))
             FROM generate_series(1, 1000) n)) FROM mark
        RETURNING length(payload::text)"""
    )
    return int(rows[0][0])


def test_an_event_larger_than_a_piece_arrives_whole(company: Dispatched, address: Address) -> None:
    with streaming(address, "/api/v1/events?after=3") as stream:
        _heavy(company)
        assert len(next_event(stream).content["what"]["places"]) == 1000


def test_streams_go_on_when_every_connection_to_the_database_is_cut(
    company: Dispatched, address: Address
) -> None:
    with streaming(address, "/api/v1/events?after=3") as stream:
        company.book(1)
        assert next_event(stream)["id"] == "4"
        with psycopg.connect(company.database.server.owner, autocommit=True) as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        # Somebody else commits; this server hears of it once it listens and reads again.
        with Database(company.database.server) as company.database:
            company.book(1)
            assert next_event(stream)["id"] == "5"


def test_a_failure_that_nobody_foresaw_ends_no_stream_and_is_tried_again(
    company: Dispatched, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([ValueError("no such kind of event"), None])

    def fails_once(database: Database, company_id: int, after: int) -> list[Event] | Reset:
        if error := next(failures, None):
            raise error
        return read_events(database, company_id, after)

    with streaming(address, "/api/v1/events?after=3") as stream:
        next(stream)
        monkeypatch.setattr("estafette.edge.web.live.read_events", fails_once)
        company.book(1)
        assert next_event(stream)["id"] == "4"


def test_when_following_ends_for_good_the_streams_end_too(
    company: Dispatched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(self: Live) -> float:
        raise KeyError

    with served(company) as address, streaming(address, "/api/v1/events") as stream:
        next(stream)
        monkeypatch.setattr(Live, "_look", breaks)
        company.book(1)
        company.book(1)
        assert [message for message in stream if "id" in message] == []


def test_no_heartbeat_claims_life_while_the_feed_cannot_be_read(
    company: Dispatched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estafette.edge.web.live._STALE_AFTER_S", 0.0)
    with (
        served(company, rhythm=Rhythm(heartbeat_s=0.05, stream_s=0.4)) as address,
        streaming(address, "/api/v1/events") as stream,
    ):
        found = [message["event"] for message in stream if "event" in message]
    assert found == ["clock"]  # the one that a stream begins with


def test_a_hundred_streams_take_one_listening_connection(company: Dispatched, address: Address) -> None:
    no_limits = httpx.Limits(max_connections=None)
    with httpx.Client(limits=no_limits, headers=address.headers, timeout=10) as client:
        opened: list[Any] = [
            client.send(client.build_request("GET", f"{address}/api/v1/events"), stream=True)
            for _ in range(100)
        ]
        with psycopg.connect(company.database.server.owner) as owner:
            (connections,) = owner.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone() or (None,)
        for response in opened:
            response.close()
    assert connections <= 3  # the pool of the test's database, and the listener
