"""Telling others how far a search is, and hearing whether it shall go on."""

from collections.abc import Callable

from estafette.domain.solve import SolveFigures
from estafette.planning.budget import Progress

Clock = Callable[[], float]
GoesOn = Callable[[SolveFigures], bool]


class Reporter:
    """
    Passes progress on, at most every `every_s` seconds, and the wish to end early back.

    `goes_on` is given the figures and tells whether to search on.
    """

    def __init__(self, goes_on: GoesOn, clock: Clock, *, every_s: float = 0.2) -> None:
        self.stopped = False
        self._goes_on, self._clock, self._every_s = goes_on, clock, every_s
        self._next_s = 0.0

    def __call__(self, progress: Progress) -> bool:
        """Hear of progress; `False` ends the search."""
        now_s = self._clock()
        if not self.stopped and now_s >= self._next_s:
            self._next_s = now_s + self._every_s
            self.stopped = not self._goes_on(_so_far(progress))
        return not self.stopped


def _so_far(progress: Progress) -> SolveFigures:
    return SolveFigures(
        placed=progress.trips - progress.left_over,
        left_over=progress.left_over,
        cost=progress.cost,
        seconds=round(progress.elapsed_s, 1),
    )
