"""The road graph of an extract: what a vehicle may use, how long it takes, and where it stops."""

from pathlib import Path

import numpy as np
import osmium
import pytest

from estafette.domain.error import Invalid
from estafette.travel.globe import Points, apart_m
from estafette.travel.network.extract import read_ways
from estafette.travel.network.graph import graph_of, load_graph, save_graph
from estafette.travel.network.profile import LIGHT_S, blocks, drive_of
from estafette.travel.network.search import GraphRoads
from tests.travel.sources import graph_roads
from tests.travel.towns import crossing, spots, write_town

KM_H = 3.6
RESIDENTIAL_M_S = 26 / KM_H


def silent(_: str) -> None: ...


def town(folder: Path, **differences: object) -> GraphRoads:
    extract = write_town(folder / "town.osm.pbf", **differences)  # type: ignore[arg-type]
    return graph_roads(graph_of(read_ways(extract, silent)), name="town", version="1")


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> GraphRoads:
    return town(tmp_path_factory.mktemp("town"))


def test_a_street_takes_its_length_at_the_speed_of_its_kind(roads: GraphRoads) -> None:
    table = roads.table(spots((10, 0)), spots((110, 0)))
    assert table.metres[0, 0] == pytest.approx(100, abs=1)
    assert table.seconds[0, 0] == pytest.approx(100 / RESIDENTIAL_M_S, rel=0.05)


def test_a_one_way_street_is_driven_round(roads: GraphRoads) -> None:
    along, back = (roads.table(*pair).metres[0, 0] for pair in _both_ways((50, 400), (350, 400)))
    assert along == pytest.approx(300, abs=2)
    assert back == pytest.approx(50 + 200 + 400 + 200 + 50, abs=3)


def test_back_along_the_same_one_way_street_is_driven_round_as_well(roads: GraphRoads) -> None:
    along, back = (roads.table(*pair).metres[0, 0] for pair in _both_ways((50, 400), (150, 400)))
    assert along == pytest.approx(100, abs=2)
    assert back > 600


def _both_ways(
    one: tuple[float, float], other: tuple[float, float]
) -> tuple[tuple[Points, Points], tuple[Points, Points]]:
    return (spots(one), spots(other)), (spots(other), spots(one))


def test_a_table_is_the_same_from_whichever_side_it_is_searched(roads: GraphRoads) -> None:
    few, many = spots((30, 0), (390, 150)), spots((0, 70), (200, 330), (90, 400), (480, 0), (200, 190))
    out, home = roads.table(few, many), roads.table(many, few)
    for row in range(2):
        for column in range(5):
            here, there = few.take(np.array([row])), many.take(np.array([column]))
            alone, back = roads.table(here, there), roads.table(there, here)
            assert out.seconds[row, column] == pytest.approx(alone.seconds[0, 0])
            assert home.seconds[column, row] == pytest.approx(back.seconds[0, 0])


def test_a_traffic_light_costs_its_seconds(roads: GraphRoads) -> None:
    past_light, past_none = (
        roads.table(spots((190, north)), spots((210, north))).seconds[0, 0] for north in (200, 0)
    )
    assert past_light - past_none == pytest.approx(LIGHT_S * 0.05, abs=0.1)  # a share of the block


def test_an_ambulance_bay_on_a_private_road_is_reached(roads: GraphRoads) -> None:
    table = roads.table(spots((0, 0)), spots((500, 0)))
    assert table.metres[0, 0] == pytest.approx(500, abs=2)


def test_a_place_is_taken_to_the_nearest_road_and_its_distance_is_told(roads: GraphRoads) -> None:
    snapped = roads.snap(spots((100, 30), (100, 0)))
    assert snapped.off_m == pytest.approx([30, 0], abs=0.5)
    assert apart_m(snapped.points, spots((100, 0), (100, 0))).max() < 0.5


def test_an_island_that_no_road_leads_to_is_no_place_to_stop(roads: GraphRoads) -> None:
    assert roads.snap(spots((50, 3_000))).off_m[0] > 2_500


def test_the_drawn_way_is_as_long_as_the_table_says_and_goes_from_door_to_door(roads: GraphRoads) -> None:
    for origin, destination in ([(30, 0), (400, 150)], [(350, 400), (50, 400)], [(50, 0), (150, 0)]):
        here, there = spots(origin), spots(destination)
        way, table = roads.way(here, there), roads.table(here, there)
        assert way is not None
        steps = apart_m(Points(way.lon[:-1], way.lat[:-1]), Points(way.lon[1:], way.lat[1:]))
        assert steps.sum() == pytest.approx(way.metres, abs=2)
        assert (way.seconds, way.metres) == (table.seconds[0, 0], table.metres[0, 0])
        ends = Points(way.lon[[0, -1]], way.lat[[0, -1]])
        assert apart_m(ends, spots(origin, destination)).max() < 1


def test_a_barrier_is_not_driven_through(tmp_path: Path) -> None:
    open_town, shut = town(tmp_path), town(tmp_path, barrier=crossing(1, 0))
    here, there = spots((150, 0)), spots((250, 0))
    assert open_town.table(here, there).metres[0, 0] == pytest.approx(100, abs=2)
    assert shut.table(here, there).metres[0, 0] == pytest.approx(150 + 200 + 400 + 200 + 150, abs=3)


@pytest.mark.parametrize(
    ("tags", "km_h"),
    [
        ({"highway": "residential"}, 26),
        ({"highway": "residential", "maxspeed": "20"}, 16),
        ({"highway": "residential", "width": "2.2"}, 19.5),
        ({"highway": "tertiary", "surface": "cobblestone"}, 31.5),
        ({"highway": "primary", "maxspeed": "30 mph"}, 38.6),
        ({"highway": "motorway", "maxspeed": "none"}, 100),
        ({"highway": "motorway", "maxspeed": "150"}, 110),
        ({"highway": "service", "access": "private"}, 5.6),
        ({"highway": "service", "emergency": "designated", "access": "no"}, 5.6),
    ],
)
def test_a_way_is_as_fast_as_its_tags_allow(tags: dict[str, str], km_h: float) -> None:
    drive = drive_of(tags)
    assert drive is not None
    assert drive.m_s * KM_H == pytest.approx(km_h, abs=0.1)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "track"},
        {"highway": "residential", "access": "no"},
        {"highway": "service", "motor_vehicle": "agricultural"},
        {"highway": "pedestrian", "area": "yes"},
        {"waterway": "river"},
    ],
)
def test_a_way_that_is_not_for_us_is_left_out(tags: dict[str, str]) -> None:
    assert drive_of(tags) is None


def test_ways_are_driven_in_the_directions_that_their_tags_allow() -> None:
    directions = {
        said: drive_of({"highway": "residential", **tags})
        for said, tags in {
            "both": {}, "along": {"oneway": "yes"}, "against": {"oneway": "-1"},
            "roundabout": {"junction": "roundabout"}, "but both": {"junction": "roundabout", "oneway": "no"},
        }.items()
    }  # fmt: skip
    assert {said: drive and (drive.forward, drive.backward) for said, drive in directions.items()} == {
        "both": (True, True), "along": (True, False), "against": (False, True),
        "roundabout": (True, False), "but both": (True, True),
    }  # fmt: skip


def test_bollards_block_and_gates_and_rising_bollards_do_not() -> None:
    assert blocks({"barrier": "bollard"})
    assert not blocks({"barrier": "bollard", "bollard": "rising"})
    assert not blocks({"barrier": "gate"})
    assert not blocks({"barrier": "bollard", "motor_vehicle": "yes"})
    assert not blocks({"highway": "traffic_signals"})


def test_a_graph_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    graph = graph_of(read_ways(write_town(tmp_path / "town.osm.pbf"), silent))
    save_graph(graph, tmp_path / "graph.npz")
    for before, after in zip(graph, load_graph(tmp_path / "graph.npz"), strict=True):
        assert (before == after).all()


@pytest.mark.parametrize("content", [b"", b"hello", None])
def test_a_graph_that_is_broken_or_gone_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "graph.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Invalid, match="graph.npz: not a whole road graph; build the roads again"):
        load_graph(path)


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm", "town.txt"])
def test_a_file_that_is_no_extract_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"hello")
    with pytest.raises(Invalid, match=rf"{name}: not a whole OpenStreetMap extract"):
        read_ways(tmp_path / name, silent)


def test_an_extract_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    whole = write_town(tmp_path / "town.osm.pbf").read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(Invalid, match="cut.osm.pbf: not a whole OpenStreetMap extract"):
        read_ways(tmp_path / "cut.osm.pbf", silent)


def test_an_extract_without_roads_is_refused(tmp_path: Path) -> None:
    with osmium.SimpleWriter(str(tmp_path / "lake.osm.pbf")) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=(6, 46)))
    with pytest.raises(Invalid, match="lake.osm.pbf: there is no road in it that a vehicle may use"):
        read_ways(tmp_path / "lake.osm.pbf", silent)
