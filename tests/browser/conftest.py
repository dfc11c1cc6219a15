"""A real Chromium, found on PATH; tests that need one are skipped, with the reason, where there is none."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from estafette.settings import Settings
from estafette.store.database import Database
from tests.dispatched import Dispatched
from tests.edge.conftest import SIGN_IN_KEY
from tests.edge.web_client import Address, served, sign_in_path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip(f"no Chromium on PATH (looked for {', '.join(_NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    company.book(5)
    company.book(1, will_call=True)
    company.assign(company.run_ids[0], company.trip_ids[:2])
    company.assign(company.run_ids[1], company.trip_ids[2:3])
    return company


@pytest.fixture
def address(company: Dispatched) -> Iterator[Address]:
    with served(company, settings=Settings(sign_in_keys=SIGN_IN_KEY)) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, company: Dispatched, address: Address) -> Iterator[Callable[..., Page]]:
    """
    Open pages as the operator; at the end, none may have complained (scripts, policy, failed requests).

    It asks for `address` so that the pages are closed before the server is.
    """
    complaints: list[str] = []
    contexts = []

    def opened(address: str, **options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1440, "height": 860}, "locale": "en-GB", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        where = urlsplit(address)
        page.goto(f"{address if where.path else address + '/'}{sign_in_path(company).removeprefix('/')}")
        page.wait_for_selector(".bar")
        return page

    opened.complaints = complaints  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
