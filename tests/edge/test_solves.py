"""The commands of solves: ask, list, cancel, plan by itself."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from psycopg.conninfo import conninfo_to_dict

from estafette.domain.solve import SolveFigures
from estafette.edge.cli import main
from estafette.store.database import Database
from estafette.store.jobs import claim_solve, fail_solve, hold_solve
from tests.store.days import DAY, a_company

Call = Callable[..., Result]


@pytest.fixture
def company_id(database: Database) -> int:
    return a_company(database)


@pytest.fixture
def call(database: Database, company_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command on the test's database."""
    server = conninfo_to_dict(database.server.owner)
    kept = " ".join(f"{name}={server[name]}" for name in ("host", "port", "user", "dbname") if name in server)
    monkeypatch.setenv("DATABASE_URL", kept)
    monkeypatch.setenv("ESTAFETTE_HOME", str(tmp_path))
    monkeypatch.setenv("ESTAFETTE_COMPANY", str(company_id))
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_solve_is_asked_for_listed_and_cancelled(call: Call) -> None:
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


def test_the_list_says_how_far_a_solve_is_and_who_asked(
    call: Call, database: Database, company_id: int
) -> None:
    assert call("solves").stdout == "no solves\n"
    call("solve", "--day", DAY)
    held = claim_solve(database, company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    figures = SolveFigures(placed=87, left_over=3, cost=1, seconds=12)
    hold_solve(database, held, figures, lease_s=60, actor="test")
    line = call("solves", "--day", DAY).stdout
    assert "running    87 of 90 placed, 12 s  asked by cli:" in line
    assert "ends now with its best plan" in call("solves", "cancel", held.solve_id).stdout


def test_the_list_says_why_a_solve_failed(call: Call, database: Database, company_id: int) -> None:
    call("solve", "--day", DAY)
    held = claim_solve(database, company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    fail_solve(database, held, "its process ended with code 1", actor="test")
    assert "its process ended with code 1" in call("solves").stdout


def test_days_are_planned_by_themselves_where_a_company_wants_it(
    call: Call, database: Database, company_id: int
) -> None:
    assert call("solves", "automatic", "propose").stdout == "new bookings: propose\n"
    assert json.loads(call("solves", "automatic", "apply", "--json").stdout) == {"automatic": "apply"}
    assert database.read(company_id, "SELECT planning FROM company", {}) == [("apply",)]
