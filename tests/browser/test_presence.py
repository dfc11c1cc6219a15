"""Two dispatchers on one board see each other: who looks, who has what in hand, what is offered on the telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_booking import begun
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser


def test_a_colleague_is_seen_with_what_is_in_their_hands(
    colleague: Callable[..., Page], address: Address, company: Dispatched
) -> None:
    anna, ben = colleague("Anna"), colleague("Ben")
    expect(ben.locator(".presence")).to_contain_text("Anna")
    expect(anna.locator(".presence")).to_contain_text("Ben")
    mine = f'.bar[data-trip="{company.trip_ids[0]}"]'
    anna.locator(mine).click()
    anna.keyboard.press("m")
    expect(ben.locator(mine)).to_have_attribute("data-held", "true")
    expect(ben.locator(f"{mine} .held-by")).to_have_text("Anna")
    expect(anna.locator(".held-by")).to_have_count(0)
    anna.keyboard.press("Escape")
    expect(ben.locator(".held-by")).to_have_count(0)
    begun(anna)
    expect(ben.locator(".held-room")).to_have_text("Anna")
    anna.keyboard.press("PageDown")
    expect(ben.locator(".held-room")).to_have_count(1)
    anna.keyboard.press("Escape")
    anna.get_by_role("button", name="Throw away").click()
    expect(ben.locator(".held-room")).to_have_count(0)
