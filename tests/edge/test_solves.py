"""The commands of solves: ask, list, cancel, plan by itself."""

import json

import pytest

from estafette.domain.solve import SolveFigures, SolveState, Trouble
from estafette.store.database import Database
from estafette.store.jobs import Ending, claim_solve, end_solve, fail_solve, hold_solve
from tests.edge.commands import call
from tests.edge.conftest import Settle
from tests.store.days import DAY, a_company


@pytest.fixture
def company_id(database: Database, settle: Settle) -> int:
    company_id = a_company(database)
    settle(company_id)
    return company_id


def test_a_solve_is_asked_for_listed_and_cancelled(company_id: int) -> None:
    asked = call("solve", "--day", DAY, "--time-limit", 5, "--apply", "--json")
    solve_id = json.loads(asked.stdout)["solve_id"]
    (listed,) = json.loads(call("solves", "--json").stdout)["solves"]
    assert (listed["solve_id"], listed["state"], listed["time_limit_s"], listed["applies"]) == (
        solve_id,
        "waiting",
        5.0,
        True,
    )
    assert call("solves", "cancel", solve_id).stdout == f"solve {solve_id} is cancelled\n"
    again = call("solves", "cancel", solve_id)
    assert (again.exit_code, again.stderr) == (1, f"estafette: solve {solve_id} has ended: cancelled\n")


def test_a_large_day_is_asked_for_with_workers_and_the_list_says_who_made_parts(
    database: Database, company_id: int
) -> None:
    call("solve", "--day", DAY, "--workers", 3)
    held = claim_solve(database, company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    figures = SolveFigures(placed=90, left_over=0, cost=1, seconds=12)
    ending = Ending(state=SolveState.DONE, figures=figures, parts=9, helped=5)
    end_solve(database, held, ending, actor="test")
    assert "9 parts, 5 by other workers" in call("solves").stdout
    (listed,) = json.loads(call("solves", "--json").stdout)["solves"]
    assert (listed["workers"], listed["parts"], listed["helped"]) == (3, 9, 5)


def test_the_list_says_how_far_a_solve_is_and_who_asked(database: Database, company_id: int) -> None:
    assert call("solves").stdout == "no solves\n"
    call("solve", "--day", DAY)
    held = claim_solve(database, company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    figures = SolveFigures(placed=87, left_over=3, cost=1, seconds=12)
    hold_solve(database, held, figures, lease_s=60, actor="test")
    line = call("solves", "--day", DAY).stdout
    assert "running    87 of 90 placed, 12 s  asked by cli:" in line
    assert "ends now with its best plan" in call("solves", "cancel", held.solve_id).stdout


def test_the_list_says_why_a_solve_failed(database: Database, company_id: int) -> None:
    call("solve", "--day", DAY)
    held = claim_solve(database, company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    fail_solve(database, held, Trouble.TOO_LONG, actor="test")
    assert "it took much longer than it was allowed to search" in call("solves").stdout


def test_days_are_planned_by_themselves_where_a_company_wants_it(database: Database, company_id: int) -> None:
    assert call("solves", "automatic", "propose").stdout == "new bookings: propose\n"
    assert json.loads(call("solves", "automatic", "apply", "--json").stdout) == {"automatic": "apply"}
    assert database.read(company_id, "SELECT planning FROM company", {}) == [("apply",)]
