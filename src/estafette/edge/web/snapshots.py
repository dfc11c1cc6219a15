"""What is told of a whole day as it is sent, kept while no event of its company follows."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from estafette.domain.caller import Caller
from estafette.store.database import Database
from estafette.store.feed import last_event_id

_KEPT = 16
# Of the 1.2 MB of a board with 2,000 trips it makes 123 kB; level 9 makes 93 and takes four times as long.
_LEVEL = 4


class Snapshot(NamedTuple):
    """JSON of a day with all events up to `version` at least, and the same compressed."""

    version: int
    plain: bytes
    packed: bytes


class _Kept:
    """The place of a day: one reads, the others wait for what it read."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.snapshot: Snapshot | None = None


Reading = Callable[[Database, int, date], bytes]


class Snapshots:
    """
    What was read last of days, of all companies, by `reading` (of a company and a day).

    Snapshot and events together are the board, so a snapshot is as good as new until the next event.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, date], _Kept] = OrderedDict()

    def of(self, database: Database, caller: Caller, service_on: date) -> Snapshot:
        """Give a day as the caller may see it; raises as the reading, and `NotFound`."""
        version = last_event_id(database, caller.company_id)
        if caller.driver_id is not None or caller.institution_id is not None:
            return self._read(database, caller.company_id, service_on, version)
        kept = self._place(caller.company_id, service_on)
        with kept.lock:
            if kept.snapshot is None or kept.snapshot.version != version:
                kept.snapshot = self._read(database, caller.company_id, service_on, version)
            return kept.snapshot

    def _read(self, database: Database, company_id: int, service_on: date, version: int) -> Snapshot:
        plain = self._reading(database, company_id, service_on)
        return Snapshot(version, plain, gzip.compress(plain, _LEVEL, mtime=0))

    def _place(self, company_id: int, service_on: date) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault((company_id, service_on), _Kept())
            self._kept.move_to_end((company_id, service_on))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return kept
