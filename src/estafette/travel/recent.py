"""Travel times asked for a moment ago, kept: a day asks for those of its places after each of its changes."""

import threading
import time
from collections.abc import Callable, Sequence

from estafette.domain.place import Place
from estafette.domain.travel import Path, Travel, TravelMatrix

# Where vehicles stop for a place, and what roads are in use, may change: that is seen after so long.
_FRESH_S = 60.0
# Places that were asked for before are kept beside those asked for now, at most so many for each of them.
_MOST_KEPT = 2


class RecentTravel:
    """Gives what `travel` gives, or gave a moment ago for the same places and perhaps others."""

    def __init__(self, travel: Travel, clock: Callable[[], float] = time.monotonic) -> None:
        self._travel, self._clock = travel, clock
        self._lock = threading.Lock()
        self._places: dict[int, Place] = {}
        self._matrix: TravelMatrix | None = None
        self._made_at = 0.0

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """Give the travel times between places, in their order; raises what `travel` raises."""
        with self._lock:
            kept = self._matrix if self._clock() - self._made_at < _FRESH_S else None
            if kept is None or any(self._places.get(place.place_id) != place for place in places):
                kept = self._anew(places)
            return kept.among(places)

    def path(self, origin: Place, destination: Place) -> Path:
        """Give the way from one place to another, as `travel` does."""
        return self._travel.path(origin, destination)

    def _anew(self, places: Sequence[Place]) -> TravelMatrix:
        wanted = {place.place_id: place for place in places}
        both = self._places | wanted
        asked = both if len(both) <= _MOST_KEPT * len(wanted) else wanted
        self._matrix = self._travel.matrix(list(asked.values()))
        self._places, self._made_at = asked, self._clock()
        return self._matrix
