"""The fold over its test vectors, which the console's fold shares, and what they must cover."""

import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from estafette.domain.board import Board
from estafette.domain.error import Invalid
from estafette.domain.event import Event, Happening
from estafette.domain.fold import fold

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "board_fold.json").read_text(encoding="utf-8")
)
FOLLOWED = [vector for vector in VECTORS if "after" in vector]
REFUSED = [vector for vector in VECTORS if "error" in vector]


def _fold(vector: dict[str, Any]) -> Board:
    return fold(msgspec.convert(vector["board"], Board), msgspec.convert(vector["event"], Event))


@pytest.mark.parametrize("vector", FOLLOWED, ids=lambda vector: vector["name"])
def test_the_board_follows(vector: dict[str, Any]) -> None:
    assert _fold(vector) == msgspec.convert(vector["after"], Board)


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["name"])
def test_the_board_refuses(vector: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="event"):
        _fold(vector)


def test_every_kind_of_event_has_a_vector_that_changes_the_board_but_those_that_pass_over_it() -> None:
    kinds = {kind.__struct_config__.tag for kind in get_args(Happening)} - {
        "solve_progressed",
        "enquired",
        "return_kept",
    }
    changing = {
        vector["event"]["what"]["kind"]
        for vector in FOLLOWED
        if {**vector["after"], "version": 0} != {**vector["board"], "version": 0}
    }
    assert changing == kinds
