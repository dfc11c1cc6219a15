"""
Public requests, turned into files and dispatched through the command line as a user would.

    ./dev run python -m benchmarks.real [--data ../shared/data/real] [--keep FOLDER]

- Sartori and Buriol (2020), doi:10.1016/j.cor.2020.105065: 50 pick-up and delivery requests in
  Barcelona, Berlin, New York and Porto Alegre. Opening of the pick-up window = requested time, day from
  8 o'clock, one seat each (their loads are parcels), nine drivers at their depot.
- Munich, as used by FleetPy: 100 pre-booked rides on a road network, requested from 8 o'clock on,
  fifteen drivers at the first stop.
The San Francisco requests are left out: their coordinates are scaled to a square and have no times.
Travel times are our estimate, not those of the data, so costs cannot be compared with published ones.
"""

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from estafette.domain.booking import Anchor, Direction
from estafette.domain.fleet import Spaces
from estafette.domain.imported import FileKind
from estafette.domain.request import (
    DriverRequest,
    PlaceRequest,
    Request,
    ShiftRequest,
    TripRequest,
    VehicleRequest,
)
from estafette.exchange.csv import write_csv

DAY = date(2026, 11, 25)
OPENS_AT = datetime(2026, 11, 25, 7, tzinfo=UTC)  # 8 o'clock in the zone of a new company


class Requested(NamedTuple):
    """Origin, destination and when."""

    origin: PlaceRequest
    destination: PlaceRequest
    at: datetime


def main() -> None:
    """Dispatch every data set that is there."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, default=Path("../shared/data/real"))
    options.add_argument("--keep", type=Path, help="keep the files here")
    chosen = options.parse_args()
    if not chosen.data.is_dir():
        sys.exit(f"skipped: no public requests at {chosen.data}")
    sets = [*sartori_buriol(chosen.data / "sartori_buriol"), munich(chosen.data / "munich")]
    with tempfile.TemporaryDirectory() as folder:
        for name, requested, drivers in sets:
            files = (chosen.keep or Path(folder)) / name
            write_files(files, requested, drivers=drivers)
            dispatch_like_a_user(name, files, home=Path(folder) / f"home-{name}")


def sartori_buriol(folder: Path) -> Iterator[tuple[str, list[Requested], int]]:
    """Read one instance of each city."""
    for city in ("bar", "ber", "nyc", "poa"):
        lines = (folder / f"{city}-n100-1.txt").read_text().split("NODES\n")[1].split("EDGES")[0].splitlines()
        nodes = {int(cells[0]): cells for cells in map(str.split, lines)}
        places = {
            node: PlaceRequest(ref=f"n{node}", name=f"Node {node}", lat=float(cells[1]), lon=float(cells[2]))
            for node, cells in nodes.items()
        }
        requested = [
            Requested(places[node], places[int(cells[8])], OPENS_AT + timedelta(minutes=int(cells[4])))
            for node, cells in nodes.items()
            if int(cells[8]) > 0
        ]
        yield f"{city}-n100-1", requested, 9


def munich(folder: Path) -> tuple[str, list[Requested], int]:
    """Read the pre-booked rides."""
    with (folder / "nodes.csv").open() as lines:
        nodes = {int(row["node_index"]): row for row in csv.DictReader(lines)}

    def place(node: int) -> PlaceRequest:
        lon, lat = from_utm32(float(nodes[node]["pos_x"]), float(nodes[node]["pos_y"]))
        return PlaceRequest(ref=f"n{node}", name=f"Node {node}", lon=round(lon, 6), lat=round(lat, 6))

    with (folder / "example_100_reservation.csv").open() as lines:
        requested = [
            Requested(
                place(int(row["start"])),
                place(int(row["end"])),
                OPENS_AT + timedelta(minutes=int(row["earliest_pickup_time"]) // 60),
            )
            for row in csv.DictReader(lines)
        ]
    return "munich-100", requested, 15


def from_utm32(easting: float, northing: float) -> tuple[float, float]:
    """Turn UTM zone 32 north into degrees; series of Snyder (1987), USGS Professional Paper 1395, p. 63."""
    a, e2, k0 = 6_378_137.0, 0.006_694_379_990, 0.9996
    ep2 = e2 / (1 - e2)
    e1 = (1 - math.sqrt(1 - e2)) / (1 + math.sqrt(1 - e2))
    mu = northing / k0 / (a * (1 - e2 / 4 - 3 * e2**2 / 64))
    phi = mu + (3 * e1 / 2) * math.sin(2 * mu) + (21 * e1**2 / 16) * math.sin(4 * mu)
    c, t = ep2 * math.cos(phi) ** 2, math.tan(phi) ** 2
    n = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    r = a * (1 - e2) / (1 - e2 * math.sin(phi) ** 2) ** 1.5
    d = (easting - 500_000) / (n * k0)
    lat = phi - n * math.tan(phi) / r * (d**2 / 2 - (5 + 3 * t + 10 * c) * d**4 / 24)
    lon = (d - (1 + 2 * t + c) * d**3 / 6) / math.cos(phi)
    return 9 + math.degrees(lon), math.degrees(lat)


def write_files(folder: Path, requested: list[Requested], *, drivers: int) -> None:
    """Write drivers, vehicles, shifts and trips as a sender would."""
    folder.mkdir(parents=True, exist_ok=True)
    depot = requested[0].origin
    numbers = range(1, drivers + 1)
    content: dict[FileKind, list[Request]] = {
        FileKind.DRIVERS: [DriverRequest(ref=f"d{n}", name=f"Driver {n}") for n in numbers],
        FileKind.VEHICLES: [
            VehicleRequest(ref=f"v{n}", name=f"Van {n}", layouts=(Spaces(seats=4),)) for n in numbers
        ],
        FileKind.SHIFTS: [shift(n, depot) for n in numbers],
        FileKind.TRIPS: [trip(n, ride) for n, ride in enumerate(requested, 1)],
    }
    for kind, requests in content.items():
        (folder / f"{kind}.csv").write_bytes(write_csv(requests, kind, zone="Europe/Zurich"))


def shift(number: int, depot: PlaceRequest) -> ShiftRequest:
    """Give a shift from half an hour before to eight hours after the opening."""
    return ShiftRequest(
        ref=f"s{number}", driver=f"d{number}", vehicle=f"v{number}", service_on=DAY,
        starts_at=OPENS_AT - timedelta(minutes=30), ends_at=OPENS_AT + timedelta(hours=8), start=depot, end=depot,
    )  # fmt: skip


def trip(number: int, ride: Requested) -> TripRequest:
    """Give a booked ride of one person."""
    return TripRequest(
        ref=f"t{number}", booking=f"b{number}", rider=f"r{number}", rider_name=f"Rider {number}",
        direction=Direction.OUTBOUND, service_on=DAY, origin=ride.origin, destination=ride.destination,
        anchor=Anchor.PICKUP_AT, requested_at=ride.at,
    )  # fmt: skip


def dispatch_like_a_user(name: str, files: Path, *, home: Path) -> None:
    """Import, dispatch and look at the runs with the program itself; say what each step did."""

    def estafette(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).parent / "estafette", *arguments],
            env=os.environ | {"ESTAFETTE_HOME": str(home)}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    print(f"\n{name}")
    for kind in (FileKind.DRIVERS, FileKind.VEHICLES, FileKind.SHIFTS, FileKind.TRIPS):
        done = estafette("import", str(kind), str(files / f"{kind}.csv"))
        print(
            f"  import {kind:<9} exit {done.returncode}  {(done.stdout or done.stderr).strip().splitlines()[-1]}"
        )
    done = estafette("dispatch", "--day", DAY.isoformat(), "--json")
    figures: dict[str, Any] = json.loads(done.stdout)
    kept = {
        key: figures[key]
        for key in ("trips", "placed", "drivers_used", "kilometres", "on_board_minutes", "outcomes")
    }
    print(f"  dispatch         exit {done.returncode}  {kept}")
    print(
        "  left over        "
        + (
            ", ".join(f"{left['trip']}: {'/'.join(left['reasons'])}" for left in figures["left_over"])
            or "none"
        )
    )
    print(
        "  stages           "
        + ", ".join(
            f"{stage} {spent['ms']:.0f} ms {spent['statements']}/{spent['round_trips']}"
            for stage, spent in figures["stages"].items()
        )
    )
    done = estafette("runs", "--day", DAY.isoformat())
    print(
        f"  runs             exit {done.returncode}  {sum(line.startswith('Run') for line in done.stdout.splitlines())} manifests"
    )
    done = estafette("check", "--day", DAY.isoformat())
    print(f"  check            exit {done.returncode}  {done.stdout.strip().splitlines()[-1]}", flush=True)


if __name__ == "__main__":
    main()
