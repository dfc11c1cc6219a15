"""Signing in with a real browser: by password, by link, with an invitation; what is wrong is said in place."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from estafette.domain.account import NewAccount, SignInRules
from estafette.domain.permission import Role
from estafette.domain.totp import code_of, from_text
from estafette.flow.accounts.own import set_password
from estafette.flow.accounts.people import invite
from estafette.store.accounts.rules import change_sign_in_rules
from estafette.store.accounts.users import setting_secrets
from tests.dispatched import Dispatched
from tests.edge.test_web_words import WORDS
from tests.edge.web_client import Address, sign_in_path

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "anna@example.org", "velvet harbour lamp"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, address: Address) -> Iterator[Visit]:
    contexts = []

    def visited(path: str = "/", **options: Any) -> Page:
        contexts.append(browser.new_context(locale="en-GB", **options))
        page = contexts[-1].new_page()
        page.goto(f"{address}{path}")
        return page

    yield visited
    for context in contexts:
        context.close()


def invited(company: Dispatched) -> str:
    new = NewAccount(email=EMAIL, name="Anna", role=Role.DISPATCHER)
    return invite(company.database, company.company_id, new, actor="test").token


def add(company: Dispatched) -> None:
    set_password(company.database, invited(company), PASSWORD)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="Sign out").click()


def fill(page: Page, password: str = PASSWORD, email: str = EMAIL) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_who_is_not_signed_in_sees_the_entrance_and_nothing_of_the_board(visit: Visit) -> None:
    page = visit()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.locator(".desk")).to_be_hidden()
    expect(page.locator(".bar-top")).to_be_hidden()
    expect(page).to_have_title("Sign in · Estafette")


def test_the_keyboard_alone_leads_to_the_board(visit: Visit, company: Dispatched) -> None:
    add(company)
    page = visit()
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".bar")).to_have_count(3)
    expect(page.locator("#entrance")).to_be_hidden()
    page.reload()
    expect(page.locator(".bar")).to_have_count(3)


def test_what_is_wrong_is_said_in_place_and_can_be_put_right(visit: Visit, company: Dispatched) -> None:
    add(company)
    page = visit()
    fill(page, password="wrong password")
    expect(page.get_by_role("alert").filter(has_text="not right")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    fill(page)
    expect(page.locator(".bar")).to_have_count(3)


def test_the_second_factor_is_asked_for_when_there_is_one(visit: Visit, company: Dispatched) -> None:
    add(company)
    (user_id,) = company.write("SELECT id FROM account WHERE email = %(email)s", email=EMAIL)[0]
    change = setting_secrets(company.company_id, user_id, {"totp_secret": SECRET})
    company.database.transact(company.company_id, [change], actor="test")
    page = visit()
    expect(page.get_by_label("Code from")).to_be_hidden()
    fill(page)
    expect(page.get_by_label("Code from")).to_be_focused()
    page.keyboard.type(code_of(from_text(SECRET), int(time.time()) // 30))
    page.keyboard.press("Enter")
    expect(page.locator(".bar")).to_have_count(3)


def test_who_is_asked_for_a_second_factor_sets_it_up_at_the_door(visit: Visit, company: Dispatched) -> None:
    add(company)
    rules = SignInRules(second_factor_for=(Role.DISPATCHER,))
    change_sign_in_rules(company.database, company.company_id, rules, actor="test")
    page = visit()
    fill(page)
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    expect(page.locator(".bar")).to_have_count(0)
    page.reload()  # the password is asked for again, as nobody keeps it
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    secret = (page.locator(".secret").text_content() or "").replace(" ", "")
    expect(page.get_by_role("link", name="Open in an app")).to_have_attribute(
        "href", re.compile(f"otpauth://.*{secret}")
    )
    page.get_by_label("Code from").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="not right")).to_be_visible()
    page.get_by_label("Code from").fill(code_of(from_text(secret), int(time.time()) // 30))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    codes = page.locator(".codes code").all_text_contents()
    assert len(codes) == 10
    page.get_by_role("button", name="I have kept them").click()
    expect(page.locator(".bar")).to_have_count(3)
    sign_out(page)
    fill(page)
    page.get_by_label("Code from").fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.locator(".bar")).to_have_count(3)


def test_the_token_of_a_link_leaves_the_address_and_never_reaches_a_server(
    visit: Visit, company: Dispatched, address: Address
) -> None:
    page = visit()
    path = sign_in_path(company)
    token = path.partition("=")[2]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("about:blank")
    page.goto(f"{address}{path}")
    expect(page.locator(".bar")).to_have_count(3)
    assert [line for line in asked if token in line.split("#")[0] or token in line.split(" ", 1)[1]] == []
    assert "#" not in page.url
    assert token not in page.content()
    page.go_back()
    page.go_forward()
    assert token not in page.url


def test_a_link_that_was_used_says_so_and_offers_the_password(visit: Visit, company: Dispatched) -> None:
    path = sign_in_path(company)
    expect(visit(path).locator(".bar")).to_have_count(3)
    page = visit(path)
    expect(page.get_by_role("alert").filter(has_text="used already")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()


def test_an_invited_person_chooses_a_password_and_signs_in(visit: Visit, company: Dispatched) -> None:
    page = visit(f"/#password={invited(company)}")
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    assert "#" not in page.url
    page.get_by_label("New password").fill("password1234")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="guessed first")).to_be_visible()
    page.get_by_label("New password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(EMAIL)
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".bar")).to_have_count(3)


def test_signing_out_shows_the_entrance_also_in_the_other_tab(visit: Visit, company: Dispatched) -> None:
    page = visit(sign_in_path(company))
    expect(page.locator(".bar")).to_have_count(3)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".bar")).to_have_count(3)
    sign_out(other)
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    # Its stream ends with the session, and is refused when it comes back.
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=40_000)


@pytest.mark.parametrize("language", WORDS)
def test_the_entrance_speaks_every_language(visit: Visit, language: str) -> None:
    page = visit(f"/?lang={language}")
    expect(page.get_by_role("heading", name=WORDS[language]["sign_in"])).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_label(WORDS[language]["sign_in_password"])).to_be_visible()


def test_on_a_phone_the_form_fits(visit: Visit) -> None:
    page = visit("/", viewport={"width": 360, "height": 640})
    expect(page.get_by_role("button", name="Sign in")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
