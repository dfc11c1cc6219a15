"""Coming in over HTTP: password, second factor, links, sessions, keys; and what keeps others out."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from estafette.domain.account import Account, NewAccount
from estafette.domain.permission import Role
from estafette.domain.totp import code_of, from_text
from estafette.edge.web.guard import COOKIE
from estafette.edge.web.limits import Rate, Rates
from estafette.flow.accounts.own import set_password
from estafette.flow.accounts.people import invite, let_in, link_phone
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address, next_event, served, streaming

PASSWORD = "velvet harbour lamp"
EMAIL = "anna@example.org"


class Person(NamedTuple):
    """Somebody with an account, at the door of a server."""

    account: Account
    client: httpx.Client

    def sign_in(self, password: str = PASSWORD, **more: Any) -> httpx.Response:
        """Sign in, and keep the cookie as a browser would."""
        answer = self.client.post(
            "/api/v1/sign-in", json={"email": self.account.email, "password": password, **more}
        )
        return keep_cookie(self.client, answer)


def keep_cookie(client: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """Keep the cookie as a browser does on this machine; the client itself sends such a one over TLS only."""
    if "set-cookie" in answer.headers:
        client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return answer


def add(company: Dispatched, email: str = EMAIL, role: Role = Role.DISPATCHER, **of: int) -> Account:
    """Add somebody who has set a password."""
    new = NewAccount(email=email, name="Anna", role=role, **of)
    invited = invite(company.database, company.company_id, new, actor="test")
    set_password(company.database, invited.token, PASSWORD)
    return invited.account


@pytest.fixture
def anna(company: Dispatched, address: Address) -> Iterator[Person]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield Person(add(company), client)


def refused(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_who_signs_in_gets_a_cookie_that_no_script_and_no_other_site_can_use(anna: Person) -> None:
    answer = anna.sign_in()
    assert (answer.status_code, answer.json()["user_id"]) == (200, anna.account.user_id)
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"{COOKIE}=")
    lowered = {attribute.lower() for attribute in attributes}
    assert lowered >= {"httponly", "secure", "samesite=strict", "path=/"}
    assert not [attribute for attribute in lowered if attribute.startswith("domain")]
    me = anna.client.get("/api/v1/account").json()
    assert (me["user"]["email"], me["user"]["role"]) == (EMAIL, "dispatcher")


def test_an_address_is_taken_however_it_is_written(anna: Person) -> None:
    answer = anna.client.post("/api/v1/sign-in", json={"email": " ANNA@Example.ORG", "password": PASSWORD})
    assert answer.status_code == 200


def test_a_wrong_password_an_unknown_address_and_a_locked_account_get_the_same_answer(
    anna: Person, address: Address
) -> None:
    answers = [anna.sign_in("velvet harbour lump")]
    answers += [
        anna.client.post("/api/v1/sign-in", json={"email": email, "password": PASSWORD})
        for email in ("bert@example.org", "", "%")
    ]
    httpx.post(f"{address}/api/v1/users/{anna.account.user_id}/lock", headers=address.headers | own())
    answers.append(anna.sign_in())
    assert {(*refused(answer), answer.content) for answer in answers} == {
        (401, "not_signed_in", answers[0].content)
    }
    assert [answer for answer in answers if "set-cookie" in answer.headers] == []


def test_a_text_that_cannot_be_stored_is_refused(anna: Person) -> None:
    answer = anna.client.post("/api/v1/sign-in", json={"email": "anna@example.org\x00", "password": "x"})
    assert refused(answer) == (400, "invalid")


def own() -> dict[str, str]:
    return {"X-Estafette": "1"}


def test_an_unknown_address_costs_the_work_of_a_wrong_password(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []
    monkeypatch.setattr(
        "estafette.flow.accounts.sign_in.matches", lambda _, kept: compared.append(kept) or False
    )
    anna.sign_in()
    anna.client.post("/api/v1/sign-in", json={"email": "bert@example.org", "password": PASSWORD})
    assert [kept is None for kept in compared] == [False, True]


def test_ten_wrong_tries_are_enough_also_for_who_then_knows_the_password(anna: Person) -> None:
    tries = [anna.sign_in("wrong password") for _ in range(11)]
    assert {refused(answer) for answer in tries[:10]} == {(401, "not_signed_in")}
    assert refused(tries[10]) == (429, "too_many")
    assert 600 <= int(tries[10].headers["retry-after"]) <= 900
    assert refused(anna.sign_in()) == (429, "too_many")


def test_without_a_session_or_key_there_is_nothing_to_see(address: Address) -> None:
    answer = httpx.get(f"{address}/api/v1/board", params={"day": DAY.isoformat()})
    assert refused(answer) == (401, "not_signed_in")
    assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize("key", ["est_wrong", "wrong", "est_" + "x" * 5000])
def test_a_key_that_is_not_good_is_told_as_keys_are(address: Address, key: str) -> None:
    answer = httpx.get(f"{address}/api/v1/opening", headers={"Authorization": f"Bearer {key}"})
    assert refused(answer) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_session_that_was_signed_out_is_no_longer_good(anna: Person) -> None:
    anna.sign_in()
    cookie = anna.client.headers["Cookie"]
    answer = anna.client.post("/api/v1/sign-out", headers=own())
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert refused(anna.client.get("/api/v1/account", headers={"Cookie": cookie})) == (401, "not_signed_in")


def test_sessions_are_listed_and_each_can_be_ended(anna: Person, address: Address) -> None:
    anna.client.headers["User-Agent"] = "Office"
    anna.sign_in()
    with httpx.Client(base_url=address, headers={"User-Agent": "Home " + "x" * 500}) as elsewhere:
        Person(anna.account, elsewhere).sign_in()
        listed = anna.client.get("/api/v1/account/sessions").json()["items"]
        assert {(each["agent"][:6].strip(), each["current"]) for each in listed} == {
            ("Office", True),
            ("Home x", False),
        }
        assert max(len(each["agent"]) for each in listed) == 120
        (other,) = [each["session_id"] for each in listed if not each["current"]]
        assert anna.client.delete(f"/api/v1/account/sessions/{other}").status_code == 204
        assert elsewhere.get("/api/v1/account").status_code == 401
    assert len(anna.client.get("/api/v1/account/sessions").json()["items"]) == 1


def test_all_other_sessions_are_ended_at_once_by_their_person_or_by_an_administrator(
    anna: Person, address: Address
) -> None:
    anna.sign_in()
    with httpx.Client(base_url=address) as elsewhere:
        Person(anna.account, elsewhere).sign_in()
        assert anna.client.delete("/api/v1/account/sessions").status_code == 204
        assert elsewhere.get("/api/v1/account").status_code == 401
    assert anna.client.get("/api/v1/account").status_code == 200
    path = f"{address}/api/v1/users/{anna.account.user_id}/sign-out"
    assert httpx.post(path, headers=address.headers | own()).status_code == 204
    assert anna.client.get("/api/v1/account").status_code == 401
    assert anna.sign_in().status_code == 200


def test_who_was_refused_is_logged_as_a_number_with_the_reason(
    anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    anna.sign_in("wrong password")
    anna.sign_in()
    anna.client.get("/api/v1/users")
    told = [record.facts for record in caplog.records if record.message == "refused"]  # type: ignore[attr-defined]
    assert told == [
        {"code": "not_signed_in", "actor": "nobody"},
        {"code": "forbidden", "actor": f"user:{anna.account.user_id}"},
    ]
    assert EMAIL not in caplog.text


def test_another_password_ends_the_other_sessions_and_needs_the_old_one(
    anna: Person, address: Address
) -> None:
    anna.sign_in()
    with httpx.Client(base_url=address) as elsewhere:
        Person(anna.account, elsewhere).sign_in()
        change = {"current": "wrong", "new": "a lantern under snow"}
        assert refused(anna.client.post("/api/v1/account/password", json=change)) == (403, "forbidden")
        change["current"] = PASSWORD
        weak = change | {"new": "password1234"}
        assert refused(anna.client.post("/api/v1/account/password", json=weak)) == (400, "invalid")
        assert anna.client.post("/api/v1/account/password", json=change).status_code == 204
        assert elsewhere.get("/api/v1/account").status_code == 401
    assert anna.client.get("/api/v1/account").status_code == 200
    assert anna.sign_in().status_code == 401
    assert anna.sign_in("a lantern under snow").status_code == 200


def code_now(secret: str, *, later: int = 0) -> str:
    return code_of(from_text(secret), int(time.time()) // 30 + later)


def test_a_second_factor_is_taken_into_use_by_a_code_of_it_and_asked_for_from_then_on(anna: Person) -> None:
    anna.sign_in()
    offered = anna.client.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()
    assert offered["secret"] in offered["address"]
    assert anna.sign_in().status_code == 200  # offered is not yet in use
    wrong = {"code": code_now(offered["secret"], later=5)}
    assert refused(anna.client.post("/api/v1/account/second-factor/confirm", json=wrong)) == (
        403,
        "forbidden",
    )
    right = {"code": code_now(offered["secret"])}
    assert anna.client.post("/api/v1/account/second-factor/confirm", json=right).status_code == 200
    assert refused(anna.sign_in()) == (401, "second_factor_needed")
    assert refused(anna.sign_in("wrong password")) == (401, "not_signed_in")
    assert refused(anna.sign_in(code="000000")) == (401, "not_signed_in")
    # The code that confirmed it was used; the next step's is good once.
    assert refused(anna.sign_in(**right)) == (401, "not_signed_in")
    following = code_now(offered["secret"], later=1)
    assert anna.sign_in(code=following).status_code == 200
    assert refused(anna.sign_in(code=following)) == (401, "not_signed_in")
    again = anna.client.post("/api/v1/account/second-factor", json={"password": PASSWORD})
    assert refused(again) == (409, "conflict")
    dropped = anna.client.post("/api/v1/account/second-factor/drop", json={"password": PASSWORD})
    assert dropped.status_code == 204
    assert anna.sign_in().status_code == 200


def test_an_invited_person_sets_a_password_once(company: Dispatched, address: Address) -> None:
    body = {"email": "carla@example.org", "name": "Carla", "role": "read_only"}
    made = httpx.post(f"{address}/api/v1/users", json=body, headers=address.headers)
    assert made.status_code == 201
    path, _, token = made.json()["link"].partition("=")
    assert path == "/#password"
    weak = httpx.post(f"{address}/api/v1/password", json={"token": token, "password": "short"})
    assert refused(weak) == (400, "invalid")
    good = {"token": token, "password": PASSWORD}
    assert httpx.post(f"{address}/api/v1/password", json=good).json() == {"email": "carla@example.org"}
    assert refused(httpx.post(f"{address}/api/v1/password", json=good)) == (401, "not_signed_in")
    opened = httpx.post(f"{address}/api/v1/sign-in", json={"email": body["email"], "password": PASSWORD})
    assert opened.status_code == 200


def test_a_reset_ends_all_sessions_and_leaves_the_second_factor(anna: Person, address: Address) -> None:
    anna.sign_in()
    path = f"/api/v1/users/{anna.account.user_id}/reset"
    made = httpx.post(f"{address}{path}", headers=address.headers).json()
    token = made["link"].partition("=")[2]
    assert anna.client.get("/api/v1/account").status_code == 200
    new = {"token": token, "password": "a lantern under snow"}
    assert httpx.post(f"{address}/api/v1/password", json=new).status_code == 200
    assert anna.client.get("/api/v1/account").status_code == 401


def test_a_link_signs_in_once(company: Dispatched, anna: Person) -> None:
    token = let_in(company.database, company.company_id, anna.account.user_id, actor="test").token
    first = anna.client.post("/api/v1/sign-in/link", json={"token": token})
    second = anna.client.post("/api/v1/sign-in/link", json={"token": token})
    assert (first.status_code, refused(second)) == (200, (401, "not_signed_in"))


def test_links_of_many_people_are_no_tries_of_one_another(company: Dispatched, anna: Person) -> None:
    for _ in range(12):
        token = let_in(company.database, company.company_id, anna.account.user_id, actor="test").token
        assert anna.client.post("/api/v1/sign-in/link", json={"token": token}).status_code == 200


def test_a_drivers_phone_is_linked_and_hears_of_its_own_run_alone(
    company: Dispatched, address: Address
) -> None:
    driver_id, other_id = company.driver_ids[:2]
    made = httpx.post(f"{address}/api/v1/drivers/{driver_id}/link", headers=address.headers)
    assert made.status_code == 201
    token = made.json()["link"].partition("#sign-in=")[2]
    with httpx.Client(base_url=address) as phone:
        keep_cookie(phone, phone.post("/api/v1/sign-in/link", json={"token": token}))
        assert phone.get("/api/v1/account").json()["user"]["driver_id"] == driver_id
        assert refused(phone.get("/api/v1/board", params={"day": DAY.isoformat()})) == (403, "forbidden")
        assert refused(phone.get(f"/api/v1/drivers/{other_id}/notices")) == (404, "not_found")
        phones = Address(address)
        phones.headers = {"Cookie": phone.headers["Cookie"]}
        with streaming(phones, f"/api/v1/drivers/{driver_id}/notices") as stream:
            assert len(next_event(stream).content["trips"]) == 3


def by_code(where: str, code: str) -> httpx.Response:
    return httpx.post(f"{where}/api/v1/sign-in/link", json={"code": code})


def test_a_phone_is_linked_by_a_code_that_is_typed_as_people_do_and_good_once(
    company: Dispatched, address: Address
) -> None:
    made = httpx.post(
        f"{address}/api/v1/drivers/{company.driver_ids[0]}/link", headers=address.headers
    ).json()
    code = made["code"]
    assert re.fullmatch("[A-HJKMNPR-UW-Z]{4}-[A-HJKMNPR-UW-Z]{4}", code)
    assert by_code(address, f" {code.lower().replace('-', ' ')} ").status_code == 200
    assert refused(by_code(address, code)) == (401, "not_signed_in")
    token = made["link"].partition("#sign-in=")[2]
    beside = httpx.post(f"{address}/api/v1/sign-in/link", json={"token": token})
    assert refused(beside) == (401, "not_signed_in")  # the link that was given with it is used up as well


def test_a_code_is_good_for_ten_minutes_and_until_the_next(company: Dispatched, address: Address) -> None:
    def new_code() -> str:
        return link_phone(company.database, company.company_id, company.driver_ids[0], actor="test").code

    before, late = new_code(), new_code()
    assert refused(by_code(address, before)) == (401, "not_signed_in")
    rows = company.write("SELECT expires_at - created_at FROM single_use WHERE used_at IS NULL")
    assert rows == [(timedelta(minutes=10),)] * 2
    company.write("UPDATE single_use SET expires_at = now() WHERE used_at IS NULL")
    assert refused(by_code(address, late)) == (401, "not_signed_in")


def test_after_ten_wrong_codes_a_right_one_has_to_wait(company: Dispatched, address: Address) -> None:
    code = link_phone(company.database, company.company_id, company.driver_ids[0], actor="test").code
    for _ in range(10):
        assert refused(by_code(address, "AAAA-AAAA")) == (401, "not_signed_in")
    waiting = by_code(address, code)
    assert (waiting.status_code, int(waiting.headers["retry-after"]) > 0) == (429, True)


@pytest.mark.parametrize("body", [{}, {"token": "x", "code": "y"}])
def test_a_phone_comes_in_by_a_link_or_by_a_code(address: Address, body: dict[str, str]) -> None:
    assert httpx.post(f"{address}/api/v1/sign-in/link", json=body).status_code == 400


def test_a_second_link_of_a_phone_is_of_the_same_account(company: Dispatched) -> None:
    made = [
        link_phone(company.database, company.company_id, company.driver_ids[0], actor="test")
        for _ in range(2)
    ]
    assert made[0].account.user_id == made[1].account.user_id


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
