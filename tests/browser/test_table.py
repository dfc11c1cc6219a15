"""The day as a table: read row by row, walked and changed by keys alone, as live as the timeline."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import IS_HERE, serious
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser


def test_the_table_is_walked_by_keys_and_a_trip_is_moved_in_it(
    open_page: Callable[..., Page], address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    page.keyboard.press("v")
    table = page.get_by_role("table")
    expect(table).to_have_accessible_name("Runs and their trips, Wednesday 25 November")
    expect(table.get_by_role("columnheader")).to_have_count(8)
    expect(table.locator("tbody")).to_have_count(4)
    first = table.get_by_role("row", name="t0")
    expect(first).to_have_text("t006:00–06:0106:02–06:03Place 1Place 21 seatPick-up 06:00–06:15 Booked")
    assert not IS_HERE or serious(page) == []

    page.locator('button[data-trip][tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text("t1")
    page.keyboard.press("ArrowUp")
    expect(page.locator(":focus")).to_have_text("t0")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_contain_text("Trip t0")
    page.keyboard.press("m")
    expect(page.locator(".move-hint")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    third = table.locator(f'tbody[data-run="{company.run_ids[2]}"]')
    expect(third).to_have_attribute("data-over", "true")
    expect(page.locator(".move-hint")).to_contain_text("Driver 3")
    page.keyboard.press("Enter")
    expect(third.get_by_role("row", name="t0")).to_have_count(1)
    expect(third.get_by_role("button", name="t0")).to_be_focused()
    page.keyboard.press("z")
    expect(third).to_contain_text("No trips")

    page.reload()
    page.get_by_role("button", name="Show as a timeline").click()
    expect(page.locator(".bar")).to_have_count(3)


def test_of_a_long_day_the_table_draws_what_is_in_sight_and_keys_reach_the_rest(
    open_page: Callable[..., Page], address: Address, company: Dispatched
) -> None:
    last = company.book(200, will_call=True)[-1]
    page = open_page(address)
    page.keyboard.press("v")
    table = page.get_by_role("table")
    # The head, a row for each of three runs, three trips on two of them and "no trips", and 203 trips without a run.
    expect(table).to_have_attribute("aria-rowcount", "212")
    assert table.locator("button[data-trip]").count() < 120
    page.locator('button[data-trip][tabindex="0"]').focus()
    page.keyboard.press("End")
    expect(page.locator(f'button[data-trip="{last}"]')).to_be_focused()
    expect(page.locator(f'tr:has(button[data-trip="{last}"])')).to_have_attribute("aria-rowindex", "212")
    expect(page.locator(f'button[data-trip="{last}"]')).to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    assert page.locator(":focus").get_attribute("data-trip") != str(last)
    page.locator(".table-pane").evaluate("pane => { pane.scrollTop = 0 }")
    expect(table.get_by_role("row", name="t0")).to_be_in_viewport()
    expect(page.locator(":focus")).to_have_count(1)
    page.keyboard.press("Home")
    expect(page.locator(":focus")).to_have_text("t0")
    assert not IS_HERE or serious(page) == []
