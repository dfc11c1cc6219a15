"""Estimates while road times cannot be had, visibly, and a breaker that closes again."""

from collections.abc import Sequence

import numpy as np

from estafette.domain.error import Unavailable
from estafette.domain.place import Place
from estafette.domain.travel import Path, TravelMatrix
from estafette.travel.curve import USUAL
from estafette.travel.estimate import EstimateTravel
from estafette.travel.fallback import Breaker, FallbackTravel
from estafette.travel.traffic import Traffic
from tests.travel.towns import a_place

PLACES = (a_place(1, 0, 0), a_place(2, 300, 0))


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Moody:
    """Roads that fail while they are told to, and count how often they are asked."""

    def __init__(self) -> None:
        self.broken, self.asked = False, 0

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        self.asked += 1
        if self.broken:
            message = "the server does not answer"
            raise Unavailable(message)
        one = np.ones((len(places), len(places)), np.int32)
        return TravelMatrix(
            place_ids=np.array([p.place_id for p in places]), durations_s=one, distances_m=one,
            profile_permille=np.array([1000], np.int32), source="roads: moody", estimated=False,
        )  # fmt: skip

    def path(self, origin: Place, destination: Place) -> Path:
        return EstimateTravel().path(origin, destination)


def broken_roads() -> tuple[Moody, Clock, FallbackTravel]:
    roads, clock = Moody(), Clock()
    breaker = Breaker(clock, pause_s=30)
    travel = FallbackTravel(roads, curve=USUAL, traffic=Traffic(), breaker=breaker)
    roads.broken = True
    return roads, clock, travel


def test_a_source_that_fails_gives_estimates_that_say_why() -> None:
    _, _, travel = broken_roads()
    matrix = travel.matrix(PLACES)
    assert matrix.estimated
    assert matrix.source.startswith("estimate")
    assert matrix.source.endswith("(no road times: the server does not answer)")


def test_a_broken_source_is_asked_once_each_pause_and_taken_again_when_it_works() -> None:
    roads, clock, travel = broken_roads()
    for _ in range(5):
        travel.matrix(PLACES)
    assert roads.asked == 1
    clock.now_s = 31
    assert travel.matrix(PLACES).estimated
    roads.broken = False
    assert travel.matrix(PLACES).estimated
    assert roads.asked == 2
    clock.now_s = 62
    assert travel.matrix(PLACES).source == "roads: moody"
    assert travel.matrix(PLACES).source == "roads: moody"
    assert roads.asked == 4


def test_a_source_that_works_is_asked_every_time() -> None:
    roads, _, travel = broken_roads()
    roads.broken = False
    for _ in range(3):
        assert not travel.matrix(PLACES).estimated
    assert roads.asked == 3
