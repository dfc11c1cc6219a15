"""The console's fold over the vectors of the Python fold: the same boards, the same refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.domain.test_board_fold import VECTORS
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser

_FOLD = """async (vectors) => {
    const folder = document.querySelector('script[type=module]').src;
    const { fold, KINDS, MissingEvents } = await import(folder.replace('board.js', 'fold.js'));
    const outcome = ({ board, event }) => {
        const before = JSON.stringify(board);
        try {
            return { after: fold(board, event), untouched: before === JSON.stringify(board) };
        } catch (error) {
            if (error instanceof MissingEvents) return { error: 'missing_events' };
            throw error;
        }
    };
    return { kinds: KINDS, outcomes: vectors.map(outcome) };
}"""


@pytest.fixture
def folded(open_page: Callable[..., Page], address: Address) -> dict[str, Any]:
    found: dict[str, Any] = open_page(address).evaluate(_FOLD, VECTORS)
    return found


def test_the_browser_folds_as_python_does(folded: dict[str, Any]) -> None:
    wanted = [
        {"error": vector["error"]} if "error" in vector else {"after": vector["after"], "untouched": True}
        for vector in VECTORS
    ]
    assert folded["outcomes"] == wanted


def test_the_browser_knows_every_kind_of_event(folded: dict[str, Any]) -> None:
    assert set(folded["kinds"]) == {vector["event"]["what"]["kind"] for vector in VECTORS}
