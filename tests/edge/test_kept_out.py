"""Who is kept out over HTTP: foreign pages, ended sessions and keys, too many requests."""

import httpx
import pytest

from estafette.domain.permission import Role
from estafette.edge.web.limits import Rate, Rates
from tests.dispatched import Dispatched
from tests.edge.people import Person, add, own, refused
from tests.edge.web_client import Address, next_event, served, streaming


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
    ],
)
def test_a_change_that_a_foreign_page_asks_for_is_refused(anna: Person, headers: dict[str, str]) -> None:
    anna.sign_in()
    change = b'{"current": "x", "new": "y"}'
    headers = {"Content-Type": "application/json", **headers}
    answer = anna.client.post("/api/v1/account/password", content=change, headers=headers)
    assert refused(answer) == (403, "forbidden")
    assert "site" in answer.json()["detail"]
    # Signing in is a change as well: nobody is signed in to somebody else's account from afar.
    body = b'{"email": "anna@example.org", "password": "velvet harbour lamp"}'
    assert anna.client.post("/api/v1/sign-in", content=body, headers=headers).status_code == 403


def test_who_sends_no_credential_at_all_is_told_so_and_not_that_the_page_is_foreign(address: Address) -> None:
    for content in ({"json": {}}, {"data": {"a": "b"}}, {}):
        assert refused(httpx.post(f"{address}/api/v1/keys", **content)) == (401, "not_signed_in")


def test_a_change_by_the_sites_own_page_is_taken(anna: Person, address: Address) -> None:
    anna.sign_in()
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": address}
    answer = anna.client.post("/api/v1/sign-out", json={}, headers=headers)
    assert answer.status_code == 204


def test_a_stream_ends_soon_after_its_session(anna: Person, address: Address) -> None:
    anna.sign_in()
    hers = Address(address)
    hers.headers = {"Cookie": anna.client.headers["Cookie"]}
    with streaming(hers, "/api/v1/events?after=2") as stream:
        assert next_event(stream)["id"] == "3"
        assert anna.client.post("/api/v1/sign-out", headers=own()).status_code == 204
        # A stream ends by itself after ten minutes; the client would give up after ten silent seconds.
        assert [message for message in stream if "id" in message] == []


def test_a_stream_of_a_key_ends_when_the_key_is_revoked_and_others_go_on(
    company: Dispatched, address: Address
) -> None:
    made = httpx.post(
        f"{address}/api/v1/keys", json={"name": "board", "scopes": ["board:read"]}, headers=address.headers
    ).json()
    program = Address(address)
    program.headers = {"Authorization": f"Bearer {made['secret']}"}
    with streaming(program, "/api/v1/events") as stream, streaming(address, "/api/v1/events") as other:
        next(stream), next(other)
        path = f"/api/v1/keys/{made['key']['key_id']}"
        assert httpx.delete(f"{address}{path}", headers=address.headers).status_code == 204
        assert [message for message in stream if "id" in message] == []
        company.book(1)
        assert next_event(other)["id"] == "4"
    assert httpx.get(f"{address}/api/v1/account", headers=program.headers).status_code == 401


def test_a_key_lets_in_nobody_who_may_more_than_itself(address: Address, company: Dispatched) -> None:
    made = httpx.post(
        f"{address}/api/v1/keys", json={"name": "hr", "scopes": ["user:read", "user:write"]},
        headers=address.headers,
    ).json()  # fmt: skip
    headers = {"Authorization": f"Bearer {made['secret']}"}
    for role in ("admin", "dispatcher", "read_only"):
        body = {"email": "x@example.org", "name": "X", "role": role}
        assert refused(httpx.post(f"{address}/api/v1/users", json=body, headers=headers)) == (
            403,
            "forbidden",
        )
    user = add(company, "boss@example.org", Role.ADMIN)
    answer = httpx.post(f"{address}/api/v1/users/{user.user_id}/reset", headers=headers)
    assert refused(answer) == (403, "forbidden")


def test_who_asks_too_often_is_told_when_to_come_back(company: Dispatched) -> None:
    rates = Rates(caller=Rate(burst=3, per_s=0.5))
    with served(company, rates=rates) as address:
        answers = [httpx.get(f"{address}/api/v1/opening", headers=address.headers) for _ in range(5)]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    assert refused(answers[-1]) == (429, "too_many")
    assert int(answers[-1].headers["retry-after"]) in {1, 2}


def test_an_address_is_held_back_before_anything_is_looked_up(company: Dispatched) -> None:
    rates = Rates(address=Rate(burst=3, per_s=0.001))
    with served(company, rates=rates) as address:
        answers = [httpx.get(f"{address}/health") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
