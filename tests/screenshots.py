"""
Make the pictures of docs/screenshots: the main states of the pages, of an invented day at twenty past ten.

    ./dev run python -m tests.screenshots [--only board,map] [--out docs/screenshots]

Needs a Chromium on PATH. The pictures are WebP, as Chromium writes it.
"""

import argparse
import base64
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from estafette.store.database import Database
from estafette.store.migrate import migrate
from estafette.store.server import address
from tests.browser.conftest import NAMES, QUIET
from tests.shown_day import Shown, shown_day

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
_QUALITY = 72
_WIDE = ViewportSize(width=1440, height=860)
_TALL = ViewportSize(width=1440, height=1000)
_TABLET = ViewportSize(width=768, height=1024)
_PHONE = ViewportSize(width=390, height=844)
# The browser's clock and the server's heartbeat say the hour that is shown.
_CLOCK = """(() => {
  const [shown, began, real] = [AT, Date.now(), Date.now.bind(Date)];
  Date.now = () => shown + real() - began;
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (kind, does, ...more) {
    const told = (message) => {
      const said = JSON.parse(message.data);
      does({ data: JSON.stringify(said.at ? { ...said, at: new Date(Date.parse(said.at) + shown - began).toISOString() } : said) });
    };
    return listen.call(this, kind, ['clock', 'moment'].includes(kind) ? told : does, ...more);
  };
})()"""


def take(page: Page, path: Path) -> None:
    """Take a picture of what is in sight, once it has come to rest."""
    page.wait_for_timeout(700)
    devtools = page.context.new_cdp_session(page)
    shot = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    path.write_bytes(base64.b64decode(shot["data"]))
    devtools.detach()


@contextmanager
def opened(browser: Browser, url: str, at: datetime, **look: Any) -> Iterator[Page]:
    """Open an address in a browser whose clock says `at`."""
    context = browser.new_context(
        **{"viewport": _WIDE, "locale": "en-GB", "reduced_motion": "reduce", **look}
    )
    context.add_init_script(_CLOCK.replace("AT", str(round(at.timestamp() * 1000))))
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


def board(page: Page) -> Page:
    """Wait for the board, its legs and its map."""
    page.wait_for_selector(".bar")
    page.wait_for_selector(".drive")
    return page


def _trip(page: Page, n: int = 0) -> None:
    bars = page.locator('.bar[data-status="booked"]').all()
    seen = [
        bar for bar in bars if (box := bar.bounding_box()) and 560 < box["x"] < 900 and 120 < box["y"] < 420
    ]
    seen[n % len(seen)].click()
    page.wait_for_selector("#inspector .why, #inspector [data-trip], #inspector button")


def _lift(page: Page) -> None:
    """Drag the first trip left over onto a run that can take it."""
    page.locator("#pool .card .open-trip").nth(1).hover()
    page.mouse.down()
    page.mouse.move(700, 300, steps=4)
    page.wait_for_selector('.run[data-verdict="ok"]')
    row = page.locator('.run[data-verdict="ok"] .shift').nth(1).bounding_box()
    assert row is not None
    page.mouse.move(760, row["y"] + row["height"] / 2, steps=4)


def _plan(page: Page) -> None:
    page.keyboard.press("o")
    page.locator("#plan").get_by_role("button", name="Compare", exact=True).first.click()
    page.locator("#plan .by-run summary").first.click()


def _book(page: Page) -> None:
    """Say who, from where, where to and when; then the offers come."""
    page.keyboard.press("b")
    for field, text in (("rider", "ma"), ("from", "rue"), ("to", "hop")):
        page.locator(f'#booking [name="{field}"]').fill(text)
        page.wait_for_timeout(600)
        page.locator("#booking [role=option]").first.wait_for()
        page.keyboard.press("Enter")
    page.locator('#booking [name="time"]').fill("1500")
    page.keyboard.press("Tab")
    page.wait_for_selector("#booking .offer")


def _ask_in_words(page: Page, rider: str, origin: str, time: str) -> None:
    page.locator("#book").press("Enter")
    page.locator("#book-rider").fill(rider)
    page.locator("#book-from").fill(origin)
    page.locator("#book-to").fill(page.locator("#places option").first.get_attribute("value") or "")
    page.locator("#book-time").fill(time)
    page.locator("#book-space").select_option("wheelchairs")
    page.locator("#book-note").fill("second floor, no lift")


def _in_words(page: Page) -> None:
    """Two requests in words, the second still in the form."""
    _ask_in_words(page, "Amélie Perrin", "Chemin des Vignes 12, Pully", "14:15")
    page.locator("#book-confirm").press("Enter")
    page.wait_for_selector("[data-enquiry]")
    _ask_in_words(page, "Noé Blanc", "Avenue de la Gare 5, Renens", "15:30")


def _book_words(page: Page) -> None:
    page.keyboard.press("r")
    page.wait_for_selector("#booking [role=option]")


def _map(page: Page) -> None:
    _trip(page)
    page.locator("#map .map-head .icon-button").first.click()
    page.wait_for_timeout(1500)


def _spoken(page: Page, language: str) -> Page:
    page.goto(f"{page.url}&lang={language}")
    return board(page)


def _pool(page: Page) -> None:
    page.locator(".panels .panel").nth(1).click()
    page.wait_for_selector(".card")


STATES: dict[str, Callable[[Page], object]] = {
    "board": _trip,
    "move": _lift,
    "plan": _plan,
    "booking": _book,
    "map": _map,
    "help": lambda page: page.keyboard.press("?"),
}


def pictures(browser: Browser, day: Shown) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Name each picture, with how it is taken."""

    def of_board(state: Callable[[Page], object], **look: Any) -> Callable[[Path], None]:
        def taken(path: Path) -> None:
            with opened(browser, day.sign_in(), day.at, **look) as page:
                state(board(page) if look.get("viewport", _WIDE) == _WIDE else page)
                take(page, path)
                page.keyboard.press("Escape")  # or the next board shows that somebody has it in hand

        return taken

    for name, state in STATES.items():
        yield name, of_board(state)
    yield "board-dark", of_board(STATES["board"], color_scheme="dark")
    yield "map-dark", of_board(_map, color_scheme="dark")
    yield "move-german", of_board(lambda page: _lift(_spoken(page, "de")), locale="de-CH")
    yield "tablet", of_board(lambda page: page.wait_for_selector(".bar"), viewport=_TABLET)
    yield "phone", of_board(lambda page: page.wait_for_selector(".bar"), viewport=_PHONE)
    yield "phone-pool", of_board(_pool, viewport=_PHONE)
    yield (
        "entrance",
        lambda path: _plain(browser, f"{day.address}/sign-in", day, path, "form", viewport=_PHONE),
    )
    yield "driver", lambda path: _plain(browser, _link(browser, day), day, path, ".card", viewport=_PHONE)
    yield "institution", lambda path: _plain(browser, day.ward(), day, path, "#book")
    # What is asked for in words stands on every board from here on.
    yield (
        "institution-words",
        lambda path: _plain(browser, day.ward(), day, path, "#book", _in_words, viewport=_TALL),
    )
    yield "enquiry-booking", of_board(_book_words)


def _link(browser: Browser, day: Shown) -> str:
    """Link a phone to the driver of the run with most trips to come."""
    with opened(browser, day.sign_in(), day.at) as page:
        board(page)
        cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    run = max(day.board.runs, key=lambda run: sum(trip.run_id == run.run_id for trip in day.board.trips))
    with httpx.Client(base_url=day.address, cookies=cookies, headers={"X-Estafette": "board"}) as client:
        return day.address + str(client.post(f"/api/v1/drivers/{run.driver_id}/link", json={}).json()["link"])


def _plain(
    browser: Browser, url: str, day: Shown, path: Path, there: str,
    state: Callable[[Page], object] = lambda _: None, **look: Any,
) -> None:  # fmt: skip
    with opened(browser, url, day.at, **look) as page:
        page.wait_for_selector(there)
        state(page)
        take(page, path)


def main() -> int:
    """Take the pictures, and say how large they are."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--only", default="", help="names of pictures")
    options.add_argument("--out", type=Path, default=FOLDER)
    chosen = options.parse_args()
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        print(f"no Chromium on PATH (looked for {', '.join(NAMES)})")
        return 1
    chosen.out.mkdir(parents=True, exist_ok=True)
    only = set(chosen.only.split(",")) - {""}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = address(Path(folder), database_url=None, database="screenshots")
        migrate(server)
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        with Database(server) as database, shown_day(database) as day:
            for name, taken in pictures(browser, day):
                if not only or name in only:
                    taken(path := chosen.out / f"{name}.webp")
                    print(f"{name}: {path.stat().st_size / 1000:.0f} KB", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
