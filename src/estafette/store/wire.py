"""Counting what reaches the server: statements and round trips, read off libpq's own trace."""

import os
import sys
import tempfile

from psycopg import Connection
from psycopg.pq import Trace

from estafette.domain.record import Record


class WireCount(Record, frozen=True, kw_only=True):
    """
    What one piece of work sent.

    `statements`: executions that the client asked for (Execute messages and simple queries); every row
    of an `executemany` counts. `round_trips`: times that the client asked the server to be ready and waited (Sync messages and
    simple queries).
    """

    statements: int
    round_trips: int


class Wire:
    """
    Listens to connections through `PQtrace`, so nothing above libpq can hide a message.

    One file per connection; `count()` gives what was sent since the last call.
    """

    # psycopg traces on Linux alone; elsewhere there is no count, rather than a wrong one.
    works_here = sys.platform == "linux"

    def __init__(self) -> None:
        self._files: list[tuple[int, int]] = []

    def listen(self, connection: Connection[object]) -> None:
        """Trace a connection from now on."""
        file, name = tempfile.mkstemp(prefix="estafette-wire-")
        os.unlink(name)
        connection.pgconn.trace(file)
        connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        self._files.append((file, 0))

    def count(self) -> WireCount:
        """Count what was sent since the last call."""
        statements = round_trips = 0
        for index, (file, offset) in enumerate(self._files):
            end = os.fstat(file).st_size
            for line in os.pread(file, end - offset, offset).split(b"\n"):
                kind = line.split(b"\t", 3)
                if len(kind) < 3:
                    continue
                if kind[0] == b"F":
                    statements += kind[2] in (b"Execute", b"Query")
                    round_trips += kind[2] in (b"Sync", b"Query")
            self._files[index] = (file, end)
        return WireCount(statements=statements, round_trips=round_trips)
