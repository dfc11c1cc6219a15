"""The driver's page on a phone: linked, driven with one thumb, also without signal."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from estafette.domain.booking import TripStatus
from estafette.store.database import Database
from tests.browser.driving import Phone, company_of_tomorrow, link_of_driver, phone_of, served_today, tomorrow
from tests.browser.looks import looks_well
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser


@pytest.fixture
def company(database: Database) -> Dispatched:
    return company_of_tomorrow(database)


@pytest.fixture
def address(company: Dispatched) -> Iterator[Address]:
    with served_today(company) as address:
        yield address


@pytest.fixture
def phone(browser: Browser, address: Address, company: Dispatched) -> Iterator[Phone]:
    """A phone that is linked; its run is not accepted yet."""
    with phone_of(browser, address) as phone:
        phone.open(link_of_driver(address, company))
        yield phone


@pytest.fixture
def driver(phone: Phone) -> Phone:
    """A phone whose driver has accepted the run."""
    phone.page.get_by_role("button", name="Accept the run").click()
    phone.until("!JSON.parse(localStorage['estafette-driver.outbox']).length")
    return phone


def statuses(company: Dispatched) -> list[str]:
    rows = company.write("SELECT status FROM trip WHERE company_id = %(company)s ORDER BY id")
    return [status for (status,) in rows]


def told(company: Dispatched, count: int) -> list[tuple[str, float]]:
    """Wait for so many steps at the server; gives each with the seconds between its tap and its arrival."""
    history = (
        "SELECT to_status, extract(epoch FROM at - occurred_at)::float FROM trip_history ORDER BY version"
    )
    for _ in range(100):
        rows = company.write(history)
        if len(rows) >= count:
            break
        company.write("SELECT pg_sleep(0.1)")
    return [(status, seconds) for status, seconds in rows]


def test_a_phone_is_linked_by_a_code_that_is_good_once(phone: Phone, company: Dispatched) -> None:
    page = phone.page
    assert page.url == f"{phone.address}/driver"
    expect(page.get_by_role("heading", name="A Rider")).to_be_visible()
    expect(page.locator("#changed")).to_contain_text("New run")
    expect(page.locator(".where")).to_contain_text("Place 1")
    page.get_by_role("button", name="Accept the run").click()
    expect(page.locator("#changed")).to_have_count(0)
    phone.until("!JSON.parse(localStorage['estafette-driver.outbox']).length")
    assert company.write("SELECT acknowledged FROM run ORDER BY id LIMIT 1") == [(1,)]


def test_a_used_code_or_no_code_at_all_is_said(phone: Phone, browser: Browser, company: Dispatched) -> None:
    link = link_of_driver(phone.address, company)
    httpx.post(f"{phone.address}/api/v1/sign-in/link", json={"token": link.partition("=")[2]})
    with phone_of(browser, phone.address) as other:
        page = other.open(link)
        expect(page.get_by_role("alert")).to_contain_text("Ask for a new one")
        page.get_by_label("Link or code").fill("https://example.org/")
        page.get_by_role("button", name="Link", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("no link of ours")
        page.get_by_label("Link or code").fill(phone.address + link_of_driver(phone.address, company))
        page.get_by_role("button", name="Link", exact=True).click()
        expect(page.get_by_role("heading", name="A Rider")).to_be_visible()
        other.expect_complaint("401")


def test_a_trip_is_driven_by_the_main_button_alone(driver: Phone, company: Dispatched) -> None:
    page = driver.page
    for does, then in [
        ("En route", "Arrived"),
        ("Arrived", "On board"),
        ("On board", "Dropped off"),
        ("Dropped off", "En route"),
    ]:
        main = page.locator("#step")
        expect(main).to_have_text(does)
        assert page.evaluate("document.querySelector('#step').offsetHeight") >= 64
        main.click()
        expect(page.locator("#step")).to_have_text(then)
    expect(page.locator(".count")).to_have_text("1 / 3")
    driver.later()
    assert [status for status, _ in told(company, 4)] == ["en_route", "arrived", "on_board", "completed"]
    assert statuses(company) == ["completed", "booked", "booked"]


def test_a_step_can_be_taken_back_before_anybody_was_told(driver: Phone, company: Dispatched) -> None:
    page = driver.page
    page.locator("#step").click()
    page.locator("#undo").click()
    expect(page.locator("#step")).to_have_text("En route")
    driver.later()
    page.locator("#step").click()
    driver.later()
    expect(page.locator("#undo")).to_have_count(0)
    assert [status for status, _ in told(company, 1)] == ["en_route"]


def test_without_signal_steps_are_kept_and_replayed_in_order_with_the_times_of_the_taps(
    driver: Phone, company: Dispatched
) -> None:
    page = driver.page
    driver.until("navigator.serviceWorker.controller !== null")
    driver.context.set_offline(True)
    for does in ("En route", "Arrived", "On board"):
        expect(page.locator("#step")).to_have_text(does)
        page.locator("#step").click()
        driver.later(60)
    expect(page.locator("#waiting")).to_have_text("3 steps are kept on this phone")
    expect(page.locator("#connection")).to_contain_text("Offline")
    page.reload()
    expect(page.locator("#step")).to_have_text("Dropped off")
    page.locator("#show-unsent").click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(3)
    page.keyboard.press("Escape")
    assert statuses(company) == ["booked"] * 3
    driver.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    steps = told(company, 3)
    assert [status for status, _ in steps] == ["en_route", "arrived", "on_board"]
    gaps = [earlier - later for (_, earlier), (_, later) in pairwise(steps)]
    assert all(50 < gap < 90 for gap in gaps)
    expect(page.locator("#connection")).to_have_count(0)
    assert len(company.write("SELECT 1 FROM trip_history")) == 3
    driver.expect_complaint("ERR_INTERNET_DISCONNECTED")


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_key(
    driver: Phone, company: Dispatched
) -> None:
    page, keys = driver.page, []

    def lose(route: object) -> None:
        keys.append(route.request.headers["idempotency-key"])  # type: ignore[attr-defined]
        if len(keys) > 1:
            route.continue_()  # type: ignore[attr-defined]
            return
        route.fetch()  # type: ignore[attr-defined]  # the server does it, and nobody hears of it
        route.abort()  # type: ignore[attr-defined]

    page.route("**/progress", lose)
    page.locator("#step").click()
    driver.later()
    expect(page.locator("#connection")).to_contain_text("Offline")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#connection")).to_have_count(0)
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert len(company.write("SELECT 1 FROM trip_history")) == 1
    driver.expect_complaint("ERR_FAILED")


def test_a_refused_step_is_shown_and_the_others_go_on(driver: Phone, company: Dispatched) -> None:
    page = driver.page
    page.locator("#step").click()
    company.set_status(company.trip_ids[0], TripStatus.CANCELLED)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    driver.later()
    expect(page.get_by_role("alert")).to_contain_text("Not accepted")
    expect(page.get_by_role("alert")).to_contain_text("The trip stood otherwise already.")
    expect(page.locator("#step")).to_have_text("En route")
    page.locator("#step").click()
    driver.later()
    assert told(company, 2)[-1][0] == "en_route"
    assert statuses(company) == ["cancelled", "en_route", "booked"]
    page.get_by_role("button", name="Understood").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    driver.expect_complaint("422")


def test_a_tap_is_heard_though_the_page_is_drawn_anew_under_the_finger(driver: Phone) -> None:
    page = driver.page
    page.locator("#step").hover()
    page.mouse.down()
    driver.later(70)  # the minute changes, and with it the page
    page.wait_for_timeout(100)
    page.mouse.up()
    expect(page.locator("#step")).to_have_text("Arrived")


def test_a_no_show_is_asked_for_what_was_done(driver: Phone, company: Dispatched) -> None:
    page = driver.page
    page.locator("#step").click()
    expect(page.locator("#no-show")).to_have_count(0)
    page.locator("#step").click()
    driver.later(7 * 60)
    page.locator("#no-show").click()
    dialog = page.get_by_role("dialog", name="Rider not there?")
    expect(dialog.get_by_label("Minutes waited")).to_have_value("7")
    dialog.get_by_role("button", name="Record the no-show").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say whether you called.")
    dialog.get_by_label("I called").check()
    dialog.get_by_role("button", name="Record the no-show").click()
    expect(page.locator(".count")).to_have_text("1 / 3")
    driver.later()
    assert told(company, 3)[-1][0] == "no_show"
    assert company.write("SELECT waited_s, called FROM no_show") == [(420, True)]


def test_a_change_by_the_dispatcher_is_shown_and_acknowledged(driver: Phone, company: Dispatched) -> None:
    page = driver.page
    (added,) = company.book(1, tomorrow())
    company.assign(company.run_ids[0], [added], service_on=tomorrow())
    expect(page.locator("#changed")).to_contain_text("Your run has changed – new: 1")
    expect(page.locator(".mark.news")).to_have_count(2)  # both its stops
    page.locator("#accept-change").click()
    expect(page.locator("#changed")).to_have_count(0)
    expect(page.locator(".mark.news")).to_have_count(0)


def test_a_session_that_ended_leaves_no_rider_on_the_phone_and_loses_no_step(
    driver: Phone, company: Dispatched
) -> None:
    page = driver.page
    page.locator("#step").click()
    company.write("UPDATE login_session SET revoked_at = now() WHERE company_id = %(company)s")
    driver.later()
    expect(page.get_by_role("heading", name="This phone is no longer linked")).to_be_visible()
    assert "A Rider" not in page.evaluate("JSON.stringify(localStorage)")
    expect(page.locator(".linking")).to_contain_text("(1)")
    page.get_by_label("Link or code").fill(link_of_driver(driver.address, company))
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#step")).to_have_text("Arrived")
    assert [status for status, _ in told(company, 1)] == ["en_route"]
    driver.expect_complaint("401")


def test_a_refusal_of_the_link_before_does_not_end_the_new_one(driver: Phone, company: Dispatched) -> None:
    driver.expect_complaint("401")
    page, late = driver.page, []

    def refuse(route: Route) -> None:
        company.write("UPDATE login_session SET revoked_at = now() WHERE company_id = %(company)s")
        late.append((route, route.fetch()))

    page.route("**/progress", refuse, times=1)
    page.locator("#step").click()
    with page.expect_request("**/progress"):
        driver.later()
    link = link_of_driver(driver.address, company)
    with page.expect_response("**/api/v1/account"):
        page.evaluate("hash => { location.hash = hash }", link.partition("#")[2])
    ((route, refusal),) = late
    route.fulfill(response=refusal)
    driver.until("!JSON.parse(localStorage['estafette-driver.outbox']).length")
    assert [status for status, _ in told(company, 1)] == ["en_route"]
    expect(page.locator("#step")).to_have_text("Arrived")


def test_signing_out_forgets_the_run(driver: Phone) -> None:
    driver.expect_complaint("401")
    sign_out(driver.page)
    assert "A Rider" not in driver.page.evaluate("JSON.stringify(localStorage)")


def test_an_answer_that_comes_after_signing_out_is_not_kept(driver: Phone) -> None:
    driver.expect_complaint("401")
    page, late = driver.page, []
    page.route("**/api/v1/my/runs", lambda route: late.append((route, route.fetch())), times=1)
    with page.expect_request("**/api/v1/my/runs"):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    sign_out(page)
    ((route, answer),), asked = late, len(driver.asked)
    with page.expect_response("**/api/v1/my/runs"):
        route.fulfill(response=answer)
    page.wait_for_timeout(100)
    assert "A Rider" not in page.evaluate("JSON.stringify(localStorage)")
    assert driver.asked[asked:] == []  # nor does the page go on listening


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Link this phone")).to_be_visible()


def test_what_is_over_is_forgotten_by_itself(driver: Phone) -> None:
    page = driver.page
    driver.context.set_offline(True)
    driver.later(72 * 3600)
    expect(page.get_by_role("heading", name="No run")).to_be_visible()
    assert "A Rider" not in page.evaluate("JSON.stringify(localStorage)")
    driver.expect_complaint("ERR_INTERNET_DISCONNECTED")


def test_a_problem_is_reported_without_signal_and_stands_on_the_board_until_it_is_seen_to(
    driver: Phone, open_page: Callable[..., Page], company: Dispatched
) -> None:
    board = open_page(f"{driver.address}/?day={tomorrow()}")
    page = driver.page
    driver.context.set_offline(True)
    page.locator("#problem").click()
    page.locator("#problem-send").click()
    expect(page.locator("#problem-trouble")).to_have_text("Say what is wrong.")
    page.get_by_label("Trouble with the vehicle").check()
    page.get_by_label("In a few words").fill("flat tyre")
    looks_well(page, "driver-problem")
    page.locator("#problem-send").click()
    page.locator("#show-unsent").click()
    expect(page.get_by_role("dialog")).to_contain_text("Problem: Trouble with the vehicle")
    page.keyboard.press("Escape")
    driver.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    problem = board.locator(".problems p")
    expect(problem).to_contain_text("Driver 1 has trouble with the vehicle: flat tyre")
    looks_well(board, "board-problem")
    problem.get_by_role("button", name="Show").press("Enter")
    expect(board.locator("#inspector")).to_have_attribute("data-open", "true")
    problem.get_by_role("button", name="Seen to: Driver 1").click()
    expect(problem).to_have_count(0)
    board.close()
    driver.expect_complaint("ERR_INTERNET_DISCONNECTED")
