"""What is kept of people, through the API; and who else is told."""

import base64

import httpx
import pytest

from estafette.client import Client
from tests.dispatched import Dispatched

KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def key_of_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESTAFETTE_NOTES_KEYS", f"k1:{KEY}")


def seen(api: httpx.Client, path: str) -> dict[str, str]:
    return {"If-Match": api.get(path).headers["etag"]}


def test_a_note_is_kept_sealed_and_a_change_names_what_it_was_made_from(
    api: httpx.Client, company: Dispatched
) -> None:
    path = f"/riders/{company.rider_id}/note"
    assert api.get(path).json() == {"text": ""}
    before = seen(api, path)
    assert api.put(path, json={"text": "oxygen"}, headers=before).json() == {"text": "oxygen"}
    late = api.put(path, json={"text": "none"}, headers=before)
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert api.put(path, json={"text": "none"}).status_code == 428
    (row,) = company.write("SELECT * FROM rider_note")
    assert b"oxygen" not in repr(row).encode()


def test_a_rider_is_handed_out_and_erased_and_both_are_in_the_audit_log(
    api: httpx.Client, company: Dispatched
) -> None:
    path = f"/riders/{company.rider_id}"
    assert api.get(f"{path}/export").json()["rider"]["name"] == "A Rider"
    company.write(
        "UPDATE trip SET status = 'cancelled', version = version + 1 WHERE company_id = %(company)s"
    )
    assert api.post(f"{path}/erase").json()["riders"] == 1
    assert "A Rider" not in api.get(path).text
    acts = {entry["action"] for entry in api.get("/audit", params={"kind": "rider"}).json()["items"]}
    assert {"export", "erase"} <= acts


def test_the_audit_log_is_read_page_by_page_the_newest_first(client: Client, company: Dispatched) -> None:
    company.book(1)
    every = [entry.id for entry in client.company.audit(limit=200)]
    assert every == sorted(every, reverse=True)
    found = [entry.id for entry in client.company.audit(limit=2)]
    assert [each for each in found if each <= every[0]] == every


def test_rules_of_retention_are_changed_one_by_one(api: httpx.Client) -> None:
    before = api.get("/retention").json()
    changed = api.patch("/retention", json={"keep_riders_days": 730}, headers=seen(api, "/retention"))
    assert changed.json() == before | {"keep_riders_days": 730}
    wrong = api.patch("/retention", json={"keep_ledger_days": 3}, headers={"If-Match": "*"})
    assert (wrong.status_code, wrong.json()["pointer"]) == (400, "/keep_ledger_days")


def test_a_webhook_is_added_listed_given_another_secret_and_removed(api: httpx.Client) -> None:
    made = api.post("/webhooks", json={"url": "https://example.org/hooks", "kinds": ["booked"]})
    assert made.status_code == 201
    path = made.headers["location"].removeprefix("/api/v1")
    assert api.get("/webhooks").json()["items"] == [api.get(path).json()]
    secret = api.post(f"{path}/secret").json()["secret"]
    assert secret != made.json()["secret"]
    assert secret not in api.get("/webhooks").text
    assert api.post(f"{path}/resume", json={"after": 0}).json()["told_to"] == 0
    assert api.post(f"{path}/replay", json={"event_id": 2}).json()["again"] == [2]
    unknown = api.post(f"{path}/replay", json={"event_id": 99})
    assert (unknown.status_code, unknown.json()["pointer"]) == (400, "/event_id")
    assert api.delete(path, headers=seen(api, path)).status_code == 200
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"url": "http://example.org/"}, "/url"),
        ({"url": "https://127.0.0.1/", "internal": True}, "/internal"),
        ({"url": "https://example.org/", "kinds": ["sacked"]}, "/kinds"),
        ({}, "/url"),
    ],
)
def test_a_wrong_webhook_is_told_with_its_place(api: httpx.Client, body: dict[str, object], at: str) -> None:
    refused = api.post("/webhooks", json=body)
    assert (refused.status_code, refused.json()["pointer"]) == (400, at)
