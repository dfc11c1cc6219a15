"""Problems of VROOM: what is read, and what is refused because it cannot be said exactly."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from estafette.domain.error import Invalid
from estafette.domain.fleet import Break, Spaces
from estafette.domain.instance import Instance, InstanceFormat
from estafette.domain.plan import StopKind
from estafette.exchange.instances.reading import read_instance
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.solve import solve

TWO_MINUTES = [[0, 120, 240], [120, 0, 120], [240, 120, 0]]
FILE: dict[str, Any] = {
    "vehicles": [
        {
            "id": 7, "start_index": 0, "end_index": 0, "capacity": [4, 1], "skills": [3], "time_window": [0, 7200],
            "max_travel_time": 3600, "breaks": [{"id": 1, "time_windows": [[1800, 3600]], "service": 600}],
            "costs": {"fixed": 500},
        },
        {"id": 8, "start_index": 1, "capacity": [4]},
    ],
    "shipments": [
        {
            "pickup": {"id": 11, "location_index": 1, "service": 60, "time_windows": [[0, 900]]},
            "delivery": {"id": 12, "location_index": 2, "service": 30},
            "amount": [2, 1], "skills": [3], "priority": 40,
        }
    ],
    "jobs": [{"id": 21, "location_index": 2, "service": 300, "time_windows": [[600, 1200]]}],
    "matrices": {"car": {"durations": TWO_MINUTES}},
}  # fmt: skip


def read(tmp_path: Path, content: dict[str, Any]) -> Instance:
    path = tmp_path / "vroom.json"
    path.write_text(json.dumps(content))
    return read_instance(path)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The file with one field changed, `vehicles.0.id`."""
    content = copy.deepcopy(FILE)
    *before, last = (int(step) if step.isdecimal() else step for step in path.split("."))
    part: Any = content
    for step in before:
        part = part[step]
    part[last] = value
    return content


def test_a_vehicle_is_a_run_with_its_spaces_skills_breaks_and_limits(tmp_path: Path) -> None:
    instance = read(tmp_path, FILE)
    first, second = instance.problem.runs
    assert instance.format is InstanceFormat.VROOM
    assert first.layouts == (Spaces(seats=4, wheelchairs=1),)
    assert (first.skills, first.max_drive_s, first.activation_s) == (("3",), 3600, 500)
    assert first.breaks == (Break(from_s=1800, to_s=3600, duration_s=600),)
    assert (first.shift_from_s, first.shift_to_s, first.end_place_id) == (0, 7200, 1)
    assert (second.start_place_id, second.end_place_id, second.activation_s) == (2, None, 0)


def test_a_shipment_is_a_trip(tmp_path: Path) -> None:
    trip = read(tmp_path, FILE).problem.trips[0]
    assert (trip.ref, trip.origin_id, trip.destination_id) == ("shipment 11-12", 2, 3)
    assert (trip.pickup_from_s, trip.pickup_to_s, trip.pickup_dwell_s, trip.dropoff_dwell_s) == (
        0,
        900,
        60,
        30,
    )
    assert (trip.takes, trip.needs) == (Spaces(seats=2, wheelchairs=1), ("3",))


def test_a_job_without_a_load_is_served_in_its_window(tmp_path: Path) -> None:
    instance = read(tmp_path, FILE)
    plan = solve(instance.problem, instance.matrix, budget=Budget(iterations=50), weights=instance.weights)
    assert violations(instance.problem, instance.matrix, plan) == []
    job = instance.problem.trips[1]
    starts = [
        (stop.kind, stop.start_s) for run in plan.runs for stop in run.stops if stop.trip_id == job.trip_id
    ]
    assert [kind for kind, _ in starts] == [StopKind.PICKUP, StopKind.DROPOFF]
    assert 600 <= starts[0][1] <= 1200
    assert starts[1][1] == starts[0][1] + 300


def test_priorities_keep_their_order(tmp_path: Path) -> None:
    shipment, job = read(tmp_path, FILE).problem.trips
    assert (shipment.priority, job.priority) == (1, 0)


def test_a_trip_left_over_is_dearer_than_all_vehicles(tmp_path: Path) -> None:
    assert read(tmp_path, FILE).weights.unserved_s > 500 + 6 * 240


def test_the_older_form_of_the_matrix_is_read(tmp_path: Path) -> None:
    content = changed("matrix", TWO_MINUTES)
    del content["matrices"]
    assert read(tmp_path, content).matrix.travel_s(1, 3, 0) == 240


def test_without_windows_a_day_is_long_enough_for_every_stop(tmp_path: Path) -> None:
    content = {
        "vehicles": [FILE["vehicles"][1]],
        "shipments": FILE["shipments"],
        "matrices": FILE["matrices"],
    }
    run = read(tmp_path, content).problem.runs[0]
    assert (run.shift_from_s, run.shift_to_s) == (0, 900 + 90 + 4 * 240)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("vehicles.0.max_tasks", 3, "vehicles[0]: object contains unknown field `max_tasks`"),
        ("vehicles.0.speed_factor", 1.5, "vehicles[0].speed_factor: expected 1, found 1.5"),
        ("vehicles.0.costs", {"per_km": 5}, "vehicles[0].costs.per_km: expected 0, found 5"),
        ("vehicles.0.costs", {"per_hour": 50}, "vehicles[0].costs.per_hour: expected 3600, a cost of 1 a second, found 50"),
        ("vehicles.0.costs", {"fixed": 10**16}, "vehicles: expected fixed costs below 10^13 together, found 10000000000000000"),
        ("vehicles.0.profile", "bike", "vehicles: expected vehicles of one profile, found bike, car"),
        ("vehicles.0.start_index", None, "vehicles[0].start_index: expected a row of the matrix, 0 to 2, found none"),
        ("vehicles.1.end", [6.1, 46.2], "vehicles[1].end_index: expected a row of the matrix, 0 to 2, found none"),
        ("vehicles.0.end_index", 3, "vehicles[0].end_index: expected a row of the matrix, 0 to 2, found 3"),
        ("vehicles.0.capacity", [1, 2, 3, 4], "vehicles[0].capacity: expected at most 3 dimensions, found 4"),
        ("vehicles.0.time_window", [9, 1], "vehicles[0].time_window: expected a window that ends after its start, found [9, 1]"),
        ("vehicles.0.breaks.0.time_windows", [[0, 1], [3, 4]], "vehicles[0].breaks[0].time_windows: expected one window, found 2 of them"),
        ("vehicles.0.breaks.0.max_load", [9], "vehicles[0].breaks[0]: object contains unknown field `max_load`"),
        ("vehicles.0.steps", [], "vehicles[0]: object contains unknown field `steps`"),
        ("vehicles", [], "vehicles: expected vehicles of one profile, found none"),
        ("shipments.0.pickup.setup", 5, "shipments[0].pickup.setup: expected 0, found 5"),
        ("shipments.0.delivery.time_windows", [[0, 1], [3, 4]], "shipments[0].delivery.time_windows: expected one window, found 2 of them"),
        ("shipments.0.delivery.time_windows", [[5, 1]], "shipments[0].delivery.time_windows[0]: expected a window that ends after its start, found [5, 1]"),
        ("shipments.0.delivery.time_windows", [[0, 1_700_000_000]], "time_windows: expected a day that ends before second 1073741824, found 1700002430"),
        ("shipments.0.pickup.location_index", None, "shipments[0].pickup.location_index: expected a row of the matrix, 0 to 2, found none"),
        ("shipments.0.amount", [10_000], "shipments[0].amount: expected at most 4000, found 10000"),
        ("jobs.0.delivery", [1], "jobs[0].delivery: expected nothing or zeros (a load from or to the depot is not a trip; write a shipment), found [1]"),
        ("matrices", {"bike": {"durations": TWO_MINUTES}}, "matrices.car: expected durations (nothing is looked up on a map), found none"),
        ("matrices.car.durations", [[0, 1], [1, 0], [2, 2]], "matrices.car.durations[0]: expected 3 numbers, one for each place, found 2"),
        ("matrices.car.costs", TWO_MINUTES, "matrices[...]: object contains unknown field `costs`"),
        ("options", {"g": True}, "(all): object contains unknown field `options`"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_exactly_is_refused_by_name(
    tmp_path: Path, path: str, value: Any, said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, changed(path, value))
    assert str(refused.value) == f"{tmp_path / 'vroom.json'}: field {said}"


def test_more_priorities_than_there_are_ranks_are_refused(tmp_path: Path) -> None:
    jobs = [{"id": k, "location_index": 0, "priority": k} for k in range(11)]
    with pytest.raises(Invalid, match="field priority: expected at most 10 different ones, found 12"):
        read(tmp_path, changed("jobs", jobs))
