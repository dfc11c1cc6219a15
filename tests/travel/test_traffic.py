"""Traffic over the day and by area; leaving later never means arriving earlier."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.domain.travel import TravelMatrix
from estafette.travel.traffic import Hour, Traffic, read_traffic

HOURS = st.lists(
    st.builds(Hour, minute=st.integers(0, 1_440), permille=st.integers(200, 5_000)),
    min_size=1, max_size=6, unique_by=lambda hour: hour.minute,
)  # fmt: skip


@given(
    hours=HOURS,
    longest_s=st.integers(1, 30_000),
    depart_s=st.integers(0, 90_000),
    later_s=st.integers(1, 600),
)
def test_whatever_the_operator_says_nobody_arrives_earlier_by_leaving_later(
    hours: list[Hour], longest_s: int, depart_s: int, later_s: int
) -> None:
    matrix = TravelMatrix(
        place_ids=np.array([1, 2]), durations_s=np.full((2, 2), longest_s, np.int32),
        distances_m=np.zeros((2, 2), np.int32),
        profile_permille=Traffic(hours=tuple(hours)).profile(longest_s), source="", estimated=True,
    )  # fmt: skip
    first, second = (at_s + matrix.travel_s(1, 2, at_s) for at_s in (depart_s, depart_s + later_s))
    assert first <= second


@given(hours=HOURS, longest_s=st.integers(1, 30_000))
def test_holding_the_fall_makes_nothing_faster(hours: list[Hour], longest_s: int) -> None:
    traffic = Traffic(hours=tuple(hours))
    assert (traffic.profile(longest_s) >= traffic.profile(1)).all()


def test_without_a_file_it_is_the_usual_day(tmp_path: Path) -> None:
    assert read_traffic(tmp_path / "traffic.json") == Traffic()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"hours": [{"minute": 480}]}', r"missing required field `permille` - at `\$.hours\[0\]`"),
        ('{"hours": [{"minute": 480, "permille": 0}]}', "hours: permille 0 is not between 200 and 5000"),
        ('{"speed": 3}', "unknown field `speed`"),
        ("hello", "malformed"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_field(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "traffic.json").write_text(text)
    with pytest.raises(Invalid, match=f"traffic.json: .*{said}"):
        read_traffic(tmp_path / "traffic.json")
