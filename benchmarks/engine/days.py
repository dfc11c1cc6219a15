"""
Seeded dial-a-ride days with a city-like geometry.

Places: a pool of addresses, most of them around a few quarters, the others scattered; depots at the edge of
quarters; driving is 1.3 times the straight line at 8 m/s, and up to a fifth longer in one direction.
Trips: a quarter in wheelchairs, 15-minute windows at the end that carries the promise, rides at most 1.5
times direct plus ten minutes; half the destinations are clinics; one trip in twenty needs a driver with a skill that
a third have. Shifts of eight hours, some of twelve, each with a break of half an hour.
"""

import itertools
import math
import random

from benchmarks.engine.case import Case, CaseRun, CaseTrip

HOUR = 3600
SHIFTS = ((6, 14), (8, 16), (10.5, 18.5), (7, 19))
RESTS = ((9, 11), (11, 13.5), (13, 15.5), (11.5, 14))
VAN = ((4, 0), (2, 1))
# Two seats or one wheelchair: seats + 2 wheelchairs <= 4, wheelchairs <= 1 are the same loads as `VAN`.
LINEAR = ((1, 2), (0, 1))
WINDOW_S, DWELL_S, WHEELED_DWELL_S, REST_S, RUN_S = 900, 120, 240, 1800, 3600
ACROSS_M, METRES_PER_S, DETOUR = 16_000, 8.0, 1.3


def day(trips: int, seed: int, *, rests: bool = True) -> Case:
    """Make a day of so many trips; the same seed gives the same day on every machine."""
    dice = random.Random(f"{seed}:{trips}")
    depots = 2 + trips // 400
    points = _points(dice, depots, min(40 + trips // 2, 900))
    travel = _travel(dice, points)
    clinics = dice.sample(range(depots, len(points)), max(3, len(points) // 20))
    return Case(
        name=f"day-{trips}{'' if rests else '-no-breaks'}-{seed}", objective="day", scale=1, run_price=RUN_S,
        linear=LINEAR, travel=travel,
        trips=tuple(_trip(dice, k, travel, clinics, depots) for k in range(trips)),
        runs=tuple(_run(k, depots, rests=rests) for k in range(8 + trips // 7)),
    )  # fmt: skip


def _points(dice: random.Random, depots: int, addresses: int) -> list[tuple[float, float]]:
    quarters = [(dice.uniform(0, ACROSS_M), dice.uniform(0, ACROSS_M)) for _ in range(2 + depots)]
    near = [_near(dice, quarters[k % len(quarters)]) for k in range(depots + addresses * 2 // 3)]
    far = [
        (dice.uniform(0, ACROSS_M), dice.uniform(0, ACROSS_M)) for _ in range(addresses - addresses * 2 // 3)
    ]
    return near + far


def _near(dice: random.Random, quarter: tuple[float, float]) -> tuple[float, float]:
    angle, away = dice.uniform(0, 2 * math.pi), abs(dice.gauss(0, 1500))
    return quarter[0] + away * math.cos(angle), quarter[1] + away * math.sin(angle)


def _travel(dice: random.Random, points: list[tuple[float, float]]) -> tuple[tuple[float, ...], ...]:
    """Give whole seconds; the hills are the same for all, so that no way round is shorter than the way."""
    height = [dice.uniform(0, 60) for _ in points]
    size = range(len(points))
    return tuple(tuple(_leg_s(points[a], points[b], height[b] - height[a]) for b in size) for a in size)


def _leg_s(a: tuple[float, float], b: tuple[float, float], climb_s: float) -> float:
    away_s = math.dist(a, b) * DETOUR / METRES_PER_S
    return float(math.ceil(away_s + max(0.0, min(climb_s, away_s / 5))))


def _trip(
    dice: random.Random, k: int, travel: tuple[tuple[float, ...], ...], clinics: list[int], depots: int
) -> CaseTrip:
    home, there = dice.sample(range(depots, len(travel)), 2)
    clinic = dice.choice([each for each in clinics if each != home])
    there = clinic if dice.random() < 0.5 else there
    outbound = dice.random() < 0.5
    origin, destination = (home, there) if outbound else (there, home)
    wheeled = k % 4 == 0
    at, direct = dice.randrange(7 * HOUR, 17 * HOUR), travel[origin][destination]
    dwell, ride = (WHEELED_DWELL_S if wheeled else DWELL_S), math.floor(direct * 1.5 + 600)
    early, late = (at, at + WINDOW_S), (at + dwell + direct, at + WINDOW_S + dwell + ride)
    if outbound:
        late = (at + dwell + direct, at + dwell + direct + WINDOW_S)
        early = (late[0] - ride - dwell, late[1] - direct - dwell)
    return CaseTrip(
        origin=origin, destination=destination, pickup=early, dropoff=late, dwell=(dwell, DWELL_S),
        takes=(0, 1) if wheeled else (1, 0), max_ride=ride, needs=("stairs",) if dice.random() < 0.05 else (),
    )  # fmt: skip


def _run(k: int, depots: int, *, rests: bool) -> CaseRun:
    shift, rest = SHIFTS[k % 4], RESTS[k % 4]
    return CaseRun(
        start=k % depots, end=k % depots, shift=(shift[0] * HOUR, shift[1] * HOUR), layouts=VAN,
        rests=((rest[0] * HOUR, rest[1] * HOUR, REST_S),) if rests else (),
        skills=("stairs",) if k % 3 == 0 else (),
    )  # fmt: skip


def loads_fit_alike() -> bool:
    """Tell whether the linear form allows exactly the loads that the layouts of the van allow."""
    limit = [
        max(sum(f * each for f, each in zip(row, layout, strict=True)) for layout in VAN) for row in LINEAR
    ]
    for load in itertools.product(range(6), range(4)):
        by_layout = any(load[0] <= layout[0] and load[1] <= layout[1] for layout in VAN)
        by_row = all(f[0] * load[0] + f[1] * load[1] <= most for f, most in zip(LINEAR, limit, strict=True))
        if by_layout != by_row:
            return False
    return True
