"""Runs as rows of the kernel's arrays."""

from estafette.domain.fleet import RunFacts
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.kernel.arrays import ALONE, GUARD, NO_LIMIT_S
from estafette.planning.names import NOT, Names, mask, row_of_place
from estafette.planning.rules import breaks_in_order
from estafette.planning.trip_rows import packed_spaces


def rows_of_runs(
    runs: tuple[RunFacts, ...], matrix: TravelMatrix, weights: Weights, names: Names
) -> tuple[list[tuple[int, ...]], list[int], list[tuple[int, int, int]]]:
    """Put the runs into arrays: their rows, and those of their layouts and breaks (`Day`)."""
    rows: list[tuple[int, ...]] = []
    layout: list[int] = []
    rest: list[tuple[int, int, int]] = []
    kinds: dict[object, int] = {}
    for run in runs:
        layouts = sorted({packed_spaces(offered, ALONE) | GUARD for offered in run.layouts})
        rests = [(each.from_s, each.to_s, each.duration_s) for each in breaks_in_order(run)]
        driver = names.driver[run.driver_id]
        frame, duty = _frame(run, matrix), _duty(run, weights, names)
        alike = (frame, duty, *layouts, *rests, driver if run.driver_id in names.apart else NOT)
        kind = kinds.setdefault(alike, len(kinds))
        lists = (len(layout), len(layout) + len(layouts), len(rest), len(rest) + len(rests))
        layout += layouts
        rest += rests
        rows.append((*frame, *lists, kind, driver, *duty))
    return rows, layout, rest


def _frame(run: RunFacts, matrix: TravelMatrix) -> tuple[int, ...]:
    who = f"run {run.run_id}"
    end = len(matrix.place_ids) if run.end_place_id is None else row_of_place(matrix, run.end_place_id, who)
    latest_s = run.shift_to_s + run.overtime_s
    return row_of_place(matrix, run.start_place_id, who), end, run.shift_from_s, run.shift_to_s, latest_s


def _duty(run: RunFacts, weights: Weights, names: Names) -> tuple[int, ...]:
    return (
        100 * (weights.run_s if run.activation_s is None else run.activation_s),
        mask(names.skill, run.skills),
        NO_LIMIT_S if run.max_drive_s is None else run.max_drive_s,
        NO_LIMIT_S if run.max_work_s is None else run.max_work_s,
        run.wheeled_dwell_s,
        run.worked_s,
    )
