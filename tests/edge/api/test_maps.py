"""What the map of the board is given: what lies behind it, and the ways of runs."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from estafette.domain.error import Invalid
from estafette.edge.web.app import routed, serving
from estafette.settings import Settings
from estafette.store.database import Database
from estafette.store.feed import last_event_id
from estafette.travel.build import build_roads
from estafette.travel.data import RoadData
from estafette.travel.globe import Points
from estafette.travel.polyline import decode_polyline
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import served
from tests.travel.towns import at, write_town

TILES = "xyz:https://tiles.example.org/{z}/{x}/{y}.png"


def to_town(company: Dispatched) -> None:
    """Move the company's places to crossings of the tiny town."""
    for number, spot in enumerate(((0, 0), (400, 0), (400, 400), (0, 400))):
        lon, lat = at(*spot)
        company.write(
            "UPDATE place SET lon = %(lon)s, lat = %(lat)s WHERE id = %(place)s RETURNING id",
            place=company.place_ids[number], lon=lon, lat=lat,
        )  # fmt: skip


def way_of(api: httpx.Client, run_id: int) -> dict[str, object]:
    answer = api.get("/map/way", params={"day": DAY.isoformat(), "run_id": run_id})
    assert answer.status_code == 200, answer.text
    return answer.json()


def line(polyline: str) -> Points:
    return decode_polyline(polyline)


def test_without_roads_the_way_of_a_run_is_straight_and_says_that_it_is_an_estimate(
    company: Dispatched, api: httpx.Client
) -> None:
    way = way_of(api, company.run_ids[0])
    kinds = [stop["kind"] for stop in way["stops"]]
    assert (kinds[0], kinds[-1], kinds.count("pickup")) == ("pull_out", "pull_in", 3)
    assert len(way["legs"]) == len(kinds) - 1
    assert all(leg["estimated"] for leg in way["legs"])
    assert {place["place_id"] for place in way["places"]} == {stop["place_id"] for stop in way["stops"]}


def test_with_roads_the_way_follows_them_and_the_map_behind_is_drawn_from_the_extract(
    company: Dispatched, home: Path
) -> None:
    to_town(company)
    extract = write_town(home / "town.osm.pbf")
    build_roads(RoadData(home / "home"), extract, lambda _: None)
    with (
        served(company) as address,
        httpx.Client(base_url=f"{address}/api/v1", headers=address.headers, timeout=60) as api,
    ):
        legs = way_of(api, company.run_ids[0])["legs"]
        along = [leg for leg in legs if len(line(leg["polyline"])) > 2]
        assert along
        assert not any(leg["estimated"] for leg in along)
        base = api.get("/map").json()
        assert base["tiles"] is None
        assert base["built"]["attribution"] == "© OpenStreetMap contributors"
        assert base["built"]["levels"] == [7, 10, 13]


def test_a_run_of_another_day_has_no_way(api: httpx.Client, company: Dispatched) -> None:
    after = DAY + timedelta(days=1)
    company.roster(after)
    answer = api.get("/map/way", params={"day": after.isoformat(), "run_id": company.run_ids[0]})
    assert answer.status_code == 404, answer.text
    assert api.get("/map/way", params={"day": DAY.isoformat(), "run_id": 1 << 40}).status_code == 404


def test_a_run_of_another_company_has_no_way(
    api: httpx.Client, company: Dispatched, database: Database
) -> None:
    other = Dispatched(database)
    (run_id, *_) = other.roster()
    other.assign(run_id, other.book(1))
    assert run_id not in company.run_ids
    answer = api.get("/map/way", params={"day": DAY.isoformat(), "run_id": run_id})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_day_without_shifts_and_trips_has_an_empty_timetable_and_no_ways(
    api: httpx.Client, company: Dispatched
) -> None:
    later = (DAY + timedelta(days=30)).isoformat()
    answer = api.get("/timetable", params={"day": later})
    assert (answer.status_code, answer.json()["runs"]) == (200, [])
    assert answer.json()["board_version"] == last_event_id(company.database, company.company_id)
    assert api.get("/map/way", params={"day": later, "run_id": company.run_ids[0]}).status_code == 404


def test_before_roads_are_built_there_is_no_base_map_and_its_tiles_are_empty(api: httpx.Client) -> None:
    assert api.get("/map").json() == {"tiles": None, "built": None}
    assert api.get("/map/tile", params={"zoom": 13, "x": 4312, "y": 2876}).json() == {}


def test_drawing_a_way_takes_no_more_statements_for_a_longer_run(
    company: Dispatched, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.assign(company.run_ids[1], company.book(1))
    with (
        served(company) as address,
        httpx.Client(base_url=f"{address}/api/v1", headers=address.headers, timeout=60) as api,
    ):
        way_of(api, company.run_ids[2])  # prepares the day
        read, asked = company.database.read, []
        monkeypatch.setattr(
            type(company.database), "read", lambda self, *given: asked.append(given) or read(*given)
        )
        counts = []
        for run_id in company.run_ids[:2]:
            asked.clear()
            way_of(api, run_id)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_page_may_load_pictures_from_the_host_of_the_tiles_and_from_no_other(company: Dispatched) -> None:
    settings = Settings(map=TILES, map_attribution="© Example")
    with served(company, settings=settings) as address:
        policy = httpx.get(f"{address}/").headers["Content-Security-Policy"]
        assert "img-src 'self' https://tiles.example.org;" in policy
        assert policy.count("https:") == 1
        assert "example.org" not in httpx.get(f"{address}/sign-in").headers["Content-Security-Policy"]
        answer = httpx.get(f"{address}/api/v1/map", headers=address.headers).json()
        assert answer["tiles"] == {"url": TILES.removeprefix("xyz:"), "attribution": "© Example"}


def test_by_default_the_policy_names_no_host(company: Dispatched) -> None:
    with served(company) as address:
        assert "img-src 'self';" in httpx.get(f"{address}/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    [
        "https://tiles.example.org/{z}/{x}/{y}.png",
        "xyz:https://tiles.example.org/tiles.png",
        "xyz:ftp://tiles.example.org/{z}/{x}/{y}.png",
        "xyz:https://tiles.example.org; script-src https:/{z}/{x}/{y}",
        "xyz:https://*/{z}/{x}/{y}",
        "xyz:https:///{z}/{x}/{y}",
    ],
)
def test_what_is_no_address_of_tiles_is_refused(company: Dispatched, address: str) -> None:
    with pytest.raises(Invalid, match="expected xyz:https://HOST"):
        serving(routed(), company.database, settings=Settings(map=address, map_attribution="© Example"))


def test_tiles_without_attribution_are_refused(company: Dispatched) -> None:
    with pytest.raises(Invalid, match="ESTAFETTE_MAP_ATTRIBUTION"):
        serving(routed(), company.database, settings=Settings(map=TILES))
