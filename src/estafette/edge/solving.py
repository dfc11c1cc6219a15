"""
Solves in processes of their own: a search that holds the interpreter keeps no worker from its heartbeat.

The worker holds the solve, tells how far it is, passes the wish to stop on, and ends the process when the
solve is no longer its own.
"""

import logging
import subprocess
import sys
import threading
import time
from enum import Enum, auto

import msgspec

from estafette.domain.error import Unavailable
from estafette.domain.record import Record, encode
from estafette.domain.solve import ClaimedSolve, SolveFigures, Trouble
from estafette.store.database import Database
from estafette.store.jobs import Held, fail_solve, give_back_solve, hold_solve
from estafette.store.queue import Pace
from estafette.store.server import Server

log = logging.getLogger(__name__)

ACTOR = "worker"
MADE, TAKEN_OVER, ORPHANED = 0, 3, 4


class Help(Record, frozen=True, kw_only=True):
    """A solve of another worker that is to be helped with."""

    company_id: int
    solve_id: int


class Order(Record, frozen=True, kw_only=True):
    """
    What to solve (a claimed solve, or parts of one), where, on how many threads, and how often to look.

    The addresses come by the pipe: a command line is there for all to read.
    """

    server: Server
    pace: Pace
    held: ClaimedSolve | None = None
    helps: Help | None = None
    threads: int = 1


class SolverProcess:
    """One process of `edge/solver.py`; it does not outlive the block."""

    def __init__(self, order: Order) -> None:
        self.figures: SolveFigures | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "estafette.edge.solver"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._say(encode(order))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "SolverProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None  # both were asked for
            pipe.close()

    def exit_code(self, *, within_s: float) -> int | None:
        """Wait at most so long for its end; `None` when it goes on."""
        try:
            return self._process.wait(timeout=within_s)
        except subprocess.TimeoutExpired:
            return None

    def stop_searching(self) -> None:
        """Ask it to end with the best plan so far."""
        self._say(b"stop")

    def _say(self, line: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            log.warning("solve: the process has ended already")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.figures = msgspec.json.decode(line, type=SolveFigures)


class _Left(Enum):
    """Why a process was left other than by its own end."""

    STOPPING = auto()
    LOST = auto()
    TOO_LONG = auto()


def solve_elsewhere(
    database: Database, held: ClaimedSolve, *, pace: Pace, stop: threading.Event, threads: int = 1
) -> None:
    """
    Have a claimed solve made in a process of its own, on so many threads, and settle what becomes of it.

    Its process records the end itself. Here it is given back when `stop` is set, and has failed when the
    process fails or takes too long.
    """
    log.info("solve %d of %s: claim %d", held.solve_id, held.service_on, held.claim)
    order = Order(server=database.server, pace=pace, held=held, threads=threads)
    with SolverProcess(order) as solver:
        left = _watch(database, solver, held, pace=pace, stop=stop)
    log.info("solve %d of %s: %s", held.solve_id, held.service_on, _as_words(left))
    if left is _Left.STOPPING:
        give_back_solve(database, held, actor=ACTOR)
    elif left is not _Left.LOST and left not in (MADE, TAKEN_OVER):
        trouble = Trouble.TOO_LONG if left is _Left.TOO_LONG else Trouble.PROCESS_ENDED
        fail_solve(database, held, trouble, actor=ACTOR)


def help_elsewhere(
    database: Database, helps: Help, *, pace: Pace, stop: threading.Event, threads: int = 1
) -> None:
    """
    Have parts of a solve made in a process of its own, on so many threads, until it is no longer wanted.

    When `stop` is set, the part at hand is answered as far as it is.
    """
    log.info("solve %d: helping", helps.solve_id)
    order = Order(server=database.server, pace=pace, helps=helps, threads=threads)
    with SolverProcess(order) as solver:
        while (code := solver.exit_code(within_s=pace.beat_s)) is None and not stop.is_set():
            pass
        if code is None:
            solver.stop_searching()
            code = solver.exit_code(within_s=5 * pace.beat_s)
    log.info("solve %d: helped, code %s", helps.solve_id, code)


def _as_words(left: _Left | int) -> str:
    known: dict[_Left | int, str] = {
        MADE: "made",
        TAKEN_OVER: "another worker has it",
        _Left.STOPPING: "given back",
        _Left.LOST: "another worker has it",
        _Left.TOO_LONG: "it took much longer than it was allowed to search",
    }
    return known.get(left, f"its process ended with code {left}")


def _watch(
    database: Database, solver: SolverProcess, held: ClaimedSolve, *, pace: Pace, stop: threading.Event
) -> _Left | int:
    """Hold the solve until its process ends (and give its code), or until there is a reason to leave it."""
    ends_at = time.monotonic() + held.time_limit_s + pace.grace_s
    told: SolveFigures | None = None
    while (code := solver.exit_code(within_s=pace.beat_s)) is None:
        if stop.is_set():
            return _Left.STOPPING
        if time.monotonic() > ends_at:
            return _Left.TOO_LONG
        news = solver.figures if solver.figures != told else None
        try:
            holds = hold_solve(database, held, news, lease_s=pace.lease_s, actor=ACTOR)
        except Unavailable as error:
            log.warning("solve %d: %s", held.solve_id, error)
            continue
        told = news or told
        if holds is None:
            return _of_ended(solver, pace)
        _pass_on(solver, holds)
    return code


def _pass_on(solver: SolverProcess, holds: Held) -> None:
    if holds.cancel_asked:
        solver.stop_searching()


def _of_ended(solver: SolverProcess, pace: Pace) -> _Left | int:
    """Tell a process that has just recorded its end from one whose solve was taken over."""
    code = solver.exit_code(within_s=5 * pace.beat_s)
    return _Left.LOST if code is None else code
