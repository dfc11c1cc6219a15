"""Institutions through the API and the command line: made, renamed, given riders; their standing orders."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from estafette.domain.permission import Role
from estafette.edge.cli import main
from tests.dispatched import DAY, Dispatched
from tests.edge.conftest import Settle
from tests.edge.web_client import key_of

ORDER: dict[str, Any] = {
    "ref": "S1", "rule": "FREQ=DAILY", "starts_on": DAY.isoformat(),
    "trips": [{"origin": "p1", "destination": "p2", "anchor": "pickup_at", "at": "09:00"}],
}  # fmt: skip


def made(api: httpx.Client, ref: str) -> dict[str, Any]:
    answer = api.post("/institutions", json={"ref": ref, "name": f"The {ref}"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def give(api: httpx.Client, rider_id: int, institution_id: int | None) -> httpx.Response:
    path = f"/riders/{rider_id}/institution"
    return api.put(path, json={"institution_id": institution_id}, headers={"If-Match": "*"})


@contextmanager
def ward(api: httpx.Client, company: Dispatched, institution_id: int) -> Iterator[httpx.Client]:
    """Give the client of somebody of an institution."""
    new = {
        "email": f"w{institution_id}@example.org",
        "name": "W",
        "role": "institution",
        "institution_id": institution_id,
    }
    user_id = api.post("/users", json=new).json()["user"]["user_id"]
    key = key_of(company, Role.INSTITUTION, user_id=user_id)
    with httpx.Client(
        base_url=api.base_url, headers={"Authorization": f"Bearer {key}"}, timeout=60
    ) as client:
        yield client


def test_an_institution_is_made_renamed_and_listed(api: httpx.Client) -> None:
    one = made(api, "ward-3")
    path = f"/institutions/{one['institution_id']}"
    renamed = api.patch(path, json={"name": "Ward 3 West"}, headers={"If-Match": f'"{one["etag"]}"'})
    assert renamed.json()["name"] == "Ward 3 West"
    stale = api.patch(path, json={"name": "X"}, headers={"If-Match": f'"{one["etag"]}"'})
    assert (stale.status_code, stale.json()["present"]["name"]) == (412, "Ward 3 West")
    assert api.get("/institutions", params={"ref": "ward-3"}).json()["items"] == [renamed.json()]
    taken = api.post("/institutions", json={"ref": "ward-3", "name": "Again"})
    assert (taken.status_code, taken.json()["code"]) == (409, "reference_taken")
    assert taken.json()["pointer"] == "/ref"
    assert api.get("/institutions/99999").status_code == 404


def test_a_rider_that_is_given_to_an_institution_is_seen_by_it_and_no_longer_when_taken(
    api: httpx.Client, company: Dispatched
) -> None:
    one = made(api, "ward-3")["institution_id"]
    with ward(api, company, one) as client:
        assert client.get("/riders").json()["items"] == []
        given = give(api, company.rider_id, one)
        assert given.json()["institution_id"] == one
        (seen,) = client.get("/riders").json()["items"]
        assert seen["rider_id"] == company.rider_id
        assert api.get(f"/institutions/{one}").json()["riders"] == 1
        assert give(client, company.rider_id, None).status_code == 403
        give(api, company.rider_id, None)
        assert client.get("/riders").json()["items"] == []
    assert give(api, company.rider_id, 1 << 40).json()["pointer"] == "/institution_id"


def test_an_institution_keeps_standing_orders_for_its_own_riders(
    api: httpx.Client, company: Dispatched
) -> None:
    one = made(api, "ward-3")["institution_id"]
    (other_id,) = company.write(
        "INSERT INTO rider (company_id, ref, name) VALUES (%(company)s, 'r2', 'Other') RETURNING id"
    )[0]
    theirs = api.post("/standing-orders", json=ORDER | {"ref": "S0", "rider": other_id}).json()[
        "standing_order_id"
    ]
    give(api, company.rider_id, one)
    with ward(api, company, one) as client:
        refused = client.post("/standing-orders", json=ORDER | {"rider": other_id})
        assert (refused.status_code, refused.json()["pointer"]) == (400, "/rider")
        kept = client.post("/standing-orders", json=ORDER | {"rider": company.rider_id})
        assert kept.status_code == 201, kept.text
        number = kept.json()["standing_order_id"]
        assert [each["ref"] for each in client.get("/standing-orders").json()["items"]] == ["S1"]
        ended = client.patch(
            f"/standing-orders/{number}", json={"purpose": "dialysis"}, headers={"If-Match": "*"}
        )
        assert ended.status_code == 200, ended.text
        for path in (f"/standing-orders/{theirs}", f"/standing-orders/{theirs}/exceptions"):
            assert client.get(path).status_code in {404, 405}
        hidden = client.patch(f"/standing-orders/{theirs}", json={"active": False}, headers={"If-Match": "*"})
        assert hidden.status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"ref": "", "name": "x"}, {"ref": "x", "name": ""}, {"ref": "x", "name": 1}]
)
def test_an_institution_needs_a_reference_and_a_name(api: httpx.Client, body: dict[str, Any]) -> None:
    assert api.post("/institutions", json=body).status_code == 400


def test_the_commands_make_and_list(company: Dispatched, settle: Settle) -> None:
    settle(company.company_id)
    made_one = CliRunner().invoke(main, ["institution", "add", "ward-3", "Ward 3"])
    assert (made_one.exit_code, made_one.output.endswith("ward-3, Ward 3\n")) == (0, True)
    again = CliRunner().invoke(main, ["institution", "add", "ward-3", "Ward 3"])
    assert again.exit_code == 1
    listed = CliRunner().invoke(main, ["institution", "list"])
    assert "ward-3" in listed.output
    assert "0 riders" in listed.output


def test_what_is_said_of_a_booking_is_changed_from_what_was_seen(
    api: httpx.Client, company: Dispatched
) -> None:
    (booking, *_) = api.get("/bookings", params={"rider_id": company.rider_id}).json()["items"]
    path = f"/bookings/{booking['booking_id']}"
    seen = {"If-Match": f'"{booking["etag"]}"'}
    said = api.patch(path, json={"notes": "rings twice"}, headers=seen)
    assert (said.json()["notes"], said.json()["purpose"]) == ("rings twice", booking["purpose"])
    assert api.patch(path, json={"purpose": "x"}, headers=seen).status_code == 412
    assert api.patch(path, json={"purpose": "x"}).status_code == 428
    again = api.patch(path, json={"purpose": "dialysis", "notes": ""}, headers={"If-Match": "*"}).json()
    assert (again["notes"], again["purpose"]) == ("", "dialysis")
    assert api.patch(path, json={"rider": 1}, headers={"If-Match": "*"}).status_code == 400
