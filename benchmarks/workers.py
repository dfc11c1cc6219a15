"""
Workers that die or freeze in the middle of a solve: how soon another has it, and what the first still writes.

    ./dev run python -m benchmarks.workers [--rounds 3] [--companies 3] [--quick]

Each company has two workers, as processes of their own, and one solve at a time. In a round the worker that
makes it is killed (SIGKILL), or it is stopped together with its solver (SIGSTOP) and continued when another
has finished the solve. A takeover runs from the signal until the row of the solve carries the next claim. Late
writes are whatever changes in events, plans, applies and assignments after the frozen one woke up.
Lost is a solve that did not end. The pace is that of `estafette worker`; `--quick` takes the one of the tests.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
from tests.edge.working import QUICK, Work
from tests.store.days import DAY, a_day

from benchmarks.machine import describe
from estafette.domain.solve import SolveRequest, SolveState
from estafette.store.database import Database
from estafette.store.jobs import ask_for_solve, cancel_solve, list_solves
from estafette.store.migrate import migrate
from estafette.store.queue import Pace
from estafette.store.server import Server, address

_PATIENCE_S = 90
_ENDED = {SolveState.DONE, SolveState.STOPPED, SolveState.FAILED}
_WRITTEN = """
SELECT (SELECT last_event_id FROM feed), (SELECT array_agg(id) FROM plan), (SELECT array_agg(key) FROM applied),
    (SELECT json_agg(a ORDER BY trip_id)::text FROM assignment a)
"""

Process = subprocess.Popen[bytes]


def until(holds: Callable[[], Any]) -> Any:
    ends_at = time.monotonic() + _PATIENCE_S
    while not (found := holds()):
        if time.monotonic() > ends_at:
            raise TimeoutError
        time.sleep(0.05)
    return found


def children(process: Process) -> list[int]:
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


class Pair:
    """A company with two workers, and what its rounds found."""

    def __init__(self, server: Server, folder: Path, pace: Pace) -> None:
        self.database = Database(server, size=2)
        self.company_id = a_day(self.database, trips=40, runs=4).company_id
        self.work = Work(server=server, company_id=self.company_id, folder=str(folder), pace=pace)
        self.workers = [self._started(), self._started()]
        self.takeovers_s: list[float] = []
        self.lost = self.late = 0

    def _started(self) -> Process:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.edge.working"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(self.work) + b"\n")
        process.stdin.close()
        return process

    def _claim(self) -> int:
        rows = self.database.read(self.company_id, "SELECT claim FROM solve ORDER BY id DESC LIMIT 1", {})
        return int(rows[0][0])

    def _state(self) -> SolveState:
        return list_solves(self.database, self.company_id, limit=1)[0].state

    def rounds(self, count: int) -> None:
        for number in range(count):
            for way in (self._kill, self._freeze):
                try:
                    way(number)
                except TimeoutError:
                    self.lost += 1

    def _taken(self, number: int) -> tuple[Process, list[int]]:
        """Ask for a solve and give the worker that makes it, with its solver."""
        wish = SolveRequest(service_on=DAY, time_limit_s=600, seed=number, applies=True)
        ask_for_solve(self.database, self.company_id, wish, actor="benchmark")
        until(lambda: list_solves(self.database, self.company_id, limit=1)[0].figures)
        return until(lambda: [(worker, found) for worker in self.workers if (found := children(worker))])[0]

    def _taken_over(self, began_s: float, claim: int) -> None:
        until(lambda: self._claim() > claim)
        self.takeovers_s.append(time.monotonic() - began_s)
        solve_id = list_solves(self.database, self.company_id, limit=1)[0].solve_id
        until(lambda: list_solves(self.database, self.company_id, limit=1)[0].figures)
        cancel_solve(self.database, self.company_id, solve_id, actor="benchmark")
        until(lambda: self._state() in _ENDED)

    def _kill(self, number: int) -> None:
        worker, _ = self._taken(number)
        claim, began_s = self._claim(), time.monotonic()
        worker.kill()
        worker.wait()
        self.workers[self.workers.index(worker)] = self._started()
        self._taken_over(began_s, claim)

    def _freeze(self, number: int) -> None:
        worker, solvers = self._taken(number)
        claim, began_s = self._claim(), time.monotonic()
        for process_id in (worker.pid, *solvers):
            os.kill(process_id, signal.SIGSTOP)
        self._taken_over(began_s, claim)
        before = self.database.read(self.company_id, _WRITTEN, {})
        for process_id in (*solvers, worker.pid):
            os.kill(process_id, signal.SIGCONT)
        until(lambda: not children(worker))
        self.late += self.database.read(self.company_id, _WRITTEN, {}) != before

    def close(self) -> None:
        for worker in self.workers:
            worker.terminate()
            worker.wait()
        self.database.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="kills, and as many freezes, for each company")
    parser.add_argument("--companies", type=int, default=3, help="companies at once, with two workers each")
    parser.add_argument("--quick", action="store_true", help="the pace of the tests")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = address(Path(folder), database_url=None, database="workers")
        migrate(server)
        pace = QUICK if asked.quick else Pace()
        pairs = [Pair(server, Path(folder), pace) for _ in range(asked.companies)]
        with ThreadPoolExecutor(asked.companies) as threads:
            list(threads.map(lambda pair: pair.rounds(asked.rounds), pairs))
        for pair in pairs:
            pair.close()
        print(describe(server.owner))
    report(pairs, 2 * asked.rounds * asked.companies)


def report(pairs: list[Pair], rounds: int) -> None:
    took = sorted(seconds for pair in pairs for seconds in pair.takeovers_s)
    print(
        f"{rounds} workers lost in the middle of a solve, half of them killed, half of them frozen and woken"
    )
    if took:
        print(f"takeover: median {statistics.median(took):.1f} s, longest {took[-1]:.1f} s")
    print(f"solves lost {sum(pair.lost for pair in pairs)}, late writes {sum(pair.late for pair in pairs)}")


if __name__ == "__main__":
    main()
