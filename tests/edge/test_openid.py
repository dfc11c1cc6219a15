"""Coming in by an issuer, with a double of one: who was invited, what is bound; and every forgery refused."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from estafette.domain.account import Account, NewAccount, SignInRules
from estafette.domain.error import Invalid
from estafette.domain.permission import Role
from estafette.edge.web.issuer import client_of
from estafette.settings import Settings
from estafette.store.accounts.rules import change_sign_in_rules
from estafette.store.accounts.users import add_user, lock_user
from tests.dispatched import DAY, Dispatched
from tests.edge.conftest import SIGN_IN_KEY
from tests.edge.issuer_double import CLIENT, SECRET, Claims, IssuerDouble, issuing
from tests.edge.people import refused
from tests.edge.web_client import Address, served

AWAY, BACK = "/api/v1/sign-in/openid", "/api/v1/sign-in/openid/back"
BOARD = {"day": DAY.isoformat()}


@pytest.fixture
def issuer() -> Iterator[IssuerDouble]:
    with issuing() as issuer:
        yield issuer


def settings_of(issuer: IssuerDouble, **more: Any) -> Settings:
    return Settings(
        sign_in_keys=SIGN_IN_KEY, public_address="https://board.example.org", openid_issuer=issuer.address,
        openid_client_id=CLIENT, openid_client_secret=SECRET, openid_name="Ward login", **more,
    )  # fmt: skip


@pytest.fixture
def address(company: Dispatched, issuer: IssuerDouble) -> Iterator[Address]:
    with served(company, settings=settings_of(issuer)) as address:
        yield address


def invite(company: Dispatched, email: str = "anna@example.org", role: Role = Role.DISPATCHER) -> Account:
    """Add somebody who has no password yet."""
    new = NewAccount(email=email, name="Anna", role=role)
    return add_user(company.database, company.company_id, new, actor="test")


@pytest.fixture
def anna(company: Dispatched) -> Account:
    return invite(company)


@pytest.fixture
def browser(address: Address) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


def sent(browser: httpx.Client, **query: int) -> tuple[str, dict[str, str]]:
    """Be sent to the issuer; gives the address there, and the cookie to come back with."""
    answer = browser.get(AWAY, params=query)
    assert answer.status_code == 302, answer.text
    assert "samesite=lax" in answer.headers["set-cookie"].lower()
    return answer.headers["location"], {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def come_back(browser: httpx.Client, issuer: IssuerDouble, **query: int) -> httpx.Response:
    address, cookies = sent(browser, **query)
    return browser.get(BACK, params=issuer.authorize(address), headers=cookies)


def session_of(answer: httpx.Response) -> dict[str, str]:
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    named = [each for each in answer.headers.get_list("set-cookie") if each.startswith("__Host-estafette=")]
    return {"Cookie": named[0].partition(";")[0]}


def why_not(answer: httpx.Response) -> str:
    assert answer.status_code == 303
    assert [
        each for each in answer.headers.get_list("set-cookie") if each.startswith("__Host-estafette=")
    ] == []
    return str(answer.headers["location"]).removeprefix("/#refused=")


def test_who_was_invited_comes_in_without_a_password(
    anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    session = session_of(come_back(browser, issuer))
    me = browser.get("/api/v1/account", headers=session).json()
    assert me["user"]["user_id"] == anna.user_id
    (listed,) = browser.get("/api/v1/account/sessions", headers=session).json()["items"]
    assert (listed["way"], listed["two_factors"]) == ("openid", False)
    assert browser.get("/api/v1/sign-in/ways").json()["openid"] == "Ward login"


def test_the_address_is_asked_for_with_a_proof_key_a_state_and_a_nonce_that_are_new_each_time(
    browser: httpx.Client, issuer: IssuerDouble
) -> None:
    one, other = (httpx.URL(sent(browser)[0]).params for _ in range(2))
    assert one["redirect_uri"] == "https://board.example.org" + BACK
    assert one["scope"] == "openid email"
    for name in ("state", "nonce", "code_challenge"):
        assert (len(one[name]) >= 43, one[name] != other[name]) == (True, True)


def test_from_the_first_time_on_the_subject_counts_and_the_address_no_longer(
    company: Dispatched, anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    session_of(come_back(browser, issuer))
    issuer.claims = {"sub": "s-1", "email": "another@example.org", "email_verified": False}
    session_of(come_back(browser, issuer))
    # Somebody else is given her address at the issuer.
    issuer.claims = {"sub": "s-2", "email": anna.email, "email_verified": True}
    assert why_not(come_back(browser, issuer)) == "not_signed_in"


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_the_issuer_has_not_verified_is_nobodys(
    anna: Account, browser: httpx.Client, issuer: IssuerDouble, verified: object
) -> None:
    issuer.claims["email_verified"] = verified
    assert why_not(come_back(browser, issuer)) == "not_signed_in"


def test_nobody_is_added_and_no_company_is_taken_from_a_token(
    company: Dispatched, anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    before = company.write("SELECT count(*) FROM account")
    issuer.claims = {
        "sub": "s-9",
        "email": "eve@example.org",
        "email_verified": True,
        "company_id": company.company_id,
    }
    assert why_not(come_back(browser, issuer)) == "not_signed_in"
    assert company.write("SELECT count(*) FROM account") == before


def test_who_is_in_two_companies_chooses_one_that_invited_them(
    company: Dispatched, anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    other = Dispatched(company.database)
    theirs = invite(other)
    session = session_of(come_back(browser, issuer, company=other.company_id))
    assert browser.get("/api/v1/account", headers=session).json()["company_id"] == other.company_id
    assert theirs.user_id
    session = session_of(come_back(browser, issuer, company=company.company_id))
    assert browser.get("/api/v1/account", headers=session).json()["company_id"] == company.company_id
    stranger = Dispatched(company.database)
    assert why_not(come_back(browser, issuer, company=stranger.company_id)) == "not_signed_in"


def test_a_locked_account_and_a_drivers_do_not_come_in(
    company: Dispatched, anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    session_of(come_back(browser, issuer))
    lock_user(company.database, company.company_id, anna.user_id, locked=True, actor="test")
    assert why_not(come_back(browser, issuer)) == "not_signed_in"


def bend(**claims: object) -> Callable[[IssuerDouble], None]:
    def bent(issuer: IssuerDouble) -> None:
        issuer.claims |= claims

    return bent


def sign(make: Callable[[IssuerDouble, Claims], str]) -> Callable[[IssuerDouble], None]:
    def bent(issuer: IssuerDouble) -> None:
        issuer.sign = lambda claims: make(issuer, claims)

    return bent


def without(name: str) -> Callable[[IssuerDouble], None]:
    return sign(
        lambda issuer, claims: issuer.signed({key: value for key, value in claims.items() if key != name})
    )


def _by_another_key(issuer: IssuerDouble, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, RSAKey.generate_key(2048))


def _by_the_secret(issuer: IssuerDouble, claims: Claims) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32)), algorithms=["HS256"])


def _by_the_public_key_as_a_secret(issuer: IssuerDouble, claims: Claims) -> str:
    key = OctKey.import_key(issuer.key.as_pem(private=False).hex())
    return jwt.encode({"alg": "HS256", "kid": "1"}, claims, key, algorithms=["HS256"])


def _by_nobody(issuer: IssuerDouble, claims: Claims) -> str:
    head, body, _ = issuer.signed(claims).split(".")
    assert head
    return f"eyJhbGciOiJub25lIn0.{body}."


def _changed(issuer: IssuerDouble, claims: Claims) -> str:
    head, _, signature = issuer.signed(claims).split(".")
    return f"{head}.{issuer.signed(claims | {'sub': 's-2'}).split('.')[1]}.{signature}"


def _with_its_own_key(issuer: IssuerDouble, claims: Claims) -> str:
    key = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key)


def _for_access(issuer: IssuerDouble, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1", "typ": "at+jwt"}, claims, issuer.key)


NOW = int(time.time())
FORGED: dict[str, Callable[[IssuerDouble], None]] = {
    "expired": bend(exp=NOW - 3600, iat=NOW - 7200),
    "from the future": bend(iat=NOW + 3600, exp=NOW + 7200),
    "not good yet": bend(nbf=NOW + 3600),
    "for another audience": bend(aud="another"),
    "for several audiences, not authorised": bend(aud=[CLIENT, "another"]),
    "authorised for another": bend(azp="another"),
    "of another issuer": bend(iss="https://evil.example"),
    "with another nonce": bend(nonce="another"),
    "without nonce": without("nonce"),
    "without audience": without("aud"),
    "without end": without("exp"),
    "without subject": without("sub"),
    "by another key": sign(_by_another_key),
    "by the client's secret": sign(_by_the_secret),
    "by the public key as a secret": sign(_by_the_public_key_as_a_secret),
    "by nobody": sign(_by_nobody),
    "changed": sign(_changed),
    "with a key of its own": sign(_with_its_own_key),
    "an access token": sign(_for_access),
    "no token": sign(lambda *_: "x.y.z"),
    "an empty token": sign(lambda *_: ""),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_token_that_is_not_what_it_should_be_is_refused(
    anna: Account, browser: httpx.Client, issuer: IssuerDouble, forgery: str
) -> None:
    FORGED[forgery](issuer)
    assert why_not(come_back(browser, issuer)) == "not_signed_in"


def test_a_way_back_that_was_not_begun_here_or_was_gone_already_is_refused(
    anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    address, cookies = sent(browser)
    given = issuer.authorize(address)
    assert why_not(browser.get(BACK, params=given)) == "not_signed_in"
    assert why_not(browser.get(BACK, params=given | {"state": "x"}, headers=cookies)) == "not_signed_in"
    _, others = sent(browser)
    assert why_not(browser.get(BACK, params=given, headers=others)) == "not_signed_in"
    wrong = given | {"iss": "https://evil.example"}
    assert why_not(browser.get(BACK, params=wrong, headers=cookies)) == "not_signed_in"
    assert why_not(browser.get(BACK, params={"error": "access_denied"}, headers=cookies)) == "not_signed_in"
    session_of(browser.get(BACK, params=given, headers=cookies))
    assert why_not(browser.get(BACK, params=given, headers=cookies)) == "not_signed_in"
    # Also where an issuer would take a code twice.
    again = issuer.authorize(address)
    assert why_not(browser.get(BACK, params=again, headers=cookies)) == "not_signed_in"


def test_a_foreign_page_sends_nobody_to_the_issuer(browser: httpx.Client) -> None:
    answer = browser.get(AWAY, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused(answer) == (403, "forbidden")


def test_a_new_key_of_the_issuer_is_fetched_and_is_not_asked_for_again_and_again(
    anna: Account, browser: httpx.Client, issuer: IssuerDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_of(come_back(browser, issuer))
    new = RSAKey.generate_key(2048, {"kid": "2"})
    issuer.published = [new]
    issuer.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "2"}, claims, new)
    assert why_not(come_back(browser, issuer)) == "not_signed_in"  # asked for less than a minute ago
    monkeypatch.setattr("estafette.edge.web.issuer._ASKED_AGAIN_S", 0.0)
    session_of(come_back(browser, issuer))
    assert issuer.asked.count("/keys") == 2


def test_an_issuer_that_says_it_is_another_is_not_asked_further(
    anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    issuer.says_it_is = "https://evil.example"
    assert refused(browser.get(AWAY)) == (503, "unavailable")


def test_an_issuer_that_does_not_answer_keeps_nobody_from_the_password(
    company: Dispatched, issuer: IssuerDouble
) -> None:
    gone = Settings(
        public_address="https://board.example.org",
        openid_issuer="http://127.0.0.1:9",
        openid_client_id=CLIENT,
    )
    with served(company, settings=gone) as address:
        assert refused(httpx.get(f"{address}{AWAY}")) == (503, "unavailable")
        body = {"email": "anna@example.org", "password": "wrong password"}
        assert httpx.post(f"{address}/api/v1/sign-in", json=body).status_code == 401


def demand(company: Dispatched) -> None:
    rules = SignInRules(second_factor_for=(Role.DISPATCHER,))
    change_sign_in_rules(company.database, company.company_id, rules, actor="test")


def test_two_factors_at_the_issuer_are_two_here_and_one_is_one(
    company: Dispatched, anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    demand(company)
    session = session_of(come_back(browser, issuer))
    assert refused(browser.get("/api/v1/board", params=BOARD, headers=session)) == (
        403,
        "second_factor_demanded",
    )
    issuer.claims["amr"] = ["pwd", "mfa"]
    session = session_of(come_back(browser, issuer))
    assert browser.get("/api/v1/board", params=BOARD, headers=session).status_code == 200


def test_who_has_a_factor_here_does_not_pass_it_by_with_one_factor_elsewhere(
    company: Dispatched, anna: Account, browser: httpx.Client, issuer: IssuerDouble
) -> None:
    company.write("UPDATE account SET totp_secret = 'k1:AAAA'")
    demand(company)
    assert why_not(come_back(browser, issuer)) == "passkey_needed"


def test_without_an_issuer_there_is_no_such_way(company: Dispatched) -> None:
    with served(company) as address:
        assert refused(httpx.get(f"{address}{AWAY}")) == (404, "not_found")
        assert refused(httpx.get(f"{address}{BACK}")) == (404, "not_found")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(openid_issuer="https://login.example.org"),
        Settings(openid_issuer="http://login.example.org", openid_client_id="x"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(settings: Settings) -> None:
    with pytest.raises(Invalid, match="ESTAFETTE_OPENID"):
        client_of(settings, "https://board.example.org" if settings.openid_client_id else None)
