"""Files and solutions of Cordeau's dial-a-ride instances."""

from pathlib import Path

import pytest

from estafette.domain.error import Invalid
from estafette.domain.instance import InstanceFormat
from estafette.exchange.instances.reading import read_instance
from estafette.exchange.instances.solution_text import solution_text
from tests.exchange.instance_texts import CORDEAU, best_known, checked, published, read

# As the older files are: no depot at the end, and the vertices counted instead of the requests.
OLDER = CORDEAU.replace("2 2 30 10 8", "2 4 30 10 8").replace("5 0.0 0.0 0 0 0 100\n", "")


@pytest.mark.parametrize("text", [CORDEAU, OLDER])
def test_a_request_is_a_trip_with_the_limits_of_the_file(tmp_path: Path, text: str) -> None:
    instance = read(tmp_path, text)
    assert instance.format is InstanceFormat.CORDEAU
    assert instance.ends == {1: (1, 3), 2: (2, 4)}
    assert [trip.max_ride_s for trip in instance.problem.trips] == [8 * instance.scale] * 2
    assert [run.max_work_s for run in instance.problem.runs] == [30 * instance.scale] * 2
    assert [run.activation_s for run in instance.problem.runs] == [0, 0]


def test_a_route_is_written_with_the_vertices_of_the_file(tmp_path: Path) -> None:
    instance = read(tmp_path, CORDEAU)
    plan, found = checked(instance, "Route 1 : 0 1 3 2 4 5\n")
    assert found == []
    assert solution_text(instance, plan) == "Route 1 : 1 3 2 4\n"
    assert instance.distance(plan) == pytest.approx(3 + 4 + 3 + 4)


def test_a_ride_that_is_too_long_is_named_with_its_size(tmp_path: Path) -> None:
    instance = read(tmp_path, CORDEAU)
    found = checked(instance, "Route 1 : 1 2 4 3\n")[1]
    assert [(each.rule, each.trip_id, each.by / instance.scale) for each in found] == [("ride_time", 1, 8.0)]


def test_a_route_that_is_too_long_is_named_with_its_size(tmp_path: Path) -> None:
    instance = read(tmp_path, CORDEAU.replace("2 2 30 10 8", "2 2 15 10 8"))
    found = checked(instance, "Route 1 : 1 3 2 4\n")[1]
    assert [(each.rule, each.run_id, each.by / instance.scale) for each in found] == [("work_limit", 1, 3.0)]


def test_the_vehicle_leaves_late_enough_for_a_short_route(tmp_path: Path) -> None:
    text = CORDEAU.replace("2 2 30 10 8", "2 2 18 10 8").replace("-2 0 60", "-2 55 60")
    assert checked(read(tmp_path, text), "Route 1 : 1 3 2 4\n")[1] == []


@pytest.mark.parametrize(
    ("was", "became", "said"),
    [
        ("4 0.0 0.0 1 -2 0 60\n5 0.0 0.0 0 0 0 100\n", "", "line 5: expected 5 or 6 vertices for 2 requests, found 4"),
        ("3.0 4.0 1 -5", "3.0 4.0 1 -4", "line 5: field load: expected -5, the opposite of vertex 1, found -4"),
        ("5 0.0 0.0 0 0 0 100", "5 0.0 0.0 0 0 0 90", "line 7: field latest: expected 100, as at the depot of vertex 0, found 90"),
        ("2 2 30 10 8", "2 2 30 10 -8", "line 1: field longest_ride: expected a number from 0 on, found -8"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_by_line_and_field(tmp_path: Path, was: str, became: str, said: str) -> None:
    assert was in CORDEAU
    with pytest.raises(Invalid) as refused:
        read(tmp_path, CORDEAU.replace(was, became))
    assert str(refused.value) == f"{tmp_path / 'file.txt'}: {said}"


def test_the_published_solutions_are_legal_and_as_long_as_published() -> None:
    folder = published("darp/pr")
    best = best_known("darp/bks.csv")
    solved = sorted(folder.glob("*.res"))
    assert len(solved) == 10
    for path in solved:
        instance = read_instance(path.with_suffix(""))
        plan, found = checked(instance, path.read_text())
        assert (path.stem, found) == (path.stem, [])
        assert round(instance.distance(plan), 2) == float(best[path.stem]["value"])


def test_every_instance_of_the_sets_a_and_b_is_read() -> None:
    paths = sorted(published("darp/a_b").glob("*-*.txt"))
    assert len(paths) == 48
    for path in paths:
        instance = read_instance(path)
        vehicles, requests = path.stem[1:].split("-")
        assert (len(instance.problem.runs), len(instance.problem.trips)) == (int(vehicles), int(requests))
