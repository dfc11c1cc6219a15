"""What the stories share: a served company, pages of its people, and a look through axe's eyes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from estafette.domain.account import NewAccount
from estafette.domain.permission import Role
from estafette.flow.accounts.own import set_password
from estafette.flow.accounts.people import invite
from tests.browser.conftest import address, browser, company, open_page
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

__all__ = ["address", "browser", "company", "open_page"]

# A machine that does much else at once takes its time.
expect.set_options(timeout=15_000)

PASSWORD = "velvet harbour lamp"
AXE = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"


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


def serious(page: Page, within: str = "body") -> list[str]:
    """List what axe finds serious or critical; nothing where it is not installed (npm ci in console/)."""
    if not AXE.is_file():
        return []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async (within) => (await axe.run(within)).violations", within)
    return [
        f"{each['id']}: {node['html']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
