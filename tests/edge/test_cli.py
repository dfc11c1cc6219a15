"""The commands as a person or a program calls them."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from estafette.domain.ledger import Act
from estafette.edge.cli import main
from estafette.store.database import Database
from estafette.store.ledger import Wanted, list_entries
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


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        assert command.name == name
        yield from leaves(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]


def test_the_program_has_the_commands_that_the_readme_names() -> None:
    named = {
        "demo",
        "company",
        "import",
        "plan",
        "apply",
        "dispatch",
        "undo",
        "plans",
        "replay",
        "solve",
        "solves",
        "offers",
        "why",
        "problem",
        "roads",
        "runs",
        "check",
        "notices",
        "serve",
        "worker",
        "db",
        "settings",
        "audit",
        "rider",
        "retention",
        "standing",
        "user",
        "institution",
        "phone",
        "key",
        "webhooks",
    }
    assert {path[0] for path in leaves(main)} == named
    assert {path[1] for path in leaves(main) if path[0] == "db"} == {
        "migrate",
        "status",
        "check",
        "backup",
        "restore",
        "prune",
    }
    assert {path[1] for path in leaves(main) if path[0] == "roads"} == {
        "build",
        "status",
        "calibrate",
        "places",
        "access",
        "leg",
    }
    assert {path[1] for path in leaves(main) if path[0] == "import"} == {
        "trips",
        "drivers",
        "riders",
        "vehicles",
        "shifts",
    }


@pytest.mark.parametrize("path", sorted(leaves(main)), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    shown = call(*path, "--help")
    assert shown.exit_code == 0
    assert f"estafette {' '.join(path)}" in shown.output


def test_a_day_is_planned_to_a_file_applied_shown_checked_and_undone(
    company: Day, database: Database
) -> None:
    planned = call("plan", *ON_DAY, "--time-limit", "0.1", "--out", "plan.json")
    assert planned.exit_code == 0, planned.output
    assert "placed         6" in planned.output
    assert call("runs", *ON_DAY).output.count("no trips") == 2
    assert "6 applied" in call("apply", "plan.json").output
    assert call("runs", *ON_DAY).output.count("pick up") == 6
    (read,) = list_entries(database, company.company_id, Wanted(kind="rider"), limit=1)
    assert read.action is Act.READ
    assert call("check", *ON_DAY).exit_code == 0
    assert "6 applied" in call("undo", *ON_DAY).output
    assert call("undo", *ON_DAY).exit_code == 1


def test_dispatch_prints_one_object_with_the_figures_that_were_counted(company: Day) -> None:
    done = call("dispatch", *ON_DAY, "--time-limit", "0.1", "--json")
    figures = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (figures["trips"], figures["placed"], figures["left_over"]) == (6, 6, [])
    assert figures["hours"]["runs_used"] == figures["drivers_used"]
    assert set(figures["stages"]) == {"load", "travel", "plan", "check", "keep", "apply", "notify"}
    assert figures["stages"]["apply"]["statements"] == 5
    assert figures["stages"]["apply"]["round_trips"] == 1
    assert len(list((Path(os.environ["ESTAFETTE_HOME"]) / "plans").glob("plan-*.json"))) == 1


def test_dispatching_under_the_same_key_applies_once(company: Day) -> None:
    first = call("dispatch", *ON_DAY, "--time-limit", "0.1", "--key", "monday", "--profile")
    assert "round trips" in first.output
    assert "  hours          1 of " in first.output
    again = call("dispatch", *ON_DAY, "--time-limit", "0.1", "--key", "monday")
    assert again.exit_code == 1
    assert "the key 'monday' was used for another plan" in again.output


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("dispatch", "--day", "tomorrow"), 2, "'tomorrow' is not a date like 2026-11-25"),
        (("dispatch", *ON_DAY, "--company", "99999"), 1, "estafette: there is no company 99999"),
        (("runs", *ON_DAY, "--company", "99999"), 1, "estafette: there is no company 99999"),
        (("apply", "nowhere.json"), 2, "'nowhere.json' does not exist"),
        (("undo", *ON_DAY), 1, "estafette: there is no applied plan on 2026-11-25 to take back"),
        (("db", "restore", "x.dump"), 2, "say --yes to do it"),
        (("db", "restore", "x.dump", "--yes"), 1, "estafette: x.dump: no such file"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    company: Day, arguments: tuple[str, ...], exit_code: int, said: str
) -> None:
    done = call(*arguments)
    assert (done.exit_code, said in done.output) == (exit_code, True), done.output
    assert "Traceback" not in done.output


def test_a_file_that_is_no_plan_is_named_with_what_is_wrong(company: Day) -> None:
    Path("bad.json").write_text('{"company_id": "x"}')
    done = call("apply", "bad.json")
    assert done.exit_code == 1
    assert "bad.json: not a plan: Expected `int`, got `str` - at `$.company_id`" in done.output


def test_a_server_that_is_not_there_is_one_clear_line(company: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/nothing?connect_timeout=1")
    for arguments in (("db", "status"), ("db", "migrate"), ("dispatch", *ON_DAY)):
        done = call(*arguments)
        assert done.exit_code == 1
        assert "estafette: the database does not answer" in done.output


def test_a_backup_brings_back_what_it_was_taken_of(company: Day, database: Database) -> None:
    call("dispatch", *ON_DAY, "--time-limit", "0.1")
    whole = "SELECT jsonb_agg(to_jsonb(a) ORDER BY trip_id) FROM assignment a"
    before = database.read(company.company_id, whole, {})
    assert "written" in call("db", "backup", "day.dump").output
    call("undo", *ON_DAY)
    assert database.read(company.company_id, whole, {}) == [(None,)]
    restored = call("db", "restore", "day.dump", "--yes")
    assert restored.exit_code == 0, restored.output
    assert database.read(company.company_id, whole, {}) == before


def test_a_file_that_is_no_backup_changes_nothing(company: Day, database: Database) -> None:
    Path("x.dump").write_bytes(b"not a backup")
    done = call("db", "restore", "x.dump", "--yes")
    assert done.exit_code == 1
    assert "pg_restore failed, nothing was changed" in done.output
    assert database.read(company.company_id, "SELECT count(*) FROM trip", {}) == [(6,)]


def test_where_nothing_can_be_counted_no_count_is_shown(
    company: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estafette.store.wire.Wire.works_here", False)
    figures = json.loads(call("dispatch", *ON_DAY, "--time-limit", "0.1", "--json").stdout)
    assert figures["stages"]["apply"]["statements"] is None
    shown = call("dispatch", *ON_DAY, "--time-limit", "0.1", "--profile").output
    assert re.search(r"apply +[0-9.]+ +- +-\n", shown)
