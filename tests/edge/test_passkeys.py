"""Passkeys over HTTP, with an authenticator of our own: made, named, removed, signing in; and what is refused."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from estafette.domain.account import SignInRules
from estafette.domain.error import Invalid
from estafette.domain.permission import Role
from estafette.flow.accounts.passkey import party_of
from estafette.settings import Settings
from estafette.store.accounts.rules import change_sign_in_rules
from tests.dispatched import DAY, Dispatched
from tests.edge.authenticator import Authenticator
from tests.edge.conftest import SIGN_IN_KEY
from tests.edge.people import PASSWORD, Person, add, refused
from tests.edge.web_client import Address, served

ORIGIN = "https://board.example.org"
BEGIN, TAKE = "/api/v1/account/passkeys/begin", "/api/v1/account/passkeys"
SETTINGS = Settings(sign_in_keys=SIGN_IN_KEY, public_address=ORIGIN)


@pytest.fixture
def address(company: Dispatched) -> Iterator[Address]:
    with served(company, settings=SETTINGS) as address:
        yield address


def ticket_of(answer: httpx.Response) -> dict[str, str]:
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def begun(person: Person) -> tuple[dict[str, Any], dict[str, str]]:
    """Begin to make a passkey; gives the options, and cookies to go on with."""
    answer = person.client.post(BEGIN, json={"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return answer.json(), {"Cookie": f"{person.client.headers['Cookie']}; {ticket_of(answer)['Cookie']}"}


def make(person: Person, device: Authenticator, name: str = "Phone") -> httpx.Response:
    options, cookies = begun(person)
    return person.client.post(TAKE, json={"name": name, "credential": device.make(options)}, headers=cookies)


def asked(client: httpx.Client) -> tuple[dict[str, Any], dict[str, str]]:
    answer = client.post("/api/v1/sign-in/passkey/begin", json={})
    return answer.json(), ticket_of(answer)


def come_in(client: httpx.Client, device: Authenticator) -> httpx.Response:
    options, cookies = asked(client)
    return answered(client, device.answer(options), cookies)


def answered(client: httpx.Client, credential: object, cookies: dict[str, str]) -> httpx.Response:
    return client.post("/api/v1/sign-in/passkey", json={"credential": credential}, headers=cookies)


@pytest.fixture
def device(anna: Person) -> Authenticator:
    """Anna's, registered."""
    device = Authenticator(ORIGIN)
    anna.sign_in()
    assert make(anna, device).status_code == 201
    return device


def test_a_passkey_signs_in_without_address_or_password(
    anna: Person, device: Authenticator, address: Address
) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        answer = client.post("/api/v1/sign-in/passkey/begin", json={})
        options = answer.json()
        assert (options["rpId"], options["userVerification"]) == ("board.example.org", "required")
        assert options.get("allowCredentials", []) == []
        came = answered(client, device.answer(options), ticket_of(answer))
        assert (came.json()["user_id"], came.json()["must_enrol"]) == (anna.account.user_id, False)
        session = next(
            each for each in came.headers.get_list("set-cookie") if each.startswith("__Host-estafette=")
        )
        client.headers["Cookie"] = session.partition(";")[0]
        (listed,) = [
            each for each in client.get("/api/v1/account/sessions").json()["items"] if each["current"]
        ]
        assert (listed["way"], listed["two_factors"]) == ("passkey", True)


def test_it_is_listed_named_and_removed(anna: Person, device: Authenticator) -> None:
    assert device.count == 0
    (listed,) = anna.client.get(TAKE).json()["items"]
    assert (listed["name"], listed["used_at"]) == ("Phone", None)
    path = f"{TAKE}/{listed['passkey_id']}"
    assert anna.client.patch(path, json={"name": " Office key "}).json()["name"] == "Office key"
    assert refused(anna.client.patch(path, json={"name": " "})) == (400, "invalid")
    assert come_in(anna.client, device).status_code == 200
    (used,) = anna.client.get(TAKE).json()["items"]
    assert used["used_at"] is not None
    wrong = anna.client.post(f"{path}/remove", json={"password": "wrong password"})
    assert refused(wrong) == (403, "forbidden")
    assert anna.client.post(f"{path}/remove", json={"password": PASSWORD}).status_code == 204
    assert anna.client.get(TAKE).json()["items"] == []
    assert refused(come_in(anna.client, device)) == (401, "not_signed_in")


def test_the_first_second_factor_brings_recovery_codes_and_the_next_does_not(anna: Person) -> None:
    anna.sign_in()
    assert len(make(anna, Authenticator(ORIGIN)).json()["codes"]) == 10
    assert make(anna, Authenticator(ORIGIN)).json()["codes"] == []
    assert anna.client.get("/api/v1/account").json()["recovery_codes"] == 10


def test_making_one_needs_the_password(anna: Person) -> None:
    anna.sign_in()
    assert refused(anna.client.post(BEGIN, json={"password": "wrong password"})) == (403, "forbidden")


def test_the_same_passkey_is_not_registered_twice_nor_by_somebody_else(
    company: Dispatched, anna: Person, device: Authenticator
) -> None:
    options, cookies = begun(anna)
    assert [each["type"] for each in options["excludeCredentials"]] == ["public-key"]
    again = {"name": "x", "credential": device.make(options)}
    assert refused(anna.client.post(TAKE, json=again, headers=cookies)) == (409, "conflict")
    bert = Person(add(company, "bert@example.org"), anna.client)
    bert.sign_in()
    assert refused(make(bert, device)) == (409, "conflict")


def _other_origin(device: Authenticator) -> None:
    device.origin = "https://board.example.org.evil.example"


def _unverified(device: Authenticator) -> None:
    device.verifies = False


BENT: dict[str, Callable[[Authenticator], None]] = {"origin": _other_origin, "verification": _unverified}


@pytest.mark.parametrize("bent", BENT)
def test_what_an_authenticator_must_not_say_is_refused(
    anna: Person, device: Authenticator, bent: str
) -> None:
    other = Authenticator(ORIGIN)
    BENT[bent](other)
    assert refused(make(anna, other)) == (400, "invalid")
    BENT[bent](device)
    assert refused(come_in(anna.client, device)) == (401, "not_signed_in")


def test_another_host_is_refused(anna: Person, device: Authenticator) -> None:
    options, cookies = asked(anna.client)
    said = device.answer(options | {"rpId": "evil.example"})
    assert refused(answered(anna.client, said, cookies)) == (401, "not_signed_in")


def test_another_challenge_no_challenge_and_an_old_one_are_refused(
    anna: Person, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, _ = asked(anna.client)
    _, other = asked(anna.client)
    said = device.answer(options)
    assert refused(answered(anna.client, said, other)) == (401, "not_signed_in")
    assert refused(answered(anna.client, said, {"Cookie": ""})) == (401, "not_signed_in")
    forged = {"Cookie": "__Host-estafette-passkey=k1:AAAA"}
    assert refused(answered(anna.client, said, forged)) == (401, "not_signed_in")
    _, making = begun(anna)
    assert refused(answered(anna.client, said, making)) == (401, "not_signed_in")
    options, cookies = asked(anna.client)
    now_s = time.time() + 301
    monkeypatch.setattr("estafette.edge.web.passkeys.time", SimpleNamespace(time=lambda: now_s))
    assert refused(answered(anna.client, device.answer(options), cookies)) == (401, "not_signed_in")


def test_one_that_never_counts_is_taken_and_its_answers_count_once(anna: Person) -> None:
    anna.sign_in()
    device = Authenticator(ORIGIN)
    make(anna, device)
    for _ in range(2):
        device.count = -1
        options, cookies = asked(anna.client)
        said = device.answer(options)
        assert answered(anna.client, said, cookies).status_code == 200
        assert refused(answered(anna.client, said, cookies)) == (401, "not_signed_in")


def test_the_count_must_grow(anna: Person, device: Authenticator) -> None:
    device.count = 10
    assert come_in(anna.client, device).status_code == 200
    device.count = 5
    assert refused(come_in(anna.client, device)) == (401, "not_signed_in")
    device.count = 20
    assert come_in(anna.client, device).status_code == 200


def test_a_signature_of_another_key_and_another_persons_handle_are_refused(
    company: Dispatched, anna: Person, device: Authenticator
) -> None:
    other = Authenticator(ORIGIN)
    other.credential_id, other.handle = device.credential_id, device.handle
    assert refused(come_in(anna.client, other)) == (401, "not_signed_in")
    device.handle = b"1.999"
    assert refused(come_in(anna.client, device)) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"id": 7},
        {"id": "x"},
        {"id": "AAAA", "response": []},
        {"id": "AAAA", "response": {"userHandle": "%"}},
    ],
)
def test_nonsense_is_refused_as_what_it_is(anna: Person, nonsense: dict[str, object]) -> None:
    anna.sign_in()
    _, cookies = asked(anna.client)
    assert refused(answered(anna.client, nonsense, cookies)) == (401, "not_signed_in")
    _, making = begun(anna)
    answer = anna.client.post(TAKE, json={"name": "x", "credential": nonsense}, headers=making)
    assert refused(answer) == (400, "invalid")


def test_a_locked_account_does_not_come_in_by_passkey(
    anna: Person, device: Authenticator, address: Address
) -> None:
    headers = address.headers | {"X-Estafette": "1"}
    httpx.post(f"{address}/api/v1/users/{anna.account.user_id}/lock", headers=headers)
    assert refused(come_in(anna.client, device)) == (401, "not_signed_in")


def test_where_two_factors_are_asked_for_a_password_alone_is_not_enough_beside_a_passkey(
    company: Dispatched, anna: Person
) -> None:
    anna.sign_in()
    codes = make(anna, Authenticator(ORIGIN)).json()["codes"]
    assert anna.sign_in().status_code == 200  # nobody asks for two yet
    rules = SignInRules(second_factor_for=(Role.DISPATCHER,))
    change_sign_in_rules(company.database, company.company_id, rules, actor="test")
    assert refused(anna.sign_in()) == (401, "passkey_needed")
    assert refused(anna.sign_in(code="000000")) == (401, "not_signed_in")
    assert anna.sign_in(code=codes[0]).json()["must_enrol"] is False
    (listed,) = anna.client.get(TAKE).json()["items"]
    path = f"{TAKE}/{listed['passkey_id']}/remove"
    assert refused(anna.client.post(path, json={"password": PASSWORD})) == (409, "conflict")


def test_a_passkey_satisfies_what_is_asked_at_the_door(company: Dispatched, anna: Person) -> None:
    rules = SignInRules(second_factor_for=(Role.DISPATCHER,))
    change_sign_in_rules(company.database, company.company_id, rules, actor="test")
    anna.sign_in()
    board = {"day": DAY.isoformat()}
    assert refused(anna.client.get("/api/v1/board", params=board)) == (403, "second_factor_demanded")
    assert make(anna, Authenticator(ORIGIN)).status_code == 201
    assert anna.client.get("/api/v1/board", params=board).status_code == 200


def test_who_has_an_institution_makes_one_in_the_role_of_the_database(
    company: Dispatched, address: Address
) -> None:
    (institution_id,) = company.write(
        "INSERT INTO institution (company_id, ref, name) VALUES (%(company)s, 'w', 'W') RETURNING id"
    )[0]
    with httpx.Client(base_url=address, timeout=30) as client:
        ward = Person(
            add(company, "ward@example.org", Role.INSTITUTION, institution_id=institution_id), client
        )
        ward.sign_in()
        device = Authenticator(ORIGIN)
        assert make(ward, device).status_code == 201
        assert len(client.get(TAKE).json()["items"]) == 1
        assert come_in(client, device).status_code == 200


def test_without_a_public_address_there_are_none(company: Dispatched, anna: Person) -> None:
    with served(company, settings=Settings()) as address:
        assert httpx.get(f"{address}/api/v1/sign-in/ways").json() == {
            "passkey": False,
            "app": False,
            "openid": None,
        }
        answer = httpx.post(f"{address}/api/v1/sign-in/passkey/begin", json={})
        assert refused(answer) == (404, "not_found")


@pytest.mark.parametrize(
    "wrong", ["board.example.org", "http://board.example.org", "https://", "https://a.ch/board"]
)
def test_an_address_that_people_cannot_come_to_safely_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid, match="ESTAFETTE_PUBLIC_ADDRESS"):
        party_of(wrong)
