"""
Problems of VROOM in our words. What cannot be said exactly is refused by name.

Three dimensions of amounts become seats, wheelchairs and stretchers; priorities keep their order. Two things
are stricter here: a break is taken with nobody aboard, and no trip of a lower priority is served instead of
one of a higher.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.fleet import Break, RunFacts, Spaces
from estafette.domain.instance import Instance, InstanceFormat
from estafette.domain.place import Place
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.exchange.instances.json_text import decode, refused_field
from estafette.exchange.instances.matrices import square
from estafette.exchange.instances.routing import (
    DEAREST,
    DEAREST_TRIP,
    EPOCH,
    LARGEST,
    MOST_SPACES,
    routing_weights,
)
from estafette.exchange.instances.vroom_records import (
    Amount,
    VroomBreak,
    VroomJob,
    VroomMatrix,
    VroomProblem,
    VroomShipment,
    VroomStep,
    VroomVehicle,
    Window,
)

KINDS = 3
PRIORITIES = 10


def vroom_instance(content: bytes, file: str) -> Instance:
    """
    Read a file; trips and runs are numbered in its order, shipments before jobs.

    Raises
    ------
    Invalid
        A field is missing, unknown, of another type or has a value that cannot be said in our words.
    """
    return _Reader(decode(content, VroomProblem, file), file).instance()


class _Reader:
    """One file, with what its parts have in common: its name, the travel times, how long its day may be."""

    def __init__(self, read: VroomProblem, file: str) -> None:
        self.read, self.file = read, file
        self.matrix = self._matrix()
        self.day_s = self._day_s()
        ranks = sorted({each.priority for each in read.shipments} | {each.priority for each in read.jobs})
        if len(ranks) > PRIORITIES:
            raise refused_field(file, "priority", f"at most {PRIORITIES} different ones", len(ranks))
        self.rank_of = {priority: rank for rank, priority in enumerate(ranks)}

    def instance(self) -> Instance:
        trips = tuple(self._trips())
        runs = tuple(self._run(k, each) for k, each in enumerate(self.read.vehicles))
        problem = Problem(
            company_id=1, service_on=EPOCH.date(), zone="UTC", day_start_at=EPOCH, board_version=0,
            places=tuple(_place(place_id) for place_id in self.matrix.row_of), trips=trips, runs=runs,
            max_onboard_wait_s=None,
        )  # fmt: skip
        return Instance(InstanceFormat.VROOM, problem, self.matrix, self._weights(trips, runs))

    def _weights(self, trips: Sequence[TripFacts], runs: Sequence[RunFacts]) -> Weights:
        """Price a trip left over above all vehicles and all driving of any plan."""
        longest_s = int(self.matrix.durations_s.max(initial=0))
        fixed_s = sum(run.activation_s or 0 for run in runs)
        unserved_s = (2 * len(trips) + len(runs)) * longest_s + fixed_s + 1
        if 100 * (len(trips) + 1) * unserved_s >= DEAREST or 100 * (fixed_s + 4 * longest_s) >= DEAREST_TRIP:
            raise self._refused("vehicles", "fixed costs below 10^13 together", fixed_s)
        return routing_weights(run_s=0, unserved_s=unserved_s)

    def _refused(self, field: str, expected: str, found: object) -> Exception:
        return refused_field(self.file, field, expected, found)

    def _matrix(self) -> TravelMatrix:
        profiles = sorted({vehicle.profile for vehicle in self.read.vehicles})
        if len(profiles) != 1:
            raise self._refused("vehicles", "vehicles of one profile", ", ".join(profiles) or "none")
        matrices = dict(self.read.matrices or {})
        if self.read.matrix is not None:
            matrices.setdefault("car", VroomMatrix(durations=self.read.matrix))
        table = matrices.get(profiles[0])
        if table is None:
            raise self._refused(
                f"matrices.{profiles[0]}", "durations (nothing is looked up on a map)", "none"
            )
        return self._travel(table, f"matrices.{profiles[0]}")

    def _travel(self, table: VroomMatrix, field: str) -> TravelMatrix:
        size = len(table.durations)
        durations_s = square(table.durations, size, file=self.file, field=f"{field}.durations")
        distances_m = np.zeros_like(durations_s)
        if table.distances is not None:
            distances_m = square(table.distances, size, file=self.file, field=f"{field}.distances")
        return TravelMatrix(
            place_ids=np.arange(1, size + 1), durations_s=durations_s, distances_m=distances_m,
            profile_permille=np.array([1000], dtype=np.int32), source=field, estimated=False,
        )  # fmt: skip

    def _day_s(self) -> int:
        """Give a length of the day with which no plan lacks time: all windows, then every stop one by one."""
        steps: list[VroomStep | VroomBreak] = [*self.read.jobs]
        steps += [end for each in self.read.shipments for end in (each.pickup, each.delivery)]
        steps += [rest for vehicle in self.read.vehicles for rest in vehicle.breaks]
        windows = [window for each in steps for window in each.time_windows]
        windows += [vehicle.time_window for vehicle in self.read.vehicles if vehicle.time_window]
        longest_s = int(self.matrix.durations_s.max(initial=0))
        services_s = sum(each.service for each in steps)
        day_s = max((to for _, to in windows), default=0) + services_s + (len(steps) + 2) * longest_s
        if day_s >= LARGEST:
            raise self._refused("time_windows", f"a day that ends before second {LARGEST}", day_s)
        return day_s

    def _trips(self) -> Iterator[TripFacts]:
        yield from (self._shipment(k, shipment) for k, shipment in enumerate(self.read.shipments))
        yield from (self._job(k, job) for k, job in enumerate(self.read.jobs))

    def _shipment(self, k: int, shipment: VroomShipment) -> TripFacts:
        field = f"shipments[{k}]"
        pickup, delivery = shipment.pickup, shipment.delivery
        (pickup_from_s, pickup_to_s), (dropoff_from_s, dropoff_to_s) = (
            self._window(end, f"{field}.{name}") for end, name in ((pickup, "pickup"), (delivery, "delivery"))
        )
        return TripFacts(
            trip_id=k + 1, ref=f"shipment {pickup.id}-{delivery.id}", version=0, anchor=Anchor.PICKUP_AT,
            origin_id=self._place_id(pickup, f"{field}.pickup"),
            destination_id=self._place_id(delivery, f"{field}.delivery"),
            pickup_from_s=pickup_from_s, pickup_to_s=pickup_to_s, dropoff_from_s=dropoff_from_s,
            dropoff_to_s=dropoff_to_s, pickup_dwell_s=pickup.service, dropoff_dwell_s=delivery.service,
            takes=self._spaces(shipment.amount, f"{field}.amount"), max_ride_s=self.day_s,
            needs=_skills(shipment.skills), priority=self.rank_of[shipment.priority],
        )  # fmt: skip

    def _job(self, k: int, job: VroomJob) -> TripFacts:
        """Write a job as a trip from where it is to where it is, that ends when its service does."""
        field = f"jobs[{k}]"
        for name, amount in (("delivery", job.delivery), ("pickup", job.pickup)):
            if any(amount):
                expected = "nothing or zeros (a load from or to the depot is not a trip; write a shipment)"
                raise self._refused(f"{field}.{name}", expected, list(amount))
        place_id = self._place_id(job, field)
        from_s, to_s = self._window(job, field)
        return TripFacts(
            trip_id=len(self.read.shipments) + k + 1, ref=f"job {job.id}", version=0,
            anchor=Anchor.PICKUP_AT, origin_id=place_id, destination_id=place_id, pickup_from_s=from_s,
            pickup_to_s=to_s, dropoff_from_s=from_s, dropoff_to_s=to_s + job.service,
            pickup_dwell_s=job.service, dropoff_dwell_s=0, takes=Spaces(), max_ride_s=0,
            needs=_skills(job.skills), priority=self.rank_of[job.priority],
        )  # fmt: skip

    def _run(self, k: int, vehicle: VroomVehicle) -> RunFacts:
        field = f"vehicles[{k}]"
        self._check_vehicle(vehicle, field)
        shift_from_s, shift_to_s = vehicle.time_window or (0, self.day_s)
        if shift_to_s < shift_from_s:
            raise self._refused(
                f"{field}.time_window", "a window that ends after its start", [shift_from_s, shift_to_s]
            )
        return RunFacts(
            run_id=k + 1, driver_id=k + 1, vehicle_id=k + 1, version=0, shift_from_s=shift_from_s,
            shift_to_s=shift_to_s, start_place_id=self._row(vehicle.start_index, f"{field}.start_index"),
            end_place_id=self._end_id(vehicle, f"{field}.end_index"),
            layouts=(self._spaces(vehicle.capacity, f"{field}.capacity"),),
            breaks=tuple(self._break(rest, f"{field}.breaks[{b}]") for b, rest in enumerate(vehicle.breaks)),
            skills=_skills(vehicle.skills), max_drive_s=vehicle.max_travel_time,
            activation_s=vehicle.costs.fixed,
        )  # fmt: skip

    def _check_vehicle(self, vehicle: VroomVehicle, field: str) -> None:
        if vehicle.speed_factor != 1:
            raise self._refused(f"{field}.speed_factor", "1", vehicle.speed_factor)
        if vehicle.costs.per_hour != 3600:
            raise self._refused(
                f"{field}.costs.per_hour", "3600, a cost of 1 a second", vehicle.costs.per_hour
            )
        if vehicle.costs.per_km:
            raise self._refused(f"{field}.costs.per_km", "0", vehicle.costs.per_km)

    def _break(self, rest: VroomBreak, field: str) -> Break:
        from_s, to_s = self._window(rest, field)
        return Break(from_s=from_s, to_s=to_s, duration_s=rest.service)

    def _window(self, each: VroomStep | VroomBreak, field: str) -> Window:
        if isinstance(each, VroomStep) and each.setup:
            raise self._refused(f"{field}.setup", "0", each.setup)
        if len(each.time_windows) > 1:
            raise self._refused(f"{field}.time_windows", "one window", f"{len(each.time_windows)} of them")
        from_s, to_s = each.time_windows[0] if each.time_windows else (0, self.day_s)
        if to_s < from_s:
            raise self._refused(
                f"{field}.time_windows[0]", "a window that ends after its start", [from_s, to_s]
            )
        return from_s, to_s

    def _place_id(self, step: VroomStep, field: str) -> int:
        return self._row(step.location_index, f"{field}.location_index")

    def _row(self, index: int | None, field: str) -> int:
        size = len(self.matrix.place_ids)
        if index is None or index >= size:
            raise self._refused(
                field, f"a row of the matrix, 0 to {size - 1}", "none" if index is None else index
            )
        return index + 1

    def _end_id(self, vehicle: VroomVehicle, field: str) -> int | None:
        open_end = vehicle.end is None and vehicle.end_index is None
        return None if open_end else self._row(vehicle.end_index, field)

    def _spaces(self, amount: Amount, field: str) -> Spaces:
        if len(amount) > KINDS:
            raise self._refused(field, f"at most {KINDS} dimensions", len(amount))
        if max(amount, default=0) > MOST_SPACES:
            raise self._refused(field, f"at most {MOST_SPACES}", max(amount))
        return Spaces(**dict(zip(("seats", "wheelchairs", "stretchers"), amount, strict=False)))


def _skills(skills: Sequence[int]) -> tuple[str, ...]:
    return tuple(map(str, skills))


def _place(place_id: int) -> Place:
    return Place(place_id=place_id, name=f"location {place_id - 1}", lon=0.0, lat=0.0)
