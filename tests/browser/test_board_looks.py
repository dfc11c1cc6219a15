"""How the board looks: axe finds nothing serious in any state, language or light; focus is seen; it fits small screens and large letters."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from estafette.flow.day import Solve, plan_day
from estafette.flow.stages import Stages
from estafette.planning.budget import Budget
from estafette.store.plans import save_plan
from estafette.travel.estimate import EstimateTravel
from tests.browser.axe import needs_axe, serious
from tests.browser.looks import looks_well
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
# The list of the palette is walked from its field, which keeps the focus: arrows scroll it.
_WALKED_FROM_ITS_FIELD = ("scrollable-region-focusable",)


@pytest.fixture
def proposed(company: Dispatched) -> None:
    """Have a plan in the history that places the two trips left over."""
    how = Solve(travel=EstimateTravel(), budget=Budget(iterations=10))
    planned = plan_day(
        company.database, company.company_id, DAY, how=how, stages=Stages(company.database, lambda: 0.0)
    )
    save_plan(company.database, planned.plan, planned.made, actor="test")


def _in_hand(page: Page) -> None:
    page.locator(".bar").first.click()
    page.locator(".bar").first.focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".move-hint")).to_be_visible()


def _plan(page: Page) -> None:
    page.keyboard.press("o")
    page.locator("#plan .plans button").first.click()
    page.locator("#plan .by-run summary").first.click()


def _booking(page: Page) -> None:
    page.keyboard.press("b")
    expect(page.locator('#booking [name="rider"]')).to_be_focused()
    page.keyboard.type("rid")
    expect(page.locator("#booking [role=option]").first).to_be_visible()


# How each state is entered and left, by keys: words are those of the language.
STATES: dict[str, tuple[Callable[[Page], object], str]] = {
    "pool, timeline and map": (lambda page: page.wait_for_selector(".map-buttons"), "Escape"),
    "a trip in the inspector": (lambda page: page.locator(".bar").first.click(), "Escape"),
    "move mode": (_in_hand, "Escape"),
    "a proposal": (_plan, "o"),
    "the booking form": (_booking, "Escape"),
    "help": (lambda page: page.keyboard.press("?"), "Escape"),
    "palette": (lambda page: page.keyboard.press("Control+k"), "Escape"),
    "the map as a list": (lambda page: page.locator(".map-head .quiet").click(), "Escape"),
}


@needs_axe
@pytest.mark.usefixtures("proposed")
@pytest.mark.parametrize(
    ("language", "scheme"), [("en", "light"), ("fr", "dark"), ("de", "light"), ("it", "dark")]
)
def test_axe_finds_nothing_serious_in_any_state_language_or_light(
    open_page: OpenPage, address: Address, language: str, scheme: str
) -> None:
    page = open_page(f"{address}/?lang={language}", reduced_motion="reduce", color_scheme=scheme)
    found = {}
    for name, (enter, leave) in STATES.items():
        enter(page)
        found[name] = serious(page, but=_WALKED_FROM_ITS_FIELD if name == "palette" else ())
        page.keyboard.press(leave)
    assert {state: violations for state, violations in found.items() if violations} == {}


# 720 wide is what 200 % leaves of 1440.
@pytest.mark.parametrize("width", [390, 720])
def test_a_small_screen_shows_one_panel_at_a_time_and_nothing_is_wider_than_it(
    open_page: OpenPage, address: Address, width: int
) -> None:
    page = open_page(address, viewport={"width": width, "height": 844})
    panels = page.get_by_role("navigation", name="Panels")
    pool, runs, map_pane = page.locator("#pool"), page.locator("#grid"), page.locator("#map")
    for name, shown in (("Not on a run", pool), ("Map", map_pane), ("Runs", runs)):
        panels.get_by_role("button", name=name).click()
        expect(shown).to_be_in_viewport()
        assert [each.is_visible() for each in (pool, runs, map_pane)].count(True) == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    panels.get_by_role("button", name="Not on a run").click()
    pool.locator(".open-trip").first.press("m")
    expect(runs).to_be_in_viewport()


def test_whatever_has_the_focus_shows_it(open_page: OpenPage, address: Address) -> None:
    page = open_page(address)
    page.locator(".bar").first.click()
    unseen = []
    for _ in range(45):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
                const [at, style] = [document.activeElement, getComputedStyle(document.activeElement)];
                const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none';
                return [at === document.body || shown, `${at.tagName} ${at.className} ${at.getAttribute('aria-label') ?? at.textContent}`];
            }"""
        )
        if not here[0]:
            unseen.append(here[1])
    assert unseen == []


def test_nothing_moves_for_who_asked_for_calm(
    open_page: OpenPage, address: Address, company: Dispatched
) -> None:
    page = open_page(address, reduced_motion="reduce")
    company.assign(company.run_ids[2], company.trip_ids[3:4])
    expect(page.locator(".bar[data-changed]").first).to_be_visible()
    moving = "document.getAnimations().filter(({ playState }) => playState === 'running').length"
    assert page.evaluate(moving) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_entrance_fits_320_pixels_in_every_language(
    browser: Browser, address: Address, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 512}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for language in ("en", "fr", "de", "it"):
        page.goto(f"{address}/sign-in?lang={language}")
        page.wait_for_selector("form input")
        looks_well(page, f"entrance-{language}-{scheme}")
        cut = "[...document.querySelectorAll('button, label, h1')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
        assert page.evaluate(cut) == 0
    context.close()
