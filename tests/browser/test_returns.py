"""A return whose outbound was a no-show: a person says whether it is still wanted."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from estafette.domain.booking import TripStatus
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser


def test_after_a_no_show_the_dispatcher_is_asked_about_the_way_back(
    open_page: Callable[..., Page], address: Address, company: Dispatched
) -> None:
    for outbound, back in ((0, 5), (1, 3)):
        company.write(
            """UPDATE trip SET direction = 'return', booking_id = o.booking_id FROM trip o
            WHERE trip.id = %(back)s AND o.id = %(out)s""",
            back=company.trip_ids[back], out=company.trip_ids[outbound],
        )  # fmt: skip
    page = open_page(address)
    doubted = page.get_by_role("region", name="Return still wanted?")
    expect(doubted).to_have_count(0)
    for trip in company.trip_ids[:2]:
        for status in (TripStatus.EN_ROUTE, TripStatus.ARRIVED, TripStatus.NO_SHOW):
            company.set_status(trip, status)
    expect(doubted.get_by_role("listitem")).to_have_count(2)
    expect(doubted).to_contain_text("Outbound was a no-show: keep or cancel?")

    called = doubted.locator(f'[data-trip="{company.trip_ids[5]}"]')
    called.get_by_role("button", name="Keep", exact=True).click()
    expect(doubted.get_by_role("listitem")).to_have_count(1)
    colleague = open_page(f"{address}/?lang=de")
    doubted_there = colleague.get_by_role("region", name="Rückfahrt noch nötig?")
    expect(doubted_there.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("region", name="Will-calls")).to_be_visible()
    doubted_there.get_by_role("button", name="Fahrt absagen", exact=True).click()
    expect(doubted).to_have_count(0)
    stands = company.write(
        "SELECT status, cancel_reason FROM trip WHERE id = %(trip)s", trip=company.trip_ids[3]
    )
    assert stands == [("cancelled", "Auf der Hinfahrt nicht erschienen")]
    page.reload()
    expect(page.get_by_role("region", name="Will-calls")).to_be_visible()
    expect(doubted).to_have_count(0)
