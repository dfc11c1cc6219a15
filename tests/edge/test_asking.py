"""The commands offers and why, and what solve says of trips left over."""

import json
from pathlib import Path

import msgspec
import pytest

from estafette.domain.instance import Instance, InstanceFormat
from estafette.domain.problem import Problem
from estafette.domain.record import encode
from estafette.domain.weights import Weights
from estafette.exchange.instances.problem_file import problem_file
from tests.edge.commands import call
from tests.planning.builders import a_day, a_run, a_trip, on_a_line

DAY = a_day(
    [a_trip(1, 2, 3, "08:00-08:30"), a_trip(2, 6, 7, "08:00-08:10"), a_trip(3, 2, 3, "17:30-17:40")],
    [a_run(1), a_run(2, end_id=2)],
)
LATE = msgspec.structs.replace(DAY, runs=(a_run(1), a_run(2)))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return solved(tmp_path, DAY)


def solved(folder: Path, day: Problem) -> tuple[Path, Path]:
    problem, plan = folder / "day.json", folder / "plan.json"
    problem.write_bytes(written(day))
    assert call("solve", problem, "--iterations", "50", "--out", plan).exit_code == 0
    return problem, plan


def written(day: Problem) -> bytes:
    return problem_file(Instance(InstanceFormat.PROBLEM, day, on_a_line(), Weights()))


def test_a_new_trip_is_offered_with_its_times_and_whom_it_moves(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    new = tmp_path / "call.json"
    new.write_bytes(encode(a_trip(9, 3, 4, "08:20-08:50")))
    done = call("offers", *files, "--trip", new)
    assert done.exit_code == 0, done.output
    assert "pick-up 08:" in done.stdout
    assert "driver 10" in done.stdout
    found = json.loads(call("offers", *files, "--trip", new, "-k", "1", "--json").stdout)["offers"]
    assert [each["trip_id"] for each in found] == [9]


def test_a_trip_of_the_problem_is_asked_for_by_its_id(files: tuple[Path, Path]) -> None:
    done = call("why", *files, "--trip", "2")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("trip 2 is on run ")
    assert "time_window by" in done.stdout
    assert call("offers", *files, "--trip", "2").exit_code == 0


def test_a_trip_that_is_not_there_ends_in_one_line(files: tuple[Path, Path], tmp_path: Path) -> None:
    assert "the problem has no trip 50" in call("why", *files, "--trip", "50").stderr
    broken = tmp_path / "broken.json"
    broken.write_text('{"trip_id": 7}')
    done = call("offers", *files, "--trip", broken)
    assert (done.exit_code, "version" in done.stderr) == (1, True)


def test_a_trip_left_over_is_told_with_what_would_place_it(tmp_path: Path) -> None:
    problem = tmp_path / "day.json"
    problem.write_bytes(written(LATE))
    done = call("solve", problem, "--iterations", "50")
    assert "trip 3: shift on 2 of 2 runs; fits with the pick-up 2 min earlier on run 1" in done.stdout
    (left,) = json.loads(call("solve", problem, "--iterations", "50", "--json").stdout)["left_over"]
    assert left["relaxations"][0] == {"kind": "pickup_earlier", "run_id": 1, "amount_s": 120}
