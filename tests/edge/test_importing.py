"""`estafette import`: one line for each problem, a summary, and exit codes that scripts can use."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from estafette.edge.cli.importing import importing
from estafette.store.server import Server

GOOD = "ref,name\nd1,Nadia\nd2,Ivo\n"
MIXED = "ref;name;active\nd1;Nadia;yes\nd2;Ivo;perhaps\n"


@pytest.fixture(autouse=True)
def settings(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The settings of a program that uses the test's database, started in a folder of its own."""
    monkeypatch.setenv("DATABASE_URL", server.owner)
    monkeypatch.setenv("ESTAFETTE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def run(content: str, *options: str) -> Result:
    Path("drivers.csv").write_text(content)
    return CliRunner().invoke(importing, ["drivers", "drivers.csv", *options])


def test_a_good_file_is_stored_and_the_second_time_unchanged() -> None:
    first, second = run(GOOD), run(GOOD)
    assert first.stdout == "drivers.csv: 2 drivers: 2 created, 0 updated, 0 unchanged, 0 refused\n"
    assert second.stdout == "drivers.csv: 2 drivers: 0 created, 0 updated, 2 unchanged, 0 refused\n"
    assert [first.exit_code, second.exit_code] == [0, 0]


def test_a_bad_row_is_named_and_the_good_one_stored() -> None:
    result = run(MIXED)
    assert result.stderr == "drivers.csv:3 column 'active': value 'perhaps', expected yes or no\n"
    assert result.stdout == "drivers.csv: 2 drivers: 1 created, 0 updated, 0 unchanged, 1 refused\n"
    assert result.exit_code == 1


def test_a_row_that_is_wrong_as_a_whole_names_no_column() -> None:
    result = run("ref,name\nd1\n")
    assert result.stderr == "drivers.csv:2 value '1 cells', expected 2 cells, as in the header\n"


@pytest.mark.parametrize(
    ("option", "aside"), [("--dry-run", "(dry run: nothing is stored)"), ("--atomic", "(nothing is stored)")]
)
def test_what_stores_nothing_says_so(option: str, aside: str) -> None:
    result = run(MIXED, option)
    assert result.stdout.rstrip().endswith(aside)
    assert "1 created" in run(MIXED).stdout


def test_json_is_one_object_with_every_row() -> None:
    result = run(MIXED, "--json")
    report = json.loads(result.stdout)
    assert [(row["row"], row["outcome"]) for row in report["rows"]] == [(2, "created"), (3, "refused")]
    assert report["rows"][1]["problems"][0]["expected"] == "yes or no"
    assert (report["stored"], result.exit_code) == (True, 1)


def test_a_file_that_cannot_be_read_ends_in_one_line() -> None:
    result = run("name,colour\n")
    assert result.stderr == "estafette: drivers.csv:1: unknown column 'colour'; column 'ref' is missing\n"
    assert result.exit_code == 1


def test_a_missing_file_is_wrong_use() -> None:
    assert CliRunner().invoke(importing, ["trips", "none.csv"]).exit_code == 2


@pytest.mark.parametrize("kind", ["trips", "drivers", "vehicles", "shifts", "riders"])
def test_help_shows_an_example(kind: str) -> None:
    shown = CliRunner().invoke(importing, [kind, "--help"]).stdout
    assert f"  estafette import {kind} {kind}.csv --dry-run\n" in shown
