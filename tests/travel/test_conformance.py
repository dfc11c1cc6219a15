"""What every source of travel times promises, whoever it is."""

from collections.abc import Iterator

import numpy as np
import pytest

from estafette.domain.error import Invalid, Unreachable
from estafette.domain.place import Place
from estafette.domain.travel import Travel
from estafette.travel.globe import Points, apart_m, positions, straight_m
from tests.travel.sources import SOURCES, travel_by
from tests.travel.towns import a_place

PLACES = (
    a_place(11, 10, 0),
    a_place(12, 390, 150),
    a_place(13, 60, 395),
    a_place(14, 200, 210),
    a_place(15, 480, 5),
)


@pytest.fixture(scope="module", params=SOURCES)
def travel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Travel]:
    with travel_by(request.param, tmp_path_factory.mktemp("home")) as travel:
        yield travel


def test_a_matrix_has_every_pair_in_the_order_asked_for(travel: Travel) -> None:
    matrix = travel.matrix(PLACES)
    assert matrix.place_ids.tolist() == [11, 12, 13, 14, 15]
    assert matrix.durations_s.shape == matrix.distances_m.shape == (5, 5)
    assert matrix.durations_s.dtype == matrix.distances_m.dtype == np.int32
    assert matrix.durations_s.diagonal().tolist() == matrix.distances_m.diagonal().tolist() == [0] * 5


def test_no_road_is_shorter_than_the_line_and_no_drive_absurdly_fast_or_slow(travel: Travel) -> None:
    matrix = travel.matrix(PLACES)
    between = ~np.eye(5, dtype=bool)
    line_m = straight_m(positions(PLACES), positions(PLACES))[between]
    assert (matrix.distances_m[between] >= line_m - 30).all()  # a place may be some metres off its road
    km_h = 3.6 * matrix.distances_m[between] / matrix.durations_s[between]
    assert ((km_h > 5) & (km_h < 60)).all()


def test_a_part_of_the_places_gives_a_part_of_the_matrix(travel: Travel) -> None:
    whole, part = travel.matrix(PLACES), travel.matrix((PLACES[3], PLACES[1]))
    assert part.durations_s.tolist() == whole.durations_s[np.ix_([3, 1], [3, 1])].tolist()
    assert part.distances_m.tolist() == whole.distances_m[np.ix_([3, 1], [3, 1])].tolist()


def test_the_same_question_has_the_same_answer(travel: Travel) -> None:
    assert travel.matrix(PLACES).sha256() == travel.matrix(PLACES).sha256()


def test_two_places_at_one_spot_are_no_way_apart(travel: Travel) -> None:
    twin = Place(place_id=99, name="twin", lon=PLACES[0].lon, lat=PLACES[0].lat)
    assert travel.matrix((PLACES[0], twin)).durations_s.tolist() == [[0, 0], [0, 0]]


def test_no_places_and_one_place_have_a_matrix_too(travel: Travel) -> None:
    assert travel.matrix(()).durations_s.shape == (0, 0)
    assert travel.matrix(PLACES[:1]).durations_s.tolist() == [[0]]


def test_it_says_where_its_times_come_from(travel: Travel) -> None:
    matrix = travel.matrix(PLACES)
    assert matrix.source.startswith("estimate" if matrix.estimated else "roads: ")


def test_leaving_later_never_means_arriving_earlier(travel: Travel) -> None:
    matrix = travel.matrix(PLACES)
    arrivals = [at_s + matrix.travel_s(11, 15, at_s) for at_s in range(0, 86_400, 60)]
    assert arrivals == sorted(arrivals)


def test_a_path_goes_from_door_to_door(travel: Travel) -> None:
    path = travel.path(PLACES[0], PLACES[1])
    ends = Points(path.lon[[0, -1]], path.lat[[0, -1]])
    assert apart_m(ends, positions(PLACES[:2])).max() < 20
    matrix = travel.matrix(PLACES)
    assert path.duration_s == pytest.approx(matrix.durations_s[0, 1], abs=1)
    assert path.distance_m == pytest.approx(matrix.distances_m[0, 1], abs=6)
    assert path.estimated == matrix.estimated


def test_a_position_off_the_globe_is_refused_by_name(travel: Travel) -> None:
    with pytest.raises(Invalid, match="place 7: position .* is not on the globe"):
        travel.matrix((PLACES[0], Place(place_id=7, name="nowhere", lon=float("nan"), lat=46)))


def test_swapped_coordinates_are_refused_by_name(travel: Travel) -> None:
    swapped = Place(place_id=7, name="swapped", lon=46.0, lat=6.0)
    with pytest.raises(Unreachable, match="place 7: .* is over 600 km from other places"):
        travel.matrix((*PLACES, swapped))
