"""The notices on the command line."""

import json

import pytest
from click.testing import Result

from estafette.flow.notices import deliver_due
from estafette.notify.channel import GiveUp
from estafette.notify.memory import MemoryChannel
from estafette.store.database import Database
from tests.dispatched import DAY, Dispatched
from tests.edge import commands
from tests.edge.conftest import Settle


@pytest.fixture
def company(database: Database, settle: Settle) -> Dispatched:
    """A company with a dead letter for its first driver and a notice that waits for its second."""
    company = Dispatched(database)
    company.roster()
    company.book(2)
    company.assign(company.run_ids[0], company.trip_ids[:1])
    dead = MemoryChannel(answers={company.driver_ids[0]: GiveUp(reason="no such number")})
    deliver_due(database, company.company_id, dead)
    company.assign(company.run_ids[1], company.trip_ids[1:])
    settle(company.company_id)
    return company


def call(*arguments: str) -> Result:
    return commands.call("notices", *arguments)


def test_what_drivers_have_not_got_is_listed_with_the_reason(company: Dispatched) -> None:
    head, dead, waiting = call().output.splitlines()
    assert head.split() == ["driver", "ref", "day", "event", "state", "tries", "why"]
    assert dead.split() == [
        str(company.driver_ids[0]), "d1", str(DAY), "3", "dead", "1", "no", "such", "number",
    ]  # fmt: skip
    assert waiting.split()[1:] == ["d2", str(DAY), "4", "waiting", "0"]


def test_dead_letters_alone_are_listed_as_data(company: Dispatched) -> None:
    shown = json.loads(call("--dead", "--json").output)
    assert [(each["driver_ref"], each["why"]) for each in shown["notices"]] == [("d1", "no such number")]


def test_a_day_without_notices_says_so(company: Dispatched) -> None:
    assert call("--day", "2026-11-26").output == "no such notices\n"


def test_a_dead_letter_is_put_back_in_line_once(company: Dispatched) -> None:
    key = (str(company.driver_ids[0]), "3")
    first, again = call("resend", *key), call("resend", *key)
    assert (first.exit_code, first.output) == (0, "back in line: 1\n")
    assert (again.exit_code, again.output) == (1, "no such dead letter\n")


def test_all_dead_letters_are_put_back_and_the_day_shows_what_became_of_them(company: Dispatched) -> None:
    assert json.loads(call("resend", "--all", "--json").output) == {"resent": 1}
    company.assign(company.run_ids[0], company.trip_ids[:1], late_s=30)
    deliver_due(company.database, company.company_id, MemoryChannel())
    _, old, other, new = call("--day", str(DAY)).output.splitlines()
    assert [line.split()[4] for line in (old, other, new)] == ["superseded", "sent", "sent"]
    assert old.endswith("by 5")


@pytest.mark.parametrize("arguments", [(), ("7",), ("7", "3", "--all")])
def test_resending_asks_for_one_or_for_all(company: Dispatched, arguments: tuple[str, ...]) -> None:
    refused = call("resend", *arguments)
    assert refused.exit_code == 2
    assert "or say --all" in refused.output


@pytest.mark.parametrize("command", [(), ("resend", "--all")])
def test_a_company_that_is_not_there_is_named(company: Dispatched, command: tuple[str, ...]) -> None:
    refused = call(*command, "--company", "999")
    assert (refused.exit_code, refused.stderr) == (1, "estafette: there is no company 999\n")
