"""Reading from an extract what a map shows: roads and rivers by kind, water, names of places."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium

from estafette.domain.error import Invalid
from estafette.travel.globe import Points

ROADS = {
    "motorway": "motorway", "motorway_link": "motorway", "trunk": "motorway", "trunk_link": "motorway",
    "primary": "main", "primary_link": "main", "secondary": "side", "secondary_link": "side",
    "tertiary": "side", "tertiary_link": "side", "unclassified": "street", "residential": "street",
    "living_street": "street", "pedestrian": "street",
}  # fmt: skip
_RIVERS = {"river": "river", "canal": "river"}
NAMED = ("city", "town", "village", "suburb", "hamlet")
_SHORTEST = 2
_EVERY = 20_000


class Line(NamedTuple):
    """A road or river, and which kind."""

    kind: str
    points: Points


class Area(NamedTuple):
    """A sheet of water: its shores, and those of its islands."""

    rings: list[Points]


class Name(NamedTuple):
    """The name of a place, as it is called there."""

    kind: str
    name: str
    lon: float
    lat: float


class Scenery(NamedTuple):
    """All that is drawn of an extract."""

    lines: list[Line]
    water: list[Area]
    names: list[Name]


def read_scenery(extract: Path, say: Callable[[str], None]) -> Scenery:
    """
    Read what a map shows; water that the extract holds in part alone is left out.

    Raises
    ------
    Invalid
        The file is not there, is no extract or is cut short.
    """
    found = Scenery([], [], [])
    shapes = osmium.FileProcessor(str(extract)).with_locations()
    shapes = shapes.with_areas(osmium.filter.KeyFilter("natural", "waterway"))
    try:
        for shape in shapes.with_filter(osmium.filter.KeyFilter("highway", "waterway", "natural", "place")):
            _take(shape, found)
            if found.lines and len(found.lines) % _EVERY == 0:
                say(f"{len(found.lines):,} lines of the map read")
    except (RuntimeError, OSError) as error:
        message = f"{extract}: not a whole OpenStreetMap extract: {error}"
        raise Invalid(message) from error
    return found


def _take(shape: object, found: Scenery) -> None:
    match shape:
        case osmium.osm.Way():
            kind = ROADS.get(_tag(shape, "highway")) or _RIVERS.get(_tag(shape, "waterway"))
            points = _points(shape.nodes) if kind else None
            if kind and points is not None and len(points) >= _SHORTEST:
                found.lines.append(Line(kind, points))
        case osmium.osm.Area():
            if shape.tags.get("natural") == "water" or shape.tags.get("waterway") == "riverbank":
                found.water.extend(_areas(shape))
        case osmium.osm.Node():
            kind, name = _tag(shape, "place"), _tag(shape, "name")
            if kind in NAMED and name:
                found.names.append(Name(kind, name, shape.location.lon, shape.location.lat))


def _tag(shape: osmium.osm.Way | osmium.osm.Node, key: str) -> str:
    return shape.tags.get(key) or ""


def _areas(area: osmium.osm.Area) -> list[Area]:
    return [
        Area([_points(outer), *(_points(inner) for inner in area.inner_rings(outer))])
        for outer in area.outer_rings()
    ]


def _points(nodes: osmium.osm.NodeRefList) -> Points:
    along = [(node.lon, node.lat) for node in nodes if node.location.valid()]
    columns = np.array(along, float).reshape(-1, 2)
    return Points(columns[:, 0], columns[:, 1])
