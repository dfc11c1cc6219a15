"""Parts of a large day as rows: claimed once, held by a lease, gone with their round, their solve or their claim."""

from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from estafette.domain.part import DayPart
from estafette.domain.plan import Plan
from estafette.domain.solve import ClaimedSolve, SolveFigures, SolveRequest, SolveState
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.jobs import (
    Ending,
    ask_for_solve,
    cancel_solve,
    claim_solve,
    end_solve,
    fail_solve,
    list_solves,
    sweep_jobs,
)
from estafette.store.parts import (
    ClaimedPart,
    answer_part,
    call_helpers,
    claim_part,
    collect_answers,
    count_helpers,
    helper_is_wanted,
    hold_part,
    put_parts,
)
from tests.store.days import DAY, Day, a_day, plan_for

ENDING = Ending(
    state=SolveState.DONE,
    figures=SolveFigures(placed=3, left_over=0, cost=1, seconds=1.0),
    parts=7,
    helped=4,
)


@pytest.fixture
def day(database: Database) -> Day:
    return a_day(database, trips=3, runs=2)


@pytest.fixture
def held(database: Database, day: Day) -> ClaimedSolve:
    """A solve that three workers may share."""
    return claimed(database, day)


def claimed(database: Database, day: Day, *, lease_s: float = 60) -> ClaimedSolve:
    wish = SolveRequest(service_on=DAY, workers=3)
    ask_for_solve(database, day.company_id, wish, actor="test")
    held = claim_solve(database, day.company_id, DAY, lease_s=lease_s, actor="worker")
    assert held is not None
    return held


def a_part(database: Database, day: Day, seed: int) -> DayPart:
    problem = load_day(database, day.company_id, DAY)
    return DayPart(problem=problem, begin=msgspec.structs.replace(plan_for(problem, {}), seed=seed))


def put(database: Database, held: ClaimedSolve, day: Day, count: int = 2, *, seconds: float = 60) -> bool:
    parts = tuple(a_part(database, day, seed) for seed in range(count))
    return put_parts(database, held, parts, seconds=seconds)


def take(database: Database, held: ClaimedSolve, *, lease_s: float = 60) -> ClaimedPart | None:
    return claim_part(database, held.company_id, held.solve_id, lease_s=lease_s, helps=True)


def taken(database: Database, held: ClaimedSolve, *, lease_s: float = 60) -> ClaimedPart:
    part = take(database, held, lease_s=lease_s)
    assert part is not None
    return part


def answer(database: Database, part: ClaimedPart) -> bool:
    return answer_part(database, part, an_answer(part))


def an_answer(part: ClaimedPart) -> Plan:
    return msgspec.structs.replace(part.part.begin, iterations=5)


def rows(database: Database, held: ClaimedSolve) -> int:
    return int(database.read(held.company_id, "SELECT count(*) FROM solve_part", {})[0][0])


def test_each_part_is_taken_once_whole_and_its_answer_is_read_by_the_holder(
    database: Database, day: Day, held: ClaimedSolve
) -> None:
    assert put(database, held, day)
    first, second = taken(database, held), taken(database, held)
    assert take(database, held) is None
    assert [part.part for part in (first, second)] == [a_part(database, day, seed) for seed in (0, 1)]
    assert 55 < first.time_limit_s <= 60
    assert collect_answers(database, held).awaited == 2
    assert answer(database, first)
    found = collect_answers(database, held)
    assert (found.plans, found.helped, found.awaited) == ((an_answer(first),), 1, 1)


def test_a_part_whose_maker_is_lost_is_taken_over_and_the_late_answer_refused(
    database: Database, day: Day, held: ClaimedSolve
) -> None:
    put(database, held, day, 1)
    lost = taken(database, held, lease_s=0)
    assert collect_answers(database, held).awaited == 0
    other = taken(database, held)
    assert (hold_part(database, lost, lease_s=60), answer(database, lost)) == (False, False)
    assert (hold_part(database, other, lease_s=60), answer(database, other)) == (True, True)
    assert not answer(database, other)


def test_nobody_begins_a_part_whose_round_is_over(database: Database, day: Day, held: ClaimedSolve) -> None:
    put(database, held, day, seconds=0)
    assert take(database, held) is None


def test_a_new_round_ends_the_one_before(database: Database, day: Day, held: ClaimedSolve) -> None:
    put(database, held, day)
    late = taken(database, held)
    put(database, held, day, 3)
    assert not answer(database, late)
    assert (rows(database, held), collect_answers(database, held).plans) == (3, ())


def test_parts_are_gone_when_their_solve_ends_fails_or_is_lost(database: Database, day: Day) -> None:
    for leave in (
        lambda held: end_solve(database, held, ENDING, actor="worker"),
        lambda held: fail_solve(database, held, "broken", actor="worker"),
        lambda held: sweep_jobs(database, held.company_id, silent_s=15, actor="worker"),
    ):
        held = claimed(database, day, lease_s=0.2)
        put(database, held, day)
        assert rows(database, held) == 2
        while held.solve_id == list_solves(database, held.company_id)[0].solve_id and rows(database, held):
            leave(held)
        assert not helper_is_wanted(database, held.company_id, held.solve_id)
        end_all(database, day)


def end_all(database: Database, day: Day) -> None:
    for card in list_solves(database, day.company_id):
        if card.state is SolveState.WAITING:
            cancel_solve(database, day.company_id, card.solve_id, actor="test")


def test_whoever_lost_the_solve_puts_no_parts(database: Database, day: Day) -> None:
    zombie = claimed(database, day, lease_s=0)
    now = claim_solve(database, day.company_id, DAY, lease_s=60, actor="worker")
    assert now is not None
    assert (put(database, zombie, day), put(database, now, day)) == (False, True)


def test_a_helper_is_wanted_while_the_solve_runs_and_no_other_waits(
    database: Database, day: Day, held: ClaimedSolve
) -> None:
    assert helper_is_wanted(database, held.company_id, held.solve_id)
    ask_for_solve(database, day.company_id, SolveRequest(service_on=DAY), actor="test")
    assert helper_is_wanted(database, held.company_id, held.solve_id)
    later = SolveRequest(service_on=DAY.replace(day=DAY.day + 1))
    ask_for_solve(database, day.company_id, later, actor="test")
    assert not helper_is_wanted(database, held.company_id, held.solve_id)


def test_one_job_for_each_helper_is_queued_and_called_again_only_when_it_is_lost(
    database: Database, day: Day, held: ClaimedSolve
) -> None:
    options = "-c role=estafette_app -c search_path=procrastinate"
    with psycopg.connect(make_conninfo(database.server.owner, options=options), autocommit=True) as queue:

        def helping() -> list[Any]:
            jobs = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'help' ORDER BY id"
            return [row[0] for row in queue.execute(jobs)]

        for _ in range(2):
            call_helpers(database, held)
        assert helping() == ["todo", "todo"]
        queue.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'solve'")
        queue.execute(
            "SELECT procrastinate_fetch_job_v2(%s, procrastinate_register_worker_v1())",
            [[f"company:{day.company_id}"]],
        )
        put(database, held, day)
        sweep_jobs(database, day.company_id, silent_s=15, actor="worker")
        assert sorted(helping()) == ["doing", "todo"]
        assert count_helpers(database, held, silent_s=15) == 1
        assert count_helpers(database, held, silent_s=0) == 0


def test_what_a_solve_was_asked_and_how_it_was_shared_is_listed(
    database: Database, day: Day, held: ClaimedSolve
) -> None:
    end_solve(database, held, ENDING, actor="worker")
    card = list_solves(database, day.company_id)[0]
    assert (held.workers, card.workers, card.parts, card.helped) == (3, 3, 7, 4)


def test_one_who_asks_for_more_workers_gets_them_for_the_solve_that_waits(
    database: Database, day: Day
) -> None:
    for workers in (1, 4, 2):
        ask_for_solve(database, day.company_id, SolveRequest(service_on=DAY, workers=workers), actor="test")
    assert [card.workers for card in list_solves(database, day.company_id)] == [4]


@pytest.mark.parametrize("count", [1, 12])
def test_a_round_takes_as_many_statements_for_many_parts_as_for_one(
    database: Database, day: Day, held: ClaimedSolve, count: int
) -> None:
    parts = tuple(a_part(database, day, seed) for seed in range(count))
    database.count()
    put_parts(database, held, parts, seconds=60)
    sent = database.count()
    collect_answers(database, held)
    collected = database.count()
    assert sent is not None
    assert collected is not None
    assert [(each.statements, each.round_trips) for each in (sent, collected)] == [(5, 1), (4, 1)]
