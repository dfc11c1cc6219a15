"""The OpenAPI document says what the routes do, and changes by decision alone."""

import json
from pathlib import Path

import httpx
import pytest

from estafette.domain.permission import Role
from estafette.edge.web.api import ROUTES
from estafette.edge.web.app import routed, serving
from estafette.edge.web.openapi import document, text
from estafette.store.database import Database
from tests.dispatched import Dispatched
from tests.edge.permissions import PUBLIC, routes_of
from tests.edge.web_client import Address, key_of

SNAPSHOT = Path(__file__).parents[2] / "docs" / "api" / "openapi.json"


def test_the_committed_document_is_the_present_one() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == text(), "what programs rely on has changed: make openapi"


def test_every_route_is_in_it_with_its_right() -> None:
    found = document()["paths"]
    for route in ROUTES:
        path = "/api/v1" + route.path.replace(":int", "")
        assert found[path][route.method.lower()]["x-right"] == route.right


def test_what_is_served_is_in_it_but_for_itself_and_the_way_through_an_issuer(database: Database) -> None:
    found = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    served = {
        (route.method, route.path)
        for route in routes_of(serving(routed(), database))
        if route.path.startswith("/api/")
    }
    openid = {("GET", "/api/v1/sign-in/openid"), ("GET", "/api/v1/sign-in/openid/back")}
    assert served - found == openid | {("GET", "/api/v1/openapi.json")}
    assert found - served == set()


def test_a_server_gives_its_own_to_whoever_has_a_key(company: Dispatched, address: Address) -> None:
    path = f"{address}/api/v1/openapi.json"
    assert httpx.get(path).status_code == 401
    driver = {"Authorization": f"Bearer {key_of(company, Role.DRIVER, driver_id=company.driver_ids[0])}"}
    for headers in (address.headers, driver):
        assert httpx.get(path, headers=headers).text == text()


def test_what_is_for_everybody_asks_for_no_key() -> None:
    public = {
        (method.upper(), path)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") == []
    }
    assert public == {
        (method, path) for method, path in PUBLIC if path.startswith("/api/") and "openid" not in path
    }


def test_operations_have_names_of_their_own_and_say_what_they_do() -> None:
    operations = [each for path in document()["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    assert all(each["summary"].endswith(".") for each in operations)


@pytest.mark.parametrize("path", ["/timetable", "/map/way", "/trips/{trip_id}/options"])
def test_what_asks_for_driving_times_may_say_that_a_place_is_too_far(path: str) -> None:
    assert "422" in document()["paths"][f"/api/v1{path}"]["get"]["responses"]


def test_what_it_refers_to_is_in_it() -> None:
    said = text()
    known = document()["components"]["schemas"]
    for reference in set(json.dumps(said).split("#/components/schemas/")[1:]):
        assert reference.split("\\")[0] in known
