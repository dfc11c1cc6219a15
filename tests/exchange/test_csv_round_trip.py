"""What is written reads as the same requests, whatever is in them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from estafette.demo import invented_day
from estafette.domain.booking import Anchor, Direction
from estafette.domain.fleet import Break, Spaces
from estafette.domain.imported import FileKind
from estafette.domain.request import (
    DriverRequest,
    PlaceRequest,
    Request,
    RiderRequest,
    ShiftRequest,
    TripRequest,
    VehicleRequest,
)
from estafette.exchange.csv import read_csv, write_csv
from tests.examples import up_to

ZONE = "Europe/Zurich"
# An ordinary day, the day with 23 hours and the day with 25.
DAYS = (date(2026, 11, 25), date(2027, 3, 28), date(2027, 10, 31))

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("=+-@'\";,|"), min_size=1, max_size=20
).map(lambda text: text.strip(" ") or "x")
spaces = st.builds(
    Spaces, seats=st.integers(1, 9), wheelchairs=st.integers(0, 3), stretchers=st.integers(0, 1)
)
days = st.sampled_from(DAYS)
words = st.lists(st.text("abcé=+'-", min_size=1, max_size=9), max_size=4, unique=True).map(tuple)
seconds = st.none() | st.integers(0, 7200)


def places(ref: str) -> st.SearchStrategy[PlaceRequest | str]:
    lons = st.floats(-180, 180, allow_subnormal=False).map(lambda lon: round(lon, 9))
    lats = st.floats(-90, 90, allow_subnormal=False).map(lambda lat: round(lat, 9))
    described = st.builds(
        PlaceRequest,
        ref=texts.map(lambda text: text + ref),
        name=texts,
        address=texts | st.just(""),
        lon=lons,
        lat=lats,
        access_note=st.none() | texts,
    )
    with_access = st.builds(
        lambda place, lon, lat: replace(place, access_lon=lon, access_lat=lat), described, lons, lats
    )
    return described | with_access | texts.map(lambda text: text + ref)


@st.composite
def trips(draw: st.DrawFn) -> TripRequest:
    service_on = draw(days)
    midnight = datetime.combine(service_on, datetime.min.time(), UTC)
    after_s = draw(st.integers(0, 30 * 60).map(lambda minutes: minutes * 60) | st.integers(0, 108_000))
    return draw(
        st.builds(
            TripRequest,
            ref=texts,
            booking=texts,
            rider=texts,
            rider_name=texts,
            rider_phone=st.none() | texts,
            direction=st.sampled_from(Direction),
            service_on=st.just(service_on),
            origin=places("o"),
            destination=places("d"),
            anchor=st.sampled_from(Anchor),
            requested_at=st.none() | st.just(midnight + timedelta(seconds=after_s)),
            takes=spaces,
            companions=st.integers(0, 9),
            pickup_dwell_s=st.none() | st.integers(1, 7200),
            dropoff_dwell_s=st.none() | st.integers(1, 7200),
            max_ride_s=st.none() | st.integers(1, 86_400),
            purpose=texts | st.just(""),
            standing_order=st.none() | texts,
            needs=words,
            no_share=st.booleans(),
            min_stay_s=seconds,
            same_driver=st.booleans(),
            waits=st.booleans(),
            expected_at=st.none() | st.just(midnight + timedelta(seconds=after_s)),
            **draw(st.sampled_from([{"priority": st.integers(0, 9)}, {"unserved_s": seconds}])),
        )
    )


@st.composite
def shifts(draw: st.DrawFn) -> ShiftRequest:
    service_on = draw(days)
    # From 04:00 UTC on: two hours after the clocks have changed.
    starts_at = datetime.combine(service_on, datetime.min.time(), UTC) + timedelta(hours=4)
    first_s = draw(st.integers(6, 8)) * 3600
    rest = Break(
        from_s=first_s, to_s=first_s + draw(st.integers(0, 3600)), duration_s=draw(st.integers(1, 3600))
    )
    return draw(
        st.builds(
            ShiftRequest,
            ref=texts,
            driver=texts,
            vehicle=texts,
            service_on=st.just(service_on),
            starts_at=st.just(starts_at),
            ends_at=st.just(starts_at + timedelta(hours=12)),
            start=places("s"),
            end=st.none() | places("e"),
            breaks=st.sampled_from([(), (rest,), (rest, rest)]),
            activation_s=seconds,
        )
    )


drivers = st.builds(
    DriverRequest,
    ref=texts,
    name=texts,
    language=st.sampled_from(["en", "fr", "de", "it"]),
    active=st.booleans(),
    skills=words,
    overtime_s=st.integers(0, 7200),
    max_drive_s=seconds,
    max_work_s=seconds,
)
references = st.lists(st.text("D01=+'", min_size=1, max_size=9), max_size=4, unique=True)
riders = st.builds(
    lambda drivers, **facts: RiderRequest(
        **facts, banned_drivers=tuple(drivers[:1]), preferred_drivers=tuple(drivers[1:])
    ),
    drivers=references,
    ref=texts,
    name=texts,
    phone=texts | st.just(""),
    needs=words,
    no_share=st.booleans(),
    groups=words,
    apart_from=words,
)
vehicles = st.builds(
    VehicleRequest,
    ref=texts,
    name=texts,
    layouts=st.lists(spaces, min_size=1, max_size=3).map(tuple),
    active=st.booleans(),
    equipment=words,
    wheeled_dwell_s=st.integers(0, 7200),
)


def read_again(requests: list[Request], kind: FileKind, separator: str) -> list[Request]:
    content = write_csv(requests, kind, zone=ZONE, separator=separator)
    reading = read_csv(content, kind, zone=ZONE, file="x")
    assert reading.problems == ()
    return [taken.request for taken in reading.taken]


@settings(max_examples=up_to(60), deadline=None)
@given(st.lists(trips(), max_size=3), st.sampled_from(",;"))
def test_trips_read_as_they_were_written(requests: list[Request], separator: str) -> None:
    assert read_again(requests, FileKind.TRIPS, separator) == requests


@settings(max_examples=up_to(40), deadline=None)
@given(st.lists(shifts(), max_size=3), st.sampled_from(",;"))
def test_shifts_read_as_they_were_written(requests: list[Request], separator: str) -> None:
    assert read_again(requests, FileKind.SHIFTS, separator) == requests


@settings(max_examples=up_to(40), deadline=None)
@given(st.lists(drivers, max_size=3), st.lists(vehicles, max_size=3), st.lists(riders, max_size=3))
def test_drivers_vehicles_and_riders_read_as_they_were_written(
    some: list[Request], others: list[Request], more: list[Request]
) -> None:
    assert read_again(some, FileKind.DRIVERS, ",") == some
    assert read_again(others, FileKind.VEHICLES, ";") == others
    assert read_again(more, FileKind.RIDERS, ",") == more


@pytest.mark.parametrize("service_on", DAYS)
def test_an_invented_day_survives_its_files(service_on: date) -> None:
    day = invented_day(7, trips=40, drivers=7, service_on=service_on)
    for kind in FileKind:
        requests = list(getattr(day, kind))
        assert read_again(requests, kind, ";") == requests


@pytest.mark.parametrize("name", ["=1+1", "+41", "-x", "@me", "'=1"])
def test_a_text_that_a_spreadsheet_would_run_is_disarmed(name: str) -> None:
    content = write_csv([DriverRequest(ref="d1", name=name)], FileKind.DRIVERS, zone=ZONE)
    assert f"d1,'{name},en,yes" in content.decode()


def test_a_number_is_never_disarmed() -> None:
    place = PlaceRequest(ref="p", name="Quay", lon=-6.5, lat=0.0000001)
    shift = ShiftRequest(
        ref="s", driver="d", vehicle="v", service_on=DAYS[0], start=place, end=place,
        starts_at=datetime(2026, 11, 25, 6, tzinfo=UTC), ends_at=datetime(2026, 11, 25, 7, tzinfo=UTC),
    )  # fmt: skip
    assert ",-6.5,0.0000001" in write_csv([shift], FileKind.SHIFTS, zone=ZONE).decode()
