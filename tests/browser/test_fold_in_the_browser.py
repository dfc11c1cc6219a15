"""The console's fold over the vectors of the Python fold: the same boards, the same refusals."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.domain.test_board_fold import VECTORS
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser

_FOLD = """async (vectors) => {
    const { fold, MissingEvents } = window.estafette;
    const outcome = ({ board, event }) => {
        const before = JSON.stringify(board);
        try {
            return { after: fold(board, event), untouched: before === JSON.stringify(board) };
        } catch (error) {
            if (error instanceof MissingEvents) return { error: 'missing_events' };
            throw error;
        }
    };
    return vectors.map(outcome);
}"""


def test_the_browser_folds_as_python_does(open_page: Callable[..., Page], address: Address) -> None:
    wanted = [
        {"error": vector["error"]} if "error" in vector else {"after": vector["after"], "untouched": True}
        for vector in VECTORS
    ]
    assert open_page(address).evaluate(_FOLD, VECTORS) == wanted
