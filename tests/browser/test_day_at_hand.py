"""The day on paper, as a file, as a copy for outages; and what of it is looked at."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import needs_axe, serious
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def test_the_manifests_are_opened_for_printing_by_a_key(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+p")
    sheets = opened.value
    expect(sheets.locator(".run")).to_have_count(3)
    expect(sheets.locator("h1").first).to_contain_text("Driver 1 · Van 1")
    assert sheets.locator(".run").first.evaluate("run => getComputedStyle(run).breakAfter") == "auto"
    sheets.emulate_media(media="print")
    assert sheets.locator(".run").first.evaluate("run => getComputedStyle(run).breakAfter") == "page"


def test_the_runs_are_saved_as_a_file_from_the_menu(
    open_page: OpenPage, address: Address, tmp_path: Path
) -> None:
    page = open_page(address)
    page.get_by_role("button", name="Settings").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Save the runs as CSV").click()
    assert saved.value.suggested_filename == f"{DAY}.csv"
    saved.value.save_as(tmp_path / "runs.csv")
    assert (tmp_path / "runs.csv").read_text(encoding="utf-8").startswith("run_id,driver")


def test_a_copy_of_the_day_is_shown_with_its_age_while_the_server_is_away(
    open_page: OpenPage, address: Address
) -> None:
    page = open_page(address)
    page.wait_for_function("() => localStorage.getItem('estafette-backup')")
    open_page.provoked.append("ERR_FAILED")  # type: ignore[attr-defined]
    page.route("**/api/v1/events*", lambda route: route.abort())
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.locator("#banner").get_by_role("button", name="Show the backup copy").click()
    copy = page.get_by_role("dialog", name=re.compile("Backup copy of Wednesday"))
    expect(copy).to_contain_text("min ago")
    expect(copy).to_contain_text("A Rider")
    expect(copy).to_contain_text("Driver 1 · Van 1")


@needs_axe
def test_axe_finds_nothing_serious_in_the_filter(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    page.locator("#grid .bar").first.focus()
    page.keyboard.press("f")
    expect(page.get_by_role("dialog", name="Filter and views")).to_be_visible()
    assert serious(page, ".filter-popover") == []


def test_what_is_looked_at_is_in_the_address_by_ids_and_saved_under_a_name(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    page.locator("#grid .bar").first.focus()
    page.keyboard.press("f")
    box = page.get_by_role("dialog", name="Filter and views")
    box.get_by_label("Stretcher").check()
    expect(page.locator("#grid .empty")).to_be_visible()
    box.get_by_label("From or to").select_option("Place 1")
    assert f"space=stretchers&place={company.place_ids[0]}" in page.url
    box.get_by_label("Save this view as").fill("Beds")
    page.keyboard.press("Enter")
    box.get_by_role("button", name="Look at all trips").click()
    expect(page.locator("#grid .run")).to_have_count(3)
    box.get_by_role("button", name="Beds", exact=True).click()
    expect(page.locator("#grid .empty")).to_be_visible()
    page.goto(page.url)
    expect(page.locator("#grid .empty")).to_be_visible()
    page.keyboard.press("f")
    expect(box.get_by_role("button", name="Beds", exact=True)).to_be_visible()
    box.get_by_role("button", name="Forget view Beds").click()
    expect(box.get_by_role("button", name="Beds", exact=True)).to_have_count(0)
