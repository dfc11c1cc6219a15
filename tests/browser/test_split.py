"""A shared ride is split: one of those aboard together is shown on the cheapest other run, and goes there or stays."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_moves import bar
from tests.browser.test_planning import proposed
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser
__all__ = ["proposed"]


@pytest.mark.usefixtures("proposed")
def test_one_of_two_who_ride_together_is_taken_out_to_the_cheapest_other_run_and_back(
    open_page: Callable[..., Page], address: Address, company: Dispatched, api: httpx.Client
) -> None:
    plan = api.get("/plans", params={"day": DAY.isoformat()}).json()["items"][0]["plan_id"]
    assert api.post(f"/plans/{plan}/apply", json={}).status_code == 200
    page, (shared, home) = open_page(address), (company.trip_ids[2], company.run_ids[0])
    bar(page, company.trip_ids[0], home).click()
    expect(page.locator("#inspector")).not_to_contain_text("Shares with")
    bar(page, shared, home).click()
    expect(page.locator("#inspector .facts")).to_contain_text("Shares with")
    page.locator("#inspector").get_by_role("button", name="Split").click()
    hint = page.locator(".move-hint")
    expect(hint).to_contain_text("Driver 2")
    expect(hint).to_contain_text("min of driving")
    page.locator(f'[data-run="{company.run_ids[2]}"] .label').click()
    expect(hint).to_contain_text("Driver 3")
    hint.get_by_role("button", name="Put it here").click()
    expect(bar(page, shared, company.run_ids[2])).to_have_count(1)
    expect(page.locator("#inspector .facts")).not_to_contain_text("Shares with")
    page.keyboard.press("z")
    expect(bar(page, shared, home)).to_have_count(1)
    page.keyboard.press("s")
    expect(hint).to_contain_text("Driver 2")
    page.keyboard.press("Escape")
    expect(bar(page, shared, home)).to_have_count(1)
