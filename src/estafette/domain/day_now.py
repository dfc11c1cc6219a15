"""A service day as it stands: the problem, and of each run what the problem does not say."""

from datetime import datetime
from typing import NamedTuple

from estafette.domain.board import PlannedBreak
from estafette.domain.problem import Problem
from estafette.domain.record import Record


class RunFrame(Record, frozen=True, kw_only=True):
    """When a run leaves and its driver rests, as applied; `pull_out_at` is `None` for a run without stops."""

    run_id: int
    version: int
    pull_out_at: datetime | None
    breaks: tuple[PlannedBreak, ...]


class DayNow(NamedTuple):
    """One moment of a day: `entered` is the last entry of the company's audit log at that moment."""

    problem: Problem
    frames: dict[int, RunFrame]
    entered: int
