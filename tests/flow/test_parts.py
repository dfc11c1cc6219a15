"""Large days made in parts, by threads that stand for workers: shared, left alone, called off, cut off."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

import msgspec
import pytest

from estafette.domain.error import Conflict, Unavailable
from estafette.domain.solve import ClaimedSolve, SolveCard, SolveRequest, SolveState
from estafette.flow import parts as flow
from estafette.flow.history import replay_plan
from estafette.flow.jobs import make_solve
from estafette.flow.parts import Making, help_with
from estafette.flow.reporter import GoesOn, Reporter
from estafette.planning.warm import compile_kernels
from estafette.store.database import Database
from estafette.store.jobs import ask_for_solve, claim_solve, list_solves
from estafette.store.plans import get_plan
from estafette.store.queue import Pace
from estafette.travel.estimate import EstimateTravel
from tests.store.days import DAY, Day, a_day

TRIPS = 40
PACE = Pace(lease_s=5, beat_s=0.1)


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    """Let the time limits below be spent on searching."""
    compile_kernels(lambda _: None)


@pytest.fixture(autouse=True)
def _small_days_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "SMALLEST", TRIPS)


@pytest.fixture
def day(database: Database) -> Day:
    return a_day(database, trips=TRIPS, runs=8)


@pytest.fixture
def held(database: Database, day: Day) -> ClaimedSolve:
    wish = SolveRequest(service_on=DAY, time_limit_s=2, applies=True, workers=2)
    ask_for_solve(database, day.company_id, wish, actor="test")
    held = claim_solve(database, day.company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    return held


def helpers(monkeypatch: pytest.MonkeyPatch, count: Callable[[], int]) -> None:
    """Say how many workers answered the call; the queue is tested elsewhere."""
    monkeypatch.setattr(flow, "count_helpers", lambda *_, **__: count())


@contextmanager
def helping(database: Database, held: ClaimedSolve) -> Iterator[None]:
    """Let a thread help with a solve, as another worker would."""
    stop = threading.Event()
    with Database(database.server) as own:
        making = Making(own, EstimateTravel().matrix, perf_counter, PACE, 1, lambda: not stop.is_set())
        thread = threading.Thread(
            target=help_with, args=(making, held.company_id, held.solve_id), kwargs={"stop": stop}
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def made(database: Database, held: ClaimedSolve, goes_on: GoesOn = lambda _: True) -> SolveCard:
    reporter = Reporter(goes_on, perf_counter, every_s=0.1)
    travel, clock = EstimateTravel(), perf_counter
    assert make_solve(database, held, travel=travel, clock=clock, reporter=reporter, pace=PACE)
    (card,) = list_solves(database, held.company_id)
    assert (card.violations, card.applied_id is not None) == (0, True)
    assert database.read(held.company_id, "SELECT count(*) FROM assignment", {}) == [(TRIPS,)]
    assert database.read(held.company_id, "SELECT count(*) FROM solve_part", {}) == [(0,)]
    return card


def test_holder_and_helper_both_make_parts_and_the_plan_is_kept_and_applied(
    database: Database, held: ClaimedSolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpers(monkeypatch, lambda: 1)
    with helping(database, held):
        card = made(database, held)
    assert 0 < card.helped < card.parts


def test_a_plan_of_several_workers_says_that_it_cannot_be_made_again(
    database: Database, held: ClaimedSolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpers(monkeypatch, lambda: 1)
    plan_id = made(database, held).plan_id
    assert plan_id is not None
    with pytest.raises(Conflict, match="made by several workers"):
        replay_plan(database, held.company_id, plan_id, travel=EstimateTravel())


def test_without_helpers_the_plan_is_one_workers_and_can_be_made_again(
    database: Database, held: ClaimedSolve
) -> None:
    card = made(database, held)
    assert (card.parts, card.plan_id is not None) == (0, True)
    assert get_plan(database, held.company_id, card.plan_id or 0).plan.course is not None


def test_helpers_that_never_do_anything_cost_their_parts_alone(
    database: Database, held: ClaimedSolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpers(monkeypatch, lambda: 2)
    card = made(database, held)
    assert (card.helped, card.parts >= 3) == (0, True)


def test_helpers_that_go_leave_the_rest_to_the_holder(
    database: Database, held: ClaimedSolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([1, 1])
    helpers(monkeypatch, lambda: next(answers, 0))
    with helping(database, held):
        assert made(database, held).parts == 2


def test_a_shared_solve_told_to_stop_ends_in_the_middle_of_a_round(
    database: Database, held: ClaimedSolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpers(monkeypatch, lambda: 1)
    parts = "SELECT count(*) FROM solve_part"
    endless = msgspec.structs.replace(held, time_limit_s=3000)
    card = made(database, endless, lambda _: database.read(held.company_id, parts, {}) == [(0,)])
    assert card.state is SolveState.STOPPED


def test_a_database_that_is_away_ends_the_rounds_and_not_the_solve(
    database: Database, held: ClaimedSolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        message = "away"
        raise Unavailable(message)

    helpers(monkeypatch, lambda: 1)
    monkeypatch.setattr(flow, "put_parts", away)
    card = made(database, held)
    assert (card.state, card.parts) == (SolveState.DONE, 0)
