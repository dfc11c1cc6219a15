"""Estimates where road times cannot be had, and a breaker that does not ask a broken source all the time."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from estafette.domain.error import Unavailable
from estafette.domain.place import Place
from estafette.domain.travel import Path, Travel, TravelMatrix
from estafette.travel.curve import Curve
from estafette.travel.estimate import EstimateTravel
from estafette.travel.traffic import Traffic

log = logging.getLogger(__name__)

_PAUSE_S = 30.0

Answer = TypeVar("Answer", TravelMatrix, Path)


class Breaker:
    """
    Opens when a source fails, and lets one call try again after every pause; the first that works closes it.

    `clock` gives seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float], *, pause_s: float = _PAUSE_S) -> None:
        self.because = ""
        self._clock, self._pause_s, self._try_at_s = clock, pause_s, 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether the source failed and has not worked since."""
        return bool(self.because)

    def allows(self) -> bool:
        """Tell whether to ask; while it is open, one call after every pause."""
        if self.is_open and self._clock() < self._try_at_s:
            return False
        self._try_at_s = self._clock() + self._pause_s
        return True

    def failed(self, because: str) -> None:
        """Open it."""
        self.because = because
        self._try_at_s = self._clock() + self._pause_s

    def worked(self) -> None:
        """Close it."""
        self.because = ""


class FallbackTravel:
    """Road times while their source answers, else estimates, which say that they are and why."""

    def __init__(self, roads: Travel, *, curve: Curve, traffic: Traffic, breaker: Breaker) -> None:
        self._roads, self._curve, self._traffic, self._breaker = roads, curve, traffic, breaker

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """Give the matrix between all places; raises what is wrong with the places, never `Unavailable`."""
        return self._asked(lambda travel: travel.matrix(places))

    def path(self, origin: Place, destination: Place) -> Path:
        """Give the way from place to place."""
        return self._asked(lambda travel: travel.path(origin, destination))

    def _asked(self, ask: Callable[[Travel], Answer]) -> Answer:
        if self._breaker.allows():
            try:
                answer = ask(self._roads)
            except Unavailable as error:
                self._breaker.failed(str(error))
                log.warning("no road times, estimates instead: %s", error)
            else:
                self._breaker.worked()
                return answer
        because = f"no road times: {self._breaker.because}"
        return ask(EstimateTravel(self._curve, self._traffic, because=because))
