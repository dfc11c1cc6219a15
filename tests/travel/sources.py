"""Every source of travel times over the tiny town: an estimate, the graph, OSRM in process, an OSRM server."""

import importlib.util
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from estafette.domain.travel import Travel
from estafette.travel.build import build_roads
from estafette.travel.choose import Sources, open_roads
from estafette.travel.data import GRAPH, OSRM, About, RoadData
from estafette.travel.estimate import EstimateTravel
from estafette.travel.network.graph import Graph, load_graph
from estafette.travel.network.hierarchy import hierarchy_of
from estafette.travel.network.search import GraphRoads
from estafette.travel.osrm.server import OsrmServer
from estafette.travel.osrm.tools import NETWORK, osrm_folder
from estafette.travel.road_travel import RoadTravel
from estafette.travel.roads import Roads
from tests.travel.osrm_double import osrm_double
from tests.travel.towns import write_town

SOURCES = ("estimate", "graph", "osrm in process", "osrm server", "double of a server")


def built_town(home: Path) -> About:
    return build_roads(RoadData(home), write_town(home / "town.osm.pbf"), lambda _: None)


def graph_roads(graph: Graph, *, name: str, version: str) -> GraphRoads:
    return GraphRoads(graph, hierarchy_of(graph), name=name, version=version)


@contextmanager
def travel_by(source: str, home: Path) -> Iterator[Travel]:
    """The travel times of one source; skips where it cannot be."""
    if source == "estimate":
        yield EstimateTravel()
        return
    with roads_by(source, home) as roads:
        yield RoadTravel(roads, estimate=EstimateTravel())


@contextmanager
def roads_by(source: str, home: Path) -> Iterator[Roads]:
    about = built_town(home)
    folder = RoadData(home).of(about.version)
    graph = graph_roads(load_graph(folder / GRAPH), name="graph", version=about.version)
    if source == "graph":
        yield graph
    elif source == "double of a server":
        with osrm_double(graph) as url:
            yield OsrmServer(url)
    elif importlib.util.find_spec("osrm") is None:
        pytest.skip("OSRM is not installed (it needs Python 3.12 or newer)")
    elif source == "osrm in process":
        roads = open_roads(Sources(home=home))
        assert roads is not None
        yield roads
    else:
        with routed(folder / OSRM / NETWORK) as url:
            yield OsrmServer(url)


@contextmanager
def routed(network: Path, *, most: int = 100) -> Iterator[str]:
    """Run the server that comes with OSRM; port 0 is not for it, so a free one is looked for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    osrm = osrm_folder()
    assert osrm is not None
    command = [osrm / "bin" / "osrm-routed", "--algorithm", "ch", "--verbosity", "WARNING",
        "--max-table-size", str(most), "-p", str(port), network]  # fmt: skip
    with subprocess.Popen(command) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the server does not start")
