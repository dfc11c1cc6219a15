"""The page of one's own account: password, app, passkeys, sessions; how it looks and what it says when it must not."""

import time
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from estafette.domain.totp import code_of, from_text
from tests.browser.looks import looks_well
from tests.browser.named import VisitNamed, device
from tests.browser.test_entrance import EMAIL, PASSWORD, add
from tests.dispatched import Dispatched

pytestmark = pytest.mark.browser

FRESH = "copper meadow whistle"


_SIGN_IN = """([email, password]) => fetch('/api/v1/sign-in', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({email, password}),
}).then(({status}) => status)"""


def at_home(visit_named: VisitNamed, **options: Any) -> tuple[Page, CDPSession]:
    """Open the page as somebody who has just signed in by password."""
    page, tools = visit_named("/account", **options)
    assert page.evaluate(_SIGN_IN, [EMAIL, PASSWORD]) == 200
    page.reload()
    page.wait_for_selector("#session-part")
    return page, tools


def type_into(page: Page, **values: str) -> None:
    for field, value in values.items():
        page.locator(f"#{field.replace('_', '-')}").fill(value)
    page.keyboard.press("Enter")


def told(page: Page, text: str) -> None:
    expect(page.locator("#told")).to_have_text(text)
    expect(page.locator("dialog")).to_have_count(0)


def test_a_password_is_changed_and_other_sessions_end(visit_named: VisitNamed, company: Dispatched) -> None:
    add(company)
    elsewhere, _ = at_home(visit_named)
    page, _ = at_home(visit_named)
    page.locator("#back").click()
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="Your account").click()
    expect(page.locator("#session-part li")).to_have_count(2)
    page.locator("#password-change").press("Enter")
    expect(page.locator("#password-now")).to_be_focused()
    type_into(page, password_now="wrong", password_new=FRESH)
    expect(page.get_by_role("alert")).to_have_text("The password is not right.")
    type_into(page, password_now=PASSWORD, password_new="123456789012")
    expect(page.get_by_role("alert")).to_contain_text("too easy to guess")
    type_into(page, password_now=PASSWORD, password_new="")
    expect(page.get_by_role("alert")).to_have_text("Missing: New password")
    type_into(page, password_new=FRESH)
    told(page, "The password is changed. You are signed out everywhere else.")
    expect(page.locator("#session-part li")).to_have_count(1)
    elsewhere.reload()
    expect(elsewhere.get_by_role("alert")).to_have_text("Your session has ended.")
    expect(elsewhere.get_by_role("link", name="Sign in")).to_have_attribute("href", "/sign-in")


def test_an_app_and_a_passkey_are_set_up_renamed_and_taken_off(
    visit_named: VisitNamed, company: Dispatched
) -> None:
    add(company)
    page, tools = at_home(visit_named)
    device(tools)
    page.locator("#app-add").click()
    type_into(page, password=PASSWORD)
    expect(page.get_by_role("img", name="QR code with the key for the app")).to_be_visible()
    looks_well(page, "account-app")
    type_into(page, app_code="000000")
    expect(page.get_by_role("alert")).to_contain_text("The code is not right.")
    secret = from_text(page.locator("#app-secret").inner_text().replace(" ", ""))
    type_into(page, app_code=code_of(secret, int(time.time()) // 30))
    expect(page.locator(".codes li")).to_have_count(10)
    looks_well(page, "account-codes")
    page.get_by_role("button", name="I have kept them").click()
    told(page, "The app is in use.")
    expect(page.locator("#codes-left")).to_have_text("10 recovery codes are left.")
    page.locator("#passkey-add").click()
    type_into(page, password=PASSWORD, passkey_name="Laptop")
    told(page, "The passkey is added.")
    page.get_by_role("button", name="Rename Laptop").click()
    type_into(page, passkey_name="Desk")
    told(page, "The passkey has another name.")
    looks_well(page, "account-full")
    page.get_by_role("button", name="Remove Desk").click()
    type_into(page, password=PASSWORD)
    told(page, "The passkey is removed.")
    page.locator("#app-drop").click()
    type_into(page, password=PASSWORD)
    told(page, "The app is taken off.")
    expect(page.locator("#codes-left")).to_have_count(0)


def test_sessions_are_ended_one_by_one_and_everywhere(visit_named: VisitNamed, company: Dispatched) -> None:
    add(company)
    lost, _ = at_home(visit_named)
    kept, _ = at_home(visit_named)
    page, _ = at_home(visit_named)
    page.reload()
    expect(page.locator("#session-part li")).to_have_count(3)
    expect(page.locator("#session-part li", has_text="(here)")).to_have_count(1)
    page.get_by_role("button", name="End the session: Chrome, Linux").last.click()
    told(page, "The session is ended.")
    lost.reload()
    expect(lost.get_by_role("alert")).to_have_text("Your session has ended.")
    page.locator("#sign-out-everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    kept.reload()
    expect(kept.get_by_role("alert")).to_have_text("Your session has ended.")


@pytest.mark.parametrize(
    "look",
    [
        {"locale": "de-CH", "viewport": {"width": 320, "height": 640}},
        {"locale": "it-CH", "viewport": {"width": 768, "height": 1024}, "color_scheme": "dark"},
    ],
    ids=["small-de", "dark-it"],
)
def test_it_fits_and_is_accessible(
    visit_named: VisitNamed, company: Dispatched, look: dict[str, Any]
) -> None:
    add(company)
    page, _ = at_home(visit_named, **look)
    expect(page.locator("#session-part li")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("lang", look["locale"][:2])
    looks_well(page, f"account-{look['locale'][:2]}")
    page.locator("#password-change").click()
    looks_well(page, f"account-{look['locale'][:2]}-password")
    assert "{" not in page.locator("body").inner_text()
