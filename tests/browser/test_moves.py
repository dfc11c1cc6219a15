"""Moving trips on the board, by pointer, by key and by single taps: seen before, done, taken back; never on a stale board."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Request, Route, expect

from estafette.domain.booking import TripStatus
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def page(open_page: OpenPage, address: Address) -> Page:
    return open_page(address)


def bar(page: Page, trip_id: int, run_id: int | None = None) -> object:
    row = f'[data-run="{run_id}"] ' if run_id else ""
    return page.locator(f'{row}.bar[data-trip="{trip_id}"]')


def left_over(page: Page, trip_id: int) -> object:
    return page.locator(f'#pool [data-trip="{trip_id}"]')


def test_the_keyboard_alone_moves_a_trip_and_takes_it_back(page: Page, company: Dispatched) -> None:
    trip, there = company.trip_ids[0], company.run_ids[2]
    bar(page, trip).focus()
    page.keyboard.press("m")
    expect(page.locator(".move-mode")).to_contain_text("Move mode")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f'[data-run="{there}"][data-over]')).to_have_count(1)
    expect(page.locator(".move-hint")).to_contain_text("Driver 3")
    page.keyboard.press("Enter")
    expect(bar(page, trip, there)).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Trip t0 moved to Driver 3")
    page.keyboard.press("z")
    expect(bar(page, trip, company.run_ids[0])).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Taken back")
    page.keyboard.press("Shift+Z")
    expect(bar(page, trip, there)).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Done again")

    # Who is quicker than the answer takes back what the key before did, and nothing else.
    unanswered: list[Route] = []

    def hold(route: Route) -> None:
        unanswered.append(route)

    page.route("**/api/v1/assignments", hold)
    bar(page, trip, there).click()
    with page.expect_request("**/api/v1/assignments"):
        page.keyboard.press("u")
    page.keyboard.press("z")
    unanswered[0].continue_()
    expect(page.locator(".toast")).to_contain_text("Taken back: Trip t0 taken off")
    expect(bar(page, trip, there)).to_have_count(1)


def test_escape_leaves_a_trip_where_it_was(page: Page, company: Dispatched) -> None:
    trip = company.trip_ids[0]
    bar(page, trip).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(".move-mode")).to_have_count(0)
    expect(bar(page, trip, company.run_ids[0])).to_have_count(1)


def test_two_trips_change_runs_and_back_and_again(page: Page, company: Dispatched) -> None:
    (one, _, other), (first, second, _) = company.trip_ids[:3], company.run_ids
    bar(page, one).click()
    bar(page, other).click(modifiers=["Control"])
    expect(page.locator(".picked")).to_have_text("2 trips picked")
    page.keyboard.press("x")
    expect(bar(page, one, second)).to_have_count(1)
    expect(bar(page, other, first)).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Trip t0 and Trip t2 changed runs")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(bar(page, one, first)).to_have_count(1)
    page.locator(".toast").get_by_role("button", name="Redo").click()
    expect(bar(page, one, second)).to_have_count(1)
    expect(bar(page, other, first)).to_have_count(1)


def test_a_trip_of_the_pool_is_dragged_onto_a_run_that_said_it_can(page: Page, company: Dispatched) -> None:
    trip, there = company.trip_ids[3], company.run_ids[1]
    left_over(page, trip).locator(".open-trip").hover()
    page.mouse.down()
    track = page.locator(f'[data-run="{there}"] .track').bounding_box()
    assert track is not None
    page.mouse.move(track["x"] + 200, track["y"] + 12, steps=5)
    expect(page.locator(f'[data-run="{there}"][data-verdict="ok"]')).to_have_count(1)
    expect(page.locator(".move-hint")).to_contain_text("Driver 2")
    page.mouse.up()
    expect(bar(page, trip, there)).to_have_count(1)
    expect(left_over(page, trip)).to_have_count(0)


def test_a_run_that_offers_to_take_a_trip_is_exact_at_once_and_one_that_refuses_is_asked_what_it_breaks(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    company.write("UPDATE rider SET banned_driver_ids = ARRAY[%(driver)s]", driver=company.driver_ids[2])
    page, asked = open_page(address), list[Any]()

    def heard(request: Request) -> None:
        if request.url.endswith("/assignments"):
            asked.append(request.post_data_json)

    page.on("request", heard)
    known = page.locator(".move-hint[aria-busy=false]")
    bar(page, company.trip_ids[0]).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    expect(known).to_contain_text("Driver 2 possible, −7 min of driving, slack 10 min, 2 stops move")
    expect(page.locator(".shift-by")).to_have_text(["+4", "+6"])  # where it leaves, and where it comes
    assert asked == []
    page.keyboard.press("ArrowDown")
    expect(known).to_contain_text("Driver 3 breaks: rider and driver kept apart")
    assert [body["validate_only"] for body in asked] == [True]


def test_a_trip_in_hand_is_judged_anew_when_another_changes_the_board(
    page: Page, company: Dispatched, api: httpx.Client
) -> None:
    trip, other, there = company.trip_ids[0], company.trip_ids[2], company.run_ids[2]
    bar(page, trip).focus()
    page.keyboard.press("m")
    page.keyboard.press("PageDown")
    hint = page.locator(".move-hint[aria-busy=false]")
    expect(hint).to_contain_text("Driver 3 possible")
    before = hint.text_content() or ""
    body = {"service_on": DAY.isoformat(), "changes": [{"kind": "assign", "trip_id": other, "run_id": there}]}
    assert api.post("/assignments", json=body).is_success
    expect(bar(page, other, there)).to_have_count(1)
    expect(hint).not_to_have_text(before)
    expect(hint).to_contain_text("Driver 3 possible")


def test_a_drag_let_go_by_escape_presses_nothing_where_the_button_comes_up(
    page: Page, company: Dispatched
) -> None:
    trip, below = company.trip_ids[0], company.trip_ids[2]
    asked: list[str] = []

    def heard(request: Request) -> None:
        if f"/trips/{trip}/options" in request.url:
            asked.append(request.url)

    page.on("request", heard)
    with page.expect_request(f"**/trips/{trip}/options*"):
        bar(page, trip).hover()
    page.mouse.down()
    under = bar(page, below).bounding_box()
    assert under is not None
    page.mouse.move(under["x"] + 10, under["y"] + 8, steps=5)
    expect(page.locator(".move-hint")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".move-hint")).to_have_count(0)
    page.mouse.up()
    expect(page.locator("#inspector h2")).to_have_count(0)
    # What the drag asked is not asked again by whoever looks at the trip next; and a click is a click again.
    bar(page, trip).click()
    expect(page.locator("#inspector h2")).to_have_text("Trip t0")
    expect(page.locator("#inspector .ranked").first).to_be_visible()
    assert len(asked) == 1


def test_single_taps_do_what_dragging_does(page: Page, company: Dispatched) -> None:
    trip = company.trip_ids[3]
    left_over(page, trip).locator(".open-trip").click()
    page.locator("#inspector").get_by_role("button", name="Assign: Driver 3").click()
    expect(bar(page, trip, company.run_ids[2])).to_have_count(1)
    page.locator("#inspector").get_by_role("button", name="Take off").click()
    expect(left_over(page, trip)).to_have_count(1)


def test_a_lock_is_seen_and_taken_back(page: Page, company: Dispatched) -> None:
    trip = company.trip_ids[1]
    bar(page, trip).click()
    page.locator("#inspector").get_by_role("button", name="Lock").click()
    expect(bar(page, trip)).to_have_attribute("data-lock", "driver")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(bar(page, trip)).to_have_attribute("data-lock", "none")


@pytest.mark.usefixtures("refused")
def test_a_stale_board_never_wins_and_is_told_what_changed(page: Page, company: Dispatched) -> None:
    trip = company.trip_ids[0]
    bar(page, trip).click()
    # This board hears nothing more.
    page.evaluate("EventSource.prototype.close.call(window.estafette.stream().source)")
    company.assign(company.run_ids[1], [trip])
    page.locator("#inspector").get_by_role("button", name="Take off").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Somebody was faster")
    page.get_by_role("button", name="Understood").click()
    assert company.assigned() == sorted(company.trip_ids[:3])


def test_what_is_under_way_cannot_be_taken_in_hand(page: Page, company: Dispatched) -> None:
    trip = company.trip_ids[0]
    company.set_status(trip, TripStatus.EN_ROUTE)
    expect(bar(page, trip)).to_have_attribute("data-status", "en_route")
    bar(page, trip).focus()
    page.keyboard.press("m")
    expect(page.locator(".move-mode")).to_have_count(0)


def test_two_boards_see_each_others_changes(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    one, other = open_page(address), open_page(address)
    bar(one, company.trip_ids[0]).click()
    one.locator("#inspector").get_by_role("button", name="Take off").click()
    expect(left_over(other, company.trip_ids[0])).to_have_count(1)


def test_the_palette_finds_and_does_and_the_help_lists_the_keys(page: Page, company: Dispatched) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("dense")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-density", "dense")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keys and commands")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
