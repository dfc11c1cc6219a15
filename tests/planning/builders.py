"""Small days that read well: places on a line or a plane, trips and runs with sensible defaults."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import numpy as np

from estafette.domain.booking import Anchor, AssignmentFacts, Lock, RideLimit, TripFacts
from estafette.domain.fleet import Break, RunFacts, Spaces
from estafette.domain.place import Place
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix

SEAT, WHEELCHAIR, STRETCHER = Spaces(seats=1), Spaces(wheelchairs=1), Spaces(stretchers=1)
CAR = (Spaces(seats=3),)
VAN = (Spaces(seats=4), Spaces(seats=2, wheelchairs=1))
DEPOT = 1
RIDE_LIMIT = RideLimit()
MIDNIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)


def seconds(clock: str) -> int:
    """`"08:30"` or `"08:30:15"` as seconds since the start of the day."""
    return sum(int(part) * each for part, each in zip(clock.split(":"), (3600, 60, 1), strict=False))


def window(text: str) -> tuple[int, int]:
    """`"08:00-08:30"` in seconds; a single time is both ends."""
    ends = [seconds(part) for part in text.split("-")]
    return ends[0], ends[-1]


def a_trip(
    trip_id: int,
    origin_id: int,
    destination_id: int,
    pickup: str = "00:00-24:00",
    dropoff: str = "00:00-24:00",
    *,
    takes: Spaces = SEAT,
    dwell_s: int = 60,
    **facts: Any,
) -> TripFacts:
    """A trip that takes one seat and a minute at each door."""
    (pickup_from_s, pickup_to_s), (dropoff_from_s, dropoff_to_s) = window(pickup), window(dropoff)
    return TripFacts(
        trip_id=trip_id, version=trip_id, origin_id=origin_id, destination_id=destination_id,
        anchor=Anchor.PICKUP_AT, pickup_from_s=pickup_from_s, pickup_to_s=pickup_to_s,
        dropoff_from_s=dropoff_from_s, dropoff_to_s=dropoff_to_s, pickup_dwell_s=dwell_s,
        dropoff_dwell_s=dwell_s, takes=takes, **facts,
    )  # fmt: skip


def placed(trip: TripFacts, run_id: int, pickup_s: int, dropoff_s: int, lock: Lock = Lock.NONE) -> TripFacts:
    """The trip as it stands on a run in force."""
    assigned = AssignmentFacts(run_id=run_id, pickup_s=pickup_s, dropoff_s=dropoff_s, version=1, lock=lock)
    return msgspec.structs.replace(trip, assigned=assigned)


def a_run(
    run_id: int,
    shift: str = "06:00-18:00",
    layouts: tuple[Spaces, ...] = CAR,
    start_id: int = DEPOT,
    end_id: int | None = DEPOT,
    breaks: tuple[Break, ...] = (),
    **facts: Any,
) -> RunFacts:
    """A run from the depot and back."""
    shift_from_s, shift_to_s = window(shift)
    return RunFacts(
        run_id=run_id, driver_id=100 + run_id, vehicle_id=200 + run_id, version=run_id,
        shift_from_s=shift_from_s, shift_to_s=shift_to_s, start_place_id=start_id, end_place_id=end_id,
        layouts=layouts, breaks=breaks, **facts,
    )  # fmt: skip


def a_break(starts: str, minutes: int = 30) -> Break:
    """A break that starts in a window."""
    from_s, to_s = window(starts)
    return Break(from_s=from_s, to_s=to_s, duration_s=60 * minutes)


def a_day(
    trips: Sequence[TripFacts],
    runs: Sequence[RunFacts],
    places: int = 10,
    ride_limit: RideLimit = RIDE_LIMIT,
    *,
    service_on: date = date(2026, 3, 2),
    day_start_at: datetime = MIDNIGHT,
    max_onboard_wait_s: int | None = None,
    **facts: Any,
) -> Problem:
    """A day whose places are numbered from 1, the depot; riders may wait aboard unless it says how long."""
    return Problem(
        company_id=1, service_on=service_on, zone="Europe/Paris", day_start_at=day_start_at,
        board_version=40, trips=tuple(trips), runs=tuple(runs), ride_limit=ride_limit,
        max_onboard_wait_s=max_onboard_wait_s, **facts,
        places=tuple(Place(place_id=k, name=f"place {k}", lon=0.0, lat=0.0) for k in range(1, places + 1)),
    )  # fmt: skip


def on_a_line(places: int = 10, minutes_apart: int = 10, profile: Sequence[int] = (1000,)) -> TravelMatrix:
    """Places 1, 2, 3, ... on a road, so many minutes (and kilometres) from one to the next."""
    ids = np.arange(1, places + 1)
    steps = np.abs(ids[:, None] - ids[None, :]) * minutes_apart
    return a_matrix(60 * steps, 1000 * steps, profile)


def with_zones(matrix: TravelMatrix, profiles: Sequence[Sequence[int]]) -> TravelMatrix:
    """The same with as many zones, whose places follow each other in turns."""
    return TravelMatrix(
        place_ids=matrix.place_ids, durations_s=matrix.durations_s, distances_m=matrix.distances_m,
        profile_permille=np.array(profiles, np.int32), source=matrix.source, estimated=matrix.estimated,
        zone_of=np.arange(len(matrix.place_ids)) % len(profiles),
    )  # fmt: skip


def a_matrix(durations_s: Any, distances_m: Any, profile: Sequence[int] = (1000,)) -> TravelMatrix:
    """A matrix over places 1, 2, 3, ..."""
    return TravelMatrix(
        place_ids=np.arange(1, len(durations_s) + 1), durations_s=np.asarray(durations_s, dtype=np.int32),
        distances_m=np.asarray(distances_m, dtype=np.int32),
        profile_permille=np.asarray(profile, dtype=np.int32), source="test", estimated=False,
    )  # fmt: skip


def on_a_plane(
    seed: int, places: int, across_s: int = 3600, profile: Sequence[int] = (1000,)
) -> TravelMatrix:
    """Places scattered over a square that takes `across_s` seconds to cross."""
    xy = np.random.default_rng(seed).uniform(0, across_s, (places, 2))
    away = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    return a_matrix(np.rint(away), np.rint(10 * away), profile)


def a_random_day(
    seed: int, trips: int, runs: int, matrix: TravelMatrix, profile_breaks: bool = True
) -> Problem:
    """A dial-a-ride day: 15-minute windows, a quarter in wheelchairs, shifts of 8 hours with a break."""
    rng = np.random.default_rng(seed)
    places = len(matrix.place_ids)
    asked = []
    for trip_id in range(1, trips + 1):
        origin, destination = (int(each) for each in rng.choice(np.arange(2, places + 1), 2, replace=False))
        at_s = int(rng.integers(seconds("07:00"), seconds("17:00")))
        direct_s = matrix.travel_s(origin, destination, at_s)
        asked.append(
            TripFacts(
                trip_id=trip_id, version=1, origin_id=origin, destination_id=destination,
                anchor=Anchor.PICKUP_AT, pickup_from_s=at_s, pickup_to_s=at_s + 900,
                dropoff_from_s=at_s, dropoff_to_s=at_s + 900 + 240 + direct_s * 3 // 2 + 600,
                pickup_dwell_s=240 if trip_id % 4 == 0 else 120, dropoff_dwell_s=120,
                takes=WHEELCHAIR if trip_id % 4 == 0 else SEAT,
            )
        )  # fmt: skip
    shifts = ("06:00-14:00", "08:00-16:00", "10:30-18:30", "07:00-19:00")
    rests = ("09:00-11:00", "11:00-13:30", "13:00-15:30", "11:30-14:00")
    frames = [
        a_run(run_id, shifts[run_id % 4], VAN, breaks=(a_break(rests[run_id % 4]),) if profile_breaks else ())
        for run_id in range(1, runs + 1)
    ]
    return a_day(asked, frames, places=places)
