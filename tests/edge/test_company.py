"""The rules of a company from the command line."""

import json

import pytest

from estafette.store.database import Database
from estafette.store.day import load_day
from tests.edge.commands import call
from tests.edge.conftest import Settle
from tests.store.days import DAY, Day, a_day


@pytest.fixture
def company(database: Database, settle: Settle) -> Day:
    day = a_day(database, trips=1, runs=1)
    settle(day.company_id)
    return day


def test_a_company_starts_with_the_usual_rules(company: Day) -> None:
    shown = json.loads(call("company", "--json").stdout)
    assert shown["rules"] == {
        "max_onboard_wait_s": 300, "ride_factor_percent": 150, "ride_allowance_s": 600, "freeze_s": None
    }  # fmt: skip


def test_the_rules_that_are_named_change_and_the_next_plan_keeps_them(
    database: Database, company: Day
) -> None:
    call("company", "--max-onboard-wait-s", "none", "--freeze-s", "1800")
    said = call("company", "--ride-factor-percent", "200").stdout
    assert "no limit" in said
    assert "200 % of the direct one and 600 s" in said
    problem = load_day(database, company.company_id, DAY)
    assert (problem.max_onboard_wait_s, problem.freeze_s) == (None, 1800)
    assert problem.ride_limit.factor_percent == 200
    call("company", "--freeze-s", "none")
    assert load_day(database, company.company_id, DAY).now_s is None


@pytest.mark.parametrize(
    "wrong", [("--freeze-s", "soon"), ("--ride-factor-percent", "50"), ("--freeze-s", "-1")]
)
def test_a_rule_that_makes_no_sense_is_wrong_use(company: Day, wrong: tuple[str, str]) -> None:
    assert call("company", *wrong).exit_code == 2


def test_a_company_that_does_not_exist_has_no_rules(company: Day) -> None:
    for changes in ((), ("--freeze-s", "60")):
        refused = call("company", "--company", "999", *changes)
        assert (refused.exit_code, refused.stderr) == (1, "estafette: there is no company 999\n")


def test_a_company_is_called_otherwise_and_its_zone_stays_once_it_has_days(company: Day) -> None:
    assert call("company", "--name", "Léman", "--language", "fr").stdout.startswith("Léman, UTC, fr\n")
    assert call("company", "--zone", "UTC").exit_code == 0
    refused = call("company", "--zone", "Europe/Paris")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "it stays once there are trips or shifts" in refused.stderr
    for name in ("Europe/Zuerich", "localtime", ""):
        unknown = call("company", "--zone", name)
        assert unknown.stderr == f"estafette: zone: {name!r} is no zone like Europe/Zurich\n"


def test_another_company_is_made_with_days_of_its_own(company: Day) -> None:
    made = call("company", "add", "Ambulances", "--zone", "Europe/Paris", "--language", "fr")
    number = made.stdout.split()[1].rstrip(":")
    assert int(number) > company.company_id
    assert f"--company {number}" in made.stdout
    moved = call("company", "--company", number, "--zone", "Europe/London")
    assert moved.stdout.startswith("Ambulances, Europe/London, fr\n")
    assert call("user", "list", "--company", number).exit_code == 0
    wrong = call("company", "add", "X", "--zone", "Mars/Base")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (1, 1)
