"""Passkeys in a real browser, with the virtual authenticator of its developer tools."""

import pytest
from playwright.sync_api import expect

from estafette.domain.account import SignInRules
from estafette.domain.permission import Role
from estafette.store.accounts.rules import change_sign_in_rules
from tests.browser.named import VisitNamed, device
from tests.browser.test_entrance import EMAIL, add, fill, sign_out
from tests.dispatched import Dispatched
from tests.edge.test_web_words import WORDS

pytestmark = pytest.mark.browser


def demand(company: Dispatched) -> None:
    rules = SignInRules(second_factor_for=(Role.DISPATCHER,))
    change_sign_in_rules(company.database, company.company_id, rules, actor="test")


def test_a_passkey_is_made_at_the_door_and_signs_in_from_then_on(
    visit_named: VisitNamed, company: Dispatched
) -> None:
    add(company)
    demand(company)
    page, tools = visit_named()
    authenticator = device(tools)
    fill(page)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    page.get_by_role("button", name="I have kept them").click()
    expect(page.locator(".bar")).to_have_count(3)
    (made,) = tools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert (made["rpId"], made["isResidentCredential"]) == ("localhost", True)
    sign_out(page)
    fill(page)
    expect(page.get_by_role("alert").filter(has_text="Sign in with your passkey")).to_be_visible()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".bar")).to_have_count(3)
    page.reload()
    expect(page.locator(".bar")).to_have_count(3)


def test_who_is_not_verified_by_the_device_is_told_and_can_go_on_by_password(
    visit_named: VisitNamed, company: Dispatched
) -> None:
    add(company)
    page, tools = visit_named()
    device(tools, verified=False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="No passkey was given")).to_be_visible()
    fill(page)
    expect(page.locator(".bar")).to_have_count(3)


def test_who_wants_an_app_instead_sets_it_up(visit_named: VisitNamed, company: Dispatched) -> None:
    add(company)
    demand(company)
    page, _ = visit_named()
    fill(page)
    page.get_by_role("button", name="Use an authenticator app instead").click()
    expect(page.locator(".secret")).to_be_visible()
    expect(page.get_by_label("Code from")).to_be_focused()


@pytest.mark.parametrize("language", WORDS)
def test_the_way_by_passkey_is_named_in_every_language(visit_named: VisitNamed, language: str) -> None:
    page, _ = visit_named(f"/?lang={language}")
    expect(page.get_by_role("button", name=WORDS[language]["sign_in_passkey"])).to_be_visible()
    expect(page.get_by_label(WORDS[language]["sign_in_email"])).to_be_visible()


def test_the_email_is_known_to_nobody_who_signs_in_by_passkey(
    visit_named: VisitNamed, company: Dispatched
) -> None:
    add(company)
    page, _ = visit_named()
    page.get_by_label("E-mail").wait_for()  # who is not signed in is led to the entrance first
    told = page.evaluate(
        "fetch('/api/v1/sign-in/passkey/begin', {method: 'POST', headers: {'X-Estafette': '1'}}).then(a => a.text())"
    )
    assert EMAIL not in told
