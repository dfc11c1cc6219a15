"""Travel times that are kept for a moment are those that would be asked for anew."""

from collections.abc import Sequence

import numpy as np
import pytest

from estafette.domain.place import Place
from estafette.domain.travel import Path, TravelMatrix
from estafette.travel.estimate import EstimateTravel
from estafette.travel.recent import RecentTravel

PLACES = [Place(place_id=n, name=f"p{n}", lon=6.1 + n / 100, lat=46.2 + n / 300) for n in range(1, 9)]


class Asked:
    """Counts what is asked, and answers with estimates."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.fails = False

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        if self.fails:
            raise OSError
        self.sizes.append(len(places))
        return EstimateTravel().matrix(places)

    def path(self, origin: Place, destination: Place) -> Path:
        return EstimateTravel().path(origin, destination)


def same(one: TravelMatrix, other: TravelMatrix) -> bool:
    return one.sha256() == other.sha256() and np.array_equal(one.place_ids, other.place_ids)


def test_the_same_places_in_any_order_and_some_of_them_are_asked_for_once() -> None:
    asked = Asked()
    recent = RecentTravel(asked)
    for some in (PLACES, PLACES[::-1], PLACES[2:5]):
        assert same(recent.matrix(some), EstimateTravel().matrix(some))
    assert asked.sizes == [8]


def test_a_new_place_is_asked_for_with_those_known_and_both_are_kept() -> None:
    asked = Asked()
    recent = RecentTravel(asked)
    for some in (PLACES[:6], PLACES[2:7], PLACES[:7]):
        assert same(recent.matrix(some), EstimateTravel().matrix(some))
    assert asked.sizes == [6, 7]


def test_what_is_kept_does_not_grow_for_ever() -> None:
    asked = Asked()
    recent = RecentTravel(asked)
    for n in range(7):
        recent.matrix(PLACES[n : n + 2])
    assert max(asked.sizes) <= 4


def test_a_place_that_moved_is_asked_for_anew() -> None:
    recent = RecentTravel(Asked())
    recent.matrix(PLACES)
    moved = [Place(place_id=1, name="p1", lon=6.5, lat=46.5), *PLACES[1:]]
    assert same(recent.matrix(moved), EstimateTravel().matrix(moved))


def test_nothing_is_kept_for_longer_than_a_minute() -> None:
    asked, now = Asked(), [0.0]
    recent = RecentTravel(asked, clock=lambda: now[0])
    for at in (0.0, 59.0, 61.0):
        now[0] = at
        recent.matrix(PLACES)
    assert asked.sizes == [8, 8]


def test_a_source_that_fails_leaves_nothing_wrong_behind() -> None:
    asked = Asked()
    recent = RecentTravel(asked)
    recent.matrix(PLACES[:6])
    asked.fails = True
    with pytest.raises(OSError):  # noqa: PT011 - as the source raises it
        recent.matrix(PLACES)
    asked.fails = False
    assert same(recent.matrix(PLACES), EstimateTravel().matrix(PLACES))
