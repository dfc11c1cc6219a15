"""`estafette db prune` as a person and as a program calls it."""

import json

import pytest
from click.testing import Result

from estafette.store.database import Database
from tests.dispatched import Dispatched
from tests.edge.commands import call
from tests.edge.conftest import Settle

_AGE = "UPDATE event SET at = at - interval '40 days' WHERE company_id = %(company)s"


@pytest.fixture
def company(database: Database, settle: Settle) -> Dispatched:
    """Two old events, and one with a notice that nobody has delivered."""
    company = Dispatched(database)
    company.roster()
    company.assign(company.run_ids[0], company.book(1))
    company.write("UPDATE applied SET service_on = current_date - 9 WHERE company_id = %(company)s")
    company.write(_AGE)
    settle(company.company_id)
    return company


def _prune(*words: str) -> Result:
    return call("db", "prune", *words)


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
