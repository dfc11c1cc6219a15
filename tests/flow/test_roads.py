"""The roads of a company: times from road network and access points, kept in its database, said on every plan."""

from pathlib import Path
from time import perf_counter

import msgspec
import pytest

from estafette.domain.error import Conflict, NotFound
from estafette.domain.place import Place
from estafette.flow.day import Planned, Solve, plan_day
from estafette.flow.history import replay_plan
from estafette.flow.roads import leg_between, places_off_road, travel_like, travel_of
from estafette.flow.stages import Stages
from estafette.planning.budget import Budget
from estafette.store.access import list_places, set_access_point
from estafette.store.database import Database
from estafette.store.plans import get_plan, save_plan
from estafette.travel.build import build_roads
from estafette.travel.choose import Sources
from estafette.travel.data import RoadData
from tests.store.days import DAY, Day, a_day
from tests.travel.towns import write_street


@pytest.fixture
def company(database: Database) -> Day:
    """Trips between twenty places, 77 m apart along 46.2 north."""
    return a_day(database, trips=4, runs=2)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """Roads that pass all places."""
    return street(tmp_path, length_m=1_700)


def street(home: Path, *, length_m: float) -> Sources:
    extract = write_street(home / "street.osm.pbf", 6.1, 46.2, length_m=length_m)
    build_roads(RoadData(home), extract, lambda _: None)
    return Sources(home=home)


def planned(database: Database, day: Day, sources: Sources) -> Planned:
    how = Solve(travel=travel_of(database, day.company_id, sources), budget=Budget(iterations=50))
    return plan_day(database, day.company_id, DAY, how=how, stages=Stages(database, perf_counter))


def test_road_times_are_kept_in_the_database_and_read_in_one_round_trip(
    database: Database, company: Day, sources: Sources
) -> None:
    places = list_places(database, company.company_id)
    first = travel_of(database, company.company_id, sources).matrix(places)
    database.count()
    again = travel_of(database, company.company_id, sources).matrix(places)
    counted = database.count()
    assert again.sha256() == first.sha256()
    assert not again.estimated
    assert counted is None or counted.round_trips == 2  # access points, times


def test_vehicles_go_to_the_access_point(database: Database, company: Day, sources: Sources) -> None:
    travel = travel_of(database, company.company_id, sources)
    places = list_places(database, company.company_id)
    there = travel.matrix(places).durations_s
    gate = msgspec.structs.replace(places[0], lon=places[5].lon)
    set_access_point(database, company.company_id, gate, actor="test")
    assert travel.matrix(places).durations_s[0, 10] == there[5, 10]


def test_places_far_from_every_road_are_listed_by_name_the_farthest_first(
    database: Database, company: Day, tmp_path: Path
) -> None:
    found = places_off_road(database, company.company_id, street(tmp_path, length_m=800))
    assert [(place.name, place.estimated) for place in found[:2]] == [("Place 20", True), ("Place 19", True)]
    assert found[0].off_m == pytest.approx(1_547 - 800, abs=5)
    assert not found[-1].estimated
    assert found[-1].off_m > 150


def test_without_roads_it_says_how_to_get_them(database: Database, company: Day, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="there are no roads yet; build them with: estafette roads build"):
        places_off_road(database, company.company_id, Sources(home=tmp_path))


def test_a_leg_has_a_line_for_the_map_and_links_for_the_driver(
    database: Database, company: Day, sources: Sources
) -> None:
    first, last = (place.place_id for place in _ends(list_places(database, company.company_id)))
    travel = travel_of(database, company.company_id, sources)
    leg = leg_between(database, company.company_id, travel, first, last)
    assert leg.distance_m == pytest.approx(19 * 77, rel=0.02)
    assert (leg.estimated, leg.links.geo) == (False, "geo:46.200000,6.120000")
    assert len(leg.polyline) > 10
    with pytest.raises(NotFound, match="there is no place 99999"):
        leg_between(database, company.company_id, travel, first, 99_999)


def _ends(places: tuple[Place, ...]) -> tuple[Place, Place]:
    return places[0], places[-1]


def test_a_plan_says_where_no_road_leads_and_which_stops_are_reached_by_estimate(
    database: Database, company: Day, tmp_path: Path
) -> None:
    made = planned(database, company, street(tmp_path, length_m=200)).plan
    assert made.travel_source.startswith("roads: ")
    assert not made.travel_estimated
    off_road = set(made.estimated_places)
    assert off_road
    for run in made.runs:
        estimated = made.estimated_stops(run)
        assert all(stop in estimated for stop in run.stops[1:] if stop.place_id in off_road)


def test_a_plan_on_roads_is_made_again_and_refused_when_the_roads_are_others(
    database: Database, company: Day, sources: Sources
) -> None:
    made = planned(database, company, sources)
    number = save_plan(database, made.plan, made.made, actor="test")
    assert _replays(database, company, sources, number)
    street(sources.home, length_m=300)
    with pytest.raises(Conflict, match=f"plan {number} cannot be made again: the travel times are not those"):
        _replays(database, company, sources, number)


def test_a_plan_on_estimates_is_made_again_although_there_are_roads_since(
    database: Database, company: Day, tmp_path: Path
) -> None:
    made = planned(database, company, Sources(home=tmp_path))
    number = save_plan(database, made.plan, made.made, actor="test")
    assert _replays(database, company, street(tmp_path, length_m=1_700), number)


def _replays(database: Database, company: Day, sources: Sources, number: int) -> bool:
    said = get_plan(database, company.company_id, number).entry.travel_source
    travel = travel_like(database, company.company_id, sources, said)
    return replay_plan(database, company.company_id, number, travel=travel).same
