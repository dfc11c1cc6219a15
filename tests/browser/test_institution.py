"""The institution's page: its riders' trips live, booked, called off, ready; and what it shows on a bad day."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from estafette.domain.account import NewAccount
from estafette.domain.booking import TripStatus
from estafette.domain.permission import Role
from estafette.flow.accounts.people import invite, let_in, operators_link
from estafette.store.database import Database
from tests.browser.driving import served_today, tomorrow
from tests.browser.looks import looks_well
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser

OpenWard = Callable[..., Page]


@pytest.fixture
def company(database: Database) -> Dispatched:
    """A ward with one rider, who has trips today and tomorrow; a rider of nobody has one more."""
    company = Dispatched(database)
    today = tomorrow() - timedelta(days=1)
    ward = (
        "INSERT INTO institution (company_id, ref, name) VALUES (%(company)s, 'ward', 'Ward 7') RETURNING id"
    )
    ((ward_id,),) = company.write(ward)
    company.write("UPDATE rider SET institution_id = %(ward)s", ward=ward_id)
    company.book(1, today, will_call=True)
    run_ids = company.roster(tomorrow())
    company.assign(run_ids[0], company.book(2, tomorrow()), service_on=tomorrow())
    (foreign,) = company.book(1, tomorrow())
    company.write(
        """WITH other AS (INSERT INTO rider (company_id, ref, name) VALUES (%(company)s, 'r2', 'Zyzzyva') RETURNING id)
        UPDATE booking SET rider_id = other.id FROM other
        WHERE booking.id = (SELECT booking_id FROM trip WHERE trip.id = %(trip)s)""",
        trip=foreign,
    )
    new = NewAccount(email="ward@example.org", name="Ward", role=Role.INSTITUTION, institution_id=ward_id)
    company.nurse = invite(database, company.company_id, new, actor="test").account.user_id  # type: ignore[attr-defined]
    return company


@pytest.fixture
def address(company: Dispatched) -> Iterator[Address]:
    with served_today(company) as address:
        yield address


@pytest.fixture
def open_ward(browser: Browser, company: Dispatched, address: Address) -> Iterator[OpenWard]:
    """Open the page as a nurse who signs in; at the end it may have asked no other host, nor complained of what was not provoked."""
    complaints: list[str] = []
    provoked: list[str] = []
    asked: list[str] = []
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(
            **{"locale": "en-GB", "viewport": {"width": 1100, "height": 800}, **options}
        )
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        token = let_in(company.database, company.company_id, company.nurse, actor="test").token  # type: ignore[attr-defined]
        page.goto(f"{address}/sign-in#sign-in={token}")
        page.wait_for_selector("#book")
        return page

    opened.provoked = provoked  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert [each for each in complaints if not any(about in each for about in provoked)] == []
    assert [url for url in asked if not url.startswith(address)] == []


def test_who_signs_in_for_an_institution_sees_its_riders_and_nobody_elses(open_ward: OpenWard) -> None:
    page = open_ward()
    assert page.url.endswith("/institution")
    expect(page.get_by_role("heading", name="Ward 7")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody")).to_have_count(2)
    expect(page.get_by_role("row", name="A Rider Place 2 – Place 3 Planned").first).to_contain_text(
        "06:04, there 06:06"
    )
    assert "Zyzzyva" not in page.content()


def test_patient_ready_is_said_with_one_press(open_ward: OpenWard, company: Dispatched) -> None:
    page = open_ward()
    page.get_by_role("button", name="Patient ready: A Rider").press("Enter")
    expect(page.locator("#told")).to_have_text("A Rider: the dispatcher knows.")
    expect(page.locator(f"#trip-{company.trip_ids[0]} .state")).to_have_text("Booked")
    expect(page.get_by_role("button", name="Patient ready")).to_have_count(0)


def test_patient_ready_is_said_on_the_day_alone(open_ward: OpenWard, company: Dispatched) -> None:
    company.book(1, tomorrow(), will_call=True)
    page = open_ward()
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.get_by_role("button", name="Patient ready")).to_have_count(1)


def test_what_the_driver_does_shows_without_reloading(open_ward: OpenWard, company: Dispatched) -> None:
    page = open_ward()
    company.set_status(company.trip_ids[1], TripStatus.EN_ROUTE)
    expect(page.locator(f"#trip-{company.trip_ids[1]} .state")).to_have_text("Driver on the way")


def test_what_happens_before_the_page_listens_shows_once_it_does(
    open_ward: OpenWard, company: Dispatched
) -> None:
    page, held = open_ward(), []
    page.route("**/api/v1/ward/events", lambda route: held.append(route), times=1)  # noqa: PLW0108 - it looks for an attribute
    with page.expect_request("**/api/v1/ward/events"):
        page.reload()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#book")).to_be_visible()
    company.set_status(company.trip_ids[1], TripStatus.EN_ROUTE)
    page.wait_for_timeout(100)
    held[0].continue_()
    expect(page.locator(f"#trip-{company.trip_ids[1]} .state")).to_have_text("Driver on the way")


def test_a_trip_is_called_off_after_a_question(open_ward: OpenWard, company: Dispatched) -> None:
    page = open_ward()
    page.locator(f"#cancel-{company.trip_ids[1]}").click()
    page.get_by_role("button", name="Back").click()
    page.locator(f"#cancel-{company.trip_ids[1]}").click()
    page.get_by_role("button", name="Cancel the trip", exact=True).click()
    expect(page.locator(f"#trip-{company.trip_ids[1]} .state")).to_have_text("Cancelled")
    kind = "SELECT cancelled FROM trip WHERE id = %(trip)s"
    assert company.write(kind, trip=company.trip_ids[1]) == [("institution",)]


def test_a_round_trip_is_booked_by_keyboard_with_the_return_on_call(open_ward: OpenWard) -> None:
    page = open_ward()
    page.locator("#book").press("Enter")
    page.locator("#book-confirm").press("Enter")
    expect(page.locator("#book-trouble")).to_have_text("Write a name.")
    expect(page.locator("#book-rider")).to_be_focused()
    page.keyboard.type("New Patient")
    page.locator("#book-confirm").press("Enter")
    expect(page.locator("#book-trouble")).to_contain_text("Choose a place of the list")
    page.locator("#book-from").fill("Place 1")
    page.locator("#book-to").fill("Place 2")
    page.locator("#book-day").fill(tomorrow().isoformat())
    page.locator("#book-time").fill("10:30")
    page.locator("#book-confirm").press("Enter")
    expect(page.locator("#told")).to_have_text("New Patient: booked.")
    booked = page.locator("tbody tr", has_text="New Patient")
    expect(booked).to_have_count(2)
    expect(booked.filter(has_text="be there by 10:30")).to_contain_text("Place 1 – Place 2")
    expect(booked.filter(has_text="on call")).to_contain_text("Place 2 – Place 1")


def test_a_session_that_ended_shows_the_way_in_and_no_rider(open_ward: OpenWard, company: Dispatched) -> None:
    open_ward.provoked.append("401")  # type: ignore[attr-defined]
    page = open_ward()
    company.write("UPDATE login_session SET revoked_at = now() WHERE company_id = %(company)s")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_role("alert")).to_have_text("Your session has ended.")
    expect(page.get_by_role("link", name="Sign in")).to_have_attribute("href", "/sign-in")
    assert "A Rider" not in page.content()


def test_a_lost_connection_is_said_and_healed(open_ward: OpenWard) -> None:
    open_ward.provoked.append("ERR_INTERNET")  # type: ignore[attr-defined]
    page = open_ward()
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#connection")).to_contain_text("No connection")
    expect(page.locator("tbody tr")).to_have_count(3)
    looks_well(page, "institution-offline")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#connection")).to_have_count(0)


def ask_in_words(page: Page, name: str, street: str) -> None:
    """Book to an address that is not in the list."""
    page.locator("#book").press("Enter")
    page.locator("#book-rider").fill(name)
    page.locator("#book-from").fill("Place 1")
    page.locator("#book-to").fill(street)
    page.locator("#book-day").fill(tomorrow().isoformat())
    expect(page.locator("#book-hint")).to_contain_text("not in the list")
    page.locator("#book-time").fill("10:30")
    page.locator("#book-note").fill("walks badly")
    page.get_by_role("button", name="Ask the dispatcher").press("Enter")
    expect(page.locator("#told")).to_have_text(f"{name}: asked. The answer shows here.")


def board_of_tomorrow(browser: Browser, company: Dispatched, address: Address) -> Page:
    """Open the dispatcher's board."""
    board = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900}).new_page()
    token = operators_link(company.database, company.company_id, actor="test")
    board.goto(f"{address}/sign-in?day={tomorrow()}#sign-in={token}")
    board.wait_for_selector("#pool")
    return board


def test_an_address_that_is_not_in_the_list_is_asked_for_in_words_and_answered_from_the_board(
    open_ward: OpenWard, company: Dispatched, address: Address, browser: Browser
) -> None:
    board = board_of_tomorrow(browser, company, address)
    ward = open_ward()
    ask_in_words(ward, "Nora Neumann", "Lindenweg 4")
    asked = board.get_by_role("region", name="Asked for by wards")
    expect(asked).to_contain_text("Ward 7: Nora Neumann")
    expect(asked).to_contain_text("there 10:30, back on call")
    looks_well(board, "enquiry-board")

    board.keyboard.press("r")
    for field, option in (
        ("rider", "New rider: Nora Neumann"),
        ("from", "Place 1"),
        ("to", "New place: Lindenweg 4"),
    ):
        expect(board.locator(f'#booking [name="{field}"]')).to_be_focused()
        expect(board.get_by_role("option", name=option).first).to_be_visible()
        if field == "to":
            looks_well(board, "enquiry-form")
        board.keyboard.press("Enter")
    board.get_by_label("Position").fill("47.3769, 8.5417")
    board.get_by_label("Position").press("Enter")
    expect(board.locator('#booking [name="time"]')).to_be_focused()
    expect(board.locator('#booking [name="time"]')).to_have_value("10:30")
    expect(board.locator('#booking [name="purpose"]')).to_have_value("walks badly")
    board.locator('#booking [name="time"]').press("Enter")
    expect(asked).to_have_count(0)
    answered = ward.locator("[data-enquiry]", has_text="Lindenweg 4")
    expect(answered.locator(".state")).to_have_text("Booked")
    expect(answered.get_by_role("link", name="Show the trip")).to_be_visible()
    expect(ward.locator("tbody tr[data-status]", has_text="Nora Neumann")).to_have_count(2)

    ask_in_words(ward, "A Rider", "Am Ende der Welt")
    asked.get_by_role("button", name="Decline: Ward 7: A Rider").click()
    decline = board.get_by_role("alertdialog").get_by_role("button", name="Decline")
    expect(decline).to_be_disabled()
    board.get_by_label("Why? Ward 7 reads this.").fill("too far for a day")
    decline.click()
    expect(ward.locator("[data-enquiry=declined]")).to_contain_text("too far for a day")
    ask_in_words(ward, "A Rider", "Zweite Strasse")
    expect(asked).to_be_visible()
    looks_well(ward, "institution-asked")
    ward.get_by_role("button", name="Withdraw the request for A Rider").click()
    expect(asked).to_have_count(0)
    expect(ward.locator("[data-enquiry]")).to_have_count(2)
    board.context.close()


@pytest.mark.parametrize(
    "look",
    [
        {"locale": "de-CH", "viewport": {"width": 320, "height": 640}},
        {"locale": "it-CH", "color_scheme": "dark"},
        {"locale": "fr-CH"},
    ],
    ids=["small-de", "dark-it", "wide-fr"],
)
def test_it_fits_and_is_accessible(open_ward: OpenWard, look: dict[str, Any]) -> None:
    page = open_ward(**look)
    expect(page.locator("html")).to_have_attribute("lang", look["locale"][:2])
    looks_well(page, f"institution-{look['locale'][:2]}")
    page.locator("#book").click()
    looks_well(page, f"institution-{look['locale'][:2]}-book")
    assert "{" not in page.locator("body").inner_text()


def test_a_day_without_trips_says_so(open_ward: OpenWard, company: Dispatched) -> None:
    page = open_ward()
    company.write(
        "UPDATE trip SET service_on = service_on + 30 WHERE id = %(trip)s", trip=company.trip_ids[0]
    )
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("No trips.")).to_be_visible()
