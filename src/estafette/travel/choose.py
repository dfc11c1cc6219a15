"""Which road times there are: a named server, OSRM in the process, the graph, or none; the best is taken."""

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path

from estafette.domain.error import Invalid
from estafette.domain.record import Record
from estafette.domain.road_times import RoadTimesKept
from estafette.domain.travel import Travel
from estafette.travel.curve import read_curve
from estafette.travel.data import GRAPH, HIERARCHY, OSRM, About, RoadData
from estafette.travel.estimate import EstimateTravel
from estafette.travel.fallback import Breaker, FallbackTravel
from estafette.travel.osrm.server import OsrmServer
from estafette.travel.road_travel import RoadTravel
from estafette.travel.roads import Roads
from estafette.travel.traffic import read_traffic


class Sources(Record, frozen=True, kw_only=True):
    """Where road times may come from: the home with the built roads, and a server that goes before them."""

    home: Path
    osrm_url: str | None = None


def open_roads(sources: Sources) -> Roads | None:
    """
    Open the best road network there is; `None`: there is none.

    Raises
    ------
    Invalid
        The address of the server is none, or built roads cannot be read.
    """
    if sources.osrm_url:
        return OsrmServer(sources.osrm_url)
    data = RoadData(sources.home)
    about = data.current()
    return None if about is None else _built(data, about)


def _built(data: RoadData, about: About) -> Roads:
    folder, of = data.of(about.version), f"{about.extract}, {about.version}"
    if about.osrm and importlib.util.find_spec("osrm") is not None:
        from estafette.travel.osrm.process import OsrmRoads  # noqa: PLC0415 - only where OSRM is installed

        return OsrmRoads(folder / OSRM, name=f"OSRM in process, {of}", version=f"osrm {about.version}")
    # Half a second of imports (scipy), which no program without roads shall wait for.
    from estafette.travel.network.graph import load_graph  # noqa: PLC0415
    from estafette.travel.network.hierarchy import hierarchy_at  # noqa: PLC0415
    from estafette.travel.network.search import GraphRoads  # noqa: PLC0415

    graph = load_graph(folder / GRAPH)
    hierarchy = hierarchy_at(folder / HIERARCHY, graph)
    return GraphRoads(graph, hierarchy, name=f"graph, {of}", version=f"graph {about.version}")


def best_travel(
    sources: Sources, *, kept: RoadTimesKept | None = None, clock: Callable[[], float] = time.monotonic
) -> Travel:
    """
    Give the best travel times there are: road times, with estimates when they fail, or estimates.

    Roads that cannot be opened give estimates that say so.

    Raises
    ------
    Invalid
        The file of the traffic or of the fitted estimate is broken.
    """
    data = RoadData(sources.home)
    curve, traffic = read_curve(data.curve), read_traffic(data.traffic)
    estimate = EstimateTravel(curve, traffic)
    try:
        roads = open_roads(sources)
    except Invalid as error:
        return EstimateTravel(curve, traffic, because=f"no road times: {error}")
    if roads is None:
        return estimate
    road_travel = RoadTravel(roads, estimate=estimate, kept=kept, traffic=traffic)
    return FallbackTravel(road_travel, curve=curve, traffic=traffic, breaker=Breaker(clock))


def estimated_travel(sources: Sources) -> EstimateTravel:
    """Give estimates, whatever roads there are; raises `Invalid` for a broken file."""
    data = RoadData(sources.home)
    return EstimateTravel(read_curve(data.curve), read_traffic(data.traffic))
