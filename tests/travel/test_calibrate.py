"""Fitting the estimate: nearer to road times than before, and still a metric."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estafette.domain.error import Invalid
from estafette.travel.calibrate import calibrate, fit_curve
from estafette.travel.curve import USUAL, Curve, read_curve
from estafette.travel.data import replace_whole
from estafette.travel.estimate import EstimateTravel
from estafette.travel.globe import Points, straight_m
from estafette.travel.roads import Snapped, Table, Way
from tests.travel.towns import a_place, at


class Slow:
    """Roads on which everything takes the line times 1.5, at 5 m/s, and a minute more at ends west of 6.02."""

    name, version = "slow roads", "1"

    def snap(self, points: Points) -> Snapped:
        return Snapped(points, np.zeros(len(points)))

    def table(self, origins: Points, destinations: Points) -> Table:
        metres = 1.5 * straight_m(origins, destinations)
        west = np.add.outer(60.0 * (origins.lon < 6.02), 60.0 * (destinations.lon < 6.02))
        return Table(np.where(metres > 0, metres / 5 + west, 0), metres)

    def way(self, origin: Points, destination: Points) -> Way | None:
        return None


def scattered(count: int) -> Points:
    spots = np.random.default_rng(5).uniform(0, 6_000, (count, 2))
    lon, lat = np.array([at(*spot) for spot in spots.tolist()]).T
    return Points(lon, lat)


def test_a_fitted_estimate_is_nearer_to_the_roads_it_has_not_seen() -> None:
    found = calibrate(Slow(), scattered(120), USUAL, to="slow roads")
    assert found.before.median > 20
    assert found.after.median < 4
    assert found.curve.errors == found.after
    assert found.curve.fitted_to == "slow roads"


def test_a_delay_of_an_area_is_found(tmp_path: Path) -> None:
    curve = calibrate(Slow(), scattered(120), USUAL, to="slow roads").curve
    west, east = curve.delay_s(Points(np.array([6.01, 6.03]), np.array([46.02, 46.02])))
    assert west - east == pytest.approx(60, abs=12)


def test_too_few_places_to_fit_to_are_told() -> None:
    with pytest.raises(Invalid, match="pairs of places with a road between them; 200 are needed"):
        calibrate(Slow(), scattered(20), USUAL, to="slow roads")


@given(st.integers(0, 10_000))
def test_a_fitted_curve_grows_and_bends_down_whatever_it_is_fitted_to(seed: int) -> None:
    dice = np.random.default_rng(seed)
    line_m = dice.uniform(300, 20_000, 60)
    curve = fit_curve(line_m, line_m * dice.uniform(1, 3, 60), line_m * dice.uniform(0.03, 0.3, 60), USUAL)
    for values in (curve.road_m, curve.free_flow_s):
        slopes = np.diff(values) / np.diff(curve.straight_m)
        assert (slopes > 0).all()
        assert (np.diff(slopes) <= 1e-3).all()


def test_the_usual_curve_grows_and_bends_down_as_well() -> None:
    for values in (USUAL.road_m, USUAL.free_flow_s):
        assert (np.diff(np.diff(values) / np.diff(USUAL.straight_m)) <= 0).all()


def test_an_estimate_says_what_it_was_fitted_to_and_how_far_it_is_off(tmp_path: Path) -> None:
    curve = calibrate(Slow(), scattered(120), USUAL, to="slow roads").curve
    source = EstimateTravel(curve).matrix((a_place(1, 0, 0),)).source
    assert "fitted to slow roads" in source
    assert "% off at the median" in source
    assert "18 % off at the median" in EstimateTravel().matrix(()).source


def test_a_fitted_curve_is_read_back_and_a_broken_file_named(tmp_path: Path) -> None:
    assert read_curve(tmp_path / "estimate.json") == USUAL
    replace_whole(
        tmp_path / "estimate.json", b'{"straight_m": [0, 1], "road_m": [0, 2], "free_flow_s": [0, 3]}'
    )
    fitted = Curve(straight_m=(0, 1), road_m=(0, 2), free_flow_s=(0, 3))
    assert read_curve(tmp_path / "estimate.json") == fitted
    replace_whole(tmp_path / "estimate.json", b"hello")
    with pytest.raises(Invalid, match="estimate.json: .*; calibrate again or remove it"):
        read_curve(tmp_path / "estimate.json")
