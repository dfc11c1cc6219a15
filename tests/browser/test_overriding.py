"""A move against a rule: what it breaks is seen, a reason is asked for, and the reason stands in the trip's history."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_moves import bar
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser

WHY = "Der Fahrgast möchte es so – «nur heute»"


@pytest.mark.usefixtures("refused")
def test_a_rule_is_broken_for_a_reason_that_the_history_of_the_trip_tells(
    open_page: Callable[..., Page], address: Address, company: Dispatched
) -> None:
    company.write("UPDATE rider SET banned_driver_ids = ARRAY[%(driver)s]", driver=company.driver_ids[2])
    page, trip = open_page(address), company.trip_ids[0]
    bar(page, trip).click()
    page.locator("#inspector").get_by_role("button", name="History").click()
    history = page.locator(".history li")
    expect(history.locator("span")).to_have_text(["Given to Driver 1", "Booked"])
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Trip t0 (Pick-up 06:00–06:15): rider and driver kept apart")
    expect(dialog.get_by_role("button", name="Do it all the same")).to_be_disabled()
    expect(dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.type(WHY)
    page.keyboard.press("Enter")
    expect(bar(page, trip, company.run_ids[2])).to_have_count(1)
    expect(history).to_have_count(3)
    expect(history.first).to_contain_text("From Driver 1 to Driver 3")
    expect(history.first.locator("q")).to_have_text(WHY)
    kept = company.write("SELECT why FROM ledger WHERE kind = 'applied' ORDER BY id DESC LIMIT 1")
    assert kept == [(WHY,)]
