"""
Dial-a-ride instances: `a`, `b` (Cordeau 2006; Ropke, Cordeau and Laporte 2007), `pr` (Cordeau and Laporte 2003).

Objective: distance with a given fleet; rides and work are limited. Files: vehicles, requests, work, capacity,
ride limit; then depot, pick-ups, drop-offs (and the depot again in `a` and `b`).
"""

import csv
import re
from pathlib import Path

from benchmarks.engine.case import Best, Case, CaseRun, CaseTrip, plane
from benchmarks.engine.verify import Tour

SCALE = 1000


def paths(folder: Path) -> list[Path]:
    """List the instances."""
    return [*sorted((folder / "a_b").glob("[ab]*-*.txt")), *sorted((folder / "pr").glob("pr??"))]


def read(path: Path) -> Case:
    """Read one instance with its best known; the second figure of `pr` headers counts the stops."""
    header, *lines = path.read_text(encoding="ascii").split("\n")
    vehicles, _, work, capacity, ride = map(int, header.split())
    rows = [tuple(map(float, line.split())) for line in lines if line.strip()]
    count = (len(rows) - 1) // 2
    depot = rows[0]
    run = CaseRun(start=0, end=0, shift=(depot[5], depot[6]), layouts=((capacity,),), max_work=work)
    return Case(
        name=path.stem, objective="drive", scale=SCALE, same_runs=True,
        trips=tuple(_trip(rows, k, k + count, ride) for k in range(1, count + 1)),
        runs=(run,) * vehicles, travel=plane([(row[1], row[2]) for row in rows]),
        best=_best(path), file=str(path.resolve()),
    )  # fmt: skip


def _trip(rows: list[tuple[float, ...]], pickup: int, dropoff: int, ride: int) -> CaseTrip:
    from_, to = rows[pickup], rows[dropoff]
    return CaseTrip(
        origin=pickup, destination=dropoff, pickup=(from_[5], from_[6]), dropoff=(to[5], to[6]),
        dwell=(from_[3], to[3]), takes=(int(from_[4]),), max_ride=ride,
    )  # fmt: skip


def _best(path: Path) -> Best | None:
    with (path.parent.parent / "bks.csv").open(encoding="utf-8") as rows:
        found = [row for row in csv.DictReader(rows) if row["instance"] == path.stem]
    return Best(cost=float(found[0]["value"])) if found else None


def solution(case: Case, path: Path) -> tuple[Tour, ...]:
    """Read a published result file of `pr`: stops are `10 (...)`, numbered as in the instance, one route a line."""
    lines = [line for line in path.read_text(encoding="ascii").splitlines() if re.match(r"\d+ .* 0 \(", line)]
    tours = []
    for k, line in enumerate(lines):
        nodes = [int(each) for each in re.findall(r"(\d+) \(", line)]
        tours.append(Tour(run=k, stops=tuple(_stop(len(case.trips), node) for node in nodes if node)))
    return tuple(tours)


def _stop(trips: int, node: int) -> int:
    return 2 * (node - 1) if node <= trips else 2 * (node - trips - 1) + 1
