"""
A pool of connections that notices dead ones before they are used, and that starts an embedded server again.

Time-outs are explicit everywhere (see `store/server.py`); what the pool holds can be looked at.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from estafette.domain.error import Unavailable
from estafette.domain.record import Record
from estafette.store.server import Server, refuse_unsafe, start_again

# Longer than a crash recovery of a small database, shorter than a person's patience.
_TO_RECONNECT_S = 3.0
# Then whoever waits asks again, which makes the pool try again.
_TO_TAKE_S = 2.0


class PoolLoad(Record, frozen=True, kw_only=True):
    """How a pool is used: connections open, free and at most; who waits now; waits and losses so far."""

    size: int
    free: int
    at_most: int
    waiting: int
    waited: int
    lost: int


class Connections:
    """Lends connections, at most `size` at a time; raises `Unavailable` when none answers within `wait_s`."""

    def __init__(
        self, server: Server, *, size: int, wait_s: float, configure: Callable[[Connection[Any]], None]
    ) -> None:
        self._server = server
        self._pool = ConnectionPool(
            server.app,
            min_size=1,
            max_size=size,
            open=False,
            timeout=wait_s,
            reconnect_timeout=_TO_RECONNECT_S,
            configure=configure,
            kwargs={"autocommit": True},
        )
        try:
            self._pool.open(wait=True, timeout=wait_s)
            with self._pool.connection() as connection:
                refuse_unsafe(connection)
        except PoolTimeout as error:
            self._pool.close()
            message = "the database does not answer"
            raise Unavailable(message) from error
        except BaseException:
            self._pool.close()
            raise

    @contextmanager
    def lend(self, *, within_s: float) -> Iterator[Connection[Any]]:
        """Lend a connection for the block; raises `psycopg.OperationalError` when there is none in time."""
        try:
            connection = self._living(min(within_s, _TO_TAKE_S))
        except PoolTimeout:
            start_again(self._server)
            raise
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def _living(self, within_s: float) -> Connection[Any]:
        """
        Take a connection that the server has not closed while it was idle.

        Reading what has arrived, without waiting, finds the farewell of a server that was restarted: no
        round trip, and a writer does not find out in the middle of its work.
        """
        while True:
            connection = self._pool.getconn(timeout=within_s)
            try:
                connection.pgconn.consume_input()  # its last words
                connection.pgconn.consume_input()  # and the end after them
            except psycopg.OperationalError:
                connection.close()
            if not connection.closed:
                return connection
            self._pool.putconn(connection)

    def load(self) -> PoolLoad:
        """Tell how the pool is used."""
        stats = self._pool.get_stats()
        return PoolLoad(
            size=stats["pool_size"],
            free=stats["pool_available"],
            at_most=stats["pool_max"],
            waiting=stats["requests_waiting"],
            waited=stats.get("requests_queued", 0),
            lost=stats.get("connections_lost", 0),
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
