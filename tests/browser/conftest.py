"""A real Chromium, found on PATH; tests that need one are skipped, with the reason, where there is none."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Route, expect, sync_playwright

from estafette.domain.account import NewAccount
from estafette.domain.permission import Role
from estafette.edge.web.app import routed, serving
from estafette.edge.web.serve import listening
from estafette.flow.accounts.own import set_password
from estafette.flow.accounts.people import invite, operators_link
from estafette.settings import Settings
from estafette.store.database import Database
from tests.browser.named import VisitNamed
from tests.dispatched import DAY, Dispatched
from tests.edge.conftest import SIGN_IN_KEY
from tests.edge.web_client import Address, running_on, served, signed_in

# A machine that does much else at once takes its time.
expect.set_options(timeout=15_000)

PASSWORD = "velvet harbour lamp"
# The shell is the same engine without windows of its own, which nobody sees here: half of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


# Playwright keeps an event loop in its thread: closed with the package, or what asks for a loop after it fails.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no Chromium on PATH (looked for {', '.join(NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
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
    provoked: list[str] = []  # what a story does on purpose may be complained of, also later
    contexts = []

    def opened(address: str, *routes: tuple[str, Callable[[Route], None]], **options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1440, "height": 860}, "locale": "en-GB", **options}
        )
        contexts.append(context)
        for pattern, answer in routes:
            context.route(pattern, answer)
        _sign_in(context, company, address)
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address if urlsplit(address).path else f"{address}/")
        page.wait_for_selector(".bar")
        return page

    opened.provoked = provoked  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert [each for each in complaints if not any(about in each for about in provoked)] == []


def _sign_in(context: BrowserContext, company: Dispatched, address: str) -> None:
    """Sign a browser in without the page of the entrance, which has stories of its own and takes its time."""
    where = urlsplit(address).netloc
    token = operators_link(company.database, company.company_id, actor="test")
    name, _, value = signed_in(f"http://{where}", token)["Cookie"].partition("=")
    # A name that begins with __Host- is good on a secure address alone; this machine is one, served as it is.
    context.add_cookies(
        [{"name": name, "value": value, "url": f"https://{where}", "secure": True, "httpOnly": True}]
    )


@pytest.fixture
def refused(open_page: Callable[..., Page]) -> None:
    """The browser notes each answer that refuses; a test of refusals expects that, and nothing else."""
    open_page.provoked.append("409")  # type: ignore[attr-defined]


@pytest.fixture
def api(address: Address) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{address}/api/v1", headers=address.headers, timeout=60) as client:
        yield client


@pytest.fixture
def colleague(browser: Browser, company: Dispatched, address: Address) -> Iterator[Callable[[str], Page]]:
    """Let somebody of a name look at the board, in a browser of their own."""
    contexts = []

    def comes(name: str, **options: Any) -> Page:
        email = f"{name.lower()}@example.org"
        new = NewAccount(email=email, name=name, role=Role.DISPATCHER)
        token = invite(company.database, company.company_id, new, actor="test").token
        set_password(company.database, token, PASSWORD)
        contexts.append(
            browser.new_context(**{"viewport": {"width": 1440, "height": 860}, "locale": "en-GB", **options})
        )
        page: Page = contexts[-1].new_page()
        page.goto(f"{address}/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".bar")
        return page

    yield comes
    for context in contexts:
        context.close()


@pytest.fixture
def origin(company: Dispatched) -> Iterator[str]:
    """The board under a name, as passkeys need: they are made for no number."""
    with listening("127.0.0.1", 0) as opened:
        origin = f"http://localhost:{opened.getsockname()[1]}"
        settings = Settings(sign_in_keys=SIGN_IN_KEY, public_address=origin)
        app = serving(routed(), company.database, service_on=DAY, settings=settings)
        with running_on(opened, app):
            yield origin


@pytest.fixture
def visit_named(browser: Browser, origin: str) -> Iterator[VisitNamed]:
    contexts = []

    def visited(path: str = "/", **options: Any) -> tuple[Page, CDPSession]:
        contexts.append(browser.new_context(**{"locale": "en-GB", **options}))
        page = contexts[-1].new_page()
        tools = contexts[-1].new_cdp_session(page)
        tools.send("WebAuthn.enable")
        page.goto(f"{origin}{path}")
        return page, tools

    yield visited
    for context in contexts:
        context.close()
