"""The board on bad days: the server starts again, the session ends, clocks are wrong, nobody drives, the clocks change."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from estafette.domain.time import day_start_at
from tests.dispatched import DAY, ZONE, Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
NAMES = ("أمل بن يوسف", "王小明", "Žofie Þórðardóttir", "<b>Bold</b> & 'Sons'", "Noël 🚐 " + "long" * 30)


def test_a_session_that_ended_leads_to_the_entrance_and_shows_no_rider(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    open_page.provoked.append("401")  # type: ignore[attr-defined]
    page = open_page(address)
    company.write("UPDATE login_session SET revoked_at = now() WHERE company_id = %(company)s")
    page.keyboard.press("Control+z")  # whatever asks the server next
    page.wait_for_url("**/sign-in*")
    assert "A Rider" not in page.content()


def test_a_clock_that_is_wrong_is_said_and_the_board_goes_by_the_servers(
    open_page: OpenPage, address: Address
) -> None:
    page = open_page(address)
    page.clock.install()
    page.add_init_script("const real = Date.now; Date.now = () => real() - 7_200_000;")
    page.reload()
    expect(page.locator("#banner")).to_contain_text("The clock of this computer is 7200 s off")


def test_with_trips_and_nobody_to_drive_them_the_board_says_so(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    day = DAY + timedelta(days=2)
    company.book(2, day)
    page = open_page(address)
    page.goto(f"{address}/?day={day}")
    expect(page.get_by_text("No shifts on this day yet.")).to_be_visible()
    expect(page.locator("#pool")).to_contain_text("Left over 2")


@pytest.mark.parametrize(("day", "after_one"), [(date(2026, 10, 25), "02:00"), (date(2027, 3, 28), "03:00")])
def test_on_the_day_when_the_clocks_change_every_hour_stands_where_it_is(
    open_page: OpenPage, address: Address, company: Dispatched, day: date, after_one: str
) -> None:
    runs, trips = company.roster(day), company.book(2, day)
    company.assign(runs[0], trips, service_on=day)
    early = "UPDATE shift SET starts_at = %(at)s WHERE id = (SELECT shift_id FROM run WHERE id = %(run)s)"
    company.write(early, at=day_start_at(day, ZONE), run=runs[0])
    page = open_page(address)
    page.goto(f"{address}/?day={day}")
    expect(page.locator(".bar")).to_have_count(2)
    hours = page.locator(".hour").all_inner_texts()
    assert hours[hours.index("01:00") + 1] == after_one
    assert hours[-1] == "21:00"  # of the usual hours, up to ten


def test_names_in_any_script_are_shown_as_they_are_and_break_nothing(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    for number, driver in enumerate(company.driver_ids):
        company.write("UPDATE driver SET name = %(name)s WHERE id = %(id)s", name=NAMES[number], id=driver)
    company.write("UPDATE rider SET name = %(name)s", name=NAMES[3])
    page = open_page(address)
    for name in NAMES[:3]:
        expect(page.locator("#grid")).to_contain_text(name)
    page.locator(".bar").first.click()
    expect(page.locator("#inspector")).to_contain_text(NAMES[3])
    company.write("UPDATE rider SET name = %(name)s", name=NAMES[4])
    page.reload()
    page.locator(".bar").first.click()
    expect(page.locator("#inspector")).to_contain_text(NAMES[4])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
