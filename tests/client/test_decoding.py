"""Answers of a newer server: what is not known is passed over, at any depth, and nothing else."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from estafette.client.decoding import read_answer
from estafette.domain.board import Board
from estafette.domain.event import Event
from estafette.domain.fleet import Spaces
from estafette.domain.hand import HandChange, SetLock
from estafette.domain.request import VehicleRequest

AT = datetime(2026, 11, 25, 7, tzinfo=UTC)


def newer(value: Any) -> Any:
    """Put a field that nobody knows into every object."""
    if isinstance(value, dict):
        return {"colour": {"of": ["the", "future"]}} | {name: newer(each) for name, each in value.items()}
    return [newer(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"ref": "V", "name": "Van", "layouts": [{"seats": 2}]}, VehicleRequest),
        ({"kind": "lock", "trip_id": 3, "lock": "time"}, HandChange),
        ({"id": 4, "at": "2026-11-25T07:00:00Z", "what": {"kind": "status_changed", "trip_id": 1, "status": "en_route"}}, Event),
        ({"id": 4, "at": "2026-11-25T07:00:00Z", "what": {"kind": "booked", "places": [], "trips": []}}, Event),
        ([[{"seats": 1}], [{"seats": 2}]], list[tuple[Spaces, ...]]),
        ({"a": {"seats": 1}, "b": None}, dict[str, Spaces | None]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_passed_over(said: Any, kind: Any) -> None:
    known = read_answer(msgspec.json.encode(said), kind)
    more = newer(said)
    if kind == dict[str, Spaces | None]:
        del more["colour"]  # names of such an object are data
    assert read_answer(msgspec.json.encode(more), kind) == known


def test_the_tag_tells_which_record_is_meant() -> None:
    said = b'{"colour": 1, "kind": "lock", "trip_id": 3, "lock": "time"}'
    assert isinstance(read_answer(said, HandChange), SetLock)  # type: ignore[arg-type]


def test_what_is_known_must_be_right() -> None:
    with pytest.raises(msgspec.ValidationError, match="company_id"):
        read_answer(b'{"company_id": "one", "colour": 1}', Board)
