"""A dispatcher shows a driver the code that links a phone: from the driver's row, and by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driving import phone_of
from tests.browser.looks import looks_well
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser


def test_the_code_of_the_board_typed_on_a_phone_links_it_once(
    open_page: Callable[..., Page], browser: Browser, address: Address
) -> None:
    page = open_page(address)
    page.locator(".label").first.hover()
    page.get_by_role("button", name="Link the phone of Driver 1").click()
    dialog = page.get_by_role("dialog", name="Link the phone of Driver 1")
    expect(dialog.get_by_role("img", name="QR code of the link")).to_be_visible()
    expect(dialog).to_contain_text("good once, for 10 minutes")
    looks_well(page, "board-phone-link")
    code = dialog.locator(".phone-code").inner_text()
    with phone_of(browser, address) as phone:
        driver = phone.open("/driver")
        driver.locator("#link-field").fill(code)
        driver.locator("#link").click()
        expect(driver.locator("#menu")).to_be_visible()
        phone.expect_complaint("401")
    with phone_of(browser, address) as another:
        driver = another.open("/driver")
        driver.locator("#link-field").fill(code)
        driver.locator("#link").click()
        expect(driver.get_by_role("alert")).not_to_be_empty()
        another.expect_complaint("401")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.locator(".bar").first.click()
    page.keyboard.press("Control+k")
    page.keyboard.type("link the driver")
    page.get_by_role("menuitem", name="Link the driver").click()
    expect(page.get_by_role("dialog").locator(".phone-code")).not_to_have_text(code)
