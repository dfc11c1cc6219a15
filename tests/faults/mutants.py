"""
Planted bugs: what the tests of faults must catch. A planted bug changes the text of the store in one process.

Every replacement asserts that it changed something, so that a bug is not believed to be planted when the text has
moved on.
"""

import time
from collections.abc import Callable
from typing import Any

import psycopg

from estafette.store import apply, database
from estafette.store.arrays import register_arrays
from tests.faults.history import Log

MUTANTS: dict[str, Callable[[Log], None]] = {}


def plant(name: str | None, log: Log) -> None:
    """Plant a bug in this process."""
    if name is not None:
        MUTANTS[name](log)


def _mutant(plants: Callable[[Log], None]) -> Callable[[Log], None]:
    MUTANTS[plants.__name__] = plants
    return plants


def replace(text: str, old: str, new: str) -> str:
    """Replace, and make sure that there was something to replace."""
    changed = text.replace(old, new)
    assert changed != text, f"nothing to replace: {old!r}"
    return changed


def _in_apply(old: str, new: str) -> None:
    apply.APPLY = replace(apply.APPLY, old, new)  # type: ignore[assignment]


def _no_lock() -> None:
    database._FOLLOW_OTHER_WRITERS = replace(  # type: ignore[assignment]
        database._FOLLOW_OTHER_WRITERS, "FOR NO KEY UPDATE", ""
    )


@_mutant
def without_version_check(log: Log) -> None:
    _in_apply("t.version > %(board_version)s OR a.version > %(board_version)s", "false")


@_mutant
def without_feed_lock(log: Log) -> None:
    _no_lock()


@_mutant
def without_key(log: Log) -> None:
    """The key is neither looked up nor kept."""
    _in_apply("company_id = %(company)s AND key = %(key)s", "false")
    _in_apply(
        "SELECT %(company)s, %(key)s, %(fingerprint)s",
        "SELECT %(company)s, gen_random_uuid(), %(fingerprint)s",
    )


@_mutant
def cursor_by_sequence(log: Log) -> None:
    """Event ids come from a sequence, before the writers of the company stand in a row."""
    _no_lock()
    _in_apply(
        "row_number() OVER (ORDER BY run_id) + mark.last_event_id AS event_id", "nextval('plain') AS event_id"
    )
    _in_apply(
        "SELECT last_event_id, last_event_id + 1 AS version FROM feed",
        "SELECT last_value AS last_event_id, last_value + 1 AS version FROM plain, feed",
    )
    _in_apply(
        "SET last_event_id = last_event_id + changed.n",
        "SET last_event_id = greatest(last_event_id, (SELECT max(event_id) FROM numbered))",
    )


@_mutant
def told_before_commit(log: Log) -> None:
    """The client is told what the statement answered, and only then is it committed."""
    sound, decode = database.Database.transact, apply.answer_of
    uncommitted: list[psycopg.Connection[Any]] = []

    def transact(self: database.Database, company_id: int, statements: Any, **options: Any) -> Any:
        if not options.get("actor"):
            return sound(self, company_id, statements, **options)
        connection = psycopg.connect(self.server.app)
        register_arrays(connection)
        uncommitted.append(connection)
        connection.execute("SELECT set_config('app.company', %s, true)", [str(company_id)])
        cursors = [connection.execute(one.sql, one.parameters, binary=True) for one in statements]
        return [cursor.fetchall() for cursor in cursors]

    def told(*arguments: Any) -> Any:
        answer = decode(*arguments)
        log.write(key=answer.key, answer=answer)
        time.sleep(0.02)
        uncommitted.pop().commit()
        return answer

    database.Database.transact = transact  # type: ignore[method-assign]
    apply.answer_of = told


def plain_sequence(owner: str) -> None:
    """Make the sequence that `cursor_by_sequence` takes its ids from."""
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE SEQUENCE plain")
        connection.execute("GRANT ALL ON SEQUENCE plain TO estafette_app")


def drop_exclusion(owner: str) -> None:
    """Take the last guard against two stops at once."""
    with psycopg.connect(owner) as connection:
        connection.execute("ALTER TABLE assignment DROP CONSTRAINT stops_of_a_driver_never_overlap")
