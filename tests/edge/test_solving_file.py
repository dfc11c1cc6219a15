"""The commands solve and check on files, and the commands of problem files: no database is asked."""

import json
import os
import re
import signal
import threading
from pathlib import Path

import pytest

from estafette.edge.cli import solving_file
from estafette.exchange.plan_file import read_plan
from tests.edge.commands import call
from tests.exchange.instance_texts import CORDEAU, LI_LIM

QUICK = ("--iterations", "50")


@pytest.fixture
def li_lim(tmp_path: Path) -> Path:
    path = tmp_path / "two.txt"
    path.write_text(LI_LIM)
    return path


def test_a_solved_file_is_written_in_its_own_numbers_and_checked(li_lim: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers" / "two.sol"
    done = call("solve", li_lim, *QUICK, "--format", "li-lim", "--out", out)
    assert done.exit_code == 0, done.output
    assert "vehicles used  1" in done.stdout
    assert out.read_text() == "Route 1 : 1 3 2 4\n"
    assert [path.name for path in out.parent.iterdir()] == ["two.sol"]
    checked = call("check", li_lim, out)
    assert (checked.exit_code, checked.stdout) == (
        0,
        "no rule is broken\nvehicles: 1, distance: 14.0000, left over: 0 of 2\n",
    )


def test_the_plan_can_be_printed_and_nothing_else_with_it(li_lim: Path) -> None:
    done = call("solve", li_lim, *QUICK, "--format", "li-lim", "--out", "-")
    assert done.stdout == "Route 1 : 1 3 2 4\n"
    assert "vehicles used  1" in done.stderr


def test_a_plan_as_json_is_checked_as_well(li_lim: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    call("solve", li_lim, *QUICK, "--out", plan)
    assert call("check", li_lim, plan).exit_code == 0


def test_one_json_object_has_the_figures_in_units_of_the_file(li_lim: Path) -> None:
    figures = json.loads(call("solve", li_lim, *QUICK, "--json").stdout)
    assert (figures["format"], figures["vehicles"], figures["distance"]) == ("li-lim", 1, 14.0)
    assert (figures["left_over"], figures["violations"], figures["iterations"]) == ([], [], 50)


def test_hours_are_told_where_the_times_of_the_file_are_seconds(li_lim: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.json"
    call("problem", "convert", li_lim, "--out", ours)
    hours = json.loads(call("solve", ours, *QUICK, "--json").stdout)["hours"]
    assert (hours["runs_used"], hours["spread_s"]) == (1, 0)
    at = "{}:{:02}".format(*divmod(round(hours["most_s"] / 60), 60))
    said = call("solve", ours, *QUICK).stdout
    assert re.search(rf"  hours          1 of \d+ runs, {at} to {at}, mean {at} \(spread 0:00\)\n", said)
    assert json.loads(call("solve", li_lim, *QUICK, "--json").stdout)["hours"] is None


def test_a_trip_that_cannot_be_served_is_left_over_with_its_reasons(tmp_path: Path) -> None:
    path = tmp_path / "late.txt"
    path.write_text(CORDEAU.replace("1 2 0 50", "1 2 0 2"))
    done = call("solve", path, *QUICK, "--json")
    assert done.exit_code == 0
    left_over = json.loads(done.stdout)["left_over"]
    assert [(left["trip"], left["ref"]) for left in left_over] == [(2, "2-4")]
    assert "trip 2-4:" in call("solve", path, *QUICK).stdout


def test_a_broken_solution_is_named_with_its_size_in_units_of_the_file(tmp_path: Path) -> None:
    problem, answer = tmp_path / "problem.txt", tmp_path / "answer.txt"
    problem.write_text(CORDEAU)
    answer.write_text("Route 1 : 1 2 4 3\n")
    shown = call("check", problem, answer)
    assert (shown.exit_code, shown.stdout.splitlines()[0]) == (1, "ride_time by 8: run 1, trip 1 (1-3)")
    broken = json.loads(call("check", problem, answer, "--json").stdout)["violations"]
    assert broken == [{"rule": "ride_time", "run": 1, "trip": 1, "by": 8.0}]


def test_ctrl_c_ends_the_search_with_the_best_plan_so_far(
    li_lim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(*_: object) -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return True

    monkeypatch.setattr(solving_file, "search_progress", lambda: press)
    before = signal.getsignal(signal.SIGINT)
    watchdog = threading.Timer(60, os._exit, (3,))
    watchdog.start()
    done = call("solve", li_lim, "--time-limit", "3600", "--out", tmp_path / "plan.json", "--json")
    watchdog.cancel()
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["interrupted"] is True
    assert read_plan(tmp_path / "plan.json").placed() == 2
    assert signal.getsignal(signal.SIGINT) is before


def test_the_same_seed_and_iterations_give_the_same_plan(li_lim: Path) -> None:
    printed = [call("solve", li_lim, *QUICK, "--seed", 7, "--out", "-").stdout for _ in range(2)]
    assert printed[0] == printed[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("solve",), "Give a FILE or --day."),
        (("solve", "FILE", "--day", "2026-11-25"), "Give either a FILE or --day, not both."),
        (("solve", "--day", "2026-11-25", "--out", "x"), "--out is for a FILE, not for a day that workers plan."),
        (("solve", "--day", "2026-11-25", "--time-limit", "9999"), "Workers search for at most 3600 seconds."),
        (("solve", "FILE", "--apply"), "--apply is for a --day; the plan of a file is only written."),
        (("solve", "FILE", "--json", "--out", "-"), "--json and --out - cannot both be printed."),
        (("check", "FILE"), "Give --day with or without a PLAN, or a PROBLEM and a PLAN without --day."),
        (("check",), "Give --day with or without a PLAN, or a PROBLEM and a PLAN without --day."),
    ],
)  # fmt: skip
def test_wrong_use_is_said(li_lim: Path, arguments: tuple[str, ...], said: str) -> None:
    done = call(*(li_lim if each == "FILE" else each for each in arguments))
    assert done.exit_code == 2
    assert said in done.stderr


def test_an_answer_that_could_not_be_written_is_refused_before_the_search(li_lim: Path) -> None:
    done = call("solve", li_lim, "--time-limit", "3600", "--format", "cordeau", "--out", "-")
    assert done.exit_code == 1
    assert "its format is li-lim, so its plan cannot be written as cordeau" in done.stderr


def test_a_place_where_nothing_can_be_written_is_one_line(li_lim: Path) -> None:
    done = call("solve", li_lim, *QUICK, "--out", li_lim / "plan.json")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith(f"estafette: {li_lim / 'plan.json'}: ")


def test_a_converted_file_is_planned_as_the_file_it_was(li_lim: Path, tmp_path: Path) -> None:
    ours = tmp_path / "two.json"
    assert call("problem", "convert", li_lim, "--out", ours).exit_code == 0
    costs = [json.loads(call("solve", path, *QUICK, "--json").stdout)["cost"] for path in (li_lim, ours)]
    assert costs[0] == costs[1]


def test_the_schema_of_a_problem_file_is_printed() -> None:
    schema = json.loads(call("problem", "schema").stdout)
    assert {"Problem", "TravelTable", "Weights", "TripFacts"} <= schema["$defs"].keys()
