"""Our own problem file: round trip, schema, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.domain.instance import Instance, InstanceFormat
from estafette.domain.weights import Weights
from estafette.exchange.instances.problem_file import problem_file, problem_instance, problem_schema
from estafette.exchange.instances.reading import read_instance
from tests.examples import up_to
from tests.exchange.instance_texts import LI_LIM, read
from tests.planning.builders import (
    a_break,
    a_day,
    a_random_day,
    a_run,
    a_trip,
    on_a_line,
    on_a_plane,
    with_zones,
)

Change = Callable[[dict[str, Any]], None]


def a_file() -> dict[str, Any]:
    """Two trips and a run with a break on a line of ten places."""
    problem = a_day([a_trip(1, 2, 3), a_trip(2, 4, 5)], [a_run(1, breaks=(a_break("12:00-13:00"),))])
    instance = Instance(InstanceFormat.PROBLEM, problem, on_a_line(), Weights())
    return dict(msgspec.json.decode(problem_file(instance)))


def changed(change: Change) -> bytes:
    content = a_file()
    change(content)
    return json.dumps(content).encode()


@settings(max_examples=up_to(20), deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 8), st.integers(1, 3))
def test_a_problem_reads_back_as_it_was_written(seed: int, trips: int, runs: int) -> None:
    matrix = on_a_plane(seed, 6, profile=(1000, 1010, 1005))
    problem = a_random_day(seed, trips, runs, matrix)
    written = Instance(InstanceFormat.PROBLEM, problem, matrix, Weights(run_s=7, target_percent=0))
    instance = problem_instance(problem_file(written), "file")
    assert (instance.problem, instance.weights) == (problem, written.weights)
    assert instance.matrix.sha256() == matrix.sha256()


def test_zones_are_written_and_read() -> None:
    matrix = with_zones(on_a_plane(3, 6), [[1000, 1010], [1200, 1190], [900, 900]])
    written = Instance(InstanceFormat.PROBLEM, a_random_day(3, 4, 2, matrix), matrix, Weights())
    assert problem_instance(problem_file(written), "file").matrix.sha256() == matrix.sha256()


def test_a_file_of_another_format_can_be_written_as_ours(tmp_path: Path) -> None:
    li_lim = read(tmp_path, LI_LIM)
    ours = problem_instance(problem_file(li_lim), "file")
    assert (ours.problem, ours.weights, ours.format) == (li_lim.problem, li_lim.weights, "problem")


def test_weights_and_profile_may_be_left_out() -> None:
    def leave_out(content: dict[str, Any]) -> None:
        del content["weights"], content["travel"]["profile_permille"]

    assert problem_instance(changed(leave_out), "file").weights == Weights()


def test_a_window_that_cannot_be_met_is_no_error() -> None:
    def too_early(content: dict[str, Any]) -> None:
        content["problem"]["trips"][0].update(pickup_from_s=0, pickup_to_s=0)

    assert problem_instance(changed(too_early), "file").problem.trips[0].pickup_to_s == 0


def set_in(*path: str | int, to: Any) -> Change:
    def change(content: Any) -> None:
        *before, last = path
        for step in before:
            content = content[step]
        content[last] = to

    return change


def drop(*path: str | int) -> Change:
    def change(content: Any) -> None:
        *before, last = path
        for step in before:
            content = content[step]
        del content[last]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop("travel"), "field (all): object missing required field `travel`"),
        (drop("problem", "zone"), "field problem: object missing required field `zone`"),
        (set_in("problem", "colour", to=1), "field problem: object contains unknown field `colour`"),
        (set_in("problem", "trips", 1, "takes", to={"seats": -1}), "field problem.trips[1].takes.seats: expected `int` >= 0"),
        (set_in("problem", "trips", 1, "pickup_to_s", to=-1), "field problem.trips[1].pickup_to_s: expected at least 0, where it starts, found -1"),
        (set_in("problem", "trips", 1, "dropoff_dwell_s", to=-1), "field problem.trips[1].dropoff_dwell_s: expected a number from 0 on, found -1"),
        (set_in("problem", "trips", 1, "trip_id", to=1), "field problem.trips: trip_id 1 stands twice"),
        (set_in("problem", "trips", 1, "origin_id", to=99), "field problem.trips[1].origin_id: place 99 is not in travel.place_ids"),
        (set_in("problem", "runs", 0, "end_place_id", to=99), "field problem.runs[0].end_place_id: place 99 is not in travel.place_ids"),
        (set_in("problem", "runs", 0, "shift_to_s", to=0), "field problem.runs[0].shift_to_s: expected at least 21600, where it starts, found 0"),
        (set_in("problem", "runs", 0, "breaks", 0, "to_s", to=0), "field problem.runs[0].breaks[0].to_s: expected at least 43200, where it starts, found 0"),
        (set_in("problem", "runs", 0, "layouts", to=[]), "field problem.runs[0].layouts: expected at least one layout"),
        (drop("travel", "durations_s", 9), "field travel.durations_s: expected 10 rows, one for each place, found 9"),
        (drop("travel", "distances_m", 3, 4), "field travel.distances_m[3]: expected 10 numbers, one for each place, found 9"),
        (set_in("travel", "durations_s", 3, 4, to=-5), "field travel.durations_s[3][4]: expected a number from 0 to 2147483647, found -5"),
        (set_in("travel", "place_ids", 1, to=1), "field travel.place_ids: expected each place once, found 1 twice"),
        (set_in("travel", "profile_permille", to=[1000, 900]), "field travel.profile_permille[1]: expected at least 989, or a later departure would arrive earlier, found 900"),
        (set_in("travel", "zones", to=[[1000, 900]]), "field travel.zones[0]: expected 1 minutes, found 2"),
        (set_in("travel", "zone_of", to=[0]), "field travel.zone_of: expected 10 zones, one for each place, found 1"),
        (set_in("travel", "zone_of", to=[0] * 9 + [1]), "field travel.zone_of[9]: expected at most 0, found 1"),
        (set_in("travel", "profile_permille", to=[]), "field travel.profile_permille: expected `array` of length >= 1"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_by_field(change: Change, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        problem_instance(changed(change), "day.json")
    assert str(refused.value) == f"day.json: {said}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{\n "problem": {},\n oh', "line 3: "),
        ('{\n "problem": 1', "line 2: "),
        ("{}", "expected `problem` (our own format) or `vehicles` (VROOM's) in the JSON object"),
        ("", "line 1: expected a JSON object, or 3 numbers (Li and Lim) or 5 numbers (Cordeau)"),
        ("[]", "line 1: expected a JSON object, or 3 numbers (Li and Lim) or 5 numbers (Cordeau)"),
    ],
)
def test_a_file_of_no_format_is_refused_in_one_line(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, content, "x.json")
    assert str(refused.value).startswith(f"{tmp_path / 'x.json'}: {said}")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_text_is_refused_by_line(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"5 10 1\n0 \xff")
    with pytest.raises(Invalid, match="x: line 2: expected text in UTF-8, found byte 0xff"):
        read_instance(tmp_path / "x")


def test_the_schema_names_every_field_that_is_read() -> None:
    definitions = problem_schema()["$defs"]
    assert set(definitions["ProblemFile"]["properties"]) == {"problem", "travel", "weights"}
    assert "pickup_from_s" in definitions["TripFacts"]["required"]
    assert "target_s" in definitions["TripFacts"]["properties"]
