"""How a plain page looks: it fits its screen, axe finds nothing serious, and a picture is kept for who asks for it."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.axe import IS_HERE, serious


def looks_well(page: Page, name: str) -> None:
    """Keep a picture where the environment asks for it (PICTURES_IN=folder), and judge the page as it is now."""
    if folder := os.environ.get("PICTURES_IN"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide, f"{name} is wider than its screen"
    assert not IS_HERE or serious(page) == [], name  # test_driver_looks.py says where axe is not
