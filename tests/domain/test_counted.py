"""A count agrees with its noun."""

import pytest

from estafette.domain.counted import counted


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (counted(0, "trip"), "0 trips"),
        (counted(1, "trip"), "1 trip"),
        (counted(2, "trip"), "2 trips"),
        (counted(1, "entry", "entries"), "1 entry"),
        (counted(3, "entry", "entries"), "3 entries"),
    ],
)
def test_a_count_agrees_with_its_noun(said: str, written: str) -> None:
    assert said == written
