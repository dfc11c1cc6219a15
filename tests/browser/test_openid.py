"""Signing in by an issuer in a real browser: its cookies must survive the way there and back."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from estafette.domain.account import NewAccount
from estafette.domain.permission import Role
from estafette.edge.web.app import routed, serving
from estafette.edge.web.serve import listening
from estafette.settings import Settings
from estafette.store.accounts.users import add_user
from tests.dispatched import DAY, Dispatched
from tests.edge.issuer_double import CLIENT, SECRET, IssuerDouble, issuing
from tests.edge.web_client import running_on

pytestmark = pytest.mark.browser

Visit = Callable[[], Page]


@pytest.fixture
def issuer() -> Iterator[IssuerDouble]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def visit(browser: Browser, company: Dispatched, issuer: IssuerDouble) -> Iterator[Visit]:
    """The board is at `localhost`, the issuer at 127.0.0.1: for a browser these are two sites."""
    with listening("127.0.0.1", 0) as opened:
        origin = f"http://localhost:{opened.getsockname()[1]}"
        settings = Settings(
            public_address=origin, openid_issuer=issuer.address, openid_client_id=CLIENT,
            openid_client_secret=SECRET, openid_name="Ward login",
        )  # fmt: skip
        with running_on(opened, serving(routed(), company.database, service_on=DAY, settings=settings)):
            context = browser.new_context(locale="en-GB")

            def visited() -> Page:
                page = context.new_page()
                page.goto(origin)
                return page

            yield visited
            context.close()


def test_who_was_invited_is_on_the_board_after_the_way_through_the_issuer(
    visit: Visit, company: Dispatched
) -> None:
    new = NewAccount(email="anna@example.org", name="Anna", role=Role.DISPATCHER)
    add_user(company.database, company.company_id, new, actor="test")
    page = visit()
    page.get_by_role("button", name="Sign in with Ward login").click()
    expect(page.locator(".bar")).to_have_count(3)
    assert "code" not in page.url
    page.reload()
    expect(page.locator(".bar")).to_have_count(3)


def test_who_was_not_invited_is_told_so_at_the_entrance(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Sign in with Ward login").click()
    expect(page.get_by_role("alert").filter(has_text="nobody was invited here")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_visible()
    assert "#" not in page.url
