"""Workers as real processes: they share the work, and what a dead or stopped one left is done once by another."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from estafette.domain.solve import SolveCard, SolveRequest, SolveState
from estafette.edge.solving import solve_elsewhere
from estafette.store.audit import audit
from estafette.store.database import Database, Statement
from estafette.store.jobs import ask_for_solve, cancel_solve, claim_solve, list_solves
from estafette.store.plans import get_plan
from tests.edge.working import QUICK, Work
from tests.store.days import DAY, Day, a_day

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for child processes in /proc")

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 120
LONG_S = 3000  # a solve that is caught at work must not end first, however busy the machine is


@pytest.fixture
def day(database: Database) -> Day:
    return a_day(database, trips=12, runs=2)


class Workers:
    """Starts workers on the test's database; none of them outlives the test."""

    def __init__(self, database: Database, day: Day, home: Path) -> None:
        self.work = Work(server=database.server, company_id=day.company_id, folder=str(home))
        self.log = (home / "workers.log").open("a+b")
        self.started: list[subprocess.Popen[bytes]] = []
        self.stopped: list[int] = []

    def start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.edge.working"], cwd=ROOT, stdin=subprocess.PIPE, stderr=self.log
        )
        self.started.append(process)
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(self.work) + b"\n")
        process.stdin.close()
        return process

    def stop(self, process_id: int) -> None:
        """Stop a process: one that waits for a processor still goes on for a moment after the signal."""
        self.stopped.append(process_id)
        os.kill(process_id, signal.SIGSTOP)
        until(lambda: state_of(process_id) == "T")

    def said(self) -> str:
        return Path(self.log.name).read_text(encoding="utf-8")


@pytest.fixture
def workers(database: Database, day: Day, tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(database, day, tmp_path)
    yield workers
    sys.stdout.write(workers.said())  # where a story fails, what they said is shown
    for process in workers.started:
        process.kill()
        process.wait()
    for process_id in workers.stopped:  # a solver ends once it finds its worker gone
        with suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGCONT)
    workers.log.close()


def until(holds: Callable[[], Any]) -> Any:
    """Wait until something holds, and give it."""
    ends_at = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        assert time.monotonic() < ends_at, "it never came to hold"
        time.sleep(0.05)
    return found


def ask(database: Database, day: Day, time_limit_s: float = LONG_S, *, applies: bool = True) -> int:
    wish = SolveRequest(service_on=DAY, time_limit_s=time_limit_s, applies=applies)
    return ask_for_solve(database, day.company_id, wish, actor="test")


def latest(database: Database, day: Day) -> SolveCard:
    return list_solves(database, day.company_id)[0]


def searching(database: Database, day: Day, *, attempt: int = 1) -> Callable[[], bool]:
    """Tell whether an attempt at the solve runs and has found something."""

    def found() -> bool:
        card = latest(database, day)
        return (card.state, card.attempts) == (SolveState.RUNNING, attempt) and card.figures is not None

    return found


def ended(database: Database, day: Day) -> Callable[[], SolveCard | None]:
    def card() -> SolveCard | None:
        found = latest(database, day)
        return found if found.state not in (SolveState.WAITING, SolveState.RUNNING) else None

    return card


def called_off(database: Database, day: Day) -> SolveCard:
    cancel_solve(database, day.company_id, latest(database, day).solve_id, actor="test")
    return until(ended(database, day))  # type: ignore[no-any-return]


def solver_of(process: "subprocess.Popen[bytes]") -> int:
    return int(until(lambda: children(process))[0])


def children(process: "subprocess.Popen[bytes]") -> list[str]:
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [child for task in tasks for child in task.read_text().split()]


def state_of(process_id: int) -> str | None:
    """Give the letter that the kernel has for what a process does (`T` stopped, `Z` dead); `None` without it."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return None


def written(database: Database, day: Day) -> tuple[Any, ...]:
    """What solves write, but for who wrote it."""
    return database.read(
        day.company_id,
        """SELECT (SELECT last_event_id FROM feed), (SELECT array_agg(key) FROM applied), (SELECT count(*) FROM plan),
            (SELECT json_agg(a ORDER BY trip_id)::text FROM assignment a)""",
        {},
    )[0]


def test_a_worker_loads_neither_the_web_application_nor_the_optimiser() -> None:
    names = "import sys, estafette.edge.cli.working; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", names], capture_output=True, check=True, text=True).stdout
    assert {"litestar", "numba"} & set(loaded.split()) == set()


def test_a_worker_plans_and_applies_what_was_asked_for(
    database: Database, day: Day, workers: Workers
) -> None:
    solve_id = ask(database, day, 1)
    workers.start()
    card = until(ended(database, day))
    assert (card.solve_id, card.state, card.violations) == (solve_id, SolveState.DONE, 0)
    assert (card.figures.placed, card.figures.left_over) == (12, 0)
    assert database.read(day.company_id, "SELECT count(*) FROM assignment", {}) == [(12,)]
    assert audit(database.server).findings == 0
    assert database.read(
        day.company_id, "SELECT key, plan_id FROM applied WHERE id = %(id)s", {"id": card.applied_id}
    ) == [(f"solve:{solve_id}:1", card.plan_id)]


def test_a_solve_that_only_proposes_keeps_its_plan_and_changes_nothing(
    database: Database, day: Day, workers: Workers
) -> None:
    ask(database, day, 0.5, applies=False)
    workers.start()
    card = until(ended(database, day))
    assert (card.plan_id is not None, card.applied_id) == (True, None)
    assert database.read(day.company_id, "SELECT count(*) FROM assignment", {}) == [(0,)]


def test_another_worker_takes_over_from_one_that_was_killed(
    database: Database, day: Day, workers: Workers
) -> None:
    ask(database, day)
    first = workers.start()
    until(searching(database, day))
    first.kill()
    workers.start()
    until(searching(database, day, attempt=2))
    card = called_off(database, day)
    assert (card.state, card.attempts) == (SolveState.STOPPED, 2)
    assert database.read(day.company_id, "SELECT key FROM applied", {}) == [(f"solve:{card.solve_id}:2",)]


def test_a_worker_that_wakes_up_after_another_took_over_writes_nothing(
    database: Database, day: Day, workers: Workers
) -> None:
    ask(database, day)
    zombie = workers.start()
    until(searching(database, day))
    solver = solver_of(zombie)
    for process_id in (zombie.pid, solver):
        workers.stop(process_id)
    workers.start()
    until(searching(database, day, attempt=2))
    card = called_off(database, day)
    before = written(database, day)
    for process_id in (solver, zombie.pid):
        os.kill(process_id, signal.SIGCONT)
    until(lambda: not children(zombie))
    assert written(database, day) == before
    assert before[1] == [f"solve:{card.solve_id}:2"]


def test_a_solver_that_wakes_up_without_its_worker_writes_nothing(
    database: Database, day: Day, workers: Workers
) -> None:
    ask(database, day)
    dead = workers.start()
    until(searching(database, day))
    solver = solver_of(dead)
    workers.stop(solver)
    dead.kill()
    workers.start()
    until(searching(database, day, attempt=2))
    called_off(database, day)
    before = written(database, day)
    os.kill(solver, signal.SIGCONT)
    until(lambda: state_of(solver) in (None, "Z"))
    assert written(database, day) == before


def test_a_cancelled_solve_ends_early_and_its_best_plan_is_kept(
    database: Database, day: Day, workers: Workers
) -> None:
    ask(database, day)
    workers.start()
    until(searching(database, day))
    card = called_off(database, day)
    assert (card.state, card.figures.placed, card.applied_id is not None) == (SolveState.STOPPED, 12, True)


def test_a_worker_told_to_end_gives_its_solve_back_and_another_makes_it(
    database: Database, day: Day, workers: Workers
) -> None:
    ask(database, day)
    first = workers.start()
    until(searching(database, day))
    first.terminate()
    assert first.wait(timeout=PATIENCE_S) == 0
    assert (latest(database, day).state, latest(database, day).attempts) == (SolveState.WAITING, 0)
    workers.start()
    until(searching(database, day))
    assert called_off(database, day).attempts == 1


def test_two_workers_share_the_days(database: Database, day: Day, workers: Workers) -> None:
    for later in (0, 1):
        wish = SolveRequest(service_on=DAY.replace(day=DAY.day + later), time_limit_s=LONG_S)
        ask_for_solve(database, day.company_id, wish, actor="test")
    # A day without trips is solved at once, so the second one needs a trip as well.
    move = "UPDATE trip SET service_on = service_on + 1 WHERE id = %(id)s"
    database.transact(day.company_id, [Statement(move, {"id": day.trip_ids[0]})], actor="test")
    workers.start()
    workers.start()
    both = [SolveState.RUNNING] * 2
    assert until(lambda: [card.state for card in list_solves(database, day.company_id)] == both)


def test_a_worker_whose_connections_are_cut_goes_on_by_itself(
    database: Database, day: Day, workers: Workers
) -> None:
    ask(database, day, 10)  # to be caught at work, and to end by itself
    worker = workers.start()
    until(searching(database, day))
    with psycopg.connect(database.server.owner) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert until(ended(database, day)).state is SolveState.DONE
    ask(database, day, 0.5)
    assert until(ended(database, day)).state is SolveState.DONE
    assert worker.poll() is None


def test_a_worker_that_others_took_for_dead_begins_anew(
    database: Database, day: Day, workers: Workers
) -> None:
    worker = workers.start()
    ask(database, day, 0.2)
    until(ended(database, day))
    forgotten = "DELETE FROM procrastinate.procrastinate_workers RETURNING id"
    (before,) = database.transact(day.company_id, [Statement(forgotten, {})], actor="test")
    ask(database, day, 0.2)
    until(ended(database, day))
    known = database.read(day.company_id, "SELECT id FROM procrastinate.procrastinate_workers", {})
    assert (worker.poll(), len(before), len(known), known != before) == (None, 1, 1, True)


def test_a_solve_is_made_on_as_many_threads_as_its_worker_says(database: Database, day: Day) -> None:
    ask(database, day, 0.5)
    held = claim_solve(database, day.company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    solve_elsewhere(database, held, pace=QUICK, stop=threading.Event(), threads=2)
    plan_id = latest(database, day).plan_id
    assert plan_id is not None
    course = get_plan(database, day.company_id, plan_id).plan.course
    assert course is not None
    assert course.threads == 2


def test_a_solve_whose_process_fails_says_so_and_is_tried_again(database: Database, day: Day) -> None:
    ask(database, day, 1)
    broken = Statement("UPDATE vehicle SET layouts = '[1]'", {})
    database.transact(day.company_id, [broken], actor="test")
    held = claim_solve(database, day.company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    solve_elsewhere(database, held, pace=QUICK, stop=threading.Event())
    card = latest(database, day)
    assert (card.state, card.attempts, card.trouble) == (
        SolveState.WAITING,
        1,
        "process_ended",
    )
