"""The invented fleet: drivers, vehicles and one day's shifts."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from estafette.demo.names import FAMILY_NAMES, GIVEN_NAMES
from estafette.demo.places import DEPOTS
from estafette.domain.fleet import Break, Spaces
from estafette.domain.request import DriverRequest, PlaceRequest, ShiftRequest, VehicleRequest
from estafette.domain.time import day_start_at

ZONE = "Europe/Zurich"

OXYGEN, STAIR_CHAIR = "oxygen", "stair chair"

_MINUTE = 60
_RESERVE_S = 20_000  # a reserve goes out only when that much driving is saved, or a trip
_BREAK_AFTER = timedelta(hours=6)
_LANGUAGES = ("fr", "fr", "fr", "de", "fr", "en", "fr", "it")


class _Model(NamedTuple):
    name: str
    layouts: tuple[Spaces, ...]
    equipment: tuple[str, ...] = ()
    wheeled_dwell_s: int = 0


_VAN = _Model("van", (Spaces(seats=4), Spaces(seats=2, wheelchairs=1)))
_MINIBUS = _Model(
    "minibus",
    (Spaces(seats=6), Spaces(seats=4, wheelchairs=1), Spaces(seats=2, wheelchairs=2)),
    equipment=(OXYGEN,),
    wheeled_dwell_s=60,
)
_LOW_FLOOR = _Model("low-floor car", (Spaces(seats=3, wheelchairs=1),))
_STRETCHER = _Model(
    "stretcher van",
    (Spaces(seats=1, stretchers=1), Spaces(seats=2, wheelchairs=1), Spaces(seats=3)),
    equipment=(OXYGEN,),
)

# Ten vehicles and twenty shifts that repeat. The stretcher van, second of every ten, always has a shift in
# the middle of the day, when stretchers are asked for.
_MODELS = (_MINIBUS, _STRETCHER, _VAN, _LOW_FLOOR, _VAN, _MINIBUS, _VAN, _LOW_FLOOR, _VAN, _VAN)
_EARLY, _DAY, _LATE = ("06:00", "14:30"), ("07:30", "16:30"), ("10:30", "19:30")
_SHORT_EARLY, _SHORT_LATE = ("06:15", "12:15"), ("13:30", "19:30")
_SHIFTS = (
    _EARLY, _DAY, _LATE, _EARLY, _LATE, _LATE, _EARLY, _EARLY, _LATE, _SHORT_EARLY,
    _EARLY, _DAY, _LATE, _EARLY, _LATE, _LATE, _EARLY, _DAY, _LATE, _SHORT_LATE,
)  # fmt: skip


def drivers(random: Random, count: int) -> tuple[DriverRequest, ...]:
    """Invent drivers: every second has learned to use a stair chair, every fourth may work overtime."""
    return tuple(
        DriverRequest(
            ref=f"D{number:03}",
            name=f"{random.choice(GIVEN_NAMES)} {random.choice(FAMILY_NAMES)}",
            language=_LANGUAGES[number % len(_LANGUAGES)],
            skills=(STAIR_CHAIR,) if number % 2 else (),
            overtime_s=30 * _MINUTE if number % 4 == 0 else 0,
        )
        for number in range(1, count + 1)
    )


def vehicles(count: int) -> tuple[VehicleRequest, ...]:
    """List vehicles: every tenth takes a stretcher, all but a few a wheelchair."""
    models = [_MODELS[index % len(_MODELS)] for index in range(count)]
    return tuple(
        VehicleRequest(
            ref=f"V{number:03}",
            name=f"{number:03} {model.name}",
            layouts=model.layouts,
            equipment=model.equipment,
            wheeled_dwell_s=model.wheeled_dwell_s,
        )
        for number, model in enumerate(models, start=1)
    )


def shifts(count: int, service_on: date) -> tuple[ShiftRequest, ...]:
    """
    Give every driver a vehicle, a depot and hours; whoever works longer than six hours has a break.

    The last of ten is a reserve.
    """
    depots = DEPOTS[: 1 + (count >= 4) + (count >= 9)]
    return tuple(_shift(index, service_on, depots[index % len(depots)]) for index in range(count))


def _shift(index: int, service_on: date, depot: PlaceRequest) -> ShiftRequest:
    starts_at, ends_at = (local(service_on, clock) for clock in _SHIFTS[index % len(_SHIFTS)])
    return ShiftRequest(
        ref=f"{service_on:%Y%m%d}-{index + 1:03}",
        driver=f"D{index + 1:03}",
        vehicle=f"V{index + 1:03}",
        service_on=service_on,
        starts_at=starts_at,
        ends_at=ends_at,
        start=depot,
        end=depot,
        breaks=_breaks(service_on, starts_at, ends_at),
        activation_s=_RESERVE_S if index % 10 == 9 else None,
    )


def _breaks(service_on: date, starts_at: datetime, ends_at: datetime) -> tuple[Break, ...]:
    if ends_at - starts_at <= _BREAK_AFTER:
        return ()
    starts_s = round((starts_at - day_start_at(service_on, ZONE)).total_seconds())
    return (Break(from_s=starts_s + 180 * _MINUTE, to_s=starts_s + 330 * _MINUTE, duration_s=30 * _MINUTE),)


def local(service_on: date, clock: str) -> datetime:
    """Give the instant, in UTC, of a wall clock `HH:MM` of the service day."""
    return datetime.combine(service_on, time.fromisoformat(clock), ZoneInfo(ZONE)).astimezone(UTC)
