"""
Fitting the estimate to road times, and how far it is off on other roads than those it was fitted to.

1. The concave curve with the least relative error, by a linear program. Least absolute deviations are a
   median regression (Koenker and Bassett 1978, doi:10.2307/1913643): a few absurd detours pull nothing.
2. Delays by area, cell by cell, in turns: each is the median of what its legs take beyond the curve.

The curve stays concave and delays are never negative, so the triangle inequality holds.
"""

from typing import NamedTuple

import msgspec
import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from estafette.domain.error import Invalid
from estafette.travel.curve import Curve, Delay, Errors, cells_of
from estafette.travel.globe import Points, straight_m
from estafette.travel.roads import Floats, Roads, Rows
from estafette.travel.sound import refuse_nonsense

# Nearer pairs say more about the drive round the block than about the way.
_LEAST_M = 300.0
_FEWEST = 200
# Pairs in the linear program; more take long and change nothing.
_IN_PROGRAM = 1_500
_TURNS = 8
_LEAST_ROAD, _LEAST_S = 1.0, 1 / 36


class Sample(NamedTuple):
    """Positions, and (n,) pairs of their rows with the straight line, and metres and seconds by road."""

    points: Points
    origin: Rows
    destination: Rows
    straight_m: Floats
    metres: Floats
    seconds: Floats


class Calibrated(NamedTuple):
    """The fitted curve; the errors of the usual one and of this one on pairs that it was not fitted to."""

    curve: Curve
    before: Errors
    after: Errors


def calibrate(roads: Roads, points: Points, usual: Curve, *, to: str, seed: int = 1) -> Calibrated:
    """
    Fit a curve to half of the positions and measure it on the other half; raises `Unavailable`.

    Raises
    ------
    Invalid
        Too few pairs have a road between them.
    """
    dice = np.random.default_rng(seed)
    order = dice.permutation(len(points))
    known, other = (sample_of(roads, points.take(half)) for half in np.array_split(order, 2))
    thin = dice.permutation(known.seconds.size)[:_IN_PROGRAM]
    curve = with_delays(
        fit_curve(known.straight_m[thin], known.metres[thin], known.seconds[thin], usual), known
    )
    before, after = errors_of(usual, other), errors_of(curve, other)
    return Calibrated(msgspec.structs.replace(curve, fitted_to=to, errors=after), before, after)


def sample_of(roads: Roads, points: Points) -> Sample:
    """Ask for the road times between positions; raises `Unavailable`, `Invalid` where few pairs have one."""
    at_places = roads.snap(points)._replace(points=points)
    table = roads.table(points, points)
    refuse_nonsense(table, at_places, at_places, source=roads.name)
    line_m = straight_m(points, points)
    used = (line_m >= _LEAST_M) & (table.seconds > 0) & (table.metres > 0)
    origin, destination = np.nonzero(used)
    if origin.size < _FEWEST:
        message = f"{origin.size} pairs of places with a road between them; {_FEWEST} are needed"
        raise Invalid(message)
    return Sample(points, origin, destination, line_m[used], table.metres[used], table.seconds[used])


def errors_of(curve: Curve, sample: Sample) -> Errors:
    """Give the relative error of the estimated seconds."""
    delay_s = curve.delay_s(sample.points)
    estimated_s = curve.seconds(sample.straight_m) + delay_s[sample.origin] + delay_s[sample.destination]
    error = 100 * np.abs(estimated_s / sample.seconds - 1)
    median, p90 = np.quantile(error, [0.5, 0.9]).round(1).tolist()
    return Errors(median=median, p90=p90, pairs=error.size)


def fit_curve(line_m: Floats, metres: Floats, seconds: Floats, usual: Curve) -> Curve:
    """Fit metres and seconds to the straight line; beyond the longest pair the usual slopes go on."""
    return Curve(
        straight_m=usual.straight_m,
        road_m=_fitted(line_m, metres, usual.straight_m, usual.road_m, _LEAST_ROAD),
        free_flow_s=_fitted(line_m, seconds, usual.straight_m, usual.free_flow_s, _LEAST_S),
    )


def _fitted(
    line_m: Floats, truth: Floats, knots: tuple[float, ...], usual: tuple[float, ...], least: float
) -> tuple[float, ...]:
    length = np.diff(knots)
    reached = int(np.searchsorted(knots, line_m.max()).clip(1, len(length)))
    share = np.clip(line_m[:, None] - np.array(knots[:reached]), 0.0, length[:reached])
    fitted = _falling_slopes(share / truth[:, None], least)
    slopes = np.minimum.accumulate(np.concatenate([fitted, (np.diff(usual) / length)[reached:]]))
    return tuple(np.concatenate([[0.0], np.cumsum(slopes * length)]).round(1).tolist())


def _falling_slopes(design: Floats, least: float) -> Floats:
    """Give the slopes, none above the one before, with which `design` times slopes is nearest to ones."""
    from scipy.optimize import linprog  # noqa: PLC0415 - 0.3 s to import, and only calibrating needs it

    count, slopes = design.shape
    slack, falls = eye_array(count), csr_array(np.diff(np.eye(slopes), axis=0))
    rows = [hstack([csr_array(design), -slack]), hstack([csr_array(-design), -slack])]
    if slopes > 1:
        rows.append(hstack([falls, csr_array((slopes - 1, count))]))
    found = linprog(
        np.concatenate([np.zeros(slopes), np.ones(count)]),
        A_ub=vstack(rows),
        b_ub=np.concatenate([np.ones(count), -np.ones(count), np.zeros(slopes - 1)]),
        bounds=[(least, None)] * slopes + [(0, None)] * count,
    )
    fitted: Floats = found.x[:slopes]
    return fitted


def with_delays(curve: Curve, sample: Sample) -> Curve:
    """Add delays by area, and lower the curve by what they take."""
    east, north = cells_of(sample.points)
    cells, cell = np.unique(np.stack([east, north]), axis=1, return_inverse=True)
    here, there = cell[sample.origin], cell[sample.destination]
    along_s = curve.seconds(sample.straight_m).astype(float)
    delay_s, scale = np.zeros(cells.shape[1]), 1.0
    for _ in range(_TURNS):
        for each in range(cells.shape[1]):
            legs = (here == each) | (there == each)
            other_s = np.where(here == each, delay_s[there], delay_s[here])[legs]
            beyond_s = sample.seconds[legs] - scale * along_s[legs] - other_s
            delay_s[each] = max(0.0, _median(beyond_s, 1 / sample.seconds[legs]))
        driven_s = sample.seconds - delay_s[here] - delay_s[there]
        scale = _median(driven_s / along_s, along_s / sample.seconds)
    whole = zip(*cells.tolist(), delay_s.round().astype(int).tolist(), strict=True)
    return msgspec.structs.replace(
        curve,
        free_flow_s=tuple(round(scale * each, 1) for each in curve.free_flow_s),
        delays=tuple(Delay(east=east, north=north, seconds=seconds) for east, north, seconds in whole),
    )


def _median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    heaped = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(heaped, heaped[-1] / 2)]) if values.size else 0.0
