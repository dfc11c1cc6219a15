"""A manifest says of each stop whether the way there was planned with an estimate."""

import msgspec

from estafette.domain.estimates import DayEstimates, RunEstimates, estimates_of
from estafette.domain.place import Place
from estafette.domain.plan import StopKind
from estafette.exchange.manifest_text import manifest_text
from estafette.flow.history import made_elsewhere
from estafette.store.access import set_access_point
from estafette.store.apply import apply_plan
from estafette.store.board import get_board
from estafette.store.database import Database
from estafette.store.day import load_day
from estafette.store.manifest import list_manifests
from estafette.store.plans import save_plan
from tests.store.days import DAY, Day, a_day, a_plan


def dispatched(database: Database, day: Day, *, estimated: bool, places: tuple[int, ...] = ()) -> None:
    """Apply a plan of two trips one after the other, with so much of it estimated."""
    first, second = day.trip_ids
    plan = msgspec.structs.replace(
        a_plan(database, day, {day.run_ids[0]: [(first, 480), (second, 540)]}),
        travel_estimated=estimated,
        estimated_places=places,
    )
    number = save_plan(database, plan, made_elsewhere(plan), actor="test")
    apply_plan(database, plan, key="k", actor="test", plan_id=number)


def stops_by_estimate(database: Database, day: Day) -> list[str]:
    (manifest,) = list_manifests(database, day.company_id, DAY).manifests
    return [str(stop.kind) for stop in manifest.stops if stop.estimated]


def test_on_road_times_no_stop_is_marked(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    dispatched(database, day, estimated=False)
    assert stops_by_estimate(database, day) == []


def test_on_estimates_every_way_is_marked_and_the_text_says_it_once(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    dispatched(database, day, estimated=True)
    assert stops_by_estimate(database, day) == ["pickup", "dropoff", "pickup", "dropoff", "pull_in"]
    (manifest,) = list_manifests(database, day.company_id, DAY).manifests
    assert manifest_text(manifest, "UTC").count("estimate") == 1


def test_a_place_without_a_road_marks_the_ways_to_and_from_it(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    off_road = load_day(database, day.company_id, DAY).trips[0].destination_id
    dispatched(database, day, estimated=False, places=(off_road,))
    assert stops_by_estimate(database, day) == ["dropoff", "pickup"]
    (manifest,) = list_manifests(database, day.company_id, DAY).manifests
    assert manifest_text(manifest, "UTC").count("(driving time is an estimate)") == 2


def test_every_stop_says_where_the_vehicle_stops_and_links_the_drivers_map_there(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    problem = load_day(database, day.company_id, DAY)
    trip = problem.trips[0]
    gate = Place(place_id=trip.destination_id, name="", lon=6.123456, lat=46.654321)
    set_access_point(database, day.company_id, gate, actor="test")
    plan = a_plan(database, day, {day.run_ids[0]: [(day.trip_ids[0], 480)]})
    apply_plan(database, plan, key="k", actor="test")
    (manifest,) = list_manifests(database, day.company_id, DAY).manifests
    pickup, dropoff = manifest.stops[1:3]
    home = next(place for place in problem.places if place.place_id == trip.origin_id)
    assert (pickup.lon, pickup.lat) == (home.lon, home.lat)
    assert dropoff.links is not None
    assert dropoff.links.geo == "geo:46.654321,6.123456"
    assert dropoff.links.waze.endswith("ll=46.654321,6.123456")
    assert all(stop.links is not None for stop in manifest.stops)


def test_the_board_is_told_which_runs_and_stops_are_on_estimates(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    off_road = load_day(database, day.company_id, DAY).trips[0].destination_id
    refs = [trip.ref for trip in get_board(database, day.company_id, DAY).trips]

    def told() -> DayEstimates:
        return estimates_of(list_manifests(database, day.company_id, DAY).manifests)

    assert told() == DayEstimates(runs=())
    dispatched(database, day, estimated=False, places=(off_road,))
    some = RunEstimates(run_id=day.run_ids[0], whole=False, pickups=(refs[1],), dropoffs=(refs[0],))
    assert told() == DayEstimates(runs=(some,))


def test_what_was_assigned_by_no_plan_claims_nothing(database: Database) -> None:
    day = a_day(database, trips=1, runs=1)
    assert stops_by_estimate(database, day) == []


def test_the_text_says_whom_to_call_and_how_to_get_in(database: Database) -> None:
    day = a_day(database, trips=2, runs=1)
    dispatched(database, day, estimated=False)
    (manifest,) = list_manifests(database, day.company_id, DAY).manifests
    pickup = next(stop for stop in manifest.stops if stop.kind is StopKind.PICKUP)
    told = msgspec.structs.replace(pickup, phone="+41 00 100 00 12", access_note="2nd floor, code 12A4")
    lines = manifest_text(msgspec.structs.replace(manifest, stops=(told,)), "UTC").splitlines()
    assert lines[1].endswith("  tel. +41 00 100 00 12")
    assert lines[2] == " " * 19 + "2nd floor, code 12A4"
