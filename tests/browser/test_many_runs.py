"""A day with more runs than a screen shows: those in sight are judged first, the others soon after."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from estafette.store.database import Database
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database, drivers=40)
    company.roster()
    company.book(2)
    company.assign(company.run_ids[0], company.trip_ids[:1])
    return company


def test_of_a_trip_in_hand_the_runs_in_sight_are_asked_about_first_and_the_others_then(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    trip = company.trip_ids[0]
    page = open_page(address)
    asked: list[str | None] = []

    def heard(request: Request) -> None:
        url = urlsplit(request.url)
        if url.path.endswith(f"/trips/{trip}/options"):
            asked.append(parse_qs(url.query).get("runs", [None])[0])

    page.on("request", heard)
    page.locator(f'.bar[data-trip="{trip}"]').focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".move-hint")).to_have_attribute("data-kind", "ok")
    for _ in company.run_ids:
        page.keyboard.press("ArrowDown")
    expect(page.locator(".run[data-over]")).to_have_count(1)
    last = page.locator(".run[data-over]").get_attribute("data-run")
    expect(page.locator(".move-hint")).to_have_attribute("data-kind", "ok")
    drawn, every = asked
    assert every is None
    assert drawn is not None
    assert str(company.run_ids[0]) in drawn.split(",")
    assert last not in drawn.split(",")
