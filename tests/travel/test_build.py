"""Building roads: from an extract to what plans use, whole or not at all."""

import importlib.util
from pathlib import Path

import pytest

from estafette.domain.error import Conflict, Invalid
from estafette.travel import build as building
from estafette.travel.build import build_roads
from estafette.travel.choose import Sources, best_travel, open_roads
from estafette.travel.data import About, RoadData
from tests.travel.towns import a_place, write_town

PLACES = (a_place(1, 10, 0), a_place(2, 400, 150))
HAS_OSRM = importlib.util.find_spec("osrm") is not None


def silent(_: str) -> None: ...


def build(home: Path, name: str = "town.osm.pbf", **differences: object) -> About:
    return build_roads(RoadData(home), write_town(home / name, **differences), silent)  # type: ignore[arg-type]


def test_before_the_first_build_there_are_estimates(tmp_path: Path) -> None:
    assert open_roads(Sources(home=tmp_path)) is None
    assert best_travel(Sources(home=tmp_path)).matrix(PLACES).estimated


def test_a_built_extract_is_in_use_and_says_what_it_is(tmp_path: Path) -> None:
    about = build(tmp_path)
    assert about == RoadData(tmp_path).current()
    assert (about.extract, about.osrm) == ("town.osm.pbf", HAS_OSRM)
    assert about.roads > 10
    matrix = best_travel(Sources(home=tmp_path)).matrix(PLACES)
    assert not matrix.estimated
    engine = "OSRM in process" if HAS_OSRM else "graph"
    assert matrix.source == f"roads: {engine}, town.osm.pbf, {about.version}"


@pytest.mark.skipif(HAS_OSRM, reason="OSRM is installed here")
def test_without_osrm_the_graph_is_taken_and_the_build_says_no_osrm(tmp_path: Path) -> None:
    assert not build(tmp_path).osrm
    assert "graph, town.osm.pbf" in str(getattr(open_roads(Sources(home=tmp_path)), "name", ""))


def test_another_extract_replaces_the_roads_and_removes_the_old_ones(tmp_path: Path) -> None:
    first, second = build(tmp_path), build(tmp_path, "other.osm.pbf", streets={"maxspeed": "20"})
    assert first.version != second.version
    assert RoadData(tmp_path).current() == second
    assert not RoadData(tmp_path).of(first.version).exists()


def test_two_builds_at_once_are_refused_in_one_line_and_the_first_goes_on(tmp_path: Path) -> None:
    refused = []

    def second_meanwhile(_: str) -> None:
        with pytest.raises(
            Conflict, match=r"other roads are being built in .*roads; wait for that build to end$"
        ):
            build(tmp_path, "second.osm.pbf")
        refused.append(True)

    first = build_roads(RoadData(tmp_path), write_town(tmp_path / "first.osm.pbf"), second_meanwhile)
    assert refused
    assert RoadData(tmp_path).current() == first
    assert build(tmp_path, "second.osm.pbf").extract == "second.osm.pbf"


@pytest.mark.parametrize("content", [b"hello", None])
def test_a_bad_extract_leaves_the_old_roads_in_use(tmp_path: Path, content: bytes | None) -> None:
    about = build(tmp_path)
    bad = tmp_path / "bad.osm.pbf"
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(Invalid, match="bad.osm.pbf: "):
        build_roads(RoadData(tmp_path), bad, silent)
    assert RoadData(tmp_path).current() == about
    assert not best_travel(Sources(home=tmp_path)).matrix(PLACES).estimated


def test_an_interrupted_build_goes_on_with_the_step_that_was_not_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = build(tmp_path, "old.osm.pbf", streets={"maxspeed": "20"})
    extract = write_town(tmp_path / "town.osm.pbf")
    with monkeypatch.context() as dying:
        dying.setattr(building, "_about", _dies)
        with pytest.raises(KeyboardInterrupt):
            build_roads(RoadData(tmp_path), extract, silent)
    assert RoadData(tmp_path).current() == old
    said: list[str] = []
    about = build_roads(RoadData(tmp_path), extract, said.append)
    assert RoadData(tmp_path).current() == about
    assert said == [f"reading {extract}"]


def _dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_roads_that_cannot_be_read_give_estimates_that_say_so(tmp_path: Path) -> None:
    about = build(tmp_path)
    for file in RoadData(tmp_path).of(about.version).rglob("*"):
        if file.is_file():
            file.write_bytes(b"")
    matrix = best_travel(Sources(home=tmp_path)).matrix(PLACES)
    assert matrix.estimated
    assert "no road times" in matrix.source
    assert "build the roads again" in matrix.source


def test_a_server_goes_before_roads_built_here(tmp_path: Path) -> None:
    build(tmp_path)
    roads = open_roads(Sources(home=tmp_path, osrm_url="http://127.0.0.1:5000"))
    assert roads is not None
    assert roads.name == "OSRM at 127.0.0.1:5000"
