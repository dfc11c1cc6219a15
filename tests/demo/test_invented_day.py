"""The invented day: exact counts, realistic shares, only places on land, the same again for the same seed."""

import json
import math
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest

from estafette.demo import DemoDay, invented_day
from estafette.demo.demand import STRETCHER
from estafette.demo.places import COMMUNES, DEPOTS, FACILITIES
from estafette.domain.contradiction import contradictions
from estafette.domain.request import PlaceRequest, TripRequest

DAY = date(2026, 11, 25)
ZONE = ZoneInfo("Europe/Zurich")

# Lake Geneva from the Rade to Nyon: its shores, south to north, as (lat, west lon, east lon).
_WATER = (
    (46.206, 6.1500, 6.1560), (46.215, 6.1520, 6.1680), (46.230, 6.1510, 6.1780), (46.245, 6.1560, 6.1860),
    (46.256, 6.1600, 6.1930), (46.275, 6.1680, 6.2090), (46.300, 6.1780, 6.2380), (46.340, 6.2100, 6.2900),
    (46.380, 6.2480, 6.3400), (46.400, 6.2800, 6.4500),
)  # fmt: skip


def a_day(trips: int = 100, drivers: int = 20, seed: int = 1) -> DemoDay:
    return invented_day(seed, trips=trips, drivers=drivers, service_on=DAY)


def timed(day: DemoDay) -> list[TripRequest]:
    return [trip for trip in day.trips if trip.requested_at]


def described(day: DemoDay) -> list[PlaceRequest]:
    ends = [end for trip in day.trips for end in (trip.origin, trip.destination)]
    return [end for end in ends if isinstance(end, PlaceRequest)]


def in_the_lake(place: PlaceRequest) -> bool:
    return any(
        south[0] <= place.lat < north[0] and max(south[1], north[1]) < place.lon < min(south[2], north[2])
        for south, north in pairwise(_WATER)
    )


@pytest.mark.parametrize(("trips", "drivers"), [(10, 2), (11, 3), (100, 20), (1000, 167), (3000, 500)])
def test_the_day_has_exactly_the_trips_and_drivers_asked_for(trips: int, drivers: int) -> None:
    day = a_day(trips, drivers)
    assert len(timed(day)) == trips
    assert [len(day.drivers), len(day.vehicles), len(day.shifts)] == [drivers] * 3
    assert 0 <= len(day.trips) - trips <= math.ceil(0.06 * trips)


def test_phones_are_of_no_network_and_some_doors_need_a_word() -> None:
    day = a_day()
    phones = {trip.rider: trip.rider_phone for trip in day.trips}
    assert len(set(phones.values())) == len(phones)
    assert all(phone and phone.startswith("+41 00 ") for phone in phones.values())
    assert all(rider.phone == phones[rider.ref] for rider in day.riders)
    notes = {place.ref: place.access_note for place in described(day)}
    assert 0 < sum(note is not None for note in notes.values()) < len(notes) / 2


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    assert msgspec.json.encode(a_day(seed=4)) == msgspec.json.encode(a_day(seed=4))
    assert a_day(seed=4) != a_day(seed=5)


def test_nothing_in_the_day_contradicts_anything_else() -> None:
    day = a_day(1000, 170)
    everything = (day.drivers, day.vehicles, day.shifts, day.trips)
    assert [contradictions(requests) for requests in everything] == [{}] * 4
    assert len({shift.driver for shift in day.shifts}) == len({shift.vehicle for shift in day.shifts}) == 170


@pytest.mark.parametrize("seed", range(5))
def test_the_needs_are_those_of_patient_transport(seed: int) -> None:
    trips = timed(a_day(seed=seed))
    assert 22 <= sum(trip.takes.wheelchairs for trip in trips) <= 29
    assert 2 <= sum(trip.takes.stretchers for trip in trips) <= 5
    assert 11 <= sum(trip.companions for trip in trips) <= 19
    assert any(trip.standing_order for trip in trips if trip.purpose == "dialysis")


@pytest.mark.parametrize("seed", range(3))
def test_the_day_has_three_peaks(seed: int) -> None:
    hours = [
        trip.requested_at.astimezone(ZONE).hour for trip in timed(a_day(1000, 170, seed)) if trip.requested_at
    ]
    peaks = sum(hours.count(hour) for hour in (7, 8, 11, 12, 13, 16, 17))
    valleys = sum(hours.count(hour) for hour in (10, 14, 15))
    assert peaks > 700
    assert peaks / 7 > 2 * valleys / 3


def test_a_return_belongs_to_the_booking_of_its_outbound_and_goes_back() -> None:
    by_ref = {trip.ref: trip for trip in a_day().trips}
    returns = [trip for trip in by_ref.values() if trip.direction == "return"]
    assert len(returns) > 20
    for trip in returns:
        outbound = by_ref[f"{trip.booking}-1"]
        assert (trip.origin, trip.destination) == (outbound.destination, outbound.origin)
        assert (trip.rider, trip.booking, trip.takes) == (outbound.rider, outbound.booking, outbound.takes)


def test_every_vehicle_mix_is_there_and_only_long_shifts_have_a_break() -> None:
    day = a_day()
    layouts = {layout for vehicle in day.vehicles for layout in vehicle.layouts}
    assert {layout.stretchers for layout in layouts} == {0, 1}
    assert max(layout.wheelchairs for layout in layouts) == 2
    hours = {shift.ref: (shift.ends_at - shift.starts_at).total_seconds() / 3600 for shift in day.shifts}
    assert {bool(shift.breaks): hours[shift.ref] > 6 for shift in day.shifts} == {True: True, False: False}
    assert len({shift.start for shift in day.shifts}) == 3


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_rider_needs_somebody_offers_and_wishes_name_drivers_of_the_day(seed: int) -> None:
    day = a_day(seed=seed)
    offered = {skill for driver in day.drivers for skill in driver.skills}
    offered |= {item for vehicle in day.vehicles for item in vehicle.equipment}
    needed = {need for rider in day.riders for need in rider.needs}
    assert needed
    assert needed <= offered
    wished = {ref for rider in day.riders for ref in (*rider.banned_drivers, *rider.preferred_drivers)}
    assert wished
    assert wished <= {driver.ref for driver in day.drivers}


def test_more_is_known_of_a_few_riders_under_the_name_that_their_trips_give() -> None:
    day = a_day(1000, 170)
    names = {trip.rider: trip.rider_name for trip in day.trips}
    assert 0.05 < len(day.riders) / len(names) < 0.25
    assert [names[rider.ref] for rider in day.riders] == [rider.name for rider in day.riders]
    assert len({rider.ref for rider in day.riders}) == len(day.riders)


def test_two_returns_are_tied_to_their_treatment_and_one_shift_of_ten_is_a_reserve() -> None:
    day = a_day()
    tied = [trip for trip in day.trips if trip.min_stay_s is not None]
    assert {(trip.direction, trip.purpose) for trip in tied} == {("return", "dialysis")}
    assert len(tied) == 2
    assert sum(shift.activation_s is not None for shift in day.shifts) == 2


def test_nobody_lives_in_the_lake_and_everybody_around_geneva() -> None:
    places = [*described(a_day(3000, 500)), *DEPOTS, *(facility.place for facility in FACILITIES)]
    assert [place.name for place in places if in_the_lake(place)] == []
    assert all(46.13 < place.lat < 46.45 and 6.0 < place.lon < 6.29 for place in places)


def test_the_lake_of_this_test_is_where_the_lake_is() -> None:
    assert in_the_lake(PlaceRequest(ref="jet", name="off Cologny", lon=6.165, lat=46.225))
    assert in_the_lake(PlaceRequest(ref="mid", name="between Versoix and Anières", lon=6.195, lat=46.285))


def test_references_of_places_are_unique() -> None:
    refs = [place.ref for place in (*DEPOTS, *(facility.place for facility in FACILITIES))]
    assert len(refs) == len(set(refs))
    assert len({commune.name for commune in COMMUNES}) == len(COMMUNES)


def test_no_stretcher_is_asked_for_where_no_vehicle_takes_one() -> None:
    assert all(trip.takes != STRETCHER for trip in a_day(200, 1).trips)
    assert "stretcher" in json.dumps(msgspec.to_builtins(a_day(10, 2).vehicles))
