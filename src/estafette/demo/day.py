"""One invented, realistic service day around Geneva, as a sender would hand it in."""

from datetime import date
from random import Random

from estafette.demo import demand, fleet, wishes
from estafette.domain.record import Record
from estafette.domain.request import DriverRequest, RiderRequest, ShiftRequest, TripRequest, VehicleRequest


class DemoDay(Record, frozen=True, kw_only=True):
    """
    A fleet with its shifts, the trips (those with a time first, then the will-call returns), and riders.

    The riders are those of whom more is known than their trips say.
    """

    service_on: date
    drivers: tuple[DriverRequest, ...]
    vehicles: tuple[VehicleRequest, ...]
    shifts: tuple[ShiftRequest, ...]
    trips: tuple[TripRequest, ...]
    riders: tuple[RiderRequest, ...]


def invented_day(seed: int, *, trips: int, drivers: int, service_on: date) -> DemoDay:
    """
    Invent a day of exactly `trips` trips with a time and exactly `drivers` drivers; same seed, same day.

    A quarter of the riders use a wheelchair, a few travel lying; the day has its peaks at 7-9, 11-14 and
    16-18 o'clock. Some riders need a stair chair or oxygen, or wish for a driver; the last of ten shifts is a
    reserve. With a driver for every six trips nearly everything can be placed.
    """
    random = Random(seed)  # noqa: S311 - invents riders, not secrets
    crew = fleet.drivers(random, drivers)
    # Of the vehicles the second is the first that takes a stretcher.
    asked = demand.trips(random, trips, service_on, stretchers=drivers >= 2)
    return DemoDay(
        service_on=service_on,
        drivers=crew,
        vehicles=fleet.vehicles(drivers),
        shifts=fleet.shifts(drivers, service_on),
        trips=asked,
        riders=wishes.riders(asked, crew),
    )
