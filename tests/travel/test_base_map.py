"""The map behind the board: what it shows of an extract, at which zoom, cut into tiles."""

from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import osmium
import pytest

from estafette.domain.error import Invalid
from estafette.travel.base_map.built import BuiltMap
from estafette.travel.base_map.cutting import Tile, clipped, pieces, thinned, tiles_of
from estafette.travel.base_map.scenery import read_scenery
from estafette.travel.base_map.tiles import LEVELS, MapTile, draw_map
from estafette.travel.build import build_roads
from estafette.travel.data import MAP, RoadData
from estafette.travel.globe import Points
from estafette.travel.polyline import decode_polyline
from tests.travel.towns import at, write_town

FAR, MIDDLE, NEAR = (level.zoom for level in LEVELS)


def silent(_: str) -> None: ...


def shape(*corners: tuple[float, float]) -> Points:
    columns = np.array(corners, float)
    return Points(columns[:, 0], columns[:, 1])


def write_country(path: Path) -> Path:
    """A motorway, a street, a lake with an island, a town and a hamlet."""
    corners = {
        1: (0, 0), 2: (900, 0), 3: (0, 100), 4: (300, 100),
        10: (0, 400), 11: (3_000, 400), 12: (3_000, 3_000), 13: (0, 3_000),
        20: (1_000, 1_000), 21: (2_000, 1_000), 22: (2_000, 2_000), 23: (1_000, 2_000),
    }  # fmt: skip
    ways = [
        ([1, 2], {"highway": "motorway"}),
        ([3, 4], {"highway": "residential"}),
        ([10, 11, 12, 13, 10], {}),
        ([20, 21, 22, 23, 20], {}),
    ]
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, (east_m, north_m) in corners.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at(east_m, north_m)))
        for number, kind, name in ((30, "town", "Bourg"), (31, "hamlet", "Les Trois Maisons")):
            tags = {"place": kind, "name": name}
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at(200, 200), tags=tags))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))
        members = [("w", 3, "outer"), ("w", 4, "inner")]
        lake = {"type": "multipolygon", "natural": "water"}
        writer.add_relation(osmium.osm.mutable.Relation(id=1, members=members, tags=lake))
    return path


def built(home: Path, extract: Path) -> BuiltMap:
    build_roads(RoadData(home), extract, silent)
    return BuiltMap(RoadData(home))


def tile_at(shown: BuiltMap, zoom: int, east_m: float, north_m: float) -> MapTile:
    x, y = tiles_of(shape(at(east_m, north_m)), zoom)[0].tolist()
    return msgspec.json.decode(shown.tile(Tile(zoom, x, y)), type=MapTile)


def test_from_afar_there_are_main_roads_and_towns_and_from_near_streets_and_hamlets(tmp_path: Path) -> None:
    shown = built(tmp_path, write_country(tmp_path / "country.osm.pbf"))
    far, near = tile_at(shown, FAR, 10, 10), tile_at(shown, NEAR, 10, 10)
    assert set(far.lines) == {"motorway"}
    assert [name.name for name in far.names] == ["Bourg"]
    assert set(near.lines) == {"motorway", "street"}
    assert {name.name for name in near.names} == {"Bourg", "Les Trois Maisons"}


def test_a_lake_has_its_island(tmp_path: Path) -> None:
    shown = built(tmp_path, write_country(tmp_path / "country.osm.pbf"))
    ((shore, island),) = tile_at(shown, MIDDLE, 10, 500).water
    assert len(decode_polyline(shore, digits=4)) >= 4
    assert len(decode_polyline(island, digits=4)) >= 4


def test_a_line_lies_where_it_was(tmp_path: Path) -> None:
    shown = built(tmp_path, write_country(tmp_path / "country.osm.pbf"))
    (street,) = tile_at(shown, NEAR, 10, 110).lines["street"]
    line = decode_polyline(street)
    assert np.allclose([line.lon[0], line.lat[0]], at(0, 100), atol=1e-5)


def test_the_same_extract_gives_the_same_file(tmp_path: Path) -> None:
    extract = write_country(tmp_path / "country.osm.pbf")
    for name in ("one", "two"):
        draw_map(read_scenery(extract, silent), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_where_nothing_is_drawn_a_tile_is_empty_and_so_are_all_before_a_build(tmp_path: Path) -> None:
    assert msgspec.json.decode(BuiltMap(RoadData(tmp_path)).tile(Tile(NEAR, 1, 1)), type=MapTile) == MapTile()
    shown = built(tmp_path, write_town(tmp_path / "town.osm.pbf"))
    assert msgspec.json.decode(shown.tile(Tile(NEAR, 1, 1)), type=MapTile) == MapTile()
    assert msgspec.json.decode(shown.tile(Tile(3, 1, 1)), type=MapTile) == MapTile()


def test_roads_that_were_built_before_there_were_maps_have_none_until_they_are_built_again(
    tmp_path: Path,
) -> None:
    extract = write_town(tmp_path / "town.osm.pbf")
    shown = built(tmp_path, extract)
    about = shown.about()
    assert about is not None
    for name in (MAP, "map.done"):
        (RoadData(tmp_path).of(about.version) / name).unlink()
    assert BuiltMap(RoadData(tmp_path)).about() is None
    assert built(tmp_path, extract).about() is not None


def test_what_is_no_extract_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.osm.pbf").write_bytes(b"no extract")
    with pytest.raises(Invalid, match="not a whole OpenStreetMap extract"):
        read_scenery(tmp_path / "bad.osm.pbf", silent)


def test_a_line_over_several_tiles_is_cut_and_its_pieces_meet() -> None:
    line = shape(*((8 + n * 0.01, 47.0) for n in range(60)))
    cut = list(pieces(line, 12))
    assert len(cut) > 5
    for (_, before), (_, after) in pairwise(cut):
        assert (before.lon[-1], before.lat[-1]) == (after.lon[0], after.lat[0])
    assert sum(len(piece) - 1 for _, piece in cut) == len(line) - 1


def test_thinning_keeps_both_ends_and_strays_by_less_than_a_cell() -> None:
    line = shape(*((8 + n * 1e-5, 47.0 + n * 1e-5) for n in range(1000)))
    fewer = thinned(line, 1e-3)
    assert len(fewer) < 20
    assert (fewer.lon[0], fewer.lon[-1]) == (line.lon[0], line.lon[-1])


def test_a_ring_around_a_tile_becomes_the_tile_and_one_elsewhere_nothing() -> None:
    tile = Tile(10, 531, 358)
    west, south, east, north = tile.bounds()
    around = shape((west - 1, south - 1), (east + 1, south - 1), (east + 1, north + 1), (west - 1, north + 1))
    inside = clipped(around, tile)
    assert np.allclose([inside.lon.min(), inside.lon.max()], [west, east])
    assert np.allclose([inside.lat.min(), inside.lat.max()], [south, north])
    assert len(clipped(shape((0, 0), (1, 0), (1, 1)), tile)) == 0
