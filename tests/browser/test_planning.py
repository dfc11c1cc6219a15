"""The optimiser on the board: asked, watched, stopped; its proposal accepted by trip, by run and whole, and taken back."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from estafette.edge.worker import make_solves
from estafette.flow.day import Solve, plan_day
from estafette.flow.stages import Stages
from estafette.planning.budget import Budget
from estafette.store.plans import save_plan
from estafette.travel.estimate import EstimateTravel
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address
from tests.edge.working import QUICK

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def proposed(company: Dispatched) -> None:
    """Have a plan in the history that places the two trips left over."""
    how = Solve(travel=EstimateTravel(), budget=Budget(iterations=10))
    stages = Stages(company.database, lambda: 0.0)
    planned = plan_day(company.database, company.company_id, DAY, how=how, stages=stages)
    save_plan(company.database, planned.plan, planned.made, actor="test")


@pytest.fixture
def worker(company: Dispatched) -> Iterator[None]:
    """Have a worker that makes the company's solves, each in a process of its own."""
    stop = threading.Event()
    thread = threading.Thread(
        target=make_solves, args=(company.database, company.company_id), kwargs={"pace": QUICK, "stop": stop}
    )
    thread.start()
    yield
    stop.set()
    thread.join()


def press(page: Page, name: str, within: str = "#plan") -> None:
    page.locator(within).get_by_role("button", name=name, exact=True).click()


@pytest.mark.usefixtures("proposed")
def test_of_a_proposal_one_trip_and_one_run_are_accepted_and_taken_back(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    page.keyboard.press("o")
    plan, bars = page.locator("#plan"), page.locator(".bar")
    expect(plan.locator(".plans li")).to_have_count(1)
    expect(plan.locator(".plans")).to_contain_text("not applied")
    press(page, "Compare")
    expect(plan).to_contain_text("placed 2")

    plan.locator(".by-run summary").first.click()
    press(page, "Accept: t3")
    expect(bars).to_have_count(4)
    expect(plan).to_contain_text("placed 1")
    press(page, "Undo Z", ".toast")
    expect(bars).to_have_count(3)
    press(page, "Redo", ".toast")
    expect(bars).to_have_count(4)

    press(page, "Accept: Driver 1")
    expect(bars).to_have_count(5)
    expect(plan).to_contain_text("Nothing: the board is already so.")
    expect(plan.locator(".plans")).to_contain_text("applied")
    press(page, "Undo Z", ".toast")
    expect(bars).to_have_count(4)
    assert company.assigned() == sorted(company.trip_ids[:4])

    press(page, "Search for a plan")
    expect(plan).to_contain_text("Waiting for a worker")
    company.write("UPDATE solve SET state = 'failed', trouble = 'too_long', ended_at = now()")
    expect(plan).to_contain_text("Not done: it took much longer than asked for")


@pytest.mark.usefixtures("worker")
def test_a_solve_is_watched_stopped_applied_and_taken_back(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    page.keyboard.press("o")
    plan = page.locator("#plan")
    press(page, "120 s")
    press(page, "Search for a plan")
    expect(plan.get_by_role("progressbar")).to_have_count(1)
    # Its process may have to compile the optimiser.
    expect(plan.get_by_role("status")).to_contain_text("Planning: 5 of 5 placed", timeout=90_000)
    expect(page.locator("#solve")).to_contain_text("Planning: 5 of 5 placed")
    page.reload()
    page.wait_for_selector(".bar")
    page.keyboard.press("o")
    press(page, "Stop with the best so far")
    expect(plan).to_contain_text("placed 2")
    expect(plan.locator(".plans")).to_contain_text("5 placed, 0 left over")
    press(page, "Accept all")
    expect(page.locator(".bar")).to_have_count(5)
    page.locator("#grid .bar").first.focus()
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")
    expect(page.locator(".bar")).to_have_count(3)
    assert company.assigned() == sorted(company.trip_ids[:3])
