"""`estafette db prune` as a person and as a program calls it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from estafette.edge.cli import main
from estafette.store.database import Database
from tests.dispatched import Dispatched

_AGE = "UPDATE event SET at = at - interval '40 days' WHERE company_id = %(company)s"


@pytest.fixture
def company(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dispatched:
    """Two old events, and one with a notice that nobody has delivered."""
    company = Dispatched(database)
    company.roster()
    company.assign(company.run_ids[0], company.book(1))
    company.write("UPDATE applied SET service_on = current_date - 9 WHERE company_id = %(company)s")
    company.write(_AGE)
    monkeypatch.setenv("DATABASE_URL", database.server.owner)
    monkeypatch.setenv("ESTAFETTE_HOME", str(tmp_path))
    monkeypatch.setenv("ESTAFETTE_COMPANY", str(company.company_id))
    return company


def _prune(*words: str) -> Result:
    return CliRunner().invoke(main, ["db", "prune", *words])


def test_it_says_what_went_and_what_holds_the_rest(company: Dispatched) -> None:
    result = _prune()
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "2 events and 0 notices removed",
        "older ones are held back by notices that nobody has delivered yet; is a worker running?",
    ]


def test_a_program_gets_the_same_as_json(company: Dispatched) -> None:
    assert json.loads(_prune("--json").output) == {"events": 2, "notices": 0, "held_by": "notices"}


def test_what_is_to_be_kept_stays(company: Dispatched) -> None:
    assert json.loads(_prune("--keep-days", "60", "--json").output)["events"] == 0


def test_less_than_a_day_is_wrong_use(company: Dispatched) -> None:
    assert _prune("--keep-days", "0").exit_code == 2
