"""After every fault, what was acknowledged stands as it was answered: the short form (F1, F2, F4, F5, F11, F26, F33)."""

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from estafette.domain.error import Unavailable
from estafette.store.database import Database, Statement
from tests.faults import faults
from tests.faults.__main__ import main
from tests.faults.appliers import contest
from tests.faults.arena import Arena, wait_until
from tests.faults.faults import Trials
from tests.faults.proxy import a_relay
from tests.store.days import a_company


@pytest.mark.parametrize(
    ("trials", "count"),
    [
        (faults.client_kills, 15),
        (faults.backend_kills, 5),
        (faults.server_kills, 2),
        (faults.lost_replies, 25),
        (faults.partitions, 1),
        (faults.clock_steps, 60),
    ],
)
def test_what_was_acknowledged_stands_as_it_was_answered(arena: Arena, trials: Trials, count: int) -> None:
    verdict, done, _ = trials(arena, count)
    assert verdict.failures() == []
    assert done >= count
    assert verdict.acknowledged > 0


def test_appliers_on_the_same_trips_leave_a_serialisable_history(arena: Arena) -> None:
    done = contest(arena, applies=400)
    assert done.failures() == []
    assert done.stale > 0


def test_a_client_that_falls_silent_in_the_middle_does_not_hold_its_company(arena: Arena) -> None:
    with Database(arena.server, size=1) as database:
        company = a_company(database)
    with a_relay(arena.server.app) as relay, Database(arena.server, size=1) as others:
        silent = psycopg.connect(**conninfo_to_dict(relay.address(arena.server.app)), autocommit=True)
        silent.pgconn.enter_pipeline_mode()
        for sql in (b"BEGIN", b"SELECT set_config('app.company', '%d', true)" % company, LOCK):
            silent.pgconn.send_query_params(sql, None)
        silent.pgconn.flush()
        wait_until(lambda: not can_write(others, company))
        relay.silence()
        assert not can_write(others, company)
        wait_until(lambda: can_write(others, company))
        silent.close()


LOCK = b"SELECT FROM feed FOR NO KEY UPDATE"


def can_write(database: Database, company: int) -> bool:
    try:
        impatient = Statement("SELECT FROM feed FOR NO KEY UPDATE NOWAIT", {})
        database.transact(company, [impatient])
    except Unavailable:
        return False
    return True


def test_the_command_runs_what_was_asked_for_and_says_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--only", "client,disk", "--times", "0.04", "--seed", "7", "--keep", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "seed 7" in said
    assert "fsync on, full_page_writes on, synchronous_commit on" in said
    assert "client          1 trials" in said
    assert said.endswith("0 lost, 0 duplicate, 0 double-booked, 0 gaps\n")
    assert [*tmp_path.glob("seed-7/company-*.jsonl")]
    assert [*tmp_path.glob("seed-7/company-*.jsonl.stored")]
