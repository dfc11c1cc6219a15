"""Roads for a company: travel times, places beside the roads, the way of a leg, the fit of the estimate."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np

from estafette.domain.error import Conflict, NotFound
from estafette.domain.map_links import MapLinks, directions_to
from estafette.domain.place import Place
from estafette.domain.record import Record, encode
from estafette.domain.travel import Path, Travel, TravelMatrix
from estafette.store.access import at_access_points, list_places
from estafette.store.database import Database
from estafette.store.road_times import KeptRoadTimes
from estafette.travel.choose import Sources, best_travel, estimated_travel, open_roads
from estafette.travel.curve import USUAL
from estafette.travel.data import GRAPH, RoadData, replace_whole
from estafette.travel.globe import Points, positions
from estafette.travel.known_times import OFF_ROAD_M
from estafette.travel.polyline import encode_polyline
from estafette.travel.roads import Roads

if TYPE_CHECKING:
    from estafette.travel.calibrate import Calibrated

_ESTIMATE = "estimate"
_SAMPLED = 600
# Worth a look: a stop this far from the road is usually a wrong position.
_FAR_M = 150.0

Answer = TypeVar("Answer", TravelMatrix, Path)


class CompanyTravel:
    """Travel between the points where vehicles stop for a company's places."""

    def __init__(self, travel: Travel, database: Database, company_id: int) -> None:
        self._travel, self._database, self._company_id = travel, database, company_id

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """Give the matrix between all places; raises as the travel it asks."""
        return self._travel.matrix(at_access_points(self._database, self._company_id, places))

    def path(self, origin: Place, destination: Place) -> Path:
        """Give the way from place to place; raises as the travel it asks."""
        return self._travel.path(*at_access_points(self._database, self._company_id, (origin, destination)))

    def line(self, places: Sequence[Place]) -> list[Path]:
        """Give the ways from each place to the next one: one statement; raises as the travel it asks."""
        stops = at_access_points(self._database, self._company_id, places)
        return [self._travel.path(origin, destination) for origin, destination in pairwise(stops)]


def travel_of(database: Database, company_id: int, sources: Sources) -> CompanyTravel:
    """Give the best travel times there are for a company; raises as `best_travel`."""
    kept = KeptRoadTimes(database, company_id)
    return CompanyTravel(best_travel(sources, kept=kept), database, company_id)


def travel_like(database: Database, company_id: int, sources: Sources, travel_source: str) -> CompanyTravel:
    """Give the travel times that a plan was made with, by what it says of them: estimates, or roads."""
    if travel_source.startswith(_ESTIMATE):
        return CompanyTravel(estimated_travel(sources), database, company_id)
    return travel_of(database, company_id, sources)


class OffRoad(Record, frozen=True, kw_only=True):
    """A place that is far from the nearest road; `estimated`: too far for road times."""

    place_id: int
    name: str
    off_m: int
    estimated: bool


def places_off_road(database: Database, company_id: int, sources: Sources) -> list[OffRoad]:
    """
    List a company's places that are far from every road, the farthest first.

    Raises
    ------
    Conflict
        There are no roads.
    Unavailable
        The server of the roads does not answer.
    """
    places = at_access_points(database, company_id, list_places(database, company_id))
    if not places:
        return []
    off_m = _roads(sources).snap(positions(places)).off_m
    far = [row for row in np.argsort(-off_m).tolist() if off_m[row] > _FAR_M]
    return [
        OffRoad(
            place_id=places[row].place_id, name=places[row].name, off_m=round(min(off_m[row], 1e8)),
            estimated=bool(off_m[row] > OFF_ROAD_M),
        )
        for row in far
    ]  # fmt: skip


class Leg(Record, frozen=True, kw_only=True):
    """The way from place to place at free flow: `polyline` (5 digits) for a map, `links` for the driver."""

    origin_id: int
    destination_id: int
    duration_s: int
    distance_m: int
    estimated: bool
    polyline: str
    links: MapLinks


def leg_between(
    database: Database, company_id: int, travel: Travel, origin_id: int, destination_id: int
) -> Leg:
    """Draw the way between two places; raises `NotFound`."""
    places = {place.place_id: place for place in list_places(database, company_id)}
    for place_id in (origin_id, destination_id):
        if place_id not in places:
            message = f"there is no place {place_id}"
            raise NotFound(message)
    path = travel.path(places[origin_id], places[destination_id])
    (door,) = at_access_points(database, company_id, (places[destination_id],))
    return Leg(
        origin_id=origin_id,
        destination_id=destination_id,
        duration_s=path.duration_s,
        distance_m=path.distance_m,
        estimated=path.estimated,
        polyline=encode_polyline(Points(path.lon, path.lat)),
        links=directions_to(door.lon, door.lat),
    )


def calibrate_estimate(sources: Sources, *, say: Callable[[str], None]) -> "Calibrated":
    """
    Fit the estimate to the roads that were built, and use it from now on.

    Raises
    ------
    Conflict
        No roads were built.
    Invalid
        There are too few roads.
    Unavailable
        The server of the roads does not answer.
    """
    # Half a second of imports (scipy), which no other use of roads shall wait for.
    from estafette.travel.calibrate import calibrate  # noqa: PLC0415
    from estafette.travel.network.graph import load_graph  # noqa: PLC0415

    data = RoadData(sources.home)
    about = data.current()
    if about is None:
        raise _no_roads()
    graph = load_graph(data.of(about.version) / GRAPH)
    some = np.random.default_rng(1).integers(0, len(graph.lon), _SAMPLED)
    roads = _roads(sources)
    say(f"asking {roads.name} for the times between {_SAMPLED} points")
    found = calibrate(roads, Points(graph.lon[some], graph.lat[some]), USUAL, to=f"{about.extract}")
    replace_whole(data.curve, msgspec.json.format(encode(found.curve)))
    return found


def _roads(sources: Sources) -> Roads:
    roads = open_roads(sources)
    if roads is None:
        raise _no_roads()
    return roads


def _no_roads() -> Conflict:
    return Conflict("there are no roads yet; build them with: estafette roads build EXTRACT.osm.pbf")
