"""The optimiser's proposal on the board: what would change, accepted and taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from estafette.flow.day import Solve, plan_day
from estafette.flow.stages import Stages
from estafette.planning.budget import Budget
from estafette.store.plans import save_plan
from estafette.travel.estimate import EstimateTravel
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_page: Callable[..., Page], address: Address, company: Dispatched) -> Page:
    how = Solve(travel=EstimateTravel(), budget=Budget(iterations=10))
    stages = Stages(company.database, lambda: 0.0)
    planned = plan_day(company.database, company.company_id, DAY, how=how, stages=stages)
    save_plan(company.database, planned.plan, planned.made, actor="test")
    page = open_page(address)
    page.keyboard.press("o")
    page.locator("#plan").get_by_role("button", name="Compare").click()
    return page


def test_a_plan_is_seen_as_a_difference_accepted_whole_and_taken_back(
    page: Page, company: Dispatched
) -> None:
    expect(page.locator("#plan")).to_contain_text("placed 2")
    expect(page.locator(".bar")).to_have_count(3)
    page.locator("#plan").get_by_role("button", name="Accept all").click()
    expect(page.locator(".bar")).to_have_count(5)
    expect(page.locator("#plan")).to_contain_text("Nothing: the board is already so.")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".bar")).to_have_count(3)
    assert company.assigned() == sorted(company.trip_ids[:3])
