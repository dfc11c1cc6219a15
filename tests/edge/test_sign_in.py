"""Coming in over HTTP: password, second factor, sessions, invitations."""

import time

import httpx
import pytest

from estafette.domain.totp import code_of, from_text
from estafette.edge.web.guard import COOKIE
from tests.dispatched import DAY, Dispatched
from tests.edge.people import EMAIL, PASSWORD, Person, own, refused
from tests.edge.web_client import Address


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
    # RFC 9110, 15.5.2. Of a scheme that no browser asks a password for.
    assert answer.headers["www-authenticate"] == 'Bearer realm="estafette"'


@pytest.mark.parametrize("key", ["est_wrong", "wrong", "est_" + "x" * 5000])
def test_a_key_that_is_not_good_is_told_as_keys_are(address: Address, key: str) -> None:
    answer = httpx.get(f"{address}/api/v1/opening", headers={"Authorization": f"Bearer {key}"})
    assert refused(answer) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == 'Bearer realm="estafette", error="invalid_token"'


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
        {"method": "POST", "route": "/api/v1/sign-in", "status": 401, "code": "not_signed_in", "actor": "nobody"},
        {"method": "GET", "route": "/api/v1/users", "status": 403, "code": "forbidden",
         "actor": f"user:{anna.account.user_id}"},
    ]  # fmt: skip
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
    assert (*refused(weak), weak.json()["pointer"]) == (400, "invalid", "/password")
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
