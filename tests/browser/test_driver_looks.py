"""How the driver's page looks: four languages, light and dark, small phones; axe finds nothing serious in any state."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from estafette.store.database import Database
from tests.browser.axe import needs_axe
from tests.browser.driving import Phone, company_of_tomorrow, link_of_driver, phone_of, served_today, tomorrow
from tests.browser.looks import looks_well
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = [pytest.mark.browser, needs_axe]


@pytest.fixture
def company(database: Database) -> Dispatched:
    return company_of_tomorrow(database)


@pytest.fixture
def address(company: Dispatched) -> Iterator[Address]:
    with served_today(company) as address:
        yield address


def walk(phone: Phone, company: Dispatched, name: str) -> None:
    """Walk through every state of the page."""
    page = phone.open("/driver")
    looks_well(page, f"driver-{name}-unlinked")
    phone.open(link_of_driver(phone.address, company))
    looks_well(page, f"driver-{name}-new")
    page.locator("#accept").click()
    page.locator("#step").click()
    looks_well(page, f"driver-{name}-en-route")
    page.locator("#step").click()
    phone.until("!JSON.parse(localStorage['estafette-driver.outbox']).some((one) => one.run_id)")
    phone.context.set_offline(True)
    phone.later()
    expect(page.locator("#connection")).to_be_visible()
    looks_well(page, f"driver-{name}-offline")
    for opens in ("#show-unsent", "#navigate", "#no-show", "#menu"):
        page.locator(opens).click()
        looks_well(page, f"driver-{name}-{opens[1:]}")
        page.keyboard.press("Escape")
    phone.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#connection")).to_have_count(0)
    page.locator("#step").click()
    phone.later()
    (added,) = company.book(1, tomorrow())
    company.assign(company.run_ids[0], [added], service_on=tomorrow())
    expect(page.locator("#accept-change")).to_be_visible()
    looks_well(page, f"driver-{name}-changed")
    phone.expect_complaint("ERR_INTERNET_DISCONNECTED")
    phone.expect_complaint("401")


@pytest.mark.parametrize(
    "look",
    [
        {"locale": "de-CH", "color_scheme": "light", "viewport": {"width": 320, "height": 640}},
        {"locale": "fr-CH", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
    ],
    ids=["small-light-de", "usual-dark-fr"],
)
def test_every_state_fits_and_is_accessible(
    browser: Browser, address: Address, company: Dispatched, look: dict[str, Any]
) -> None:
    with phone_of(browser, address, **look) as phone:
        walk(phone, company, f"{look['locale'][:2]}-{look['color_scheme']}")


@pytest.mark.parametrize(("language", "words"), [("en", "Accept the run"), ("it", "Accetta il giro")])
def test_the_page_speaks_the_phones_language(
    browser: Browser, address: Address, company: Dispatched, language: str, words: str
) -> None:
    with phone_of(browser, address, locale=language) as phone:
        page = phone.open(link_of_driver(address, company))
        expect(page.locator("#accept")).to_have_text(words)
        expect(page.locator("html")).to_have_attribute("lang", language)
