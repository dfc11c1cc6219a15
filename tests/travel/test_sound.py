"""What no road network could answer is found wherever it stands in a table."""

import numpy as np
import pytest

from estafette.domain.error import Unavailable
from estafette.travel.globe import Points, roughly_apart_m
from estafette.travel.roads import Snapped, Table, portions
from estafette.travel.sound import refuse_nonsense

PLACES = 400
DICE = np.random.default_rng(1)
POINTS = Points(6 + DICE.random(PLACES), 46 + DICE.random(PLACES))
AT_ROAD = Snapped(POINTS, np.zeros(PLACES))


def a_table() -> Table:
    """A true table: roads a third longer than the line, at 20 m/s."""
    metres = roughly_apart_m(POINTS, POINTS) * 4 / 3
    return Table(metres / 20, metres)


def judge(table: Table) -> None:
    refuse_nonsense(table, AT_ROAD, AT_ROAD, source="roads")


def test_a_true_table_is_believed() -> None:
    assert len(list(portions(PLACES, PLACES))) > 2
    judge(a_table())


@pytest.mark.parametrize("row", [0, 124, 125, 399])
@pytest.mark.parametrize(
    ("seconds", "metres"), [(0.0, 9e4), (-1.0, 9e4), (np.inf, 9e4), (9e4, 9e4), (900.0, 1.0)]
)
def test_nonsense_is_named_by_its_pair_wherever_it_stands(row: int, seconds: float, metres: float) -> None:
    table = a_table()
    table.seconds[row, 200], table.metres[row, 200] = seconds, metres
    said = f"{seconds:g} s and {metres:g} m from place {row + 1} to place 201 of the table"
    with pytest.raises(Unavailable, match=f"roads gives nonsense: {said}"):
        judge(table)


def test_one_way_between_two_places_is_enough_to_believe_that_there_is_none_between_others() -> None:
    table = a_table()
    kept = table.seconds[399, 0]
    table.seconds[:] = np.nan
    with pytest.raises(Unavailable, match="no time between any two places"):
        judge(table)
    table.seconds[399, 0] = kept
    judge(table)
