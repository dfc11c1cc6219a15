"""Coming in over HTTP without a password: links that are good once, and the codes of phones."""

import re
from datetime import timedelta

import httpx
import pytest

from estafette.flow.accounts.people import let_in, link_phone
from tests.dispatched import DAY, Dispatched
from tests.edge.commands import call
from tests.edge.conftest import Settle
from tests.edge.people import Person, keep_cookie, refused
from tests.edge.web_client import Address, next_event, streaming


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


def test_the_link_of_a_phone_has_the_address_of_the_board(
    company: Dispatched, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(company.company_id)
    assert "\nhttp://127.0.0.1:8000/driver#" in call("phone", "link", "d1").stdout
    monkeypatch.setenv("ESTAFETTE_PUBLIC_ADDRESS", "https://board.example.org")
    assert "\nhttps://board.example.org/driver#" in call("phone", "link", "d1").stdout
    named = call("phone", "link", "d1", "--address", "https://other.example.org/").stdout
    assert "\nhttps://other.example.org/driver#" in named
