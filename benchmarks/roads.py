"""
Road times: building, matrices cold and kept, against OSRM's own server, and the error of the estimate.

    ./dev run python -m benchmarks.roads [--extracts ../shared/data/osm] [--runs 5]

Each extract is built from scratch. Places are random points along its roads, up to 30 m off. A cold matrix is a
`RoadTravel` that keeps nothing: snapped, asked, judged, with seconds and metres; a kept one is recalled from an
embedded PostgreSQL. One booking is two new places among 200. The server is the `osrm-routed` of OSRM's own package,
asked over HTTP; it and OSRM in the process are left out, saying so, where OSRM is not installed (Python 3.12 or newer).
The error of the estimate is told on pairs that it was not fitted to. Milliseconds: median (minimum-maximum); what takes
seconds is done fewer times.
"""

import argparse
import importlib.metadata
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tests.travel.sources import routed

from benchmarks.machine import describe, spread
from estafette.domain.place import Place
from estafette.store.company import create_company
from estafette.store.database import Database, Statement
from estafette.store.migrate import migrate
from estafette.store.road_times import KeptRoadTimes
from estafette.store.server import Server, address
from estafette.travel.build import build_roads
from estafette.travel.calibrate import calibrate
from estafette.travel.choose import Sources, open_roads
from estafette.travel.curve import USUAL
from estafette.travel.data import GRAPH, HIERARCHY, OSRM, About, RoadData
from estafette.travel.estimate import EstimateTravel
from estafette.travel.globe import Points, positions
from estafette.travel.network.graph import Graph, load_graph
from estafette.travel.network.hierarchy import hierarchy_at
from estafette.travel.network.search import GraphRoads
from estafette.travel.osrm.server import OsrmServer
from estafette.travel.osrm.tools import NETWORK, osrm_folder
from estafette.travel.road_travel import RoadTravel
from estafette.travel.roads import Roads

SIZES = (100, 500, 2_000)
GOALS_MS = {
    ("cold", 500): 300, ("cold", 2_000): 2_000, ("kept", 500): 150, ("kept", 1_000): 150, ("kept", 2_000): 150,
}  # fmt: skip
PATIENCE_S = 15.0
PUBLISHED = """
published rates of OSRM's own tables, on other machines and extracts:
  100 x 100       25.1 ms   its continuous benchmark, contraction hierarchies: github.com/Project-OSRM/osrm-backend/pull/6950
  1,000 x 1,000   3 s       an iMac of 2 cores, by a user in 2016: github.com/Project-OSRM/osrm-backend/issues/2956"""
KEPT_SIZES = (500, 1_000, 2_000)
PLACES = 2_000


def main() -> None:
    """Measure every extract of a folder."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--extracts", type=Path, default=Path("../shared/data/osm"))
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    extracts = sorted(chosen.extracts.glob("*.osm.pbf"))
    if not extracts:
        print(f"skipped: there are no extracts in {chosen.extracts}")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = address(Path(folder) / "database", database_url=None, database="bench_roads")
        migrate(server)
        print(
            f"{describe(server.owner)}\nosmium {_version('osmium')} scipy {_version('scipy')} OSRM {_version('osrm-bindings')}"
        )
        for number, extract in enumerate(extracts):
            report(extract, Path(folder) / str(number), server, runs=chosen.runs)
        print(PUBLISHED)


def report(extract: Path, home: Path, server: Server, *, runs: int) -> None:
    """Build one extract and measure every source on it."""
    print(f"\n{extract.name}")
    about = built(extract, home)
    data = RoadData(home)
    graph = load_graph(data.of(about.version) / GRAPH)
    places = scattered(graph, PLACES)
    with sources(data, about, graph) as found:
        for roads in found:
            matrices(roads, places, runs=runs)
        best = found[0]
        kept(best, places, server, runs=runs)
        errors(best, graph)
        compared(found, places)


def built(extract: Path, home: Path) -> About:
    """Build and say what it took."""
    about = build_roads(RoadData(home), extract, lambda _: None)
    mb, took = about.extract_bytes / 1e6, about.seconds
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in took.items())
    print(
        f"  build {sum(took.values()):.1f} s ({steps}), {about.bytes / 1e6:.1f} MB on disk; for each MB of the extract"
        f" ({mb:.1f} MB) {sum(took.values()) / mb:.1f} s and {about.bytes / 1e6 / mb:.1f} MB; {about.roads:,} roads"
    )
    return about


def scattered(graph: Graph, count: int) -> list[Place]:
    """Draw places along the roads, with a seed."""
    dice = np.random.default_rng(1)
    spot = dice.integers(0, len(graph.lon), count)
    off = dice.uniform(-3e-4, 3e-4, (2, count))
    spots = zip((graph.lon[spot] + off[0]).tolist(), (graph.lat[spot] + off[1]).tolist(), strict=True)
    return [Place(place_id=n, name="", lon=lon, lat=lat) for n, (lon, lat) in enumerate(spots, start=1)]


@contextmanager
def sources(data: RoadData, about: About, graph: Graph) -> Iterator[list[Roads]]:
    """Open all there are, the best first."""
    osrm = osrm_folder()
    hierarchy = hierarchy_at(data.of(about.version) / HIERARCHY, graph)
    own = GraphRoads(graph, hierarchy, name="graph", version=about.version)
    if osrm is None:
        print("  OSRM, in process and as a server: skipped, it is not installed")
        yield [own]
        return
    best = open_roads(Sources(home=data.folder.parent))
    assert best is not None
    with routed(data.of(about.version) / OSRM / NETWORK, most=200) as url:
        yield [best, own, OsrmServer(url)]


def matrices(roads: Roads, places: Sequence[Place], *, runs: int) -> None:
    """Print cold matrices, and one booking among 200 places."""
    travel = RoadTravel(roads, estimate=EstimateTravel())
    for size in SIZES:
        line(
            f"{_short(roads)} {size} x {size} cold",
            lambda size=size: travel.matrix(places[:size]),
            runs,
            GOALS_MS.get(("cold", size)),
        )
    new, others = positions(places[:2]), positions(places[2:202])
    line(
        f"{_short(roads)} one booking x 200",
        lambda: (roads.table(new, others), roads.table(others, new)),
        runs,
    )


def kept(roads: Roads, places: Sequence[Place], server: Server, *, runs: int) -> None:
    """Print how long it takes to read a day that is kept, and to keep it."""
    company_id = create_company(server, name="bench", zone="UTC")
    with Database(server) as database:
        stored = _stored(database, company_id, places)
        for size in KEPT_SIZES:
            _forget(database, company_id)
            travel = RoadTravel(roads, estimate=EstimateTravel(), kept=KeptRoadTimes(database, company_id))
            day = stored[:size]
            first_ms = timed_ms(lambda day=day, travel=travel: travel.matrix(day))
            line(
                f"kept {size} x {size} (first, asked and kept: {first_ms:.0f} ms)",
                lambda day=day, travel=travel: travel.matrix(day),
                runs,
                GOALS_MS.get(("kept", size)),
            )


def line(what: str, work: Callable[[], object], runs: int, goal_ms: int | None = None) -> None:
    """Do it once to warm up, then so many times while patience lasts; print the spread beside the goal."""
    times = [timed_ms(work)]
    while len(times) <= runs and sum(times) < 1000 * PATIENCE_S:
        times.append(timed_ms(work))
    times = times[1:] or times
    met = (
        ""
        if goal_ms is None
        else f"   goal {goal_ms} ms: {'met' if statistics.median(times) <= goal_ms else 'MISSED'}"
    )
    print(f"  {what:<58}{spread(times):>28}{met}", flush=True)


def timed_ms(work: Callable[[], object]) -> float:
    """Do it and give the milliseconds that it took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def errors(roads: Roads, graph: Graph) -> None:
    """Print the error of the estimate before and after calibration."""
    spot = np.random.default_rng(2).integers(0, len(graph.lon), 600)
    found = calibrate(roads, Points(graph.lon[spot], graph.lat[spot]), USUAL, to="")
    for name, each in (("shipped", found.before), ("calibrated", found.after)):
        print(
            f"  estimate, {name}: off by {each.median:.1f} % at the median, {each.p90:.1f} % at p90, {each.pairs:,} pairs"
        )


def compared(found: Sequence[Roads], places: Sequence[Place]) -> None:
    """Print how the graph's times compare with OSRM's, where both are there."""
    if len(found) < 2:
        return
    points = positions(places[:500])
    one, other = (roads.table(points, points).seconds for roads in found[:2])
    both = (one > 0) & (other > 0)
    ratio = np.quantile(other[both] / one[both], [0.05, 0.5, 0.95])
    alike = float(np.corrcoef(one[both], other[both])[0, 1])
    print(
        f"  graph / OSRM: correlation {alike:.3f}, ratio {ratio[1]:.2f} (p5 {ratio[0]:.2f}, p95 {ratio[2]:.2f})"
    )


def _stored(database: Database, company_id: int, places: Sequence[Place]) -> list[Place]:
    columns = {"company": company_id, "lon": [p.lon for p in places], "lat": [p.lat for p in places]}
    sql = (
        "INSERT INTO place (company_id, ref, name, lon, lat) SELECT %(company)s, 'p' || row, '', lon, lat"
        " FROM unnest(%(lon)s::float8[], %(lat)s::float8[]) WITH ORDINALITY AS spot (lon, lat, row) RETURNING id, lon, lat"
    )
    rows = database.transact(company_id, [Statement(sql, columns)], actor="bench")[0]
    return [Place(place_id=place_id, name="", lon=lon, lat=lat) for place_id, lon, lat in rows]


def _forget(database: Database, company_id: int) -> None:
    database.transact(company_id, [Statement("DELETE FROM road_times", {})], actor="bench")


def _short(roads: Roads) -> str:
    return roads.name.split(",")[0].split(" at ")[0] + (" server" if isinstance(roads, OsrmServer) else "")


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
