"""Road times with what is kept, what no road leads to, and what a source must not be believed."""

from collections.abc import Callable

import numpy as np
import pytest

from estafette.domain.error import Unavailable
from estafette.domain.place import Place
from estafette.travel.estimate import EstimateTravel
from estafette.travel.globe import Points
from estafette.travel.network.search import GraphRoads
from estafette.travel.road_travel import RoadTravel
from estafette.travel.roads import Snapped, Table
from estafette.travel.traffic import Area, Traffic
from tests.travel.remembering import Counting, Remembering
from tests.travel.test_network import town
from tests.travel.towns import a_place

TOWN = (a_place(1, 10, 0), a_place(2, 400, 150), a_place(3, 60, 400), a_place(4, 200, 210))
FIELD = a_place(7, 0, 2_000)  # 1.6 km from the nearest road


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> GraphRoads:
    return town(tmp_path_factory.mktemp("town"))


def travel_on(roads: object, **how: object) -> RoadTravel:
    return RoadTravel(roads, estimate=EstimateTravel(), **how)  # type: ignore[arg-type]


def test_what_was_asked_once_is_not_asked_again_and_the_same_comes_out(graph: GraphRoads) -> None:
    roads, kept = Counting(graph), Remembering()
    first = travel_on(roads, kept=kept).matrix(TOWN)
    assert roads.asked == 16
    again = travel_on(roads, kept=kept).matrix(TOWN)
    assert (roads.asked, again.sha256()) == (16, first.sha256())


def test_only_the_times_of_new_places_are_asked_for(graph: GraphRoads) -> None:
    roads, kept = Counting(graph), Remembering()
    travel_on(roads, kept=kept).matrix(TOWN[:3])
    whole = travel_on(roads, kept=kept).matrix(TOWN)
    assert roads.asked == 9 + 3 + 3 + 1
    assert whole.sha256() == travel_on(graph).matrix(TOWN).sha256()


def test_a_place_that_moved_is_asked_for_anew(graph: GraphRoads) -> None:
    roads, kept = Counting(graph), Remembering()
    travel_on(roads, kept=kept).matrix(TOWN)
    moved = (a_place(1, 110, 0), *TOWN[1:])
    assert travel_on(roads, kept=kept).matrix(moved).sha256() == travel_on(graph).matrix(moved).sha256()


def test_other_roads_do_not_take_the_times_of_these(graph: GraphRoads) -> None:
    kept = Remembering()
    travel_on(Counting(graph), kept=kept).matrix(TOWN)
    newer = Counting(graph, version="v2")
    travel_on(newer, kept=kept).matrix(TOWN)
    assert newer.asked == 16


def test_nothing_is_kept_of_roads_that_do_not_name_their_data(graph: GraphRoads) -> None:
    roads, kept = Counting(graph, version=None), Remembering()
    for _ in range(2):
        travel_on(roads, kept=kept).matrix(TOWN)
    assert (roads.asked, kept.places) == (32, [])


def test_a_place_far_from_every_road_has_estimates_and_is_named(graph: GraphRoads) -> None:
    kept = Remembering()
    matrix = travel_on(graph, kept=kept).matrix((*TOWN, FIELD))
    assert (matrix.estimated, matrix.estimated_places) == (False, (7,))
    assert matrix.source == "roads: town; estimates at 1 of 5 places"
    estimate = EstimateTravel().matrix((*TOWN, FIELD))
    assert matrix.durations_s[4].tolist() == estimate.durations_s[4].tolist()
    assert matrix.durations_s[:4, :4].tolist() == travel_on(graph).matrix(TOWN).durations_s.tolist()


def test_no_estimate_is_ever_kept(graph: GraphRoads) -> None:
    kept = Remembering()
    matrix = travel_on(graph, kept=kept).matrix((*TOWN, FIELD))
    assert (kept.times.seconds[4] == -1).all()
    assert (kept.times.seconds[:, 4] == -1).all()
    assert travel_on(graph, kept=kept).matrix((*TOWN, FIELD)).sha256() == matrix.sha256()


def test_where_no_two_places_have_a_road_all_is_an_estimate(graph: GraphRoads) -> None:
    matrix = travel_on(graph).matrix((TOWN[0], FIELD))
    assert matrix.estimated


def test_the_way_to_a_place_far_from_every_road_is_a_line_and_says_so(graph: GraphRoads) -> None:
    assert travel_on(graph).path(TOWN[0], FIELD).estimated


class Gappy(Counting):
    """Roads on which nobody comes to or from the third place."""

    def table(self, origins: Points, destinations: Points) -> Table:
        """Leave the way to or from it out."""
        table, lon = self.roads.table(origins, destinations), TOWN[2].lon
        gap = np.logical_or.outer(origins.lon == lon, destinations.lon == lon)
        return Table(np.where(gap, np.nan, table.seconds), np.where(gap, np.nan, table.metres))


def test_a_place_on_a_road_that_leads_nowhere_is_named_and_no_other(graph: GraphRoads) -> None:
    matrix = travel_on(Gappy(graph)).matrix(TOWN)
    assert matrix.estimated_places == (3,)


class Twisted(Counting):
    """Roads whose tables are changed."""

    def __init__(self, roads: GraphRoads, twist: Callable[[Table], Table]) -> None:
        super().__init__(roads)
        self._twist = twist

    def table(self, origins: Points, destinations: Points) -> Table:
        """Give the changed table."""
        return self._twist(self.roads.table(origins, destinations))


@pytest.mark.parametrize(
    ("twist", "said"),
    [
        (lambda t: Table(t.seconds * 0, t.metres), "0 s and .* m from place 1 to place 2 of the table"),
        (lambda t: Table(t.seconds, t.metres * 0), "s and 0 m from place 1 to place 2"),
        (lambda t: Table(t.seconds * np.nan, t.metres * np.nan), "no time between any two places"),
        (lambda t: Table(-t.seconds, t.metres), "-[0-9.]+ s and"),
        (lambda t: Table(t.seconds * np.inf, t.metres), "inf s and"),
        (lambda t: Table(t.seconds * 1e6, t.metres), "s and .* m from place 1"),
        (lambda t: Table(t.seconds[:2], t.metres[:2]), r"a table of \(2, 4\) for \(4, 4\) places"),
    ],
    ids=["zeros", "no metres", "NaN", "negative", "infinite", "days", "half a table"],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_nonsense_is_refused_with_what_is_wrong_and_not_kept(
    graph: GraphRoads, twist: Callable[[Table], Table], said: str
) -> None:
    kept = Remembering()
    with pytest.raises(Unavailable, match=f"counting roads gives nonsense: .*{said}"):
        travel_on(Twisted(graph, twist), kept=kept).matrix(TOWN)
    assert kept.places == []


def test_traffic_slows_legs_of_an_area_by_the_mean_of_their_ends(graph: GraphRoads) -> None:
    jam = Area(name="north", lon=TOWN[2].lon, lat=TOWN[2].lat, radius_m=50, permille=2_000)
    free, slow = (travel_on(graph, traffic=Traffic(areas=areas)).matrix(TOWN) for areas in ((), (jam,)))
    assert (slow.durations_s == free.durations_s).all()
    assert slow.travel_s(1, 2, 0) == free.travel_s(1, 2, 0)
    assert slow.travel_s(1, 3, 0) == pytest.approx(1.5 * free.travel_s(1, 3, 0), abs=1)


def test_a_rounding_below_zero_is_no_nonsense(graph: GraphRoads) -> None:
    roads = Twisted(graph, lambda t: Table(t.seconds, np.where(t.seconds == 0, -0.3, t.metres)))
    assert travel_on(roads).matrix(TOWN).distances_m.min() == 0


class Everywhere(Counting):
    """Roads that snap every place onto the road, as some servers do without a limit."""

    def snap(self, points: Points) -> Snapped:
        """Say that everything is at a road."""
        return Snapped(points, np.zeros(len(points)))


def test_two_doors_of_one_house_may_be_no_time_apart(graph: GraphRoads) -> None:
    near = (TOWN[0], Place(place_id=9, name="", lon=TOWN[0].lon, lat=TOWN[0].lat), TOWN[1])
    assert travel_on(Everywhere(graph)).matrix(near).durations_s[0, 1] == 0
