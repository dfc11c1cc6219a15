"""The commands of the roads, as a person or a program calls them."""

import json
from pathlib import Path

import pytest

from estafette.store.access import list_places
from estafette.store.database import Database
from tests.edge.commands import call
from tests.edge.conftest import Settle
from tests.store.days import Day, a_day
from tests.travel.towns import write_street, write_town


@pytest.fixture
def company(database: Database, settle: Settle) -> Day:
    """A company with twenty places along a street, and a folder of its own."""
    day = a_day(database, trips=0, runs=1)
    settle(day.company_id)
    return day


def test_before_roads_are_built_the_status_says_estimate(company: Day) -> None:
    shown = call("roads", "status")
    assert shown.exit_code == 1
    assert "travel times   estimate" in shown.output
    assert "no roads are built" in shown.output


def test_roads_are_built_shown_and_used(company: Day) -> None:
    write_street(Path("street.osm.pbf"), 6.1, 46.2, length_m=1_700)
    built = call("roads", "build", "street.osm.pbf")
    assert built.exit_code == 0, built.output
    assert "street.osm.pbf" in built.output
    status = json.loads(call("roads", "status", "--json").stdout)
    assert status["source"].startswith("roads: ")
    assert (status["estimated"], status["kept"], status["built"]["kilometres"]) == (False, True, 2)
    assert call("roads", "places").output == "every place is at a road\n"


def test_a_place_off_the_road_is_named_and_gone_after_it_has_an_access_point(
    company: Day, database: Database
) -> None:
    write_street(Path("street.osm.pbf"), 6.1, 46.2, length_m=1_300)
    call("roads", "build", "street.osm.pbf")
    shown = call("roads", "places")
    assert shown.exit_code == 0
    assert "(Place 20) is 246 m from the nearest road" in shown.output
    last = list_places(database, company.company_id)[-1]
    for place in (last.place_id, last.place_id - 1):
        moved = call("roads", "access", place, "--lon", 6.11, "--lat", 46.2)
        assert f"place {place}: vehicles stop at 6.11, 46.2" in moved.output
    assert "every place is at a road" in call("roads", "places").output
    assert "at the place itself" in call("roads", "access", last.place_id, "--remove").output
    assert "(Place 20)" in call("roads", "places").output


def test_a_leg_is_shown_with_its_links(company: Day, database: Database) -> None:
    first, *_, last = list_places(database, company.company_id)
    shown = call("roads", "leg", first.place_id, last.place_id)
    assert "km at free flow (estimate)" in shown.output
    assert "geo:46.200000,6.120000" in shown.output
    leg = json.loads(call("roads", "leg", first.place_id, last.place_id, "--json").stdout)
    assert leg["links"]["google"].endswith("destination=46.200000,6.120000")


def test_the_estimate_is_calibrated_and_its_errors_printed(company: Day) -> None:
    write_town(Path("town.osm.pbf"))
    call("roads", "build", "town.osm.pbf")
    shown = call("roads", "calibrate")
    assert shown.exit_code == 0, shown.output
    assert "before  off by" in shown.output
    assert "after   off by" in shown.output


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("build", "nowhere.osm.pbf"), 1, "estafette: nowhere.osm.pbf: No such file or directory"),
        (("places",), 1, "estafette: there are no roads yet; build them with: estafette roads build"),
        (("calibrate",), 1, "estafette: there are no roads yet"),
        (("access", "1"), 2, "Give --lon and --lat, or --remove."),
        (("access", "99999", "--lon", "6", "--lat", "46"), 1, "estafette: there is no place 99999"),
        (("leg", "99999", "1"), 1, "estafette: there is no place 99999"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    company: Day, arguments: tuple[str, ...], exit_code: int, said: str
) -> None:
    done = call("roads", *arguments)
    assert (done.exit_code, said in done.output) == (exit_code, True), done.output


def test_a_file_that_is_no_extract_is_one_clear_line(company: Day) -> None:
    Path("text.osm.pbf").write_text("hello")
    done = call("roads", "build", "text.osm.pbf")
    assert done.exit_code == 1
    assert "estafette: text.osm.pbf: not a whole OpenStreetMap extract" in done.output


def test_an_address_of_a_server_that_is_none_is_one_clear_line(
    company: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESTAFETTE_OSRM_URL", "localhost")
    done = call("roads", "status")
    assert (done.exit_code, "ESTAFETTE_OSRM_URL: 'localhost' is not an address" in done.output) == (1, True)
