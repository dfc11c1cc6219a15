"""The commands of plans, their history, their parts, and of undo, as a person or a program calls them."""

import json
from pathlib import Path

import pytest

from estafette.domain.plan import Violation
from estafette.store.database import Database, Statement
from tests.edge.commands import call
from tests.edge.conftest import Settle
from tests.store.days import DAY, Day, a_day

ON_DAY = ("--day", DAY.isoformat())


@pytest.fixture
def company(database: Database, settle: Settle) -> Day:
    """A day of a company in a database that the commands reach by address."""
    day = a_day(database, trips=6, runs=2)
    settle(day.company_id)
    return day


def planned(*more: str) -> int:
    done = call("plan", *ON_DAY, "--time-limit", "0.1", "--json", *more)
    assert done.exit_code == 0, done.output
    return int(json.loads(done.stdout)["plan_id"])


def assigned(database: Database, day: Day) -> list[int]:
    return [row[0] for row in database.read(day.company_id, "SELECT trip_id FROM assignment ORDER BY 1", {})]


@pytest.mark.parametrize("path", [("plan",), ("plan", "show"), ("plan", "diff"), ("plans",), ("replay",)])
def test_every_command_of_plans_has_an_example(path: tuple[str, ...]) -> None:
    assert f"Example: estafette {' '.join(path)}" in call(*path, "--help").output


def test_a_plan_is_listed_shown_applied_by_its_number_and_then_explained(company: Day) -> None:
    number = planned()
    assert call("plans", *ON_DAY).output.splitlines()[1].split()[0] == str(number)
    shown = call("plan", "show", str(number)).output
    assert "placed         6, left over 0" in shown
    assert "not applied" in shown
    applied = call("apply", str(number))
    assert (applied.exit_code, "6 applied" in applied.output) == (0, True), applied.output
    assert "6 applied" in call("plan", "show", str(number)).output.splitlines()[-1]


def test_a_plan_says_what_it_costs_by_terms_that_add_up_to_its_cost(company: Day) -> None:
    number = str(planned())
    terms = json.loads(call("plan", "show", number, "--json").stdout)["plan"]["terms"]
    cost = json.loads(call("plan", "show", number, "--json").stdout)["plan"]["cost"]
    assert sum(terms.values()) == cost
    lines = call("plan", "show", number).output.splitlines()
    table = lines[lines.index("  cost by terms, in hours and minutes of driving") + 1 :]
    assert {line.split("  ")[2] for line in table[: len(terms)]} == {name.replace("_", " ") for name in terms}
    minutes = round(cost / 6_000)
    assert table[len(terms)].split() == ["together", f"{minutes // 60}:{minutes % 60:02}"]


def test_a_plan_shown_as_json_and_written_to_a_file_is_the_plan(company: Day) -> None:
    number = planned("--out", "first.json")
    shown = json.loads(call("plan", "show", str(number), "--json", "--out", "second.json").stdout)
    assert shown["entry"]["plan_id"] == number
    assert shown["plan"] == json.loads(Path("first.json").read_text())
    assert Path("first.json").read_bytes() == Path("second.json").read_bytes()


def test_a_replay_gives_the_same_plan_and_says_so(company: Day) -> None:
    number = planned()
    done = call("replay", str(number))
    assert (done.exit_code, "the same again" in done.output) == (0, True), done.output
    assert json.loads(call("replay", str(number), "--json").stdout)["same"] is True


def test_a_replay_with_another_answer_ends_with_1_and_names_the_versions_that_differ(
    company: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = planned()
    monkeypatch.setattr("estafette.flow.history.encode", lambda _: b"another")
    monkeypatch.setattr("estafette.flow.history.versions", lambda: {"numba": "0.0.1"})
    done = call("replay", str(number))
    assert done.exit_code == 1
    assert "made by another version of the optimiser; now another plan, cost" in done.output
    assert "now 0.0.1" in done.output


def test_a_plan_says_on_how_many_threads_it_was_searched_and_is_replayed_on_as_many(company: Day) -> None:
    number = planned("--threads", "3")
    assert "iterations done on 3 threads" in call("plan", "show", str(number)).output
    assert call("replay", str(number)).exit_code == 0
    assert "on 3 threads" not in call("plan", "show", str(planned("--threads", "1"))).output


def test_the_difference_of_two_plans_as_text_and_as_data(company: Day) -> None:
    before = planned()
    call("dispatch", *ON_DAY, "--time-limit", "0.1")
    same = call("plan", "diff", str(before), str(before))
    assert "the two plans ask the same of everybody" in same.output
    found = json.loads(call("plan", "diff", str(before), str(before), "--json").stdout)
    assert (found["trips"], found["drivers"], found["before"]) == ([], [], found["after"])


def test_one_trip_of_a_plan_is_accepted_and_the_rest_later(company: Day, database: Database) -> None:
    number, trip = str(planned()), str(company.trip_ids[2])
    part = call("apply", number, "--trip", trip)
    assert (part.exit_code, "1 applied" in part.output) == (0, True), part.output
    assert assigned(database, company) == [company.trip_ids[2]]
    # The rider keeps the times of the plan, and waits aboard where others would have been fetched.
    broken = json.loads(call("check", *ON_DAY, "--json").stdout)["violations"]
    assert all(each.startswith("onboard_wait") for each in broken)
    whole = call("apply", number)
    assert "5 applied, 1 unchanged" in whole.output
    assert assigned(database, company) == company.trip_ids


def test_undo_refuses_whole_what_it_cannot_restore_and_restores_what_can_be(
    company: Day, database: Database
) -> None:
    done = json.loads(call("apply", str(planned()), "--json").stdout)
    apply_id, trip = str(done["applied_id"]), company.trip_ids[0]
    call("undo", "--apply", apply_id, "--trip", str(trip))
    assert trip not in assigned(database, company)
    late = "UPDATE assignment SET dropoff_until = dropoff_until - interval '1 s' WHERE trip_id = (SELECT max(trip_id) FROM assignment)"
    database.transact(company.company_id, [Statement(late, {})], actor="someone")
    refused = call("undo", "--apply", apply_id)
    assert refused.exit_code == 1
    assert f"apply {apply_id} cannot be taken back whole; nothing was changed" in refused.output
    assert f"estafette undo --apply {apply_id} --what-can" in refused.output
    assert len(assigned(database, company)) == 5
    some = call("undo", "--apply", apply_id, "--what-can")
    assert (some.exit_code, "stale; it is booked on run" in some.output) == (1, True), some.output
    assert assigned(database, company) == [company.trip_ids[-1]]


def test_undo_can_be_undone(company: Day, database: Database) -> None:
    call("apply", str(planned()))
    undone = json.loads(call("undo", *ON_DAY, "--json").stdout)
    assert assigned(database, company) == []
    assert call("undo", "--apply", str(undone["applied"]["applied_id"])).exit_code == 0
    assert assigned(database, company) == company.trip_ids


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("plan",), 2, "Missing option '--day'"),
        (("plan", "show", "999999"), 1, "estafette: there is no plan 999999 in the history"),
        (("plan", "diff", "999998", "999999"), 1, "estafette: there is no plan 999998 in the history"),
        (("replay", "999999"), 1, "estafette: there is no plan 999999 in the history"),
        (("apply", "999999"), 1, "estafette: there is no plan 999999 in the history"),
        (("undo",), 2, "say which: --day for the last apply of a day, or --apply with its number"),
        (("undo", *ON_DAY, "--apply", "1"), 2, "say which: --day"),
        (("undo", "--apply", "999999"), 1, "estafette: there is no apply 999999 that changed anything"),
        (("plans", "--company", "999999"), 1, "estafette: there is no company 999999"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    company: Day, arguments: tuple[str, ...], exit_code: int, said: str
) -> None:
    done = call(*arguments)
    assert (done.exit_code, said in done.output) == (exit_code, True), done.output
    assert "Traceback" not in done.output


def test_a_part_that_the_plan_does_not_have_is_one_clear_line(company: Day) -> None:
    done = call("apply", str(planned()), "--run", "999999")
    assert (done.exit_code, "the plan has no run 999999" in done.output) == (1, True), done.output


def test_without_plans_the_list_says_so(company: Day) -> None:
    assert call("plans").output == "no plans are kept\n"
    assert json.loads(call("plans", "--json").stdout) == []


def test_an_undo_after_which_the_day_breaks_a_rule_says_how_to_see_it(
    company: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("apply", str(planned()))
    broken = [Violation(rule="arrival", run_id=1, by=60)]
    monkeypatch.setattr("estafette.edge.cli.applies.check_day", lambda *_, **__: broken)
    undone = call("undo", *ON_DAY)
    assert undone.exit_code == 0
    assert f"the day breaks rules (1); see them with:\n  estafette check {' '.join(ON_DAY)}" in undone.output
