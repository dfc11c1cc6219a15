"""Days as senders hand them in, in which everything is asked for; and what a planner must make of them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple

from estafette.demo.places import COMMUNES, DEPOTS, FACILITIES
from estafette.domain.booking import Anchor, Direction, Link, TripFacts
from estafette.domain.fleet import Break, RunFacts, Spaces
from estafette.domain.request import (
    DriverRequest,
    PlaceRequest,
    Promise,
    RiderRequest,
    ShiftRequest,
    TripRequest,
    VehicleRequest,
)

DAY = date(2026, 11, 25)
MIDNIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)  # in Zurich
SKILLS, GROUPS = ("escort", "oxygen", "stair chair"), ("immune", "infectious")
VAN = (Spaces(seats=4), Spaces(seats=2, wheelchairs=1))


class Delivered(NamedTuple):
    """Everything that a company is sent for a day."""

    drivers: list[DriverRequest]
    riders: list[RiderRequest]
    vehicles: list[VehicleRequest]
    shifts: list[ShiftRequest]
    trips: list[TripRequest]


def at(seconds: int) -> datetime:
    return MIDNIGHT + timedelta(seconds=seconds)


def some(random: Random, names: Sequence[str], share: float) -> tuple[str, ...]:
    return tuple(name for name in names if random.random() < share)


def a_featured_delivery(seed: int, *, bookings: int, runs: int) -> Delivered:
    """Invent a day; the same seed, the same day."""
    random = Random(seed)
    drivers = [_driver(random, f"d{n}") for n in range(runs)]
    return Delivered(
        drivers,
        [_rider(random, f"r{n}", [driver.ref for driver in drivers]) for n in range(bookings)],
        [_vehicle(random, f"v{n}") for n in range(runs)],
        [_shift(random, n) for n in range(runs)],
        [trip for n in range(bookings) for trip in _legs(random, n)],
    )


def _driver(random: Random, ref: str) -> DriverRequest:
    return DriverRequest(
        ref=ref, name=ref, skills=some(random, SKILLS, 0.6), overtime_s=random.choice((0, 1800)),
        max_drive_s=random.choice((None, 14_400)), max_work_s=random.choice((None, 28_800)),
    )  # fmt: skip


def _rider(random: Random, ref: str, drivers: Sequence[str]) -> RiderRequest:
    wishes = random.sample(drivers, 2)
    return RiderRequest(
        ref=ref, name=ref, needs=some(random, SKILLS, 0.2), no_share=random.random() < 0.2,
        groups=some(random, GROUPS, 0.3), apart_from=some(random, GROUPS, 0.2),
        banned_drivers=tuple(wishes[: random.randint(0, 1)]), preferred_drivers=tuple(wishes[1 : 1 + random.randint(0, 1)]),
    )  # fmt: skip


def _vehicle(random: Random, ref: str) -> VehicleRequest:
    equipment = some(random, SKILLS, 0.4)
    return VehicleRequest(
        ref=ref, name=ref, layouts=VAN, equipment=equipment, wheeled_dwell_s=random.choice((0, 90))
    )


def _shift(random: Random, number: int) -> ShiftRequest:
    start_s = random.choice((6, 7, 8)) * 3600
    rest = Break(from_s=start_s + 7200, to_s=start_s + 18_000, duration_s=1800)
    return ShiftRequest(
        ref=f"s{number}", driver=f"d{number}", vehicle=f"v{number}", service_on=DAY, starts_at=at(start_s),
        ends_at=at(start_s + 8 * 3600), start=DEPOTS[0], end=random.choice((None, DEPOTS[0], DEPOTS[1])),
        breaks=random.choice(((), (rest,))), activation_s=random.choice((None, 0, 20_000)),
    )  # fmt: skip


def _legs(random: Random, number: int) -> Iterable[TripRequest]:
    home = _home(random, number)
    ward = random.choice([facility.place for facility in FACILITIES])
    out_s = 3600 * random.randint(8, 11)
    usual = {"booking": f"b{number}", "rider": f"r{number}", "rider_name": f"r{number}", "service_on": DAY}
    takes = random.choice((Spaces(seats=1), Spaces(wheelchairs=1)))
    yield TripRequest(
        **usual, ref=f"b{number}-1", direction=Direction.OUTBOUND, origin=home, destination=ward,
        anchor=Anchor.ARRIVE_BY, requested_at=at(out_s), takes=takes, needs=some(random, SKILLS, 0.1),
        no_share=random.random() < 0.1, priority=random.randint(0, 2),
    )  # fmt: skip
    back = at(out_s + 7200)
    called = random.random() < 0.3
    yield TripRequest(
        **usual, ref=f"b{number}-2", direction=Direction.RETURN, origin=ward, destination=home,
        anchor=Anchor.PICKUP_AT, requested_at=None if called else back, takes=takes,
        expected_at=back if called and random.random() < 0.7 else None,
        unserved_s=random.choice((None, 900)), min_stay_s=random.choice((None, 0, 3600)),
        same_driver=random.random() < 0.3,
        waits=random.random() < 0.2,
    )  # fmt: skip


def _home(random: Random, number: int) -> PlaceRequest:
    commune = random.choice([commune for commune in COMMUNES if commune.postcode < 1230])
    return PlaceRequest(ref=f"h{number}", name="Home", lon=commune.lon, lat=commune.lat)


def asked_of_trip(
    trip: TripRequest, delivered: Delivered, ids: dict[str, int], legs: dict[str, int]
) -> dict[str, object]:
    """Say what a planner must know of a trip; `ids` are those of drivers, `legs` those of trips by reference."""
    rider = next(rider for rider in delivered.riders if rider.ref == trip.rider)
    window = trip.promised(Promise()) or trip.expected(Promise())
    assert window is not None
    before = legs.get(trip.ref.replace("-2", "-1")) if trip.ref.endswith("-2") else None
    tied = before is not None and (trip.min_stay_s is not None or trip.same_driver or trip.waits)
    end = "pickup" if trip.anchor is Anchor.PICKUP_AT else "dropoff"
    from_s, to_s = (round((moment - MIDNIGHT).total_seconds()) for moment in window)
    aim_s = from_s if trip.anchor is Anchor.PICKUP_AT else (from_s + to_s) // 2
    return {
        f"{end}_from_s": from_s,
        f"{end}_to_s": to_s,
        "target_s": aim_s if trip.requested_at else None,
        "needs": tuple(sorted({*rider.needs, *trip.needs})),
        "no_share": rider.no_share or trip.no_share,
        "groups": rider.groups,
        "apart_from": rider.apart_from,
        "banned_driver_ids": tuple(ids[ref] for ref in rider.banned_drivers),
        "preferred_driver_ids": tuple(ids[ref] for ref in rider.preferred_drivers),
        "priority": trip.priority,
        "unserved_s": trip.unserved_s,
        "link": Link(
            after_trip_id=before,
            min_stay_s=trip.min_stay_s or 0,
            same_driver=trip.same_driver,
            waits=trip.waits,
        )
        if tied and before
        else None,
        "expected": trip.requested_at is None,
    }


def asked_of_run(number: int, delivered: Delivered) -> dict[str, object]:
    """Say what a planner must know of the run of a shift."""
    driver, vehicle, shift = delivered.drivers[number], delivered.vehicles[number], delivered.shifts[number]
    return {
        "skills": tuple(sorted({*driver.skills, *vehicle.equipment})),
        "overtime_s": driver.overtime_s,
        "max_drive_s": driver.max_drive_s,
        "max_work_s": driver.max_work_s,
        "wheeled_dwell_s": vehicle.wheeled_dwell_s,
        "activation_s": shift.activation_s,
        "breaks": shift.breaks,
        "worked_s": 0,
    }


def known_of(facts: TripFacts | RunFacts, names: Iterable[str]) -> dict[str, object]:
    """Say the same of what was loaded."""
    return {name: getattr(facts, name) for name in names}
