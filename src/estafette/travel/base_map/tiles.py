"""
The tiles of a base map: three levels of detail, each a grid of its own, all in one ZIP file.

A tile is JSON: roads and rivers by kind as polylines (`travel/polyline.py`) with so many `digits`, water as
rings, names with their kind and position. The page decodes the ways of runs and the roads of the map alike.
"""

import zipfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from estafette.domain.record import Record, encode
from estafette.travel.base_map.cutting import Tile, clipped, pieces, thinned, tiles_of, tiles_within
from estafette.travel.base_map.scenery import Area, Line, Name, Scenery
from estafette.travel.globe import Points
from estafette.travel.polyline import encode_polyline

_RING = 3  # points at least


class Level(NamedTuple):
    """What is drawn from one zoom on: with so many digits, in cells of so many degrees."""

    zoom: int
    digits: int
    cell: float
    lines: frozenset[str]
    names: frozenset[str]


LEVELS = (
    Level(7, 4, 2e-3, frozenset({"motorway", "main"}), frozenset({"city", "town"})),
    Level(
        10, 4, 3e-4, frozenset({"motorway", "main", "side", "river"}), frozenset({"city", "town", "village"})
    ),
    Level(
        13, 5, 4e-5, frozenset({"motorway", "main", "side", "street", "river"}),
        frozenset({"city", "town", "village", "suburb", "hamlet"}),
    ),
)  # fmt: skip


class TileName(Record, frozen=True, kw_only=True):
    """A name on the map."""

    name: str
    kind: str
    lon: float
    lat: float


class MapTile(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What is drawn of one tile: lines by kind and water as polylines with so many `digits`."""

    digits: int = 5
    lines: dict[str, list[str]] = msgspec.field(default_factory=dict)
    water: list[list[str]] = msgspec.field(default_factory=list)
    names: list[TileName] = msgspec.field(default_factory=list)


class _Drawn:
    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = defaultdict(list)
        self.water: list[list[str]] = []
        self.names: list[TileName] = []


def draw_map(scenery: Scenery, path: Path) -> None:
    """Write the tiles of all levels into one file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for level in LEVELS:
            for tile, drawn in sorted(_drawn(scenery, level).items()):
                content = MapTile(
                    digits=level.digits, lines=dict(drawn.lines), water=drawn.water, names=drawn.names
                )
                # Without a date: the same extract gives the same file.
                file.writestr(zipfile.ZipInfo(entry(tile)), encode(content), zipfile.ZIP_DEFLATED)


def entry(tile: Tile) -> str:
    """Name a tile within the file."""
    return f"{tile.zoom}/{tile.x}/{tile.y}"


def _drawn(scenery: Scenery, level: Level) -> dict[Tile, _Drawn]:
    tiles: dict[Tile, _Drawn] = defaultdict(_Drawn)
    for line in scenery.lines:
        if line.kind in level.lines:
            _draw_line(line, level, tiles)
    for area in scenery.water:
        _draw_water(area, level, tiles)
    for name in scenery.names:
        if name.kind in level.names:
            _draw_name(name, level, tiles)
    return tiles


def _draw_line(line: Line, level: Level, tiles: dict[Tile, _Drawn]) -> None:
    for tile, piece in pieces(thinned(line.points, level.cell), level.zoom):
        tiles[tile].lines[line.kind].append(encode_polyline(piece, digits=level.digits))


def _draw_water(area: Area, level: Level, tiles: dict[Tile, _Drawn]) -> None:
    rings = [thinned(ring, level.cell) for ring in area.rings]
    if len(rings[0]) <= _RING + 1 and level is not LEVELS[-1]:
        return  # a pond: a dot at most
    for tile in tiles_within(rings[0], level.zoom):
        inside = [clipped(ring, tile) for ring in rings]
        if len(inside[0]) >= _RING:
            shores = [encode_polyline(ring, digits=level.digits) for ring in inside if len(ring) >= _RING]
            tiles[tile].water.append(shores)


def _draw_name(name: Name, level: Level, tiles: dict[Tile, _Drawn]) -> None:
    at = tiles_of(Points(np.array([name.lon]), np.array([name.lat])), level.zoom)
    lon, lat = round(name.lon, 5), round(name.lat, 5)
    tiles[Tile(level.zoom, *at[0].tolist())].names.append(
        TileName(name=name.name, kind=name.kind, lon=lon, lat=lat)
    )
