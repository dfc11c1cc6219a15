"""
Sartori and Buriol (2020), doi:10.1016/j.cor.2020.105065: addresses and road times of four cities.

Objective: vehicles, then travel time in minutes. Best known from `bks.dat`.
"""

import csv
from pathlib import Path

from benchmarks.engine.case import Best, Case, CaseRun, CaseTrip

SCALE = 60  # minutes in, seconds to the solvers


def paths(folder: Path) -> list[Path]:
    """List the instances."""
    return sorted(path for path in folder.glob("*-n*-*.txt") if not path.name.endswith(".sol.txt"))


def read(path: Path) -> Case:
    """Read one instance with its best known."""
    head, _, rest = path.read_text(encoding="utf-8").partition("NODES\n")
    nodes, _, edges = rest.partition("EDGES\n")
    capacity = int(next(line.split(":")[1] for line in head.splitlines() if line.startswith("CAPACITY")))
    rows = [line.split() for line in nodes.splitlines()]
    trips = tuple(_trip(row, rows[int(row[8])]) for row in rows if int(row[8]))
    run = CaseRun(start=0, end=0, shift=(int(rows[0][4]), int(rows[0][5])), layouts=((capacity,),))
    travel = tuple(tuple(map(float, line.split())) for line in edges.splitlines()[: len(rows)])
    return Case(
        name=path.stem, objective="fleet", scale=SCALE, trips=trips, runs=(run,) * len(trips), travel=travel,
        same_runs=True, best=_best(path),
    )  # fmt: skip


def _trip(pickup: list[str], dropoff: list[str]) -> CaseTrip:
    return CaseTrip(
        origin=int(pickup[0]), destination=int(dropoff[0]), pickup=(int(pickup[4]), int(pickup[5])),
        dropoff=(int(dropoff[4]), int(dropoff[5])), dwell=(int(pickup[6]), int(dropoff[6])),
        takes=(int(pickup[3]),),
    )  # fmt: skip


def _best(path: Path) -> Best | None:
    with (path.parent / "bks.dat").open(encoding="utf-8") as rows:
        found = [row for row in csv.DictReader(rows, delimiter=";") if row["instance"] == path.stem]
    return Best(runs=int(found[0]["vehicles"]), cost=float(found[0]["cost"])) if found else None
