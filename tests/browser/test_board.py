"""The board in a real browser: what it shows, how it follows, how it is walked."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from estafette.domain.booking import TripStatus
from estafette.domain.solve import SolveFigures, SolveRequest
from estafette.edge.web.live import Rhythm
from estafette.store.jobs import ask_for_solve, claim_solve, give_back_solve, hold_solve
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address, served

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

_BOARD = "() => window.estafette.board()"


def _counts(page: Page) -> list[str]:
    return [text.replace("\n", " ") for text in page.locator(".exception").all_inner_texts()]


def _stands_where_a_fresh_board_stands(page: Page, address: Address) -> None:
    fresh = httpx.get(
        f"{address}/api/v1/board", params={"day": DAY.isoformat()}, headers=address.headers
    ).json()
    page.wait_for_function(f"version => ({_BOARD})().version === version", arg=fresh["version"])
    assert page.evaluate(_BOARD) == fresh


def test_the_page_shows_runs_trips_and_what_is_left_over(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    expect(page.get_by_role("grid", name="Runs").get_by_role("rowheader")).to_have_count(3)
    expect(page.locator(".bar")).to_have_count(3)
    expect(page.locator("#pool .open-trip")).to_have_count(3)
    assert _counts(page) == ["Late 0", "At risk 0", "Left over 2", "Will-calls 1"]
    expect(page.locator("#company")).to_have_text("Alpine Rides")
    expect(page).to_have_title("Wednesday 25 November · Alpine Rides")


def test_a_bar_says_its_times_in_the_companys_zone(open_page: OpenPage, address: Address) -> None:
    page = open_page(address, timezone_id="Asia/Tokyo")
    expect(page.locator(".bar").first).to_have_attribute(
        "aria-label", re.compile(r"^06:00–06:02, Place 1 to Place 2, 1 seat, Booked, promised until 0.:..$")
    )


def test_a_change_appears_without_reloading(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    page.evaluate("window.notReloaded = true")
    company.assign(company.run_ids[2], company.trip_ids[3:5])
    expect(page.locator(".bar")).to_have_count(5)
    expect(page.locator(".bar[data-changed]")).to_have_count(2)
    expect(page.locator("#pool .open-trip")).to_have_count(1)
    company.take_off(company.trip_ids[0])
    expect(page.locator(".bar")).to_have_count(4)
    company.set_status(company.trip_ids[1], TripStatus.EN_ROUTE)
    expect(page.locator(f'.bar[data-trip="{company.trip_ids[1]}"]')).to_have_attribute(
        "data-status", "en_route"
    )
    assert page.evaluate("window.notReloaded")


def test_driving_times_that_are_estimates_are_marked_as_such(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    expect(page.locator("#estimates")).to_be_hidden()
    company.plan_on_estimates(company.run_ids[2], company.trip_ids[3:4])
    expect(page.locator("#estimates")).to_contain_text("Runs with estimated driving times: 1")
    label = page.locator(f'[data-run="{company.run_ids[2]}"] .label')
    expect(label).to_have_attribute("title", "driving times are estimates")
    page.locator(f'.bar[data-trip="{company.trip_ids[3]}"]').click()
    expect(page.locator("#inspector dd", has_text="(driving time estimated)")).to_have_count(2)
    page.locator(f'.bar[data-trip="{company.trip_ids[0]}"]').click()
    expect(page.locator("#inspector dd", has_text="(driving time estimated)")).to_have_count(0)


def test_the_page_stands_where_a_fresh_board_stands(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    company.book(2)
    company.assign(company.run_ids[1], company.trip_ids[:2])
    company.extend_shift(company.run_ids[0], 10)
    company.set_status(company.trip_ids[4], TripStatus.CANCELLED)
    _stands_where_a_fresh_board_stands(page, address)


def test_the_page_says_how_far_a_solve_is_and_falls_silent_when_it_ends(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    expect(page.locator("#solve")).to_be_hidden()
    ask_for_solve(company.database, company.company_id, SolveRequest(service_on=DAY), actor="test")
    held = claim_solve(company.database, company.company_id, DAY, lease_s=60, actor="test")
    assert held is not None
    expect(page.locator("#solve")).to_have_text("Planning")
    figures = SolveFigures(placed=87, left_over=3, cost=1, seconds=12.2)
    hold_solve(company.database, held, figures, lease_s=60, actor="test")
    expect(page.locator("#solve")).to_have_text("Planning: 87 of 90 placed, 12 s")
    give_back_solve(company.database, held, actor="test")
    expect(page.locator("#solve")).to_be_hidden()
    _stands_where_a_fresh_board_stands(page, address)


def test_after_a_lost_stream_the_page_catches_up(open_page: OpenPage, company: Dispatched) -> None:
    with served(company, rhythm=Rhythm(stream_s=0.5)) as address:
        page = open_page(address)
        page.wait_for_timeout(700)  # the stream has ended, the next is not open yet
        company.assign(company.run_ids[2], company.trip_ids[3:5])
        expect(page.locator(".bar")).to_have_count(5)
        page.close()


def test_a_reset_brings_a_fresh_board_and_keeps_the_focus(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    page.locator(".bar").nth(1).focus()
    page.route("**/api/v1/events*", lambda route: route.fulfill(
        status=200, content_type="text/event-stream", body="event: reset\ndata: {}\n\n"
    ), times=1)  # fmt: skip
    company.assign(company.run_ids[2], company.trip_ids[3:5])
    with page.expect_request("**/api/v1/board*"):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".bar")).to_have_count(5)
    expect(page.locator(".bar").nth(1)).to_be_focused()


def test_a_lost_connection_is_said_and_taken_back(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    open_page.provoked.append("ERR_FAILED")  # type: ignore[attr-defined]
    page.route("**/api/v1/events*", lambda route: route.abort())
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#banner")).to_contain_text("Connection lost", timeout=15_000)
    expect(page.locator("#banner")).to_be_visible()
    page.unroute("**/api/v1/events*")
    expect(page.locator("#banner")).to_be_hidden(timeout=15_000)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")


def test_the_keyboard_reaches_a_bar_and_opens_it(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    page.locator("#pool button").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".bar").nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".bar").nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".bar").nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("Trip t2")
    assert "trip=" in page.url
    page.keyboard.press("Home")
    expect(page.locator(".label").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    assert "trip=" not in page.url


def test_only_one_cell_of_the_grid_is_a_tab_stop(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    page.locator(".bar").nth(2).focus()
    assert page.locator('#grid [tabindex="0"]').count() == 1


def test_a_trip_in_hand_tells_its_facts(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    page.locator(".bar").first.click()
    expect(page.locator("#inspector")).to_contain_text("A Rider")
    expect(page.locator("#inspector")).to_contain_text("Driver 1 · Van 1")
    page.locator("#pool .open-trip").first.click()
    expect(page.locator("#inspector")).to_contain_text("Nobody yet")


@pytest.mark.parametrize(
    ("language", "runs"),
    [("en", "Runs (3)"), ("fr", "Tournées (3)"), ("de", "Touren (3)"), ("it", "Giri (3)")],
)
def test_the_page_speaks_every_language(
    open_page: OpenPage, address: Address, language: str, runs: str
) -> None:
    page = open_page(f"{address}/?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".corner")).to_have_text(runs)
    for position in range(3):
        page.locator(".bar").nth(position).click()
        assert "{" not in page.locator("body").inner_text()


def test_on_a_small_screen_nothing_is_wider_than_it(open_page: OpenPage, address: Address) -> None:
    page = open_page(address, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".bar").first.click()
    expect(page.locator("#inspector")).to_be_in_viewport()


def test_a_day_without_anything_says_so(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    page.get_by_label("Next day").click()
    expect(page.get_by_text("No shifts on this day yet.")).to_be_visible()
    assert "day=2026-11-26" in page.url


def test_a_day_that_is_none_is_named(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    open_page.provoked.append("400")  # type: ignore[attr-defined]
    page.goto(f"{address}/?day=soon")
    expect(page.locator("#banner")).to_contain_text("day: ")
    expect(page.locator("#banner")).to_be_visible()


def test_the_page_asks_no_other_host(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_selector(".bar")
    assert asked
    assert [url for url in asked if not url.startswith(address)] == []


def test_eight_tabs_share_one_stream_and_live_on_when_its_holder_closes(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    streams: list[str] = []
    first = open_page(address)
    context = first.context
    context.on("request", lambda request: streams.append(request.url) if "/events" in request.url else None)
    others = [context.new_page() for _ in range(7)]
    for page in others:
        page.goto(address)
        expect(page.locator(".bar")).to_have_count(3)
    assert streams == []
    company.assign(company.run_ids[2], company.trip_ids[3:4])
    for page in [first, *others]:
        expect(page.locator(".bar")).to_have_count(4)
    first.close()
    company.assign(company.run_ids[2], company.trip_ids[4:5])
    for page in others:
        expect(page.locator(".bar")).to_have_count(5)
    assert len(streams) == 1
