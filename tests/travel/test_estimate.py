"""The estimate: plausible, labelled, exact where it must be, and refusing what is not on the globe."""

import math

import msgspec
import numpy as np
import pytest

from estafette.domain.error import Invalid, Unreachable
from estafette.domain.place import Place
from estafette.domain.travel import Travel
from estafette.travel.curve import USUAL, Delay
from estafette.travel.estimate import EstimateTravel
from estafette.travel.globe import Points, straight_m
from estafette.travel.traffic import Traffic


def a_place(place_id: int, lon: float, lat: float) -> Place:
    return Place(place_id=place_id, name=f"place {place_id}", lon=lon, lat=lat)


GENEVA, LAUSANNE = a_place(1, 6.143, 46.204), a_place(2, 6.633, 46.520)


def test_a_matrix_says_that_it_is_an_estimate() -> None:
    travel: Travel = EstimateTravel()
    matrix = travel.matrix([GENEVA, LAUSANNE])
    assert matrix.estimated
    assert matrix.source.startswith("estimate")


def test_geneva_to_lausanne_is_about_right() -> None:
    matrix = EstimateTravel().matrix([GENEVA, LAUSANNE])
    # The road is 62 km, and takes 45 to 60 minutes by day.
    assert 58_000 < matrix.distance_m(1, 2) < 68_000
    assert 40 * 60 < matrix.travel_s(1, 2, 12 * 3600) < 65 * 60


def test_town_rides_are_slow_and_motorways_fast() -> None:
    matrix = EstimateTravel().matrix(
        [a_place(k, 6 + 0.013 * 10**k, 46.0) for k in (0, 1, 2)] + [a_place(9, 6, 46)]
    )
    km_h = [3.6 * matrix.distance_m(9, k) / matrix.travel_s(9, k, 0) for k in (0, 1, 2)]
    assert 20 < km_h[0] < 35 < km_h[1] < km_h[2] < 90


def test_rush_hours_take_longer() -> None:
    matrix = EstimateTravel().matrix([GENEVA, LAUSANNE])
    night, noon, evening = (matrix.travel_s(1, 2, 3600 * hour + 600) for hour in (3, 12, 17))
    assert night < noon < evening < 1.4 * night


def test_the_same_spot_is_no_way_at_all() -> None:
    matrix = EstimateTravel().matrix([GENEVA, LAUSANNE, a_place(3, GENEVA.lon, GENEVA.lat)])
    assert matrix.durations_s.diagonal().tolist() == [0, 0, 0]
    assert (matrix.travel_s(1, 3, 8 * 3600), matrix.distance_m(1, 3)) == (0, 0)


def test_great_circles_agree_with_known_distances() -> None:
    corners = Points(np.array([0.0, 90.0, 0.0]), np.array([0.0, 0.0, 90.0]))
    metres = straight_m(corners, corners)
    assert metres == pytest.approx(np.where(np.eye(3) == 1, 0, math.pi / 2 * 6_371_008.8), rel=1e-9)


def test_the_profile_covers_the_day_and_falls_gently() -> None:
    (profile,) = Traffic().profiles(1)
    assert len(profile) == 1441
    assert (profile.min(), profile.max()) == (1000, 1350)
    # FIFO for the longest duration there is (see `TravelMatrix`).
    assert np.diff(profile).min() >= -60_000 / 27_000


@pytest.mark.parametrize(("lon", "lat"), [(math.nan, 46), (6, math.nan), (181, 46), (6, -91), (math.inf, 0)])
def test_a_position_off_the_globe_is_refused_by_name(lon: float, lat: float) -> None:
    with pytest.raises(Invalid, match="place 7: position .* is not on the globe"):
        EstimateTravel().matrix([GENEVA, a_place(7, lon, lat)])


def test_swapped_coordinates_are_refused_by_name() -> None:
    with pytest.raises(Unreachable, match="place 7: .* is over 600 km from other places"):
        EstimateTravel().matrix([GENEVA, LAUSANNE, a_place(7, 46.2, 6.1)])


def test_a_matrix_among_some_of_its_places_is_the_one_made_for_them_alone() -> None:
    nyon = a_place(3, 6.239, 46.383)
    among = EstimateTravel().matrix([GENEVA, LAUSANNE, nyon]).among([nyon, GENEVA])
    assert among.sha256() == EstimateTravel().matrix([nyon, GENEVA]).sha256()


def test_no_places_give_an_empty_matrix() -> None:
    assert EstimateTravel().matrix([]).durations_s.shape == (0, 0)


def test_times_with_new_places_are_those_that_are_estimated_anew() -> None:
    dice = np.random.default_rng(3)
    places = [a_place(k, *dice.uniform((6, 46), (8, 47))) for k in range(90)]
    delays = tuple(Delay(east=300 + k, north=3_000 + k, seconds=7 * k) for k in range(60))
    curve = msgspec.structs.replace(USUAL, delays=delays)
    kept = EstimateTravel(curve)
    for asked in (places[:60], places[:61], [*places[:61], places[5]], places[3:70], places, places[:2], []):
        matrix = kept.matrix(asked)
        assert matrix.sha256() == EstimateTravel(curve).matrix(asked).sha256()
        matrix.durations_s[:] = 0  # whoever changes what was given changes nothing that is kept


def test_a_place_that_moved_is_estimated_anew() -> None:
    travel = EstimateTravel()
    travel.matrix([GENEVA, LAUSANNE])
    moved = [a_place(1, 6.2, 46.3), LAUSANNE]
    assert travel.matrix(moved).sha256() == EstimateTravel().matrix(moved).sha256()
