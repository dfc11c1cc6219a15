"""The map of the board: places, the way of a run, vehicles; chosen on the map or on the board, by pointer and key."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from estafette.domain.booking import TripStatus
from estafette.domain.moment import Fix
from estafette.edge.web.map_tiles import map_tiles
from estafette.settings import Settings
from estafette.store.moments import keep_position
from tests.dispatched import Dispatched
from tests.edge.conftest import SIGN_IN_KEY
from tests.edge.web_client import Address, served

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

_TILES = "https://tiles.example.org/{z}/{x}/{y}.png"
# One pixel, as a server of tiles would send it.
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63606060f80f00010401005fe5c34b0000000049454e44ae426082"
)
_DRAWN = "() => window.estafette.map?.()"


def drawn(page: Page, layer: str, what: str) -> list[dict[str, Any]]:
    """List what the map draws of a kind."""
    page.wait_for_function(_DRAWN)
    return [feature for feature in page.evaluate(_DRAWN)[layer] if feature["what"] == what]


def until(page: Page, layer: str, condition: str) -> None:
    """Wait until the features of a layer are as a condition on `all` says."""
    page.wait_for_function(
        f"() => {{ const all = window.estafette.map?.()?.{layer} ?? []; return {condition}; }}"
    )


def click_on(page: Page, feature: dict[str, Any]) -> None:
    """Click where a feature is drawn, once the map has come to rest."""
    layer = "vehicles" if feature["what"] == "vehicle" else "run"
    before = None
    # Its moves take a quarter of a second, and begin a frame or two after what they are for.
    while before != (now := where(page, layer, feature)):
        before = now
        page.wait_for_timeout(300)
    box = page.locator(".map-picture").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + now[0], box["y"] + now[1])


def where(page: Page, layer: str, feature: dict[str, Any]) -> list[float]:
    (now,) = [one for one in drawn(page, layer, feature["what"]) if one["id"] == feature["id"]]
    return now["pixel"]  # type: ignore[no-any-return]


def report(company: Dispatched, run_id: int, *, minutes_ago: int) -> None:
    """Let the vehicle of a run say where it was; its shift goes on today."""
    company.write(
        "UPDATE shift SET ends_at = now() + interval '2 hours'"
        " WHERE id = (SELECT shift_id FROM run WHERE id = %(run)s) RETURNING id",
        run=run_id,
    )
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    keep_position(company.database, company.company_id, run_id, Fix(at=at, lon=8.522, lat=47.306))


def bar(page: Page, trip_id: int) -> Any:
    return page.locator(f'.bar[data-trip="{trip_id}"]')


def test_the_map_shows_the_places_of_the_day_and_the_chosen_run_stop_by_stop(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    assert {place["id"] for place in drawn(page, "places", "place")} == set(company.place_ids[:2]) | {
        place["place_id"] for place in page.evaluate("() => window.estafette.board().places")
    }
    assert drawn(page, "run", "leg") == []
    bar(page, company.trip_ids[0]).click()
    until(page, "run", "all.some((one) => one.what === 'leg')")
    assert all(leg["dashed"] for leg in drawn(page, "run", "leg"))  # without roads each line is an estimate
    expect(page.locator(".map-legend")).to_contain_text("straight line: estimate")
    assert {stop["label"] for stop in drawn(page, "run", "stop")} >= {"1, 3", "2, 4"}


def test_a_stop_on_the_map_chooses_its_trip_and_a_vehicle_its_run(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    report(company, company.run_ids[1], minutes_ago=0)
    page = open_page(address)
    bar(page, company.trip_ids[0]).click()
    until(page, "run", "all.some((one) => one.what === 'stop')")
    (stop,) = [stop for stop in drawn(page, "run", "stop") if stop["label"] == "1, 3"]
    click_on(page, stop)
    expect(page).to_have_url(
        re.compile(f"trip={company.trip_ids[1]}")
    )  # the next one of those that stop there
    until(page, "vehicles", "all.length === 1")
    click_on(page, drawn(page, "vehicles", "vehicle")[0])
    expect(page.locator(f'[data-run="{company.run_ids[1]}"] .label')).to_be_focused()
    until(page, "run", "all.some((one) => one.what === 'leg')")


def test_a_vehicle_is_drawn_by_what_it_does_and_an_old_position_is_hollow_with_its_age(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    report(company, company.run_ids[0], minutes_ago=0)
    until(page, "vehicles", "all.length === 1 && all[0].state === 'free' && !all[0].hollow")
    company.set_status(company.trip_ids[0], TripStatus.EN_ROUTE)
    until(page, "vehicles", "all[0].state === 'en_route'")
    report(company, company.run_ids[1], minutes_ago=17)
    until(
        page,
        "vehicles",
        "all.length === 2 && all.some((one) => one.hollow && one.label === 'Van 2 · 17 min ago')",
    )
    expect(page.locator(".map-legend")).to_contain_text("old position")


def test_a_second_tab_sees_where_vehicles_are_too(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    report(company, company.run_ids[0], minutes_ago=0)
    page = open_page(address)
    until(page, "vehicles", "all.length === 1")
    other = page.context.new_page()
    other.goto(address)
    other.wait_for_selector(".bar")
    until(other, "vehicles", "all.length === 1")


def test_a_move_in_hand_shows_the_way_it_would_make(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    bar(page, company.trip_ids[0]).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    until(page, "run", f"all.some((one) => one.what === 'ripple' && one.id === {company.run_ids[1]})")
    expect(page.locator(".map-legend")).to_contain_text("after the move")
    page.keyboard.press("Escape")
    until(page, "run", "!all.some((one) => one.what === 'ripple')")


def test_the_list_says_what_the_map_shows_and_works_by_keyboard(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    report(company, company.run_ids[0], minutes_ago=0)
    page = open_page(address)
    page.get_by_role("button", name="As a list").press("Enter")
    page.get_by_role("button", name=re.compile("^Van 1, Driver 1: no trip under way")).press("Enter")
    listed = page.locator(".map-list li")
    expect(listed.filter(has_text="Place 1, pick-up")).to_have_count(2)
    listed.filter(has_text="Place 1, pick-up").first.get_by_role("button").press("Enter")
    expect(page).to_have_url(re.compile(f"trip={company.trip_ids[0]}"))
    page.get_by_role("button", name="As a map").click()
    expect(page.locator(".map-list")).to_have_count(0)


def test_the_map_opens_and_closes_by_a_key_and_keeps_its_size(open_page: OpenPage, address: Address) -> None:
    page = open_page(address, viewport={"width": 1280, "height": 800})
    expect(page.locator("#map")).to_have_count(0)
    page.locator(".bar").first.focus()
    page.keyboard.press("k")
    expect(page.locator("#map")).to_be_visible()
    before = page.locator("#map").bounding_box()
    page.get_by_role("separator", name="Height of the map").press("ArrowUp")
    page.reload()
    page.wait_for_selector(".map-picture")
    after = page.locator("#map").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]
    page.locator(".bar").first.focus()
    page.keyboard.press("k")
    expect(page.locator("#map")).to_have_count(0)


def test_by_default_no_other_host_is_asked_and_the_land_comes_with_the_page(
    open_page: OpenPage, address: Address
) -> None:
    page = open_page(address)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_function("() => window.estafette.map?.().base.includes('land')")
    expect(page.locator(".map-attribution")).to_have_text("Natural Earth")
    assert [url for url in asked if not url.startswith(f"{address}/")] == []


def test_tiles_of_the_settings_are_shown_with_their_attribution(
    open_page: OpenPage, company: Dispatched
) -> None:
    settings = Settings(sign_in_keys=SIGN_IN_KEY, map=f"xyz:{_TILES}", map_attribution="© Example Mapping")
    assert map_tiles(settings) is not None
    asked: list[str] = []

    def tile(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=_PIXEL, content_type="image/png")

    with served(company, settings=settings) as address:
        page = open_page(address, ("https://tiles.example.org/**", tile))
        page.wait_for_function("() => window.estafette.map?.().base.includes('tiles')")
        expect(page.locator(".map-attribution")).to_have_text("© Example Mapping")
        page.wait_for_timeout(500)
        page.close()
    assert asked
