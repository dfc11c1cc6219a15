"""Solves as rows, and the jobs that wake workers for them: claimed once, fenced, rescued, never lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from functools import reduce
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from estafette.domain.error import ApplyFailed, Conflict, Invalid, NotFound
from estafette.domain.event import SolveProgressed
from estafette.domain.fold import fold
from estafette.domain.solve import Automatic, ClaimedSolve, SolveFigures, SolveRequest, SolveState
from estafette.store.apply import apply_plan
from estafette.store.board import get_board
from estafette.store.database import Database, Statement
from estafette.store.feed import last_event_id, read_events
from estafette.store.intake import store_trips
from estafette.store.jobs import (
    MAX_ATTEMPTS,
    Ending,
    Held,
    ask_for_solve,
    ask_statement,
    cancel_solve,
    claim_solve,
    end_solve,
    fail_solve,
    give_back_solve,
    hold_solve,
    list_solves,
    set_automatic,
    sweep_jobs,
)
from tests.store.days import DAY, a_company, a_day, a_plan
from tests.store.deliveries import STORE, a_trip

WISH = SolveRequest(service_on=DAY)
FIGURES = SolveFigures(placed=3, left_over=1, cost=1800, seconds=2.0)
DONE = Ending(state=SolveState.DONE, figures=FIGURES)


@pytest.fixture
def queue(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """The queue's own tables and functions, as one of its workers sees them."""
    options = "-c role=estafette_app -c search_path=procrastinate"
    with psycopg.connect(make_conninfo(database.server.owner, options=options), autocommit=True) as found:
        yield found


def jobs(queue: psycopg.Connection[Any]) -> list[str]:
    return [row[0] for row in queue.execute("SELECT status::text FROM procrastinate_jobs ORDER BY id")]


def fetch(queue: psycopg.Connection[Any], company_id: int) -> int:
    """Take the next job as a worker that will never be heard of again."""
    row = queue.execute(
        "SELECT (procrastinate_fetch_job_v2(%s, procrastinate_register_worker_v1())).id",
        [[f"company:{company_id}"]],
    ).fetchone()
    assert row is not None
    queue.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    return int(row[0])


def ask(database: Database, company_id: int, wish: SolveRequest = WISH) -> int:
    return ask_for_solve(database, company_id, wish, actor="test")


def claim(database: Database, company_id: int, *, lease_s: float = 60) -> ClaimedSolve | None:
    return claim_solve(database, company_id, DAY, lease_s=lease_s, actor="worker")


def claimed(database: Database, company_id: int, *, lease_s: float = 60) -> ClaimedSolve:
    ask(database, company_id)
    held = claim(database, company_id, lease_s=lease_s)
    assert held is not None
    return held


def hold(database: Database, held: ClaimedSolve, figures: SolveFigures | None = FIGURES) -> Held | None:
    return hold_solve(database, held, figures, lease_s=60, actor="worker")


def sweep(database: Database, company_id: int) -> int:
    return sweep_jobs(database, company_id, silent_s=15, actor="worker")


def states(database: Database, company_id: int) -> list[str]:
    return [card.state.value for card in reversed(list_solves(database, company_id))]


def told(database: Database, company_id: int) -> list[SolveProgressed]:
    events = read_events(database, company_id, 0)
    assert isinstance(events, list)
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    return [event.what for event in events if isinstance(event.what, SolveProgressed)]


def test_whoever_asks_for_a_day_that_waits_already_joins_the_one_that_waits(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    first = ask(database, company_id, SolveRequest(service_on=DAY, time_limit_s=5, applies=True))
    second = ask(database, company_id, SolveRequest(service_on=DAY, time_limit_s=30))
    (waiting,) = list_solves(database, company_id)
    assert first == second == waiting.solve_id
    assert (waiting.time_limit_s, waiting.applies) == (30, True)
    assert jobs(queue) == ["todo"]


def test_a_hundred_bookings_at_once_ask_for_one_solve_and_none_is_lost(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    set_automatic(database, company_id, Automatic.APPLY, actor="test")
    with Database(database.server, size=8) as many, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: store_trips(many, company_id, [a_trip(f"t{n}")], STORE), range(100)))
    assert database.read(company_id, "SELECT count(*) FROM trip", {}) == [(100,)]
    assert states(database, company_id) == ["waiting"]
    assert jobs(queue) == ["todo"]
    assert last_event_id(database, company_id) == 100


def test_bookings_ask_for_nothing_where_days_are_planned_by_hand(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    store_trips(database, company_id, [a_trip("t1")], STORE)
    sweep(database, company_id)
    assert (states(database, company_id), jobs(queue)) == ([], [])


def test_a_transaction_that_fails_has_asked_for_nothing(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    broken = Statement("SELECT 1 / 0", {})
    with pytest.raises(psycopg.errors.DivisionByZero):
        database.transact(company_id, [ask_statement(company_id, WISH, actor="t"), broken], actor="t")
    assert (states(database, company_id), jobs(queue)) == ([], [])


def test_a_day_is_solved_by_one_at_a_time_and_the_next_is_woken_when_it_ends(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    held = claimed(database, company_id)
    ask(database, company_id)
    queue.execute("DELETE FROM procrastinate_jobs")
    assert claim(database, company_id) is None
    assert states(database, company_id) == ["running", "waiting"]
    assert end_solve(database, held, DONE, actor="worker")
    assert jobs(queue) == ["todo"]
    assert claim(database, company_id) is not None


def test_a_solve_tells_of_its_beginning_its_progress_and_its_end(database: Database) -> None:
    company_id = a_company(database)
    held = claimed(database, company_id)
    assert hold(database, held) == Held(cancel_asked=False)
    assert hold(database, held, None) == Held(cancel_asked=False)
    end_solve(database, held, DONE, actor="worker")
    assert [(what.state.value, what.placed) for what in told(database, company_id)] == [
        ("running", None),
        ("running", 3),
        ("done", 3),
    ]
    (card,) = list_solves(database, company_id, service_on=DAY)
    assert card.figures == FIGURES


def test_who_lost_a_solve_can_neither_hold_nor_end_it_nor_let_it_go(database: Database) -> None:
    company_id = a_company(database)
    zombie = claimed(database, company_id, lease_s=0)
    holder = claim(database, company_id)
    assert holder is not None
    assert holder.claim == zombie.claim + 1
    events = last_event_id(database, company_id)
    assert hold(database, zombie) is None
    assert not end_solve(database, zombie, DONE, actor="zombie")
    give_back_solve(database, zombie, actor="zombie")
    fail_solve(database, zombie, "late", actor="zombie")
    assert last_event_id(database, company_id) == events
    assert hold(database, holder) is not None


def test_who_lost_a_solve_cannot_apply_its_plan(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    zombie = claimed(database, day.company_id, lease_s=0)
    plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    holder = claim(database, day.company_id)
    assert holder is not None
    with pytest.raises(ApplyFailed, match="no longer holds its solve"):
        apply_plan(database, plan, key=zombie.holder, actor=zombie.holder)
    assert database.read(day.company_id, "SELECT count(*) FROM assignment", {}) == [(0,)]
    assert len(apply_plan(database, plan, key=holder.holder, actor=holder.holder).changed_runs) == 1


def test_the_job_of_a_silent_worker_comes_back_and_its_solve_is_claimed_anew(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    claimed(database, company_id, lease_s=0)
    fetch(queue, company_id)
    assert sweep(database, company_id) == 2
    assert (states(database, company_id), jobs(queue)) == (["waiting"], ["todo"])
    assert sweep(database, company_id) == 0


def test_a_stalled_job_whose_twin_waits_is_failed_and_the_twin_does_its_work(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    ask(database, company_id, SolveRequest(service_on=DAY, applies=True))
    fetch(queue, company_id)
    claim(database, company_id, lease_s=0)
    ask(database, company_id)
    sweep(database, company_id)
    assert jobs(queue) == ["failed", "todo"]
    assert states(database, company_id) == ["replaced", "waiting"]
    assert list_solves(database, company_id)[0].applies


def test_a_solve_that_fails_again_and_again_ends_as_failed_and_says_why(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    ask(database, company_id)
    for _ in range(MAX_ATTEMPTS):
        held = claim(database, company_id)
        assert held is not None
        fail_solve(database, held, "out of memory", actor="worker")
    assert claim(database, company_id) is None
    (card,) = list_solves(database, company_id)
    assert (card.state, card.attempts, card.trouble) == (SolveState.FAILED, MAX_ATTEMPTS, "out of memory")


def test_after_a_failure_the_next_attempt_waits(database: Database, queue: psycopg.Connection[Any]) -> None:
    company_id = a_company(database)
    held = claimed(database, company_id)
    queue.execute("DELETE FROM procrastinate_jobs")
    fail_solve(database, held, "no", actor="worker")
    row = queue.execute("SELECT scheduled_at > now() FROM procrastinate_jobs").fetchone()
    assert row == (True,)


def test_a_solve_given_back_waits_again_and_counts_as_no_attempt(database: Database) -> None:
    company_id = a_company(database)
    give_back_solve(database, claimed(database, company_id), actor="worker")
    (card,) = list_solves(database, company_id)
    assert (card.state, card.attempts) == (SolveState.WAITING, 0)


def test_a_waiting_solve_is_cancelled_at_once(database: Database) -> None:
    company_id = a_company(database)
    solve_id = ask(database, company_id)
    assert cancel_solve(database, company_id, solve_id, actor="test") is SolveState.CANCELLED
    assert claim(database, company_id) is None
    with pytest.raises(Conflict, match="has ended: cancelled"):
        cancel_solve(database, company_id, solve_id, actor="test")


def test_a_running_solve_is_told_at_its_next_sign_of_life(database: Database) -> None:
    company_id = a_company(database)
    held = claimed(database, company_id)
    assert cancel_solve(database, company_id, held.solve_id, actor="test") is SolveState.RUNNING
    assert hold(database, held) == Held(cancel_asked=True)


def test_a_cancelled_solve_whose_worker_is_lost_is_not_made_again(database: Database) -> None:
    company_id = a_company(database)
    held = claimed(database, company_id, lease_s=0)
    cancel_solve(database, company_id, held.solve_id, actor="test")
    sweep(database, company_id)
    assert states(database, company_id) == ["cancelled"]


def test_the_sweep_makes_a_job_for_whatever_waits_without_one(
    database: Database, queue: psycopg.Connection[Any]
) -> None:
    company_id = a_company(database)
    ask(database, company_id)
    queue.execute("DELETE FROM procrastinate_jobs")
    sweep(database, company_id)
    assert jobs(queue) == ["todo"]


def test_the_sweep_asks_once_for_a_day_with_news_that_no_solve_has_seen(database: Database) -> None:
    company_id = a_company(database)
    ((ahead,),) = database.read(company_id, "SELECT current_date + 2", {})  # nobody plans a day that is over
    store_trips(
        database,
        company_id,
        [a_trip("t1", service_on=ahead, requested_at=datetime.combine(ahead, time(8), UTC))],
        STORE,
    )
    set_automatic(database, company_id, Automatic.PROPOSE, actor="test")
    sweep(database, company_id)
    assert states(database, company_id) == ["waiting"]
    held = claim_solve(database, company_id, ahead, lease_s=60, actor="worker")
    assert held is not None
    end_solve(database, held, DONE, actor="worker")
    sweep(database, company_id)
    assert states(database, company_id) == ["done"]


def test_another_company_sees_and_cancels_nothing(database: Database) -> None:
    theirs, ours = a_company(database), a_company(database)
    solve_id = ask(database, theirs)
    assert list_solves(database, ours) == []
    with pytest.raises(NotFound):
        cancel_solve(database, ours, solve_id, actor="test")


def test_nothing_is_asked_of_a_company_that_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound, match="there is no company 999"):
        ask(database, 999)
    with pytest.raises(NotFound, match="there is no company 999"):
        set_automatic(database, 999, Automatic.APPLY, actor="test")


def test_a_board_that_follows_the_progress_of_solves_equals_a_fresh_one(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    board = get_board(database, day.company_id, DAY)
    held = claimed(database, day.company_id)
    hold(database, held)
    fail_solve(database, held, "no", actor="worker")
    events = read_events(database, day.company_id, 0)
    assert isinstance(events, list)
    assert len(events) == 3
    assert reduce(fold, events, board) == get_board(database, day.company_id, DAY)


def test_two_days_that_change_in_one_transaction_make_two_events(database: Database) -> None:
    company_id = a_company(database)
    for later in (0, 1):
        on = DAY.replace(day=DAY.day + later)
        ask(database, company_id, SolveRequest(service_on=on))
        claim_solve(database, company_id, on, lease_s=60, actor="worker")
    run_out = Statement("UPDATE solve SET until = now() - interval '1 s'", {})
    database.transact(company_id, [run_out], actor="test")
    sweep(database, company_id)
    assert [what.state.value for what in told(database, company_id)] == [*["running"] * 2, *["waiting"] * 2]


def test_nobody_searches_for_longer_than_an_hour() -> None:
    with pytest.raises(Invalid, match="time_limit_s: 3601 is not between 0 and 3600"):
        SolveRequest(service_on=DAY, time_limit_s=3601)


def test_the_queue_has_the_schema_that_the_migrations_know(queue: psycopg.Connection[Any]) -> None:
    # A newer package with a newer schema needs a migration here, for the databases that exist already.
    row = queue.execute("SELECT obj_description('procrastinate'::regnamespace)").fetchone()
    assert row == ("03.04.00",)
