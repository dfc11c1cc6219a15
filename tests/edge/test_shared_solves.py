"""A large day that several workers make, as real processes: parts by both, one killed, one called off."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from estafette.domain.solve import SolveRequest, SolveState
from estafette.flow.parts import SMALLEST
from estafette.store.audit import audit
from estafette.store.database import Database
from estafette.store.jobs import ask_for_solve
from estafette.store.plans import get_plan
from tests.edge.test_worker import LONG_S, Workers, called_off, children, ended, until
from tests.store.days import DAY, Day, a_day

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for child processes in /proc")

WORKERS = 2


@pytest.fixture
def day(database: Database) -> Day:
    return a_day(database, trips=SMALLEST, runs=20)


@pytest.fixture
def workers(database: Database, day: Day, tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(database, day, tmp_path)
    yield workers
    for process in workers.started:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()
    workers.log.close()


def ask(database: Database, day: Day, time_limit_s: float = LONG_S) -> None:
    wish = SolveRequest(service_on=DAY, time_limit_s=time_limit_s, applies=True, workers=WORKERS)
    ask_for_solve(database, day.company_id, wish, actor="test")


def helped(database: Database, day: Day) -> set[int]:
    """The parts of the present round that a helper makes or has made."""
    rows = database.read(day.company_id, "SELECT id FROM solve_part WHERE helped", {})
    return {part_id for (part_id,) in rows}


def test_two_workers_make_parts_of_one_day_until_it_is_called_off(
    database: Database, day: Day, workers: Workers
) -> None:
    both = [workers.start() for _ in range(WORKERS)]
    ask(database, day)
    first = until(lambda: helped(database, day))
    until(lambda: helped(database, day) - first)  # who makes another has answered one
    card = called_off(database, day)
    assert (card.state, card.violations) == (SolveState.STOPPED, 0)
    assert 0 < card.helped < card.parts
    assert database.read(day.company_id, "SELECT count(*) FROM assignment", {}) == [(SMALLEST,)]
    assert database.read(day.company_id, "SELECT count(*) FROM solve_part", {}) == [(0,)]
    assert get_plan(database, day.company_id, card.plan_id or 0).entry.parameters.shared
    assert audit(database.server).findings == 0
    until(lambda: not any(map(children, both)))


def test_a_helper_that_is_killed_costs_its_part_and_another_takes_its_place(
    database: Database, day: Day, workers: Workers
) -> None:
    both = [workers.start() for _ in range(WORKERS)]
    ask(database, day)
    first = until(lambda: helped(database, day))
    (helper,) = [process for process in both if helping(workers, process.pid)]
    helper.kill()
    workers.start()
    until(lambda: helped(database, day) - first)
    card = called_off(database, day)
    assert (card.state, card.attempts, card.violations) == (SolveState.STOPPED, 1, 0)
    assert database.read(day.company_id, "SELECT count(*) FROM assignment", {}) == [(SMALLEST,)]


def helping(workers: Workers, process_id: int) -> bool:
    return any(f" {process_id} " in line and "helping" in line for line in workers.said().splitlines())


def test_a_worker_alone_makes_the_day_as_if_it_were_not_shared(
    database: Database, day: Day, workers: Workers
) -> None:
    workers.start()
    ask(database, day, 2)
    card = until(ended(database, day))
    assert (card.state, card.parts, card.violations) == (SolveState.DONE, 0, 0)
    assert not get_plan(database, day.company_id, card.plan_id).entry.parameters.shared
