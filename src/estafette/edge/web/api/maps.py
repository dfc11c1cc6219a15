"""What the map of the board shows beside the day: what lies behind it, and the ways of a run."""

from datetime import date
from typing import Annotated

import msgspec

from estafette.domain.error import Invalid, NotFound
from estafette.domain.hand import Id
from estafette.domain.permission import Right
from estafette.domain.plan import Stop
from estafette.domain.record import Record
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.edge.web.map_tiles import MapTiles
from estafette.travel.base_map.cutting import Tile
from estafette.travel.base_map.tiles import LEVELS, MapTile
from estafette.travel.globe import Points
from estafette.travel.polyline import encode_polyline

Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]
_OF_EXTRACT = "© OpenStreetMap contributors"


class BuiltMapCard(Record, frozen=True, kw_only=True):
    """The map that was drawn from an extract: `levels` are the zooms of its tiles; bounds in degrees."""

    version: str
    levels: list[int]
    west: float
    south: float
    east: float
    north: float
    attribution: str


class BaseMap(Record, frozen=True, kw_only=True):
    """What lies behind the board: tiles of the settings, else a map built here, else neither."""

    tiles: MapTiles | None
    built: BuiltMapCard | None


class OfRun(Record, frozen=True, kw_only=True):
    """Of which run, on which day."""

    day: date
    run_id: Id


class At(Record, frozen=True, kw_only=True):
    """Which tile: `x` from the west, `y` from the north."""

    zoom: Number
    x: Number
    y: Number


class WayPlace(Record, frozen=True, kw_only=True):
    """A place that a run stops at."""

    place_id: int
    name: str
    lon: float
    lat: float


class WayLeg(Record, frozen=True, kw_only=True):
    """The line (polyline, 5 digits) from a stop to the next one; `estimated`: straight, no road is known."""

    polyline: str
    estimated: bool


class RunWay(Record, frozen=True, kw_only=True):
    """The stops of a run in order, their places, and the n - 1 ways between n stops."""

    run_id: int
    board_version: int
    stops: tuple[Stop, ...]
    places: list[WayPlace]
    legs: list[WayLeg]


def base_map(ask: Ask) -> Answer:
    """Tell what lies behind the board's map."""
    about = ask.world.built_map.about()
    built = None if about is None else BuiltMapCard(
        version=about.version, levels=[level.zoom for level in LEVELS], west=about.west, south=about.south,
        east=about.east, north=about.north, attribution=_OF_EXTRACT,
    )  # fmt: skip
    return Answer(BaseMap(tiles=ask.world.map_tiles, built=built))


def map_tile(ask: Ask) -> Answer:
    """Give a tile of the map that was built with the roads; an empty one where it shows nothing."""
    at: At = ask.query
    return Answer(ask.world.built_map.tile(Tile(at.zoom, at.x, at.y)))


def run_way(ask: Ask) -> Answer:
    """Give the way of a run as it stands on the board: stop by stop, along the roads where they are known."""
    run_id = ask.query.run_id
    missing = NotFound(f"there is no run {run_id} on that day")
    try:
        with ask.world.standings.lent(ask.company_id, ask.query.day) as standing:
            plan, known = standing.plan, {place.place_id: place for place in standing.room.places}
    except Invalid as error:  # a day with neither shifts nor trips
        raise missing from error
    stops = next((run.stops for run in plan.runs if run.run_id == run_id), None)
    if stops is None:
        raise missing
    places = [known[stop.place_id] for stop in stops]
    lines = ask.world.ways(ask.company_id).line(places)
    named = {place.place_id: place for place in places}.values()
    return Answer(
        RunWay(
            run_id=run_id,
            board_version=plan.board_version,
            stops=stops,
            places=[
                WayPlace(place_id=place.place_id, name=place.name, lon=place.lon, lat=place.lat)
                for place in named
            ],
            legs=[
                WayLeg(polyline=encode_polyline(Points(line.lon, line.lat)), estimated=line.estimated)
                for line in lines
            ],
        )
    )


ROUTES = (
    Route("GET", "/map", Right.BOARD_READ, base_map, BaseMap),
    Route("GET", "/map/tile", Right.BOARD_READ, map_tile, MapTile, query=At),
    Route("GET", "/map/way", Right.BOARD_READ, run_way, RunWay, query=OfRun),
)
