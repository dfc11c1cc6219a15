"""
The one door to the database: a transaction of one company in one network round trip.

Every read and every write of the store is a list of statements handed to `Database.transact`, which
owns BEGIN, the company of row-level security, the lock that puts the writers of a company in a row,
and COMMIT. Nothing else in the program begins or ends a transaction on application data.

Beside it is one narrow door, `Database.find`, for the time before a company is known: it shows the rows
whose secret or address is named exactly, and no others (docs/decisions/0039).
"""

import time
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg import Connection
from psycopg.errors import (
    DeadlockDetected,
    InsufficientPrivilege,
    LockNotAvailable,
    ObjectInUse,
    SerializationFailure,
)
from psycopg_pool import PoolTimeout

from estafette.domain.caller import Caller
from estafette.domain.error import Busy, NotFound, Unavailable, no_company
from estafette.measures import SENT
from estafette.store.arrays import register_arrays
from estafette.store.connections import Connections, PoolLoad
from estafette.store.occasion import present_occasion
from estafette.store.server import Server, unavailable
from estafette.store.silent import end_silent
from estafette.store.wire import Wire, WireCount

Rows = list[tuple[Any, ...]]

# Up to so many trips a kept plan (nested loops) is faster than planning anew (measured: 2 ms of 6 of an apply).
FEW = 300

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0


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

    What may be repeated is repeated for `patience_s` seconds when the connection is lost or refused, so a
    restart of the server needs no person. `counting` traces the wire (see `store/wire.py`): it costs a
    little time, so timings that matter are taken without it.
    """

    def __init__(
        self, server: Server, *, size: int = 4, counting: bool = False, patience_s: float = 15
    ) -> None:
        self.server = server
        self._patience_s = patience_s
        self._caller: Caller | None = None
        self._wire = Wire() if counting and Wire.works_here else None
        self._connections = Connections(server, size=size, wait_s=patience_s, configure=self._configure)

    def _configure(self, connection: Connection[Any]) -> None:
        register_arrays(connection)
        if self._wire is not None:
            self._wire.listen(connection)

    def of(self, caller: Caller) -> "Database":
        """
        Give the same pool as one caller may use it: no other company, and of it what the database shows them.

        Whoever closes the pool closes it for all.
        """
        bound = copy(self)
        bound._caller = caller
        return bound

    def load(self) -> PoolLoad:
        """Tell how the pool is used."""
        return self._connections.load()

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def count(self) -> WireCount | None:
        """Count what was sent since the last call; `None` where nothing counts."""
        return self._wire.count() if self._wire else None

    def ping(self, *, within_s: float) -> None:
        """Ask for an answer once, without patience; raises `Unavailable`."""
        try:
            with self._connections.lend(within_s=within_s) as connection:
                connection.execute("SELECT")
        except psycopg.OperationalError as error:
            raise unavailable(error) from error

    def read(self, company_id: int, sql: LiteralString, parameters: Mapping[str, Any]) -> Rows:
        """Run one reading statement as one company, in one round trip."""
        return self.transact(company_id, [Statement(sql, parameters)])[0]

    def find(
        self, sql: LiteralString, parameters: Mapping[str, Any], *, token: str = "", login: str = ""
    ) -> Rows:
        """
        Run one reading statement while no company is known, in one round trip.

        It sees the rows that carry the SHA-256 `token`, or the accounts of the address `login`; row-level
        security hides all others. Raises `Unavailable`.
        """
        scope = {"token": token, "login": login, "planning": "force_generic_plan"}
        return self._repeated(_Work(_NAMED, scope, [Statement(sql, parameters, keep_plan=True)]))[0]

    def transact(
        self,
        company_id: int,
        statements: Sequence[Statement],
        *,
        actor: str | None = None,
        once: str | None = None,
        for_company: bool = False,
        aside: bool = False,
    ) -> list[Rows]:
        """
        Run `statements` as one company in one transaction and one round trip; give the rows of each.

        With an `actor` the transaction may write: it first locks the company's feed row, so writers of
        a company follow each other, every later statement sees all that committed before, and no two
        can deadlock. Each statement sees what the earlier ones wrote.

        `once` is a key that makes the statements harmless to repeat. Readers and writers with a key are
        repeated when the connection is lost, even at COMMIT; a writer without one is not.

        A writer `aside` touches rows that no other writer of the company does, under a key: it neither follows
        them nor waits for the disk. After a crash of the server it may be undone, but never while something
        that committed after it stands.

        Callers who see their own rows alone are bound to them in each transaction. With `for_company` an
        institution's statements see the whole company, as storing a booking must; they are to give nothing
        away, and what they change is bound when it is written.

        Raises
        ------
        psycopg.Error
            What the database refused; the transaction is rolled back.
        NotFound
            This is the view of a caller of another company, or of one to whom this is closed.
        Busy
            The same key is being written now, or another writer of the company takes too long.
        Unavailable
            The database does not answer, or not in time.
        """
        caller = self._caller
        if caller is not None and caller.company_id != company_id:
            raise no_company(company_id)
        scope = _scope(caller, company_id, statements) | {"actor": actor or "", "once": once}
        wide = for_company and caller is not None and caller.institution_id is not None
        opening = _opening(narrow=bool(scope["role"]) and not wide, once=once is not None, aside=aside)
        work = _Work(opening, scope, statements, actor is not None, follows=not aside, once=once)
        try:
            return self._repeated(work)
        except InsufficientPrivilege as error:
            if not scope["role"]:
                raise  # a mistake of ours
            message = "there is no such thing, or it is not yours"
            raise NotFound(message) from error

    def _repeated(self, work: "_Work") -> list[Rows]:
        """Do it, and again while that may help; see `transact`."""
        ends_at = time.monotonic() + self._patience_s
        pause_s = _FIRST_PAUSE_S
        attempt = 0
        while True:
            left_s = max(0.1, ends_at - time.monotonic())
            try:
                with self._connections.lend(within_s=left_s) as connection:
                    return _in_one_round_trip(connection, work)
            except psycopg.OperationalError as error:
                if time.monotonic() + pause_s > ends_at or not _worth_repeating(error, work, attempt):
                    raise _in_our_words(error, work) from error
            time.sleep(pause_s)
            attempt, pause_s = attempt + 1, min(2 * pause_s, _LONGEST_PAUSE_S)


class _Work(NamedTuple):
    opening: LiteralString
    scope: Mapping[str, Any]
    statements: Sequence[Statement]
    writes: bool = False
    follows: bool = True
    once: str | None = None


def _scope(caller: Caller | None, company_id: int, statements: Sequence[Statement]) -> dict[str, Any]:
    """Give what a transaction is told of who works in it, for what request and why."""
    keep_plans = all(statement.keep_plan for statement in statements)
    occasion = present_occasion()
    return {
        "company": company_id,
        "request": occasion.request_id,
        "why": occasion.why,
        "user": _id(caller.user_id if caller else None),
        "driver": _id(caller.driver_id if caller else None),
        "institution": _id(caller.institution_id if caller else None),
        "role": _role_of(caller),
        "planning": "force_generic_plan" if keep_plans else "auto",
    }


def _role_of(caller: Caller | None) -> str:
    """Name the database's role of a caller who sees their own rows alone; empty for the application's."""
    if caller is None or (caller.driver_id is None and caller.institution_id is None):
        return ""
    return "estafette_driver" if caller.driver_id is not None else "estafette_institution"


def _opening(*, narrow: bool, once: bool, aside: bool) -> LiteralString:
    return _OF_CALLER + (_AS_ROLE if narrow else "") + (_ONCE if once else "") + (_ASIDE if aside else "")


def _id(number: int | None) -> str:
    return "" if number is None else str(number)


def _worth_repeating(error: psycopg.OperationalError, work: _Work, attempt: int) -> bool:
    if isinstance(error, SerializationFailure | DeadlockDetected | PoolTimeout):
        return True  # nothing was done
    if isinstance(error, ObjectInUse):
        # Our own lost attempt may still be running there; somebody else's is told at once.
        return attempt > 0
    if work.writes and work.once is None:
        return False  # whether it was done is not known
    # Connection errors, and the server going down or coming up; 57014 is a time-out of the statement.
    state = error.sqlstate or "08"
    return state.startswith(("08", "57")) and state != "57014"


def _in_our_words(error: psycopg.OperationalError, work: _Work) -> Unavailable:
    if isinstance(error, ObjectInUse):
        return Busy(f"what has the key {work.once!r} is being written now; ask again for its answer")
    if isinstance(error, LockNotAvailable):
        return Busy("another change of this company takes too long; nothing was changed, try again")
    if (error.sqlstate or "").startswith("53"):  # disk, memory or connections at their end
        return Unavailable(
            f"the database has no room left, nothing was changed: {str(error).splitlines()[0]}"
        )
    return unavailable(error)


# What row-level security asks for, for this transaction alone.
_OF_CALLER: LiteralString = """
SELECT set_config('app.company', %(company)s::text, true), set_config('app.actor', %(actor)s, true),
    set_config('app.request', %(request)s, true), set_config('app.why', %(why)s, true),
    set_config('app.user', %(user)s, true), set_config('app.driver', %(driver)s, true),
    set_config('app.institution', %(institution)s, true), set_config('plan_cache_mode', %(planning)s, true)"""
_AS_ROLE: LiteralString = ", set_config('role', %(role)s, true)"
_ONCE: LiteralString = ", claim_key(%(company)s, %(once)s)"
_ASIDE: LiteralString = ", set_config('synchronous_commit', 'off', true)"
_NAMED: LiteralString = """
SELECT set_config('app.company', '', true), set_config('app.token', %(token)s, true),
    set_config('app.login', %(login)s, true), set_config('plan_cache_mode', %(planning)s, true)"""
_FOLLOW_OTHER_WRITERS = "SELECT FROM feed WHERE company_id = %(company)s FOR NO KEY UPDATE"


def _in_one_round_trip(connection: Connection[Any], work: _Work) -> list[Rows]:
    try:
        return _pipelined(connection, work)
    except psycopg.Error as error:
        if not connection.closed:
            # Past psycopg, which would forget all that is prepared: nothing is dropped or made in our transactions.
            connection.pgconn.exec_(b"ROLLBACK")
        if isinstance(error, LockNotAvailable | ObjectInUse) and end_silent(connection):
            return _in_one_round_trip(connection, work)
        raise


def _pipelined(connection: Connection[Any], work: _Work) -> list[Rows]:
    with connection.pipeline():
        connection.execute("BEGIN", prepare=True)
        connection.execute(work.opening, work.scope, prepare=True)
        follows = work.writes and work.follows
        if follows:
            connection.execute(_FOLLOW_OTHER_WRITERS, work.scope, prepare=True)
        cursors = [
            connection.execute(statement.sql, statement.parameters, prepare=statement.keep_plan, binary=True)
            for statement in work.statements
        ]
        connection.execute("COMMIT", prepare=True)
    SENT.statements = len(cursors) + (4 if follows else 3)
    return [cursor.fetchall() if cursor.description else [] for cursor in cursors]
