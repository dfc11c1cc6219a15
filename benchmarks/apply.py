"""
Applying a plan, five ways, side by side in one run.

    ./dev run python -m benchmarks.apply [--sizes 10,100,1000,10000,100000] [--runs 9]

The work: N assignments of which 80 % are new and 20 % changed, notices prepared.
  a   the ORM row by row, flushing each, one `get` per notification (the replaced way)
  b   the ORM's bulk calls and one IN query, psycopg 3 (less work than c: no events, answer or undo)
  b+  the ORM's bulk calls to the same end: stale check, runs, events, notices, stored answer
  c   ours: `apply_plan`
  d   the floor: COPY of the rows that c wrote into equally indexed tables, and one commit
Every run gets a day of its own, stored beforehand in the same database, so each way starts from the
same state on a warm connection and nothing is truncated or vacuumed in between. Statements and round
trips are counted on the wire in a run of their own, WAL by the server. Ratios are of medians.
"""

import statistics
import sys

import psycopg

from benchmarks.machine import spread
from benchmarks.slow_network import slow_network
from benchmarks.workbench import Workbench, for_each_size, timed
from estafette.store.server import Server
from estafette.store.wire import WireCount

WAYS = ["a", "b", "b+", "c", "d"]
# More takes minutes a run, for nothing new.
TOO_MANY = {"a": 10_000, "slow a": 1_000, "slow": 10_000}


def main() -> None:
    """Print the tables."""
    for_each_size(__doc__, report, sizes="10,100,1000,10000,100000")


def report(server: Server, size: int, runs: int) -> None:
    """Measure one size, directly and through a slow network, and print its table."""
    runs = max(3, runs // (1 + size // 5_000))
    print(f"\n{size} assignments, {runs} runs each, interleaved; milliseconds: median (minimum-maximum)")
    ways = [way for way in WAYS if size <= TOO_MANY.get(way, size)]
    counts, wal = count(server, size, ways)
    direct = measure(server, server, size=size, runs=runs, ways=ways)
    slow = through_slow_network(server, size=size, runs=runs) if size <= TOO_MANY["slow"] else {}
    print(
        f"  {'':3}{'direct':>26}{'+1 ms each way':>26}{'rows/s':>9}{'statements':>12}{'round trips':>12}{'WAL B/row':>11}"
    )
    for way in direct:
        rate = size / statistics.median(direct[way]) * 1000
        print(
            f"  {way:3}{spread(direct[way]):>26}{spread(slow.get(way, [])):>26}{rate:>9.0f}"
            f"{counts[way].statements:>12}{counts[way].round_trips:>12}{wal[way] / size:>11.0f}"
        )
    for label, times in (("direct", direct), *([("+1 ms", slow)] if slow else [])):
        print(f"  {label:7}" + "  ".join(ratios(times)), flush=True)


def through_slow_network(server: Server, *, size: int, runs: int) -> dict[str, list[float]]:
    """Time every way with a millisecond more in each direction."""
    ways = [way for way in WAYS if size <= TOO_MANY.get(f"slow {way}", size)]
    with slow_network(server.owner, delay_s=0.001) as owner, slow_network(server.app, delay_s=0.001) as app:
        print(f"  slow network: a round trip takes {round_trip_ms(owner):.2f} ms", flush=True)
        return measure(server, Server(owner=owner, app=app), size=size, runs=runs, ways=ways)


def ratios(times: dict[str, list[float]]) -> list[str]:
    """Say how ours compares: faster than the others, slower than the floor."""
    ours = statistics.median(times["c"])
    faster = [
        f"c is {statistics.median(times[way]) / ours:.1f} times faster than {way}"
        for way in ("a", "b", "b+")
        if way in times
    ]
    return [*faster, f"c takes {ours / statistics.median(times['d']):.2f} times the floor d"]


def round_trip_ms(conninfo: str) -> float:
    """Measure an empty statement."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        times = [timed(lambda: connection.execute("SELECT 1")) for _ in range(20)]
    return statistics.median(times)


def measure(near: Server, server: Server, *, size: int, runs: int, ways: list[str]) -> dict[str, list[float]]:
    """Time every way in turn, after two rounds that are not counted."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    with Workbench(near, server, size=size) as workbench:
        for turn in range(-2, runs):
            if turn == 0:
                workbench.analyze()
            for way in ways:
                took = timed(workbench.work(way))
                if turn >= 0:
                    times[way].append(took)
                if sys.stderr.isatty():
                    print(
                        f"\r  {way} {turn + 1}/{runs} {took:.0f} ms      ",
                        end="",
                        file=sys.stderr,
                        flush=True,
                    )
    return times


def count(server: Server, size: int, ways: list[str]) -> tuple[dict[str, WireCount], dict[str, int]]:
    """Count statements, round trips and WAL of every way, once."""
    counts: dict[str, WireCount] = {}
    wal: dict[str, int] = {}
    with Workbench(server, server, size=size, counting=True) as workbench:
        for way in ways:
            work = workbench.work(way)
            workbench.counted()
            before = workbench.wal()
            work()
            wal[way] = workbench.wal() - before
            counts[way] = workbench.counted()
    return counts, wal


if __name__ == "__main__":
    main()
