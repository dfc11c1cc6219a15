"""Days prepared for questions, kept while nothing of their company changes."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from estafette.domain.travel import Travel
from estafette.flow.hand import standing_now
from estafette.planning.standing import Standing
from estafette.store.database import Database
from estafette.store.feed import last_event_id

# Preparing a day of 2,000 trips takes some hundred milliseconds, a question to it a few.
_KEPT = 8
# What a change costs grows while its time comes nearer, so a day is not kept for long.
_FRESH_S = 60.0


class _Kept:
    """A day's place: only one asks at a time, since a question uses the scratch room of the day."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.standing: Standing | None = None
        self.made_at = 0.0


class Standings:
    """The days asked about last, of all companies."""

    def __init__(
        self,
        database: Database,
        travel: Callable[[int], Travel],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._travel, self._clock = database, travel, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, date], _Kept] = OrderedDict()

    @contextmanager
    def lent(self, company_id: int, service_on: date) -> Iterator[Standing]:
        """Lend a day as it stands now, to one at a time; raises `NotFound`, `Unavailable`."""
        kept = self._place(company_id, service_on)
        with kept.lock:
            standing = kept.standing
            if standing is None or not self._fresh(kept, standing, company_id):
                standing = standing_now(self._database, company_id, service_on, self._travel(company_id))
                kept.standing, kept.made_at = standing, self._clock()
            yield standing

    def _fresh(self, kept: _Kept, standing: Standing, company_id: int) -> bool:
        young = self._clock() - kept.made_at < _FRESH_S
        return young and last_event_id(self._database, company_id) == standing.plan.board_version

    def _place(self, company_id: int, service_on: date) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault((company_id, service_on), _Kept())
            self._kept.move_to_end((company_id, service_on))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return kept
