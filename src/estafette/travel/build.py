"""Building roads out of an extract, step by step: what was finished is not done again."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from estafette.travel import network
from estafette.travel.alone import alone
from estafette.travel.base_map.scenery import read_scenery
from estafette.travel.base_map.tiles import draw_map
from estafette.travel.data import GRAPH, HIERARCHY, MAP, OSRM, About, RoadData, digest_of
from estafette.travel.network.extract import data_at, read_ways
from estafette.travel.network.graph import graph_of, load_graph, save_graph
from estafette.travel.network.hierarchy import hierarchy_of, save_hierarchy
from estafette.travel.osrm.tools import PROFILE, contract_roads, extract_roads, osrm_folder

Say = Callable[[str], None]


def build_roads(
    data: RoadData, extract: Path, say: Say, clock: Callable[[], float] = time.perf_counter
) -> About:
    """
    Build roads and put them in use: the graph, OSRM's network where OSRM is installed, the base map.

    A build that was interrupted goes on with the step that was not finished. Until all are, the roads that
    were in use stay in use.

    Raises
    ------
    Invalid
        The extract is not there, is none or is cut short, or has no roads.
    Conflict
        Other roads are being built in the same folder.
    """
    busy = f"other roads are being built in {data.folder}; wait for that build to end"
    with alone(data.lock, otherwise=busy):
        return _build(data, extract, say, clock)


def _build(data: RoadData, extract: Path, say: Say, clock: Callable[[], float]) -> About:
    say(f"reading {extract}")
    version = digest_of(extract, PROFILE, *sorted(Path(network.__file__).parent.glob("*.py")))
    folder = data.of(version)
    osrm = osrm_folder()
    folder.mkdir(parents=True, exist_ok=True)
    steps = _Steps(folder, clock)
    steps.do("graph", lambda: _build_graph(extract, folder / GRAPH, say))
    steps.do("hierarchy", lambda: _build_hierarchy(folder, say))
    if osrm is not None:
        (folder / OSRM).mkdir(exist_ok=True)
        steps.do("osrm-extract", lambda: extract_roads(osrm, extract, folder / OSRM, say))
        steps.do("osrm-contract", lambda: contract_roads(osrm, folder / OSRM, say))
    steps.do("map", lambda: _draw_map(extract, folder / MAP, say))
    about = _about(version, extract, folder, steps.seconds(), osrm=is_done(folder, "osrm-contract"))
    data.use(about)
    return about


def is_done(folder: Path, step: str) -> bool:
    """Tell whether a step of a build was finished."""
    return (folder / f"{step}.done").exists()


class _Steps:
    """Does each step once; a mark beside its result says that it was finished, and in how many seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder, self._clock = folder, clock

    def do(self, name: str, work: Callable[[], None]) -> None:
        if not is_done(self._folder, name):
            began_s = self._clock()
            work()
            (self._folder / f"{name}.done").write_text(f"{self._clock() - began_s:.2f}", encoding="utf-8")

    def seconds(self) -> dict[str, float]:
        marks = sorted(self._folder.glob("*.done"))
        return {mark.stem: float(mark.read_text(encoding="utf-8")) for mark in marks}


def _build_graph(extract: Path, path: Path, say: Say) -> None:
    graph = graph_of(read_ways(extract, say))
    say(f"{len(graph.tail):,} roads between {graph.size:,} junctions")
    save_graph(graph, path)


def _build_hierarchy(folder: Path, say: Say) -> None:
    say("putting the junctions in order")
    save_hierarchy(hierarchy_of(load_graph(folder / GRAPH)), folder / HIERARCHY)


def _draw_map(extract: Path, path: Path, say: Say) -> None:
    say("drawing the map behind the board")
    draw_map(read_scenery(extract, say), path)


def _about(version: str, extract: Path, folder: Path, seconds: dict[str, float], *, osrm: bool) -> About:
    graph = load_graph(folder / GRAPH)
    west, east = np.round([graph.lon.min(), graph.lon.max()], 5).tolist()
    south, north = np.round([graph.lat.min(), graph.lat.max()], 5).tolist()
    return About(
        version=version,
        extract=extract.name,
        extract_bytes=extract.stat().st_size,
        data_at=data_at(extract),
        roads=len(graph.tail),
        kilometres=round(float(graph.metres.sum()) / 1000),
        west=west, south=south, east=east, north=north,
        seconds=seconds,
        bytes=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        osrm=osrm,
    )  # fmt: skip
