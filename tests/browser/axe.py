"""What axe finds in a page: its rules for WCAG 2.2 AA, the serious ones."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

_SOURCE = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
    .then(({violations}) => violations.map(({id, impact, nodes}) => ({id, impact, where: nodes.map(({target}) => String(target))})))"""
_SERIOUS = {"serious", "critical"}


def serious(page: Page) -> list[dict[str, Any]]:
    """Give the serious violations of a page as it is now; skips where axe is not installed."""
    if not _SOURCE.is_file():
        pytest.skip("no axe: console/node_modules is not there (npm ci in console/)")
    page.evaluate(_SOURCE.read_text(encoding="utf-8"))
    return [found for found in page.evaluate(_RUN) if found["impact"] in _SERIOUS]
