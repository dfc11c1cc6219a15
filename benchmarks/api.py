"""
The calls that a board makes most, on a planned day: how long each takes, and how many a second there can be.

    ./dev run python -m benchmarks.api [--trips 2000] [--drivers 300] [--clients 8,64] [--seconds 5] [--runs 3]

Two processes: the server as `estafette serve` runs it, without limits of rate, and the clients, each with a
connection that it keeps. `busy`: every client asks again as soon as it has its answer, so the time is mostly spent waiting
for the others, and the rate is what the machine can do. `paced`: every client waits a second on average
between two calls, as people do. Times are milliseconds until the whole answer is read, medians, 95th and 99th percentiles over
all runs; the spread is that of the 99th percentiles of single runs. Statements are counted on the wire, on this day and on one
of a tenth; the first call of each kind is not counted (the day is then in memory). PostgreSQL has statistics of the tables, as
autovacuum gathers them within a minute of so many changes. Moves are forced: every second one puts a trip on any run, whatever
that breaks, and the next brings it home, so that the day stays one that a dispatcher would know.

The ten kinds are what a board asks for: opened (board, estimates), while somebody is on the telephone (search, trip, 20 bookings,
options, offers, booking with offers) and while somebody drags (move only asked, move with ripple). --only takes those of other
programs too: 50 trips, 50 runs, 20 manifests.
"""

import argparse
import http.client
import itertools
import json
import multiprocessing
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.machine import describe
from estafette.demo import invented_day
from estafette.domain.account import NewApiKey
from estafette.domain.caller import Caller
from estafette.domain.permission import RIGHTS, Role
from estafette.edge.web import app as web
from estafette.edge.web.limits import Rate, Rates
from estafette.edge.web.serve import BoardServer, listening, settle
from estafette.flow.accounts.people import make_key
from estafette.flow.day import Dispatch, Solve, dispatch
from estafette.flow.intake import store_demo_day
from estafette.flow.stages import Stages
from estafette.notify.memory import MemoryChannel
from estafette.planning.budget import Budget
from estafette.planning.warm import compile_kernels
from estafette.store.board import get_board
from estafette.store.company import create_company
from estafette.store.database import Database
from estafette.store.migrate import migrate
from estafette.store.server import Server, address, as_owner
from estafette.travel.estimate import EstimateTravel

DAY = date(2026, 11, 25)
ZONE = "Europe/Zurich"
_SPAWN = multiprocessing.get_context("spawn")
_UNLIMITED = Rate(burst=10**9, per_s=10**9)
_THINK_S = 1.0
# After a change the day is read again beside: that is counted with the call.
_SETTLED_S = 0.3


class Planned(NamedTuple):
    """A planned day: what the calls name."""

    company_id: int
    key: str
    trip_ids: tuple[int, ...]
    homes: tuple[int, ...]
    run_ids: tuple[int, ...]
    place_refs: tuple[str, ...]
    rider_ref: str


class Call(NamedTuple):
    """One request."""

    method: str
    path: str
    body: Any = None
    more: tuple[tuple[str, str], ...] = ()


Kind = Callable[[Planned, random.Random, int], Call]
_NUMBERS, _KEYS = itertools.count(), itertools.count()


def _ask_move(day: Planned, dice: random.Random, _n: int) -> Call:
    return _moved(dice.choice(day.trip_ids), dice.choice(day.run_ids), validate_only=True)


def _move(day: Planned, dice: random.Random, n: int) -> Call:
    row = n // 2 % len(day.trip_ids)
    return _moved(
        day.trip_ids[row], day.homes[row] if n % 2 else dice.choice(day.run_ids), validate_only=False
    )


def _moved(trip_id: int, run_id: int, *, validate_only: bool) -> Call:
    change = {"kind": "assign", "trip_id": trip_id, "run_id": run_id}
    body = {"service_on": DAY.isoformat(), "changes": [change], "validate_only": validate_only, "force": True}
    return Call("POST", "/assignments", body)


def _book(day: Planned, dice: random.Random, n: int) -> Call:
    at = datetime(2026, 11, 25, 8, tzinfo=ZoneInfo(ZONE)) + timedelta(minutes=dice.randrange(540))
    origin, destination = dice.sample(day.place_refs, 2)
    trip = {
        "service_on": DAY.isoformat(), "origin": origin, "destination": destination, "anchor": "pickup_at",
        "requested_at": at.isoformat(),
    }  # fmt: skip
    rider = {"ref": f"bench-{n}", "name": "A Rider"}
    return Call("POST", "/bookings", {"rider": rider, "trips": [trip], "offers": 3})


_DAY = DAY.isoformat()
_PACKED = (("Accept-Encoding", "gzip"),)
_TYPED = ("marie", "rochat", "hopital", "gen", "b-12")
KINDS: dict[str, Kind] = {
    "board": lambda _d, _r, _n: Call("GET", f"/board?day={_DAY}", more=_PACKED),
    "estimates": lambda _d, _r, _n: Call("GET", f"/estimates?day={_DAY}", more=_PACKED),
    "search": lambda _d, r, _n: Call("GET", f"/search?q={r.choice(_TYPED)}"),
    "trip": lambda d, r, _n: Call("GET", f"/trips/{r.choice(d.trip_ids)}"),
    "20 bookings": lambda _d, _r, _n: Call("GET", f"/bookings?day={_DAY}&limit=20"),
    "options for a trip": lambda d, r, _n: Call("GET", f"/trips/{r.choice(d.trip_ids)}/options"),
    "offers for a trip": lambda d, r, _n: Call("GET", f"/trips/{r.choice(d.trip_ids)}/offers?k=3"),
    "move only asked": _ask_move,
    "move with ripple": _move,
    "booking with offers": _book,
}
MORE: dict[str, Kind] = {
    "50 trips": lambda _d, _r, _n: Call("GET", f"/trips?day={_DAY}&limit=50"),
    "50 runs": lambda _d, _r, _n: Call("GET", f"/runs?day={_DAY}&limit=50"),
    "20 manifests": lambda _d, _r, _n: Call("GET", f"/manifests?day={_DAY}&limit=20"),
}
ALL = KINDS | MORE
# What was aimed for: 99th percentile in milliseconds.
GOALS_MS = {"board": 150, "move with ripple": 60, "booking with offers": 80}


class Load(NamedTuple):
    """So many clients, for how long, how often, and how long each waits on average between two calls."""

    clients: int
    seconds: float
    runs: int
    think_s: float


class Result(NamedTuple):
    """What one kind of call took, with so many clients: times in milliseconds of each run."""

    rate: float
    times: tuple[np.ndarray[Any, Any], ...]
    statuses: dict[int, int]

    def line(self) -> str:
        """Say it."""
        every = np.concatenate(self.times)
        p50, p95, p99 = np.percentile(every, [50, 95, 99])
        single = [float(np.percentile(run, 99)) for run in self.times]
        odd = {status: count for status, count in self.statuses.items() if status >= 400}
        said = f"{self.rate:8.0f}{p50:9.1f}{p95:9.1f}{p99:9.1f} ({min(single):.0f}-{max(single):.0f})"
        return said + (f"  answered {odd}" if odd else "")


def main() -> None:
    """Measure each kind of call, and print a line for each number of clients."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--trips", type=int, default=2000)
    options.add_argument("--drivers", type=int, default=300)
    options.add_argument("--clients", default="8,64")
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--only", default=",".join(KINDS), help="kinds of calls: " + ", ".join(ALL))
    chosen = options.parse_args()
    kinds = [name for name in ALL if name in chosen.only.split(",")]
    compile_kernels(print)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ESTAFETTE_HOME"] = folder
        server = address(Path(folder), database_url=None, database="bench_api")
        migrate(server)
        print(describe(server.owner))
        with Database(server) as database:
            small = planned(database, trips=chosen.trips // 10, drivers=max(2, chosen.drivers // 10))
            day = planned(database, trips=chosen.trips, drivers=chosen.drivers)
        with as_owner(server) as connection:
            connection.execute("ANALYZE")
        print(f"a day of {len(day.trip_ids)} trips on {len(day.run_ids)} runs\n", flush=True)
        _statements(server, kinds, small, day)
        clients = [int(each) for each in chosen.clients.split(",")]
        with serving(server) as port:
            for think_s, way in ((0.0, "busy"), (_THINK_S, "paced")):
                for count in clients:
                    print(
                        f"\n{way}, {count} clients\n{'':<22}{'calls/s':>8}{'p50':>9}{'p95':>9}{'p99':>9}",
                        flush=True,
                    )
                    for name in kinds:
                        found = measured(port, day, name, Load(count, chosen.seconds, chosen.runs, think_s))
                        goal = f"  goal {GOALS_MS[name]}" if name in GOALS_MS else ""
                        print(f"{name:<22}{found.line()}{goal}", flush=True)


def planned(database: Database, *, trips: int, drivers: int, service_on: date = DAY) -> Planned:
    """Store an invented day of a new company, plan it and apply the plan; give what the calls need."""
    company_id = create_company(database.server, name="Bench", zone=ZONE)
    day = invented_day(1, trips=trips, drivers=drivers, service_on=service_on)
    store_demo_day(database, company_id, day, actor="bench")
    with tempfile.TemporaryDirectory() as folder:
        order = Dispatch(
            company_id=company_id, service_on=service_on, key="bench", actor="bench", keep_in=Path(folder)
        )
        how = Solve(
            travel=EstimateTravel(), budget=Budget(time_limit_s=5.0, clock=time.perf_counter), threads=2
        )
        dispatch(
            database, order, how=how, channel=MemoryChannel(), stages=Stages(database, time.perf_counter)
        )
    board = get_board(database, company_id, service_on)
    placed = [trip for trip in board.trips if trip.run_id is not None]
    caller = Caller(company_id=company_id, actor="bench", rights=RIGHTS[Role.ADMIN])
    _, key = make_key(database, caller, NewApiKey(name="bench", scopes=tuple(sorted(RIGHTS[Role.ADMIN]))))
    places = database.read(
        company_id, "SELECT ref FROM place WHERE company_id = %(c)s ORDER BY id LIMIT 200", {"c": company_id}
    )
    return Planned(
        company_id=company_id,
        key=key,
        trip_ids=tuple(trip.trip_id for trip in placed),
        homes=tuple(trip.run_id for trip in placed),
        run_ids=tuple(run.run_id for run in board.runs),
        place_refs=tuple(row[0] for row in places),
        rider_ref="bench",
    )


@contextmanager
def serving(server: Server) -> Iterator[int]:
    """Serve in a process of its own for as long as the block lasts; gives the port."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(server, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        if process.pid is not None:
            os.kill(process.pid, signal.SIGTERM)
        process.join(timeout=10)
        process.kill()


def _serve(server: Server, pipe: Connection) -> None:
    with Database(server, size=8) as database, listening("127.0.0.1", 0) as opened:
        app = web.serving(
            web.routed(), database, rates=Rates(address=_UNLIMITED, caller=_UNLIMITED, wrong=_UNLIMITED)
        )
        compile_kernels(print)
        settle()
        pipe.send(opened.getsockname()[1])
        BoardServer(app).run(sockets=[opened])


class Client:
    """One client with a connection that it keeps."""

    def __init__(self, port: int, day: Planned) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Authorization": f"Bearer {day.key}", "Content-Type": "application/json"}

    def ask(self, call: Call) -> tuple[float, int]:
        """Make a call; gives the milliseconds that it took, and the status."""
        body = None if call.body is None else json.dumps(call.body)
        headers = self._headers | dict(call.more)
        if call.method != "GET":
            headers |= {"Idempotency-Key": f"bench-{os.getpid()}-{next(_KEYS)}", "X-Reason": "measured"}
        began_s = time.perf_counter()
        self._connection.request(call.method, f"/api/v1{call.path}", body, headers)
        answer = self._connection.getresponse()
        answer.read()
        return (time.perf_counter() - began_s) * 1000, answer.status


def measured(port: int, day: Planned, name: str, load: Load) -> Result:
    """Let clients make calls of a kind, again and again, several times over."""
    Client(port, day).ask(ALL[name](day, random.Random(0), next(_NUMBERS)))
    times, statuses, took_s = [], dict[int, int](), 0.0
    for run in range(load.runs):
        found: list[tuple[float, int]] = []
        began_s = time.perf_counter()
        threads = [
            threading.Thread(target=_repeat, args=(Client(port, day), day, name, load, dice, found))
            for dice in (random.Random(run * load.clients + n) for n in range(load.clients))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took_s += time.perf_counter() - began_s
        times.append(np.array([ms for ms, _ in found]))
        for _, status in found:
            statuses[status] = statuses.get(status, 0) + 1
    return Result(sum(map(len, times)) / took_s, tuple(times), statuses)


def _repeat(
    client: Client, day: Planned, name: str, load: Load, dice: random.Random, found: list[tuple[float, int]]
) -> None:
    ends_at = time.perf_counter() + load.seconds
    time.sleep(dice.random() * load.think_s)
    while time.perf_counter() < ends_at:
        found.append(client.ask(ALL[name](day, dice, next(_NUMBERS))))
        time.sleep(dice.random() * 2 * load.think_s)


def _statements(server: Server, kinds: list[str], small: Planned, large: Planned) -> None:
    """Print how many statements reach the server for each kind of call, on a small day and on a large one."""
    print(f"{'statements/round trips':<22}{len(small.trip_ids):>8} trips{len(large.trip_ids):>8} trips")
    with Database(server, counting=True, size=1) as database, listening("127.0.0.1", 0) as opened:
        board = BoardServer(web.serving(web.routed(), database))
        thread = threading.Thread(target=board.run, kwargs={"sockets": [opened]})
        thread.start()
        try:
            for name in kinds:
                cells = [_sent(database, opened.getsockname()[1], day, name) for day in (small, large)]
                print(f"{name:<22}" + "".join(f"{cell:>14}" for cell in cells), flush=True)
        finally:
            board.should_exit = True
            thread.join(timeout=10)


def _sent(database: Database, port: int, day: Planned, name: str) -> str:
    client, dice = Client(port, day), random.Random(1)
    client.ask(ALL[name](day, dice, next(_NUMBERS)))
    time.sleep(_SETTLED_S)
    database.count()
    _, status = client.ask(ALL[name](day, dice, next(_NUMBERS)))
    time.sleep(_SETTLED_S)
    sent = database.count()
    assert sent is not None
    return f"{sent.statements}/{sent.round_trips}" + ("" if status < 400 else f" ({status})")


if __name__ == "__main__":
    main()
