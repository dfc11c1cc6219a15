"""A driver's phone in a real Chromium, linked to a company that has a run today or tomorrow."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from estafette.edge.web.app import routed, serving
from estafette.store.database import Database
from tests.dispatched import ZONE, Dispatched
from tests.edge.web_client import Address, bearer, running

PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB", "has_touch": True}


def tomorrow() -> date:
    """Give a day whose shifts are ahead at whatever hour tests run, and which a driver is shown."""
    return (datetime.now(ZoneInfo(ZONE)) + timedelta(days=1)).date()


def company_of_tomorrow(database: Database) -> Dispatched:
    """Make a company whose first driver has three trips, not overlapping, from place to place."""
    company = Dispatched(database)
    day = tomorrow()
    company.write(
        "UPDATE place SET address = 'Road ' || id || ', 8000 Zürich' WHERE company_id = %(company)s"
    )
    run_ids = company.roster(day)
    company.assign(run_ids[0], company.book(3, day), service_on=day)
    return company


@contextmanager
def served_today(company: Dispatched) -> Iterator[Address]:
    """Serve a company as if today were today: drivers are shown what is now."""
    headers = bearer(company)
    with running(serving(routed(), company.database)) as where:
        address = Address(where)
        address.headers = headers
        yield address


def link_of_driver(address: Address, company: Dispatched, nth: int = 0) -> str:
    """Give the path of the link that a dispatcher shows a driver."""
    url = f"{address}/api/v1/drivers/{company.driver_ids[nth]}/link"
    return str(httpx.post(url, headers=address.headers, json={}).json()["link"])


class Phone:
    """A phone: its page, the requests it made and what it complained of."""

    def __init__(self, context: BrowserContext, address: Address) -> None:
        self.context, self.address = context, address
        self.complaints: list[str] = []
        self.provoked: list[str] = []
        self.asked: list[str] = []
        context.on("request", lambda request: self.asked.append(request.url))
        self.page = self._page()

    def _page(self) -> Page:
        page = self.context.new_page()
        page.clock.install()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def open(self, path: str = "/driver") -> Page:
        """Open the page and wait until it shows something to do."""
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_selector(".card")
        return self.page

    def later(self, seconds: int = 11) -> None:
        """Let time pass: more than a step is held back."""
        self.page.clock.fast_forward(seconds * 1000)

    def until(self, holds: str) -> None:
        """Wait until an expression holds; the page's policy lets nobody evaluate texts in it but us."""
        for _ in range(100):
            if self.page.evaluate(holds):
                return
            self.page.wait_for_timeout(50)
        message = f"it never held: {holds}"
        raise AssertionError(message)

    def expect_complaint(self, about: str) -> None:
        """Say what a test provokes: it may still come while the phone is put away."""
        self.provoked.append(about)

    def unexpected(self) -> list[str]:
        """List what went wrong and was not provoked."""
        return [each for each in self.complaints if not any(about in each for about in self.provoked)]


@contextmanager
def phone_of(browser: Browser, address: Address, **options: Any) -> Iterator[Phone]:
    """Hand somebody a phone; at the end it may have complained of nothing and asked no other host."""
    context = browser.new_context(**{**PHONE, **options})
    phone = Phone(context, address)
    yield phone
    context.close()
    assert phone.unexpected() == []
    assert [url for url in phone.asked if not url.startswith((address, "data:"))] == []
