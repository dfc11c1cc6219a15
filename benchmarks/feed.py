"""
The feed: from the COMMIT of an event to the sockets of all who follow it.

    ./dev run python -m benchmarks.feed [--readers 1000] [--rate 100] [--seconds 20] [--runs 3]

Three processes: the board's server as `estafette serve` runs it, the readers on plain sockets, and this one,
which writes. Every event is a change of a trip's status in a transaction of its own, committed with fsync.
A delay runs from the moment when COMMIT has returned to the writer until the bytes of the event have
reached a reader; every event counts once for every reader. An event that a reader did not get, or got twice,
is counted as well: both have to be 0. All processes share the machine, so the processor time of
the server and of the readers is printed beside the delays; the readers are part of the load, not of the server.
"""

import argparse
import asyncio
import importlib.util
import multiprocessing
import os
import re
import resource
import signal
import statistics
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from tests.dispatched import Dispatched
from tests.edge.web_client import key_of

from benchmarks.machine import describe
from estafette.domain.booking import TripStatus
from estafette.edge.web.serve import WayIn, serve_board
from estafette.store.database import Database
from estafette.store.feed import last_event_id
from estafette.store.migrate import migrate
from estafette.store.server import Server, address

_SPAWN = multiprocessing.get_context("spawn")
_WARM_UP_S = 1.0
_LATEST_S = 20.0
_IDS = re.compile(rb"\nid: (\d+)\n")

Nanoseconds = npt.NDArray[np.int64]


class Measured(NamedTuple):
    """One run. Delays in milliseconds, processor time as a share of one core."""

    p50: float
    p99: float
    longest: float
    delivered_per_s: float
    lost: int
    repeated: int
    server_cpu: float
    readers_cpu: float
    commit: float


def main() -> None:
    """Measure, and print every run and the spread."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--readers", type=int, default=1000)
    options.add_argument("--rate", type=int, default=100, help="events a second")
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = address(Path(folder), database_url=None, database="bench_feed")
        migrate(server)
        print(describe(server.owner))
        print(f"{_parts()}\n{chosen.readers} readers, {chosen.rate} events a second for {chosen.seconds} s")
        print(
            f"  {'p50 ms':>8}{'p99 ms':>8}{'max ms':>8}{'messages/s':>12}{'lost':>6}{'twice':>6}"
            f"{'server CPU':>12}{'readers CPU':>12}{'commit ms':>11}"
        )
        runs = [
            run(server, readers=chosen.readers, rate=chosen.rate, seconds=chosen.seconds)
            for _ in range(chosen.runs)
        ]
    for name in ("p50", "p99"):
        values = [float(getattr(measured, name)) for measured in runs]
        print(f"{name}: median {statistics.median(values):.1f} ms ({min(values):.1f}-{max(values):.1f})")


def _parts() -> str:
    parser = "httptools" if importlib.util.find_spec("httptools") else "h11"
    loop = "uvloop" if importlib.util.find_spec("uvloop") else "asyncio"
    return f"server: one process, uvicorn with {parser} and {loop}"


def run(server: Server, *, readers: int, rate: int, seconds: int) -> Measured:
    """Start a server and readers, write, and compare what came with what was committed."""
    with Database(server) as database, tempfile.TemporaryDirectory() as folder:
        company = Dispatched(database)
        (trip_id,) = company.book(1)
        first = last_event_id(database, company.company_id) + 1
        serving, of_server = _started(_serve, server)
        port = urlsplit(of_server.recv().removeprefix("board: ")).port
        file = Path(folder) / "came_at.npy"
        reading, of_readers = _started(
            _read, port, key_of(company), readers, (first, rate * seconds), str(file)
        )
        of_readers.recv()
        time.sleep(_WARM_UP_S)
        of_server.send("begin")
        committed_at = write(company, trip_id, rate=rate, count=rate * seconds)
        of_readers.send("written")
        repeated, readers_cpu = of_readers.recv()
        of_server.send("end")
        server_cpu = of_server.recv()
        for process in (serving, reading):
            process.join(timeout=10)
            process.kill()
        return _compare(committed_at, np.load(file), (repeated, server_cpu, readers_cpu))


def _started(target: Any, *arguments: Any) -> tuple[Any, Connection]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=target, args=(*arguments, theirs), daemon=True)
    process.start()
    return process, ours


def write(company: Dispatched, trip_id: int, *, rate: int, count: int) -> tuple[Nanoseconds, Nanoseconds]:
    """Commit an event at each tick, late ones at once; give when each was begun and committed."""
    begun, committed = np.zeros(count, np.int64), np.zeros(count, np.int64)
    start = time.monotonic_ns()
    for number in range(count):
        wait_ns = start + number * 1_000_000_000 // rate - time.monotonic_ns()
        time.sleep(max(0, wait_ns) / 1e9)
        begun[number] = time.monotonic_ns()
        company.set_status(trip_id, (TripStatus.EN_ROUTE, TripStatus.BOOKED)[number % 2])
        committed[number] = time.monotonic_ns()
    return begun, committed


def _compare(
    written: tuple[Nanoseconds, Nanoseconds], came_at: Nanoseconds, told: tuple[int, float, float]
) -> Measured:
    begun, committed = written
    came = came_at > 0
    delays_ms = (came_at - committed)[came] / 1e6
    wall_s = float(committed[-1] - committed[0]) / 1e9
    p50, p99 = np.percentile(delays_ms, [50, 99])
    measured = Measured(
        p50=float(p50),
        p99=float(p99),
        longest=float(delays_ms.max()),
        delivered_per_s=float(came.sum()) / ((came_at.max() - committed[0]) / 1e9),
        lost=int((~came).sum()),
        repeated=told[0],
        server_cpu=told[1] / wall_s,
        readers_cpu=told[2] / wall_s,
        commit=float(np.median(committed - begun)) / 1e6,
    )
    print(
        f"  {measured.p50:8.1f}{measured.p99:8.1f}{measured.longest:8.1f}{measured.delivered_per_s:12,.0f}"
        f"{measured.lost:6}{measured.repeated:6}{measured.server_cpu:12.0%}{measured.readers_cpu:12.0%}"
        f"{measured.commit:11.2f}",
        flush=True,
    )
    return measured


def _serve(server: Server, pipe: Connection) -> None:
    """Be the board's server, and say how much processor time it took between `begin` and `end`."""
    _many_files()

    def measure() -> None:
        pipe.recv()
        before = time.process_time()
        pipe.recv()
        pipe.send(time.process_time() - before)
        os.kill(os.getpid(), signal.SIGTERM)

    def say(line: str) -> None:
        if line.startswith("board: "):
            pipe.send(line)

    threading.Thread(target=measure, daemon=True).start()
    with Database(server) as database:
        serve_board(database, service_on=None, host="127.0.0.1", port=0, way_in=WayIn("/", ""), say=say)


class Reader(asyncio.Protocol):
    """Reads one stream; notes when each event came, and checks that they follow one another."""

    def __init__(self, key: str, came_at: Nanoseconds, first: int, opened: asyncio.Event) -> None:
        self.key = key
        self.came_at, self.first, self.next = came_at, first, first
        self.opened = opened
        self.repeated = 0
        self.rest = b"\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        cursor = self.first - 1
        host, port = transport.get_extra_info("peername")
        asked = f"GET /api/v1/events?after={cursor} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        transport.write(f"{asked}Authorization: Bearer {self.key}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        if not self.opened.is_set():
            assert data.startswith(b"HTTP/1.1 200"), data
            self.opened.set()
        text = self.rest + data
        end = text.rfind(b"\n\n")
        for found in _IDS.findall(text, 0, max(end, 0)):
            self._take(int(found), now)
        self.rest = text[max(end, 0) :]

    def _take(self, event_id: int, now: int) -> None:
        place = event_id - self.first
        if self.came_at[place]:
            self.repeated += 1
        self.came_at[place] = now


def _read(port: int, key: str, readers: int, events: tuple[int, int], file: str, pipe: Connection) -> None:
    """Be all the readers."""
    _many_files()
    asyncio.run(_read_all(port, key, readers, events, file, pipe))


async def _read_all(
    port: int, key: str, readers: int, events: tuple[int, int], file: str, pipe: Connection
) -> None:
    first, count = events
    came_at = np.zeros((readers, count), np.int64)
    loop = asyncio.get_running_loop()
    protocols = []
    for number in range(readers):
        opened = asyncio.Event()
        _, protocol = await loop.create_connection(
            lambda number=number, opened=opened: Reader(key, came_at[number], first, opened),
            "127.0.0.1",
            port,
        )
        await asyncio.wait_for(opened.wait(), 30)
        protocols.append(protocol)
    pipe.send("open")
    before = time.process_time()
    await asyncio.to_thread(pipe.recv)
    cpu_s = time.process_time() - before
    deadline = time.monotonic() + _LATEST_S
    while not came_at.all() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    np.save(file, came_at)
    pipe.send((sum(protocol.repeated for protocol in protocols), cpu_s))


def _many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
