"""What more is known of some of the invented riders: needs, groups, wishes about drivers."""

from collections.abc import Iterator, Sequence
from typing import Any

from estafette.demo.demand import SEAT
from estafette.demo.fleet import OXYGEN, STAIR_CHAIR
from estafette.domain.request import DriverRequest, RiderRequest, TripRequest

_INFECTIOUS = "infectious"


def riders(trips: Sequence[TripRequest], drivers: Sequence[DriverRequest]) -> tuple[RiderRequest, ...]:
    """List the riders of whom more is known, as it follows from the number of each: a few of a hundred."""
    return tuple(_riders(trips, drivers))


def _riders(trips: Sequence[TripRequest], drivers: Sequence[DriverRequest]) -> Iterator[RiderRequest]:
    seen: set[str] = set()
    for trip in trips:
        known = {} if trip.rider in seen else _known(int(trip.rider[1:]), trip, drivers)
        seen.add(trip.rider)
        if known:
            yield RiderRequest(ref=trip.rider, name=trip.rider_name, phone=trip.rider_phone or "", **known)


def _known(number: int, trip: TripRequest, drivers: Sequence[DriverRequest]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if trip.takes == SEAT and number % 16 == 3:
        known["needs"] = (STAIR_CHAIR,)
    if trip.takes == SEAT and number % 24 == 5:
        known["needs"] = (OXYGEN,)
    if number % 30 == 7:
        known["groups"] = (_INFECTIOUS,)
    if number % 30 == 8:
        known["apart_from"] = (_INFECTIOUS,)
    if number % 20 == 11:
        known["preferred_drivers"] = (drivers[number % len(drivers)].ref,)
    if number % 40 == 13 and len(drivers) > 1:
        known["banned_drivers"] = (drivers[0].ref,)
    return known
