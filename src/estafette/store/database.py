"""
The one door to the database: a transaction of one company in one network round trip.

Every read and every write of the store is a list of statements handed to `Database.transact`, which
owns BEGIN, the company of row-level security, the lock that puts the writers of a company in a row,
and COMMIT. Nothing else in the program begins or ends a transaction on application data.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from estafette.domain.error import Unavailable
from estafette.store.arrays import register_arrays
from estafette.store.server import Server, unavailable
from estafette.store.wire import Wire, WireCount

Rows = list[tuple[Any, ...]]


class Statement(NamedTuple):
    """
    One set-based statement with its named parameters.

    It is planned anew for the lengths of its arrays, unless `keep_plan`: then one general plan is kept on
    the connection, which saves the planning where all arrays are short.
    """

    sql: LiteralString
    parameters: Mapping[str, Any]
    keep_plan: bool = False


class Database:
    """
    A pool of connections in the application's role.

    `counting` traces the wire (see `store/wire.py`): it costs a little time, so timings that matter
    are taken without it.
    """

    def __init__(self, server: Server, *, size: int = 4, counting: bool = False, wait_s: float = 15) -> None:
        self.server = server
        self._wire = Wire() if counting and Wire.works_here else None
        self._pool = ConnectionPool(
            server.app,
            min_size=1,
            max_size=size,
            open=False,
            timeout=10,
            configure=self._configure,
            kwargs={"autocommit": True},
        )
        try:
            self._pool.open(wait=True, timeout=wait_s)
        except PoolTimeout as error:
            self._pool.close()
            message = "the database does not answer"
            raise Unavailable(message) from error

    def _configure(self, connection: Connection[Any]) -> None:
        register_arrays(connection)
        if self._wire is not None:
            self._wire.listen(connection)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def count(self) -> WireCount | None:
        """Count what was sent since the last call; `None` where nothing counts."""
        return self._wire.count() if self._wire else None

    def read(self, company_id: int, sql: LiteralString, parameters: Mapping[str, Any]) -> Rows:
        """Run one reading statement as one company, in one round trip."""
        return self.transact(company_id, [Statement(sql, parameters)])[0]

    def transact(
        self, company_id: int, statements: Sequence[Statement], *, actor: str | None = None
    ) -> list[Rows]:
        """
        Run `statements` as one company in one transaction and one round trip; give the rows of each.

        With an `actor` the transaction may write: it first locks the company's feed row, so writers of
        a company follow each other, every later statement sees all that committed before, and no two
        can deadlock. Each statement sees what the earlier ones wrote.

        Raises
        ------
        psycopg.Error
            What the database refused; the transaction is rolled back.
        Unavailable
            No connection could be had.
        """
        with self._connection() as connection:
            try:
                return _pipelined(connection, company_id, statements, actor)
            except psycopg.Error:
                if not connection.closed:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connection(self) -> Iterator[Connection[Any]]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise unavailable(error) from error


_SCOPE = """
SELECT set_config('app.company', %(company)s::text, true), set_config('app.actor', %(actor)s, true),
    set_config('plan_cache_mode', %(planning)s, true)
"""
_FOLLOW_OTHER_WRITERS = "SELECT FROM feed WHERE company_id = %(company)s FOR NO KEY UPDATE"


def _pipelined(
    connection: Connection[Any], company_id: int, statements: Sequence[Statement], actor: str | None
) -> list[Rows]:
    keep_plans = all(statement.keep_plan for statement in statements)
    planning = "force_generic_plan" if keep_plans else "auto"
    scope = {"company": company_id, "actor": actor or "", "planning": planning}
    with connection.pipeline():
        connection.execute("BEGIN", prepare=True)
        connection.execute(_SCOPE, scope, prepare=True)
        if actor is not None:
            connection.execute(_FOLLOW_OTHER_WRITERS, scope, prepare=True)
        cursors = [
            connection.execute(statement.sql, statement.parameters, prepare=statement.keep_plan, binary=True)
            for statement in statements
        ]
        connection.execute("COMMIT", prepare=True)
    return [cursor.fetchall() if cursor.description else [] for cursor in cursors]
