"""Lists in JSON: each record is taken or refused by itself, and no bytes do more than that."""

from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from estafette.demo import invented_day
from estafette.domain.error import Invalid
from estafette.domain.imported import FileForm, FileKind, SentFile
from estafette.exchange.apart import read_apart
from estafette.exchange.csv import Reading
from estafette.exchange.json_list import read_list
from tests.examples import up_to

DAY = invented_day(3, trips=5, drivers=2, service_on=date(2026, 11, 25))


def sent(kind: FileKind) -> SentFile:
    return SentFile(kind=kind, form=FileForm.JSON, name="x.json")


def read(content: bytes, kind: FileKind = FileKind.TRIPS) -> Reading:
    return read_list(content, sent(kind))


def written(kind: FileKind) -> bytes:
    return msgspec.json.encode({kind.value: getattr(DAY, kind.value)})


@pytest.mark.parametrize("kind", FileKind)
def test_what_was_written_is_read_again_here_and_apart(kind: FileKind) -> None:
    content = written(kind)
    found = read(content, kind)
    assert ([taken.request for taken in found.taken], found.problems) == (list(getattr(DAY, kind.value)), ())
    assert read_apart(content, sent(kind), zone="Europe/Zurich") == found


def test_a_record_that_is_wrong_is_refused_by_itself_with_its_place() -> None:
    drivers = [
        {"ref": "D1", "name": "Ann"},
        {"ref": "D2", "name": 7},
        {"ref": "D3"},
        {"ref": "D4", "name": "Zoé", "colour": "red"},
        {"ref": "D5", "name": "Ute", "skills": ["lift", ""]},
        [],
    ]
    found = read(msgspec.json.encode({"drivers": drivers}), FileKind.DRIVERS)
    assert [taken.row for taken in found.taken] == [1]
    assert [(wrong.row, wrong.column) for wrong in found.problems] == [
        (2, "name"), (3, ""), (4, ""), (5, "skills[1]"), (6, ""),
    ]  # fmt: skip
    assert "colour" in found.problems[2].expected


def test_a_year_that_cannot_be_meant_is_refused() -> None:
    trip = msgspec.to_builtins(DAY.trips[0]) | {"service_on": "0001-01-01", "requested_at": None}
    (wrong,) = read(msgspec.json.encode({"trips": [trip]})).problems
    assert (wrong.column, wrong.expected) == ("service_on", "a year from 1970 to 2200")


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"trips": {}}', b'{"drivers": []}', b'{"trips": [], "x": []}', b'{"trips": [}', b"\xff",
     b'{"trips": [' + b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_such_list_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"^x\.json: [^\n]*$"):
        read(content)


_WHOLE = written(FileKind.TRIPS)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=up_to(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(_WHOLE)
@given(
    st.binary(max_size=200)
    | st.lists(_VALUES, max_size=4).map(lambda items: msgspec.json.encode({"trips": items}))
    | st.tuples(st.sampled_from(list(msgspec.to_builtins(DAY.trips[0]))), _VALUES).map(
        lambda field: msgspec.json.encode({"trips": [msgspec.to_builtins(DAY.trips[0]) | dict([field])]})
    )
    | st.tuples(st.integers(0, len(_WHOLE)), st.integers(0, 9), st.binary(max_size=5)).map(
        lambda cut: _WHOLE[: cut[0]] + cut[2] + _WHOLE[cut[0] + cut[1] :]
    )
)
def test_nothing_but_records_and_refusals_comes_out_of_any_bytes(content: bytes) -> None:
    for kind in FileKind:
        try:
            found = read(content, kind)
        except Invalid:
            continue
        rows = sorted([wrong.row for wrong in found.problems] + [taken.row for taken in found.taken])
        assert rows == list(range(1, len(rows) + 1))
