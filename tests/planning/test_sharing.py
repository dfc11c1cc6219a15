"""Two processes that compile the kernel at once: what one has translated the other one takes."""

from pathlib import Path
from typing import Any

import pytest
from numba import typeof

from estafette.planning import warm
from estafette.planning.kernel import sharing, undo
from estafette.planning.kernel.compiled import INNERS, inner


@pytest.fixture
def twice() -> Any:
    one, other = inner(undo.begin.py_func), inner(undo.begin.py_func)  # type: ignore[attr-defined]
    yield one, other
    INNERS.remove(one)
    INNERS.remove(other)


def _compile(function: Any, folder: Path) -> Any:
    sig = (typeof(warm._smallest_state()[1]),)
    with sharing.shared([function], folder):
        function.compile(sig)
    return function.overloads[sig]


def test_a_function_that_another_process_left_is_taken_and_has_the_same_name(
    twice: Any, tmp_path: Path
) -> None:
    one, other = (_compile(each, tmp_path) for each in twice)
    assert [sum(each.stats.cache_hits.values()) for each in twice] == [0, 1]
    assert other.fndesc.mangled_name == one.fndesc.mangled_name
    assert other.library.get_function(one.fndesc.mangled_name)


def test_a_function_that_another_process_claimed_and_never_left_is_translated_here(
    twice: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = twice
    _compile(one, tmp_path)
    for left in tmp_path.iterdir():
        if not left.suffix:
            left.unlink()
    monkeypatch.setattr(sharing, "_PATIENCE_S", 0.0)
    _compile(other, tmp_path)
    assert sum(other.stats.cache_hits.values()) == 0
