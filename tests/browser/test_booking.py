"""A booking on the telephone: by the keyboard alone, with offers while one types."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import needs_axe, serious
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
FORM = "#booking"
# b, "rid", Enter, Enter, "1500", Tab, Tab, Right, Enter
MOST_KEYSTROKES = 14


class Keyboard:
    """The only way into the page; it counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.strokes = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.strokes += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.strokes += len(text)
        self.page.keyboard.type(text)


def field(page: Page, name: str) -> Any:
    return page.locator(f'{FORM} [name="{name}"]')


def begun(page: Page, *, time: str = "1500") -> Keyboard:
    """Open the form and say who, from where, where to and when; the rider's last way is offered first."""
    keys = Keyboard(page)
    keys.press("b")
    expect(field(page, "rider")).to_be_focused()
    keys.type("rid")
    expect(page.get_by_role("option", name="A Rider")).to_be_visible()
    keys.press("Enter")
    expect(field(page, "from")).to_have_value("Place 1")
    expect(field(page, "to")).to_be_focused()
    expect(page.locator(f"{FORM} [role=option]").first).to_contain_text("Place 2")
    keys.press("Enter")
    expect(field(page, "time")).to_be_focused()
    keys.type(time)
    return keys


def test_a_round_trip_with_a_return_that_is_called_for_in_fourteen_keystrokes(
    open_page: OpenPage, address: Address, api: httpx.Client, company: Dispatched
) -> None:
    page = open_page(address)
    keys = begun(page)
    keys.press("Tab", "Tab", "ArrowRight")
    expect(page.get_by_label("When called")).to_be_checked()
    expect(page.locator(f"{FORM} .offer").first).to_contain_text("Driver")
    keys.press("Enter")
    expect(page.locator(FORM)).to_have_count(0)
    assert keys.strokes == MOST_KEYSTROKES
    made = max(
        api.get("/bookings", params={"day": DAY.isoformat()}).json()["items"], key=lambda b: b["booking_id"]
    )
    out, back = sorted(made["trips"], key=lambda trip: trip["direction"])
    assert (out["status"], back["status"]) == ("booked", "will_call")
    assert out["run_id"] in company.run_ids
    expect(page.locator(f'.bar[data-trip="{out["trip_id"]}"]')).to_have_attribute("aria-selected", "true")
    expect(page.locator(f'#pool [data-trip="{back["trip_id"]}"]')).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("A Rider is booked")


@needs_axe
def test_axe_finds_nothing_serious_in_the_form(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    begun(page)
    expect(page.locator(f"{FORM} .offer").first).to_contain_text("km")
    assert serious(page, FORM) == []


def test_offers_say_their_true_cost_and_another_is_taken_by_a_key(
    open_page: OpenPage, address: Address, api: httpx.Client
) -> None:
    page = open_page(address)
    keys = begun(page)
    offers = page.locator(f"{FORM} .offer")
    expect(offers.first).to_contain_text("km")
    expect(offers.first).to_contain_text("touches")
    expect(offers.first.locator("input")).to_be_checked()
    keys.press("PageDown")
    expect(offers.nth(1).locator("input")).to_be_checked()
    driver = offers.nth(1).locator("b").inner_text()
    keys.press("Enter")
    expect(page.locator("#inspector")).to_contain_text(driver)


def test_what_is_missing_is_said_at_its_field(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    page.keyboard.press("b")
    expect(field(page, "rider")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(FORM)).to_contain_text("Who rides?")
    expect(field(page, "rider")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(page.locator(FORM)).to_have_count(0)
    begun(page, time="2599")
    page.keyboard.press("Enter")
    expect(page.locator(FORM)).to_contain_text("At what time?")
    expect(field(page, "time")).to_be_focused()


def test_what_was_typed_is_not_thrown_away_unasked(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    begun(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_contain_text("Throw this booking away?")
    page.keyboard.press("Enter")
    expect(field(page, "time")).to_have_value("15:00")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Throw away").click()
    expect(page.locator(FORM)).to_have_count(0)


def test_another_trip_of_the_rider_then_is_told_in_words(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    begun(page, time="0615")
    expect(page.locator(f"{FORM} .clashes")).to_contain_text(
        "Already has trip t0, 06:00–06:15: Place 1 to Place 2."
    )


def test_a_new_rider_from_a_new_place_on_another_day(
    open_page: OpenPage, address: Address, api: httpx.Client
) -> None:
    page = open_page(address)
    keys = Keyboard(page)
    keys.press("b")
    expect(field(page, "rider")).to_be_focused()
    keys.type("Żółć 王")
    page.get_by_role("option", name="New rider: Żółć 王").wait_for()
    keys.press("Enter")
    expect(field(page, "from")).to_be_focused()
    keys.type("Alp Grüm")
    page.get_by_role("option", name="New place: Alp Grüm").wait_for()
    keys.press("ArrowUp", "Enter")
    expect(page.get_by_role("dialog", name="A new place")).to_be_visible()
    page.get_by_label("Position").fill("47.35, 8.55")
    keys.press("Enter")
    expect(field(page, "from")).to_have_value("Alp Grüm")
    expect(field(page, "to")).to_be_focused()
    keys.type("place 3")
    page.get_by_role("option", name="Place 3", exact=True).wait_for()
    keys.press("Enter")
    keys.type("9")
    field(page, "day").fill("26.11")
    keys.press("Enter")
    expect(page.locator(FORM)).to_have_count(0)
    (made,) = api.get("/bookings", params={"day": "2026-11-26"}).json()["items"]
    assert made["rider"] == "Żółć 王"
    assert made["trips"][0]["requested_at"] == "2026-11-26T08:00:00Z"


def test_what_is_typed_on_a_machine_too_slow_to_draw_reaches_its_fields(
    open_page: OpenPage, address: Address
) -> None:
    page = open_page(address)
    page.evaluate("() => { window.requestAnimationFrame = () => 0; }")
    keys = Keyboard(page)
    keys.press("b")
    keys.type("rid")
    page.get_by_role("option", name="A Rider").wait_for()
    keys.press("Enter")
    expect(page.locator(f"{FORM} [role=option]").first).to_contain_text("Place 2")
    keys.press("Enter")
    keys.type("1500")
    expect(field(page, "rider")).to_have_value("A Rider")
    expect(field(page, "to")).to_have_value("Place 2")
    expect(field(page, "time")).to_have_value("1500")


def test_a_standing_order_until_a_day(open_page: OpenPage, address: Address, api: httpx.Client) -> None:
    page = open_page(address)
    begun(page)
    page.get_by_label("Wed", exact=True).check()
    field(page, "day").fill("2.12.")
    field(page, "until").fill("31.12.")
    page.keyboard.press("Enter")
    expect(page.locator(FORM)).to_have_count(0)
    (order,) = api.get("/standing-orders").json()["items"]
    assert (order["rule"], order["trips"][0]["at"]) == ("FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231", "15:00")
    made = api.get("/bookings", params={"standing_order": order["ref"]}).json()["items"]
    assert [trip["service_on"] for trip in made[0]["trips"]] == ["2026-12-02"]


def test_a_day_typed_at_the_last_moment_gives_the_trip_to_no_run_of_the_day_before(
    open_page: OpenPage, address: Address, api: httpx.Client
) -> None:
    page = open_page(address)
    begun(page)
    expect(page.locator(f"{FORM} .offer").first).to_contain_text("km")
    field(page, "day").fill("2.12.")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("nobody drives yet")
    (made,) = api.get("/bookings", params={"day": "2026-12-02"}).json()["items"]
    assert [trip["run_id"] for trip in made["trips"]] == [None]


def test_who_books_faster_than_the_server_answers_gets_the_best_offer_all_the_same(
    open_page: OpenPage, address: Address, api: httpx.Client, company: Dispatched
) -> None:
    page = open_page(address)
    begun(page).press("Enter")
    expect(page.locator(".toast")).to_contain_text("drives")
    made = max(
        api.get("/bookings", params={"day": DAY.isoformat()}).json()["items"], key=lambda b: b["booking_id"]
    )
    assert made["trips"][0]["run_id"] in company.run_ids


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Nouvelle réservation"), ("de", "Neue Buchung"), ("it", "Nuova prenotazione")],
)
def test_the_form_speaks_every_language(
    open_page: OpenPage, address: Address, language: str, words: str
) -> None:
    page = open_page(f"{address}/?lang={language}")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    assert "{" not in page.locator(FORM).inner_text()
