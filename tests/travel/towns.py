"""
A tiny town for tests, written as a real extract.

Streets run every 200 m, three by three crossings; the first is `(0, 0)` at `WEST`, `SOUTH`:

    (0,2)---(1,2)---(2,2)      the northern street is one-way, eastwards
      |       |       |
    (0,1)---(1,1)---(2,1)      (1,1) has a traffic light
      |       |       |
    (0,0)---(1,0)---(2,0)      from (2,0) a private service road leads to the ambulance bay, 100 m east

and, 3 km north, an island of two nodes that no road leads to.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import osmium

from estafette.domain.place import Place
from estafette.travel.globe import Points

WEST, SOUTH = 6.0, 46.0
LON_M, LAT_M = 1 / 77_350, 1 / 111_195  # degrees of a metre here
STREET_M = 200
BAY, ISLAND = 100, 200

Tags = Mapping[str, str]


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """Longitude and latitude of a spot in the town."""
    return WEST + east_m * LON_M, SOUTH + north_m * LAT_M


def a_place(place_id: int, east_m: float, north_m: float) -> Place:
    lon, lat = at(east_m, north_m)
    return Place(place_id=place_id, name=f"Place {place_id}", lon=lon, lat=lat)


def spots(*metres: tuple[float, float]) -> Points:
    lon, lat = np.array([at(*each) for each in metres]).T
    return Points(lon, lat)


def crossing(east: int, north: int) -> int:
    return 1 + east + 3 * north


def write_town(path: Path, *, streets: Tags | None = None, barrier: int | None = None) -> Path:
    """Write the extract; `streets` are tags of all streets, `barrier` a node that a bollard closes."""
    street = {"highway": "residential", **(streets or {})}
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for north in range(3):
            for east in range(3):
                writer.add_node(_node(crossing(east, north), east * STREET_M, north * STREET_M, barrier))
        writer.add_node(_node(BAY, 500, 0, barrier))
        writer.add_node(_node(ISLAND, 0, 3_000, barrier))
        writer.add_node(_node(ISLAND + 1, 100, 3_000, barrier))
        for number, (nodes, tags) in enumerate(_ways(street), start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=dict(tags)))
    return path


def write_street(path: Path, lon: float, lat: float, *, length_m: float) -> Path:
    """Write an extract of one street that runs east from a position."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, east in enumerate((lon, lon + length_m * LON_M), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(east, lat)))
        street = {"highway": "residential"}
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags=street))
    return path


def _ways(street: Tags) -> list[tuple[list[int], Tags]]:
    rows = [[crossing(east, north) for east in range(3)] for north in range(3)]
    columns = [[crossing(east, north) for north in range(3)] for east in range(3)]
    return [
        *((row, street) for row in rows[:2]),
        (rows[2], {**street, "oneway": "yes"}),
        *((column, street) for column in columns),
        ([crossing(2, 0), BAY], {"highway": "service", "access": "private"}),
        ([ISLAND, ISLAND + 1], street),
    ]


def _node(number: int, east_m: float, north_m: float, barrier: int | None) -> osmium.osm.mutable.Node:
    tags = {"highway": "traffic_signals"} if number == crossing(1, 1) else {}
    tags = {"barrier": "bollard"} if number == barrier else tags
    return osmium.osm.mutable.Node(id=number, location=at(east_m, north_m), tags=tags)
