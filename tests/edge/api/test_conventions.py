"""What holds for every route: problems with their place, keys, versions, pages, fields."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from estafette.domain.caller import Caller
from estafette.domain.hand import HandDone
from estafette.edge.web.api.once import asked_of
from estafette.flow.hand import carried_out
from estafette.settings import Settings
from estafette.store.answers import Asked, claim_answer
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import served

KEY = {"Idempotency-Key": "k1"}


def a_move(company: Dispatched, run: int = 1) -> dict[str, object]:
    return {
        "service_on": DAY.isoformat(),
        "changes": [{"kind": "assign", "trip_id": company.trip_ids[0], "run_id": company.run_ids[run]}],
    }


WRONG_BODIES: list[tuple[object, str]] = [
    ({"service_on": "2026-11-25"}, "/changes"),
    ({"service_on": "2026-11-25", "changes": []}, "/changes"),
    ({"service_on": "soon", "changes": []}, "/service_on"),
    ({"service_on": "0001-01-01", "changes": [{"kind": "unassign", "trip_id": 1}]}, "/service_on"),
    ({"service_on": "2026-11-25", "changes": [{"kind": "dance", "trip_id": 1}]}, "/changes/0/kind"),
    (
        {"service_on": "2026-11-25", "changes": [{"kind": "unassign", "trip_id": "x"}]},
        "/changes/0/trip_id",
    ),
    (
        {"service_on": "2026-11-25", "changes": [{"kind": "unassign", "trip_id": 2**63}]},
        "/changes/0/trip_id",
    ),
    (
        {"service_on": "2026-11-25", "changes": [{"kind": "unassign", "trip_id": 1, "a/b": 1}]},
        "/changes/0/a~1b",
    ),
    (
        {"service_on": "2026-11-25", "changes": [{"kind": "unassign", "trip_id": 999}]},
        "/changes/0/trip_id",
    ),
    ([], ""),
]


def test_a_wrong_body_is_told_with_a_pointer_to_the_field(api: httpx.Client) -> None:
    for wrong, pointer in WRONG_BODIES:
        answer = api.post("/assignments", json=wrong)
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["pointer"]) == (400, "invalid", pointer)
    scopes = api.post("/keys", json={"name": "x", "scopes": ["everything"]})
    assert (scopes.status_code, scopes.json()["pointer"]) == (400, "/scopes/0")


def test_a_body_that_is_missing_is_asked_for(api: httpx.Client) -> None:
    answer = api.post("/bookings")
    assert (answer.status_code, answer.json()["detail"]) == (400, "the body is empty: expected a JSON object")


def test_a_body_that_is_not_json_is_refused(api: httpx.Client) -> None:
    for raw in (b"", b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b'"\\ud800"'):
        answer = api.post("/assignments", content=raw)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


WRONG_PARAMETERS = [
    ("/audit?actor=%00", "actor"),
    ("/trips?colour=red", "colour"),
    ("/trips?day=soon", "day"),
    ("/trips?day=9999-12-31", "day"),
    ("/trips?limit=201", "limit"),
    ("/trips?limit=0", "limit"),
    ("/trips?limit=1&limit=2", "limit"),
    ("/trips?rider_id=99999999999999999999", "rider_id"),
    ("/trips?status=lost", "status"),
    ("/trips?ref=%00", "ref"),
    ("/audit?since=0.5", "since"),
    ("/audit?since=-1764000000", "since"),
    ("/trips?cursor=abc", "cursor"),
    (f"/trips/1/options?runs={'9' * 5000}", "runs"),
    ("/trips?cursor=YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "cursor"),
    ("/trips?fields=trip_id,secret", "fields"),
]


def test_a_wrong_parameter_is_named(api: httpx.Client) -> None:
    for path, field in WRONG_PARAMETERS:
        answer = api.get(path)
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "invalid", field)
    assert "; one of requested, booked, will_call" in api.get("/trips?status=lost").json()["detail"]
    assert ", but trip_id, ref" in api.get("/trips?fields=secret").json()["detail"]


def test_an_id_that_nothing_has_is_not_found(api: httpx.Client) -> None:
    for number in ("0", "999999", "9223372036854775808", "99999999999999999999999"):
        answer = api.get(f"/trips/{number}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


WRONG_PEOPLE = [
    ("/users", {"email": "x", "name": "Nora", "role": "admin"}, "/email"),
    ("/users", {"email": "n@example.org", "name": " ", "role": "admin"}, "/name"),
    ("/users", {"email": "n@example.org", "name": "Nora", "role": "driver"}, "/driver_id"),
    ("/users", {"email": "n@example.org", "name": "Nora", "role": "institution"}, "/institution_id"),
    ("/users", {"email": "n@example.org", "name": "Nora", "role": "admin", "language": "es"}, "/language"),
    ("/keys", {"name": " ", "scopes": ["board:read"]}, "/name"),
    ("/keys", {"name": "x", "scopes": []}, "/scopes"),
]


def test_what_an_account_or_a_key_cannot_be_is_told_with_its_place(api: httpx.Client) -> None:
    for path, body, pointer in WRONG_PEOPLE:
        answer = api.post(path, json=body)
        assert (answer.status_code, answer.json().get("pointer")) == (400, pointer), answer.text
    known = {"email": "n@example.org", "name": "Nora", "role": "admin"}
    assert api.post("/users", json=known).status_code == 201
    assert api.post("/users", json=known).json()["pointer"] == "/email"


def test_a_wrong_header_of_a_stream_is_named(api: httpx.Client) -> None:
    answer = api.get("/events", headers={"Last-Event-ID": "x"})
    assert (answer.status_code, answer.json()["field"]) == (400, "Last-Event-ID")


def read_by_pages(api: httpx.Client, path: str, fields: str) -> list[dict[str, Any]]:
    seen, cursor = [], None
    while True:
        asked = {"limit": 2, "fields": fields} | ({"cursor": cursor} if cursor else {})
        page = api.get(path, params=asked).json()
        assert len(page["items"]) <= 2
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            return seen


def test_a_list_is_read_page_by_page_to_its_end(api: httpx.Client, company: Dispatched) -> None:
    expected = [{"trip_id": trip_id} for trip_id in company.trip_ids]
    assert read_by_pages(api, "/trips", "trip_id") == expected


def test_lists_of_people_keys_receivers_and_notices_come_in_pages_like_the_others(
    api: httpx.Client, company: Dispatched
) -> None:
    for n in range(3):
        api.post("/users", json={"email": f"{9 - n}@example.org", "name": "Nora", "role": "dispatcher"})
        api.post("/keys", json={"name": f"key {n}", "scopes": ["board:read"]})
        api.post("/webhooks", json={"url": f"https://example.org/{n}"})
    for run_id in company.run_ids[1:]:
        company.assign(run_id, company.book(1))
        company.assign(run_id, company.book(1))
    for path, fields in (
        ("/users", "user_id"), ("/keys", "key_id"), ("/webhooks", "webhook_id"), ("/notices", "driver_id,event_id"),
    ):  # fmt: skip
        found = read_by_pages(api, path, fields)
        assert len(found) > 2
        assert found == api.get(path, params={"fields": fields}).json()["items"]
        assert found == sorted(found, key=lambda item: tuple(item.values()))
    one_number = api.get("/users", params={"limit": 1}).json()["next"]
    assert api.get("/notices", params={"cursor": one_number}).json()["field"] == "cursor"


def test_lists_are_filtered(api: httpx.Client, company: Dispatched) -> None:
    def ids(**which: object) -> list[int]:
        return [trip["trip_id"] for trip in api.get("/trips", params=which).json()["items"]]

    assert ids(ref="t1") == [company.trip_ids[1]]
    assert ids(day=DAY.isoformat(), status="booked", rider_id=company.rider_id) == company.trip_ids
    assert ids(run_id=company.run_ids[1]) == []
    assert ids(status="cancelled") == []


def test_a_thing_with_a_version_has_an_etag_and_is_not_sent_twice(
    api: httpx.Client, company: Dispatched
) -> None:
    answer = api.get(f"/trips/{company.trip_ids[0]}")
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    again = api.get(f"/trips/{company.trip_ids[0]}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_change_says_what_it_was_made_from(api: httpx.Client, company: Dispatched) -> None:
    path = f"/trips/{company.trip_ids[0]}"
    body = {"lock": "driver"}
    unseen = api.put(f"{path}/lock", json=body)
    assert (unseen.status_code, unseen.json()["code"]) == (428, "precondition_required")
    etag = api.get(path).headers["etag"]
    assert api.put(f"{path}/lock", json=body, headers={"If-Match": etag}).status_code == 200
    stale = api.put(f"{path}/lock", json={"lock": "none"}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert stale.json()["present"]["lock"] == "driver"
    assert stale.headers["etag"] == api.get(path).headers["etag"]
    assert api.put(f"{path}/lock", json={"lock": "none"}, headers={"If-Match": "*"}).status_code == 200


def test_the_same_request_with_the_same_key_is_done_once(api: httpx.Client, company: Dispatched) -> None:
    first = api.post("/assignments", json=a_move(company), headers=KEY)
    assert first.status_code == 200, first.text
    version = api.get("/board", params={"day": DAY.isoformat()}).json()["version"]
    again = api.post("/assignments", json=a_move(company), headers=KEY)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert api.get("/board", params={"day": DAY.isoformat()}).json()["version"] == version


def test_a_refusal_is_an_answer_too(api: httpx.Client) -> None:
    wrong = {"service_on": "2026-11-25", "changes": []}
    first, again = (api.post("/assignments", json=wrong, headers=KEY) for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (400, 400, first.content)
    assert again.headers["content-type"] == "application/problem+json"


def test_a_key_used_for_another_body_is_refused(api: httpx.Client, company: Dispatched) -> None:
    api.post("/assignments", json=a_move(company), headers=KEY)
    other = api.post("/assignments", json=a_move(company, run=2), headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.json()["field"] == "Idempotency-Key"


def claimed(company: Dispatched, key: str) -> None:
    actor = f"key:{company.write('SELECT max(id) FROM api_key')[0][0]}"
    asked = Asked(company.company_id, actor, key, fingerprint(a_move(company)), "somebody")
    assert claim_answer(company.database, asked) == "somebody"


def fingerprint(body: object) -> bytes:
    caller = Caller(company_id=1, actor="board", rights=frozenset())
    raw = json.dumps(body, separators=(",", ":")).encode()
    return asked_of(caller, "k", b"POST", b"/api/v1/assignments", b"", raw).fingerprint


def test_a_request_in_somebodys_hands_is_in_flight_until_its_claim_runs_out(
    api: httpx.Client, company: Dispatched
) -> None:
    claimed(company, "k1")
    raw = json.dumps(a_move(company), separators=(",", ":")).encode()
    waiting = api.post("/assignments", content=raw, headers=KEY)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency_key_in_flight")
    assert waiting.headers["retry-after"] == "1"
    company.write("UPDATE answer SET claimed_at = now() - interval '2 minutes'")
    assert api.post("/assignments", content=raw, headers=KEY).status_code == 200


def test_a_request_given_up_goes_on_and_its_key_gives_what_came_of_it(
    company: Dispatched, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def slowly(*given: Any) -> HandDone:
        go_on.wait(60)
        return carried_out(*given)

    monkeypatch.setattr("estafette.edge.web.api.assignments.carried_out", slowly)
    with served(company, settings=Settings(request_timeout_s=0.5)) as address:
        headers = address.headers | KEY

        def asked() -> httpx.Response:
            return httpx.post(
                f"{address}/api/v1/assignments", json=a_move(company), headers=headers, timeout=60
            )

        given_up = asked()
        waiting = next(answer for answer in iter(asked, None) if answer.status_code != 503)
        go_on.set()
        done = next(answer for answer in iter(asked, None) if answer.status_code not in (409, 503))
    assert (given_up.status_code, given_up.json()["code"]) == (503, "timed_out")
    assert (waiting.json()["code"], waiting.headers["retry-after"]) == ("idempotency_key_in_flight", "1")
    assert (done.status_code, done.json()["results"][0]["outcome"]) == (200, "applied")
    assert company.write("SELECT count(*) FROM applied WHERE actor LIKE 'key:%%'") == [(1,)]


def test_answers_are_forgotten_after_72_hours(api: httpx.Client, company: Dispatched) -> None:
    api.post("/assignments", json=a_move(company), headers=KEY)
    company.write("UPDATE answer SET claimed_at = now() - interval '73 hours'")
    assert api.post("/assignments", json=a_move(company, run=2), headers=KEY).status_code == 200
    assert company.write("SELECT count(*) FROM answer") == [(1,)]


def test_one_of_many_at_once_does_it_and_all_hear_the_same(api: httpx.Client, company: Dispatched) -> None:
    def ask(_: int) -> httpx.Response:
        return api.post("/assignments", json=a_move(company), headers=KEY)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(8)))
    done = {answer.content for answer in answers if answer.status_code == 200}
    assert len(done) == 1
    assert {answer.status_code for answer in answers} <= {200, 409, 503}
    assert company.write("SELECT count(*) FROM applied WHERE actor LIKE 'key:%%'") == [(1,)]


def test_a_key_that_cannot_be_one_is_refused(api: httpx.Client, company: Dispatched) -> None:
    for key in ("", "x" * 201, "é"):
        headers = {b"Idempotency-Key": key.encode()}
        answer = api.post("/assignments", json=a_move(company), headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")
