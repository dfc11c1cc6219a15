"""Where the time of a piece of work goes, stage by stage, with what reached the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from estafette.domain.record import Record
from estafette.store.database import Database


class Stage(Record, frozen=True, kw_only=True):
    """One stage: wall time, and the statements and round trips counted on the wire (`None`: not counted)."""

    ms: float
    statements: int | None = None
    round_trips: int | None = None


class Stages:
    """Measures stages one after the other. The database must count (`Database(counting=True)`) for counts."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self.done: dict[str, Stage] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        self._database.count()
        began_s = self._clock()
        try:
            yield
        finally:
            ms = round((self._clock() - began_s) * 1000, 3)
            sent = self._database.count()
            counted = {"statements": sent.statements, "round_trips": sent.round_trips} if sent else {}
            self.done[name] = Stage(ms=ms, **counted)
