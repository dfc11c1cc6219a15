"""Files and solutions of Li and Lim."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.domain.fleet import Spaces
from estafette.domain.instance import InstanceFormat
from estafette.exchange.instances.plane import Node, rounded_up
from estafette.exchange.instances.reading import read_instance
from estafette.exchange.instances.solution_text import read_solution, solution_text
from tests.examples import up_to
from tests.exchange.instance_texts import LI_LIM, best_known, checked, published, read

ZERO = Decimal(0)


def test_a_request_is_a_trip_with_the_number_of_its_pickup(tmp_path: Path) -> None:
    instance = read(tmp_path, LI_LIM)
    first, second = instance.problem.trips
    assert instance.format is InstanceFormat.LI_LIM
    assert (first.trip_id, second.trip_id) == (1, 2)
    assert instance.ends == {1: (1, 3), 2: (2, 4)}
    assert first.takes == Spaces(seats=5)
    assert (first.pickup_to_s, first.dropoff_to_s, first.pickup_dwell_s) == tuple(
        instance.scale * each for each in (50, 60, 1)
    )


def test_there_are_never_more_vehicles_than_requests(tmp_path: Path) -> None:
    assert len(read(tmp_path, LI_LIM).problem.runs) == 2


def test_a_vehicle_outweighs_any_distance_and_a_trip_left_over_all_vehicles(tmp_path: Path) -> None:
    instance = read(tmp_path, LI_LIM)
    any_distance = 6 * int(instance.matrix.durations_s.max())
    assert instance.weights.run_s > any_distance
    assert instance.weights.unserved_s > 2 * instance.weights.run_s + any_distance


def test_distances_of_whole_numbers_are_exact(tmp_path: Path) -> None:
    instance = read(tmp_path, LI_LIM)
    assert instance.matrix.distance_m(1, 4) == 5 * instance.scale


def test_the_scale_is_so_small_that_moments_and_costs_fit(tmp_path: Path) -> None:
    assert read(tmp_path, LI_LIM).scale == 1_000_000
    instance = read(tmp_path, LI_LIM.replace("1 3 0", "1 900000 0"))
    assert instance.scale == 1_000
    assert 900_000_000 <= instance.matrix.durations_s.max() < 2**30
    assert 100 * 3 * instance.weights.unserved_s < 2**62


@settings(max_examples=up_to(60), deadline=None)
@given(
    st.lists(st.tuples(*(st.decimals(-99, 99, places=3),) * 2), min_size=2, max_size=6),
    st.sampled_from((1, 1_000, 1_000_000)),
)
def test_distances_are_rounded_up_exactly(points: list[tuple[Decimal, Decimal]], scale: int) -> None:
    nodes = [Node(x, y, ZERO, ZERO, ZERO) for x, y in points]
    up = rounded_up(nodes, np.array(points, dtype=np.float64), scale)
    for i, a in enumerate(nodes):
        for j, b in enumerate(nodes):
            square = ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) * scale**2
            assert int(up[i, j]) ** 2 >= square
            assert up[i, j] == 0 or (int(up[i, j]) - 1) ** 2 < square


def test_a_solution_reads_back_as_it_was_written(tmp_path: Path) -> None:
    instance = read(tmp_path, LI_LIM)
    plan, found = checked(instance, "by somebody\nRoute 7 : 2 4\nRoute 9 : 1 3\n")
    assert found == []
    assert solution_text(instance, plan) == "Route 1 : 2 4\nRoute 2 : 1 3\n"


def test_the_distance_is_that_of_the_coordinates(tmp_path: Path) -> None:
    instance = read(tmp_path, LI_LIM.replace("1 3 0", "1 1 1"))
    plan, _ = checked(instance, "Route 1 : 2 4\nRoute 2 : 1 3\n")
    assert instance.distance(plan) == pytest.approx(8 + 2**0.5 + 13**0.5 + 5, abs=1e-12)


@pytest.mark.parametrize(
    ("solution", "said"),
    [
        ("Route 1 : 1 3", ["missing_trip by 0: trip 2"]),
        ("Route 1 : 1 3 2 4\nRoute 2 : 2 4", ["duplicate_trip by 1: trip 2"]),
        ("Route 1 : 3 1 2 4", ["order by 0: run 1, trip 1"] * 2),
    ],
)
def test_what_a_solution_breaks_is_named(tmp_path: Path, solution: str, said: list[str]) -> None:
    assert [str(found) for found in checked(read(tmp_path, LI_LIM), solution)[1]] == said


def test_a_window_that_is_missed_is_named_with_its_size(tmp_path: Path) -> None:
    instance = read(tmp_path, LI_LIM.replace("2 0 4 2 0 50", "2 0 4 2 0 6"))
    found = checked(instance, "Route 1 : 1 3 2 4")[1]
    assert [(each.rule, each.trip_id, each.by / instance.scale) for each in found] == [
        ("time_window", 2, 6.0)
    ]


def test_more_routes_than_vehicles_is_an_unknown_run(tmp_path: Path) -> None:
    instance = read(tmp_path, LI_LIM.replace("5 10 1", "1 10 1"))
    found = checked(instance, "Route 1 : 1 3\nRoute 2 : 2 4")[1]
    assert [(each.rule, each.run_id) for each in found] == [("unknown_run", 2)]


@pytest.mark.parametrize(
    ("solution", "said"),
    [
        ("nothing", "s.sol: expected a plan as JSON, or lines like `Route 1 : 2 13 4`; there are none"),
        ("\nRoute 1 : 1 9 3", "s.sol: line 2: field 2: expected a customer of the instance, found 9"),
        ("Route 1 : 1 three", "s.sol: line 1: field 2: expected a customer of the instance, found three"),
    ],
)
def test_a_solution_that_cannot_be_read_is_refused_by_line(tmp_path: Path, solution: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_solution(solution, read(tmp_path, LI_LIM), file="s.sol")
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("was", "became", "said"),
    [
        ("5 10 1\n", "5 10 1 7\n", "line 1: expected a JSON object, or 3 numbers (Li and Lim) or 5 numbers (Cordeau)"),
        ("5 10 1\n", "0 10 1\n", "line 1: field vehicles: expected a whole number from 1 on, found 0"),
        ("5 10 1\n", "5 10000 1\n", "line 1: field capacity: expected at most 4000, found 10000"),
        ("0 4 2 0 50 1 0 4\n", "0 4 2 0 50 1 0\n", "line 4: expected 9 numbers (customer x y demand earliest latest service pickup delivery), found 8"),
        ("2 0 4 2", "2 0 four 2", "line 4: field y: expected a number below 10^9, found 'four'"),
        ("2 0 4 2", "7 0 4 2", "line 4: field customer: expected 2, found 7"),
        ("2 0 50 1 0 4", "2 80 50 1 0 4", "line 4: field latest: expected a window that ends after its start 80, found 50"),
        ("2 0 50 1 0 4", "2 0 50 -1 0 4", "line 4: field service: expected a number from 0 on, found -1"),
        ("2 0 50 1 0 4", "2 0 50 1 0 9", "line 4: field delivery: expected a customer below 5, found 9"),
        ("2 0 50 1 0 4", "2 0 50 1 0 3", "line 4: field delivery: expected a customer whose pickup is 2, found 3"),
        ("2 0 50 1 0 4", "2 0 50 1 0 0", "line 4: field pickup: expected either a pickup or a delivery that belongs to it, found 0 0"),
        ("0 0 -2 0", "0 0 -1 0", "line 4: field demand: expected 1, the opposite of customer 4, found 2"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_by_line_and_field(tmp_path: Path, was: str, became: str, said: str) -> None:
    assert was in LI_LIM
    with pytest.raises(Invalid) as refused:
        read(tmp_path, LI_LIM.replace(was, became))
    assert str(refused.value) == f"{tmp_path / 'file.txt'}: {said}"


def test_the_best_known_solutions_are_legal_and_as_long_as_published() -> None:
    folder = published("li_lim/100")
    best = best_known("li_lim/bks_recomputed.csv")
    solved = sorted(folder.glob("*.sol"))
    assert len(solved) == 56
    for path in solved:
        instance = read_instance(path.with_suffix(".txt"))
        plan, found = checked(instance, path.read_text(encoding="utf-8", errors="replace"))
        used = sum(bool(run.stops) for run in plan.runs)
        wanted = best[path.stem]
        assert (path.stem, found, used) == (path.stem, [], int(wanted["vehicles"]))
        assert instance.distance(plan) == pytest.approx(float(wanted["distance"]), abs=1e-4)
