"""
Li and Lim (2001): pick-up and delivery with time windows, 100 to 1,000 customers.

Objective: vehicles, then distance. Best known from the SINTEF pages, recomputed in double precision.
"""

import csv
from pathlib import Path

from benchmarks.engine.case import Best, Case, CaseRun, CaseTrip, plane
from benchmarks.engine.verify import Tour

SCALE = 100
CLASSES = ("lc1", "lc2", "lr1", "lr2", "lrc1", "lrc2")
OF_EACH_CLASS = 2


def paths(folder: Path, size: int, sample: int) -> list[Path]:
    """Give the instances of a size: all of 100, of the larger the first `sample` (or two) of each class."""
    found = sorted((folder / str(size)).glob("*.txt"))
    if size == 100 and not sample:
        return found
    classes = [[path for path in found if path.name.startswith(kind)] for kind in CLASSES]
    return [path for kind in classes for path in kind[: sample or OF_EACH_CLASS]]


def read(path: Path) -> Case:
    """Read one instance with its best known."""
    header, *lines = path.read_text(encoding="ascii").split("\n")
    vehicles, capacity, _ = map(int, header.split())
    rows = {row[0]: row for row in (tuple(map(int, line.split())) for line in lines if line.strip())}
    depot = rows[0]
    run = CaseRun(start=0, end=0, shift=(depot[4], depot[5]), layouts=((capacity,),))
    return Case(
        name=path.stem, objective="fleet", scale=SCALE, same_runs=True,
        trips=tuple(_trip(row, rows[row[8]]) for row in rows.values() if row[8]),
        runs=(run,) * vehicles, travel=plane([(row[1], row[2]) for _, row in sorted(rows.items())]),
        best=_best(path), file=str(path.resolve()),
    )  # fmt: skip


def _trip(pickup: tuple[int, ...], dropoff: tuple[int, ...]) -> CaseTrip:
    return CaseTrip(
        origin=pickup[0], destination=dropoff[0], pickup=(pickup[4], pickup[5]),
        dropoff=(dropoff[4], dropoff[5]), dwell=(pickup[6], dropoff[6]), takes=(pickup[3],),
    )  # fmt: skip


def _best(path: Path) -> Best | None:
    table = path.parent.parent / "bks_recomputed.csv"
    with table.open(encoding="ascii") as rows:
        for row in csv.DictReader(rows):
            if row["instance"] == path.stem and row["vehicles"] != "None":
                return Best(runs=int(row["vehicles"]), cost=float(row["distance"]))
    return None


def solution(case: Case, path: Path) -> tuple[Tour, ...]:
    """Read a published solution (`Route 1 : 81 78 ...`) of an instance whose nodes are all of trips."""
    node = {trip.origin: 2 * t for t, trip in enumerate(case.trips)}
    node |= {trip.destination: 2 * t + 1 for t, trip in enumerate(case.trips)}
    lines = [
        line.split(":")[1].split() for line in path.read_text().splitlines() if line.startswith("Route ")
    ]
    return tuple(Tour(run=k, stops=tuple(node[int(each)] for each in line)) for k, line in enumerate(lines))
