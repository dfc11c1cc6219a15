"""Making claimed solves: proposed or applied, ended early with the best so far, refused under an old claim."""

from time import perf_counter

import pytest

import estafette.flow.day as day_flow
from estafette.domain.plan import Violation
from estafette.domain.solve import ClaimedSolve, SolveCard, SolveFigures, SolveRequest, SolveState
from estafette.flow.jobs import make_solve
from estafette.flow.reporter import GoesOn, Reporter
from estafette.planning.budget import Progress
from estafette.planning.warm import compile_kernels
from estafette.store.database import Database
from estafette.store.jobs import ask_for_solve, claim_solve, list_solves
from estafette.store.plans import get_plan
from estafette.travel.estimate import EstimateTravel
from tests.store.days import DAY, Day, a_day


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    """Let the time limits below be spent on searching."""
    compile_kernels(lambda _: None)


@pytest.fixture
def day(database: Database) -> Day:
    return a_day(database, trips=8, runs=2)


def claimed(
    database: Database, day: Day, *, time_limit_s: float = 0.1, applies: bool = True, lease_s: float = 60
) -> ClaimedSolve:
    wish = SolveRequest(service_on=DAY, time_limit_s=time_limit_s, applies=applies)
    ask_for_solve(database, day.company_id, wish, actor="test")
    held = claim_solve(database, day.company_id, DAY, lease_s=lease_s, actor="test")
    assert held is not None
    return held


def make(database: Database, held: ClaimedSolve, goes_on: GoesOn = lambda _: True) -> bool:
    reporter = Reporter(goes_on, perf_counter, every_s=0)
    return make_solve(database, held, travel=EstimateTravel(), clock=perf_counter, reporter=reporter)


def the_solve(database: Database, day: Day) -> SolveCard:
    (card,) = list_solves(database, day.company_id)
    return card


def assigned(database: Database, day: Day) -> int:
    return int(database.read(day.company_id, "SELECT count(*) FROM assignment", {})[0][0])


def test_what_is_to_be_applied_is_kept_applied_and_recorded(database: Database, day: Day) -> None:
    assert make(database, claimed(database, day))
    card = the_solve(database, day)
    assert (card.state, card.violations) == (SolveState.DONE, 0)
    assert assigned(database, day) == 8
    assert card.plan_id is not None
    kept = get_plan(database, day.company_id, card.plan_id)
    assert [entry.applied_id for entry in kept.entry.applies] == [card.applied_id]


def test_what_is_only_proposed_changes_no_assignment(database: Database, day: Day) -> None:
    make(database, claimed(database, day, applies=False))
    card = the_solve(database, day)
    assert (card.applied_id, assigned(database, day)) == (None, 0)
    assert card.plan_id is not None


def test_a_solve_told_to_stop_keeps_and_applies_its_best_plan_so_far(database: Database, day: Day) -> None:
    make(database, claimed(database, day, time_limit_s=3000), goes_on=lambda so_far: so_far.placed < 8)
    card = the_solve(database, day)
    assert card.state is SolveState.STOPPED
    assert assigned(database, day) == 8


def test_a_plan_that_breaks_a_rule_is_kept_but_not_applied(
    database: Database, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Violation(rule="ride_time", run_id=day.run_ids[0], trip_id=day.trip_ids[0], by=60)
    monkeypatch.setattr(day_flow, "violations", lambda *_: [broken])
    make(database, claimed(database, day))
    card = the_solve(database, day)
    assert (card.state, card.violations, card.applied_id) == (SolveState.DONE, 1, None)
    assert assigned(database, day) == 0


def test_a_solve_that_was_taken_over_keeps_and_applies_nothing(database: Database, day: Day) -> None:
    zombie = claimed(database, day, lease_s=0)
    claim_solve(database, day.company_id, DAY, lease_s=60, actor="test")
    with pytest.raises(Exception, match="no longer holds its solve"):
        make(database, zombie)
    assert assigned(database, day) == 0
    assert database.read(day.company_id, "SELECT count(*) FROM plan", {}) == [(0,)]


def test_progress_is_passed_on_now_and_then_and_the_wish_to_stop_is_final() -> None:
    heard: list[SolveFigures] = []
    clock = iter([0.0, 0.1, 1.0, 2.0])

    def goes_on(figures: SolveFigures) -> bool:
        heard.append(figures)
        return len(heard) < 2

    reporter = Reporter(goes_on, lambda: next(clock), every_s=0.5)
    answers = [
        reporter(Progress(elapsed_s=k, iterations=k, trips=10, left_over=k, cost=100)) for k in range(4)
    ]
    assert answers == [True, True, False, False]
    assert [figures.placed for figures in heard] == [10, 8]
