"""Runs as rows of the kernel's arrays."""

from collections import defaultdict
from typing import NamedTuple

from estafette.domain.fleet import RunFacts
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.census import NOT
from estafette.planning.kernel.arrays import ALONE, GUARD, NO_LIMIT_S
from estafette.planning.names import Names, mask, row_of_place
from estafette.planning.rules import breaks_in_order, limits_of_drivers
from estafette.planning.trip_rows import packed_spaces


def rows_of_runs(
    runs: tuple[RunFacts, ...], matrix: TravelMatrix, weights: Weights, names: Names
) -> tuple[list[tuple[int, ...]], list[int], list[tuple[int, int, int]]]:
    """Put the runs into arrays: their rows, and those of their layouts and breaks (`Day`)."""
    rows: list[tuple[int, ...]] = []
    layout: list[int] = []
    rest: list[tuple[int, int, int]] = []
    kinds: dict[object, int] = {}
    shared = _shared(runs)
    for row, run in enumerate(runs):
        layouts = sorted({packed_spaces(offered, ALONE) | GUARD for offered in run.layouts})
        rests = [(each.from_s, each.to_s, each.duration_s) for each in breaks_in_order(run)]
        driver = names.driver[run.driver_id]
        frame, duty = _frame(run, matrix), _duty(run, shared[row], weights, names)
        alike = (frame, duty, *layouts, *rests, driver if run.driver_id in names.apart else NOT)
        kind = kinds.setdefault(alike, len(kinds))
        lists = (len(layout), len(layout) + len(layouts), len(rest), len(rest) + len(rests))
        layout += layouts
        rest += rests
        rows.append((*frame, *lists, kind, driver, *duty, shared[row].next))
    return rows, layout, rest


def _frame(run: RunFacts, matrix: TravelMatrix) -> tuple[int, ...]:
    end = len(matrix.place_ids) if run.end_place_id is None else row_of_place(matrix, run.end_place_id, run)
    latest_s = run.shift_to_s + run.overtime_s
    return row_of_place(matrix, run.start_place_id, run), end, run.shift_from_s, run.shift_to_s, latest_s


class _Shared(NamedTuple):
    """The limits of a run's driver, and the next of the runs that share them: itself if there is no other."""

    max_drive_s: int
    max_work_s: int
    next: int


def _shared(runs: tuple[RunFacts, ...]) -> list[_Shared]:
    limits, rows = limits_of_drivers(runs), defaultdict[int, list[int]](list)
    for row, run in enumerate(runs):
        rows[run.driver_id].append(row)
    found = []
    for row, run in enumerate(runs):
        drive_s, work_s = limits[run.driver_id]
        own = rows[run.driver_id] if (drive_s, work_s) != (None, None) else [row]
        after = own[(own.index(row) + 1) % len(own)]
        found.append(
            _Shared(
                NO_LIMIT_S if drive_s is None else drive_s, NO_LIMIT_S if work_s is None else work_s, after
            )
        )
    return found


def _duty(run: RunFacts, shared: _Shared, weights: Weights, names: Names) -> tuple[int, ...]:
    return (
        100 * (weights.run_s if run.activation_s is None else run.activation_s),
        mask(names.skill, run.skills),
        shared.max_drive_s,
        shared.max_work_s,
        run.wheeled_dwell_s,
        run.worked_s,
    )
