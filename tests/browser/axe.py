"""What axe finds in a page: its rules for WCAG 2.2 AA, the serious ones."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

_SOURCE = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """([within, rules]) => axe.run(within, {rules, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
    .then(({violations}) => violations.map(({id, impact, nodes}) => ({id, impact, where: nodes.map(({target}) => String(target))})))"""
_SERIOUS = {"serious", "critical"}


IS_HERE = _SOURCE.is_file()
needs_axe = pytest.mark.skipif(
    not IS_HERE, reason="no axe: console/node_modules is not there (npm ci in console/)"
)


def serious(page: Page, within: str = "html", *, but: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Give the serious violations of a page, or of a part, as it is now; `but` names rules that do not apply."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SOURCE.read_text(encoding="utf-8"))
    rules = {rule: {"enabled": False} for rule in but}
    return [found for found in page.evaluate(_RUN, [within, rules]) if found["impact"] in _SERIOUS]
