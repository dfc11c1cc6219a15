"""Traffic over the day and by area; leaving later never means arriving earlier."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from estafette.domain.error import Invalid
from estafette.domain.travel import TravelMatrix
from estafette.travel.globe import Points
from estafette.travel.traffic import Area, Hour, Traffic, read_traffic

HOURS = st.lists(
    st.builds(Hour, minute=st.integers(0, 1_440), permille=st.integers(200, 5_000)),
    min_size=1, max_size=6, unique_by=lambda hour: hour.minute,
)  # fmt: skip


AREA = st.builds(
    Area, name=st.just("centre"), lon=st.just(6.0), lat=st.just(46.0), radius_m=st.just(500.0),
    permille=st.integers(200, 5_000), hours=st.one_of(st.just(()), HOURS.map(tuple)),
)  # fmt: skip
# The first is in the centre, the second is not.
SPOTS = Points(np.array([6.0, 6.1]), np.array([46.0, 46.0]))
USUAL = (Hour(minute=0, permille=1_000), Hour(minute=600, permille=2_000), Hour(minute=1_440, permille=2_000))


def between(traffic: Traffic, longest_s: int) -> TravelMatrix:
    """Travel between the two spots, all of it taking `longest_s` at free flow."""
    return TravelMatrix(
        place_ids=np.array([1, 2]), durations_s=np.full((2, 2), longest_s, np.int32),
        distances_m=np.zeros((2, 2), np.int32), profile_permille=traffic.profiles(longest_s),
        zone_of=traffic.zone_of(SPOTS), source="", estimated=True,
    )  # fmt: skip


@given(
    hours=HOURS,
    area=AREA,
    longest_s=st.integers(1, 30_000),
    depart_s=st.integers(0, 90_000),
    later_s=st.integers(1, 600),
)
def test_whatever_the_operator_says_nobody_arrives_earlier_by_leaving_later(
    hours: list[Hour], area: Area, longest_s: int, depart_s: int, later_s: int
) -> None:
    matrix = between(Traffic(hours=tuple(hours), areas=(area,)), longest_s)
    for leg in ((1, 2), (2, 1), (1, 1), (2, 2)):
        first, second = (at_s + matrix.travel_s(*leg, at_s) for at_s in (depart_s, depart_s + later_s))
        assert first <= second


@given(hours=HOURS, area=AREA, longest_s=st.integers(1, 30_000))
def test_holding_the_fall_makes_nothing_faster(hours: list[Hour], area: Area, longest_s: int) -> None:
    traffic = Traffic(hours=tuple(hours), areas=(area,))
    assert (traffic.profiles(longest_s) >= traffic.profiles(1)).all()


def test_an_area_has_hours_of_its_own_or_multiplies_those_of_elsewhere() -> None:
    evening = (Hour(minute=0, permille=1_000), Hour(minute=1_200, permille=3_000))
    centre = Area(name="centre", lon=6.0, lat=46.0, radius_m=500)
    busy, stadium = replace(centre, permille=1_500), replace(centre, hours=evening)
    expected = {"plain": (100, 200, 200), "busy": (150, 300, 300), "stadium": (100, 200, 300)}
    for name, area in (("plain", centre), ("busy", busy), ("stadium", stadium)):
        matrix = between(Traffic(hours=USUAL, areas=(area,)), 100)
        assert tuple(matrix.travel_s(1, 1, 60 * minute) for minute in (0, 600, 1_200)) == expected[name]
        assert tuple(matrix.travel_s(2, 2, 60 * minute) for minute in (0, 600, 1_200)) == (100, 200, 200)


def test_a_leg_takes_the_mean_of_its_two_ends_at_the_minute_it_leaves() -> None:
    stadium = Area(name="stadium", lon=6.0, lat=46.0, radius_m=500, hours=(Hour(minute=0, permille=4_000),))
    matrix = between(Traffic(hours=USUAL, areas=(stadium,)), 100)
    for leg in ((1, 2), (2, 1)):
        assert [matrix.travel_s(*leg, 60 * minute) for minute in (0, 300, 600)] == [250, 275, 300]


def test_the_first_area_around_a_place_counts() -> None:
    inner, outer = (
        Area(name="", lon=6.0, lat=46.0, radius_m=radius_m, permille=permille)
        for radius_m, permille in ((500, 2_000), (50_000, 3_000))
    )
    assert Traffic(areas=(inner, outer)).zone_of(SPOTS).tolist() == [1, 2]
    assert Traffic(areas=(outer, inner)).zone_of(SPOTS).tolist() == [1, 1]
    assert Traffic(areas=(inner,)).zone_of(SPOTS).tolist() == [1, 0]


def test_without_a_file_it_is_the_usual_day(tmp_path: Path) -> None:
    assert read_traffic(tmp_path / "traffic.json") == Traffic()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"hours": [{"minute": 480}]}', r"missing required field `permille` - at `\$.hours\[0\]`"),
        ('{"hours": [{"minute": 480, "permille": 0}]}', "hours: permille 0 is not between 200 and 5000"),
        (
            '{"areas": [{"name": "x", "lon": 6, "lat": 46, "radius_m": 9, "hours": [{"minute": 0, "permille": 9}]}]}',
            "hours of area x: permille 9 is not between 200 and 5000",
        ),
        (
            '{"areas": [{"name": "x", "lon": 6, "lat": 46, "radius_m": 9, "permille": 9}]}',
            "area x: permille 9 is not",
        ),
        ('{"speed": 3}', "unknown field `speed`"),
        ("hello", "malformed"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_field(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "traffic.json").write_text(text)
    with pytest.raises(Invalid, match=f"traffic.json: .*{said}"):
        read_traffic(tmp_path / "traffic.json")
