"""A second factor that a company asks for: set up at the door, shown each time, recovered, kept sealed."""

import base64
import time
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from estafette.domain.account import SignInRules
from estafette.domain.permission import Role
from estafette.domain.totp import code_of, from_text
from estafette.edge.cli import main
from estafette.settings import Settings
from estafette.store.accounts.rules import change_sign_in_rules
from tests.dispatched import DAY, Dispatched
from tests.edge.conftest import SIGN_IN_KEY, Settle
from tests.edge.people import PASSWORD, Person, add, keep_cookie, refused
from tests.edge.web_client import Address, served, sign_in_path, signed_in, streaming

BOARD = {"day": DAY.isoformat()}


def demand(company: Dispatched, *roles: Role) -> None:
    rules = SignInRules(second_factor_for=roles)
    change_sign_in_rules(company.database, company.company_id, rules, actor="test")


def code_now(secret: str, *, later: int = 0) -> str:
    return code_of(from_text(secret), int(time.time()) // 30 + later)


def enrol(person: Person, **password: str) -> tuple[str, list[str]]:
    """Set up an app; gives its secret and the recovery codes."""
    offered = person.client.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()
    answer = person.client.post(
        "/api/v1/account/second-factor/confirm", json={"code": code_now(offered["secret"])}
    )
    return offered["secret"], answer.json()["codes"]


def account(person: Person) -> Any:
    return person.client.get("/api/v1/account").json()


def test_who_has_no_second_factor_sees_their_own_account_alone_until_one_is_set_up(
    company: Dispatched, anna: Person
) -> None:
    demand(company, Role.DISPATCHER)
    assert anna.sign_in().json()["must_enrol"] is True
    assert (account(anna)["must_enrol"], account(anna)["rights"]) == (True, ["account:own"])
    assert refused(anna.client.get("/api/v1/board", params=BOARD)) == (403, "second_factor_demanded")
    secret, _ = enrol(anna)
    assert anna.client.get("/api/v1/board", params=BOARD).status_code == 200
    assert account(anna)["must_enrol"] is False
    assert refused(anna.sign_in()) == (401, "second_factor_needed")
    assert anna.sign_in(code=code_now(secret, later=1)).json()["must_enrol"] is False
    assert anna.client.get("/api/v1/board", params=BOARD).status_code == 200


def test_nothing_is_asked_of_other_roles_nor_of_who_came_by_the_operators_link(
    company: Dispatched, anna: Person, address: Address
) -> None:
    demand(company, Role.ADMIN)
    assert anna.sign_in().json()["must_enrol"] is False
    operator = signed_in(address, sign_in_path(company).partition("=")[2])
    assert httpx.get(f"{address}/api/v1/board", params=BOARD, headers=operator).status_code == 200


def test_what_is_demanded_counts_at_once_for_who_is_signed_in_and_ends_their_streams(
    company: Dispatched, anna: Person, address: Address
) -> None:
    anna.sign_in()
    hers = Address(address)
    hers.headers = {"Cookie": anna.client.headers["Cookie"]}
    with streaming(hers, "/api/v1/events") as stream:
        next(stream)
        demand(company, Role.DISPATCHER)
        assert refused(anna.client.get("/api/v1/board", params=BOARD)) == (403, "second_factor_demanded")
        assert [message for message in stream if "id" in message] == []


def test_who_knows_the_password_alone_sets_up_no_other_factor(
    company: Dispatched, anna: Person, address: Address
) -> None:
    anna.sign_in()  # before the factor was set up elsewhere
    with httpx.Client(base_url=address, timeout=30) as elsewhere:
        at_home = Person(anna.account, elsewhere)
        at_home.sign_in()
        enrol(at_home)
    demand(company, Role.DISPATCHER)
    for path in ("second-factor", "second-factor/drop", "recovery-codes"):
        answer = anna.client.post(f"/api/v1/account/{path}", json={"password": PASSWORD})
        assert refused(answer) == (403, "forbidden")
    new = {"current": PASSWORD, "new": "a lantern under snow"}
    assert refused(anna.client.post("/api/v1/account/password", json=new)) == (403, "forbidden")


def test_a_recovery_code_stands_in_for_the_factor_once(company: Dispatched, anna: Person) -> None:
    demand(company, Role.DISPATCHER)
    anna.sign_in()
    _, codes = enrol(anna)
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {24}
    assert account(anna)["recovery_codes"] == 10
    typed = codes[0].upper().replace("-", " ").replace("O", "0").replace("L", "1")
    assert anna.sign_in(code=typed).json()["must_enrol"] is False
    assert account(anna)["recovery_codes"] == 9
    assert refused(anna.sign_in(code=codes[0])) == (401, "not_signed_in")
    assert refused(anna.sign_in("wrong password", code=codes[1])) == (401, "not_signed_in")
    assert anna.sign_in(code=codes[1]).status_code == 200


def test_new_recovery_codes_make_those_before_void_and_need_the_password(anna: Person) -> None:
    anna.sign_in()
    ask = {"password": PASSWORD}
    assert refused(anna.client.post("/api/v1/account/recovery-codes", json=ask)) == (409, "conflict")
    _, old = enrol(anna)
    wrong = {"password": "wrong password"}
    assert refused(anna.client.post("/api/v1/account/recovery-codes", json=wrong)) == (403, "forbidden")
    new = anna.client.post("/api/v1/account/recovery-codes", json=ask).json()["codes"]
    assert refused(anna.sign_in(code=old[0])) == (401, "not_signed_in")
    assert anna.sign_in(code=new[0]).status_code == 200


def test_a_recovery_code_is_good_for_its_own_account_and_as_no_link(
    company: Dispatched, anna: Person
) -> None:
    anna.sign_in()
    _, codes = enrol(anna)
    bert = Person(add(company, "bert@example.org"), anna.client)
    bert.sign_in()
    enrol(bert)
    assert refused(bert.sign_in(code=codes[0])) == (401, "not_signed_in")
    for code in (codes[0], codes[0].replace("-", "")):
        answer = anna.client.post("/api/v1/sign-in/link", json={"token": code})
        assert refused(answer) == (401, "not_signed_in")
        answer = anna.client.post("/api/v1/password", json={"token": code, "password": PASSWORD})
        assert refused(answer) == (401, "not_signed_in")


def test_neither_the_secret_nor_the_codes_are_in_the_database(company: Dispatched, anna: Person) -> None:
    anna.sign_in()
    secret, codes = enrol(anna)
    kept = str(company.write("SELECT a::text FROM account a")) + str(
        company.write("SELECT s::text FROM single_use s")
    )
    assert "k1:" in kept
    assert [
        found for found in (secret, *codes, *(code.replace("-", "") for code in codes)) if found in kept
    ] == []


def test_a_secret_that_was_moved_to_another_account_opens_nothing(company: Dispatched, anna: Person) -> None:
    anna.sign_in()
    secret, _ = enrol(anna)
    bert = Person(add(company, "bert@example.org"), anna.client)
    company.write("UPDATE account SET totp_secret = (SELECT max(totp_secret) FROM account)")
    assert refused(bert.sign_in(code=code_now(secret, later=1))) == (503, "unavailable")


def test_without_a_key_no_secret_is_taken(company: Dispatched, anna: Person) -> None:
    with served(company, settings=Settings()) as address, httpx.Client(base_url=address) as client:
        person = Person(anna.account, client)
        person.sign_in()
        answer = client.post("/api/v1/account/second-factor", json={"password": PASSWORD})
        assert refused(answer) == (400, "invalid")
        assert "ESTAFETTE_SIGN_IN_KEYS" in answer.json()["detail"]


def test_what_is_demanded_cannot_be_dropped(company: Dispatched, anna: Person) -> None:
    anna.sign_in()
    enrol(anna)
    demand(company, Role.DISPATCHER)
    ask = {"password": PASSWORD}
    assert refused(anna.client.post("/api/v1/account/second-factor/drop", json=ask)) == (409, "conflict")
    demand(company)
    assert anna.client.post("/api/v1/account/second-factor/drop", json=ask).status_code == 204


def test_who_has_an_institution_sets_up_a_factor_in_the_role_of_the_database(
    company: Dispatched, address: Address
) -> None:
    (institution_id,) = company.write(
        "INSERT INTO institution (company_id, ref, name) VALUES (%(company)s, 'w', 'W') RETURNING id"
    )[0]
    demand(company, Role.INSTITUTION)
    with httpx.Client(base_url=address, timeout=30) as client:
        ward = Person(
            add(company, "ward@example.org", Role.INSTITUTION, institution_id=institution_id), client
        )
        assert ward.sign_in().json()["must_enrol"] is True
        assert refused(client.get("/api/v1/riders")) == (403, "second_factor_demanded")
        _, codes = enrol(ward)
        assert client.get("/api/v1/riders").status_code == 200
        assert ward.sign_in(code=codes[0]).status_code == 200


def test_the_rules_are_read_and_written_by_the_api(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    path, headers = f"{address}/api/v1/sign-in-rules", address.headers | {"If-Match": "*"}
    asked = {"second_factor_for": ["admin", "dispatcher"]}
    locked_out = httpx.put(path, json=asked, headers=headers)
    assert (refused(locked_out), "ESTAFETTE_SIGN_IN_KEYS" in locked_out.text) == ((400, "invalid"), True)
    monkeypatch.setenv("ESTAFETTE_SIGN_IN_KEYS", SIGN_IN_KEY)
    assert httpx.put(path, json=asked, headers=headers).json() == asked
    assert httpx.get(path, headers=address.headers).json() == asked
    drivers = httpx.put(path, json={"second_factor_for": ["driver"]}, headers=headers)
    assert refused(drivers) == (400, "invalid")


def test_the_command_line_says_from_whom_and_changes_the_key(
    company: Dispatched, anna: Person, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(company.company_id)
    anna.sign_in()
    secret, _ = enrol(anna)
    run = CliRunner()
    refusal = run.invoke(main, ["user", "second-factor", "--for", "admin"])
    assert (refusal.exit_code, "ESTAFETTE_SIGN_IN_KEYS" in refusal.output) == (1, True)
    new = f"k2:{base64.b64encode(bytes([2]) * 32).decode()}"
    monkeypatch.setenv("ESTAFETTE_SIGN_IN_KEYS", f"{new},{SIGN_IN_KEY}")
    said = run.invoke(main, ["user", "second-factor", "--for", "admin", "--for", "dispatcher"]).output
    assert said == "a second factor is asked from: admin, dispatcher\n"
    assert run.invoke(main, ["user", "second-factor", "--for-nobody"]).output.endswith("nobody\n")
    assert run.invoke(main, ["user", "change-key"]).output == "1 second factors are under key k2 now\n"
    with (
        served(company, settings=Settings(sign_in_keys=new)) as address,
        httpx.Client(base_url=address) as client,
    ):
        later = Person(anna.account, client)
        assert later.sign_in(code=code_now(secret, later=1)).status_code == 200
    answer = anna.sign_in(code=code_now(secret, later=1))
    assert (refused(answer), "'k2'" in answer.text) == ((503, "unavailable"), True)


def test_a_secret_from_before_they_were_sealed_goes_on_working_and_is_sealed_by_command(
    company: Dispatched, anna: Person, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    company.write("UPDATE account SET totp_secret = %(secret)s", secret=secret)
    assert anna.sign_in(code=code_now(secret)).status_code == 200
    settle(company.company_id)
    monkeypatch.setenv("ESTAFETTE_SIGN_IN_KEYS", SIGN_IN_KEY)
    assert CliRunner().invoke(main, ["user", "change-key"]).exit_code == 0
    assert company.write("SELECT totp_secret LIKE 'k1:%%' FROM account") == [(True,)]
    assert anna.sign_in(code=code_now(secret, later=1)).status_code == 200


def test_a_reset_for_who_has_lost_the_factor_takes_the_recovery_codes_too(
    company: Dispatched, anna: Person, settle: Settle
) -> None:
    anna.sign_in()
    enrol(anna)
    settle(company.company_id)
    done = CliRunner().invoke(main, ["user", "reset", anna.account.email, "--second-factor"])
    assert done.exit_code == 0
    assert keep_cookie(anna.client, anna.sign_in()).status_code == 200
    assert account(anna)["recovery_codes"] == 0
