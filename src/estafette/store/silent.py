"""
Ending sessions of ours that fell silent in the middle of a pipeline.

A process that is stopped there (a machine asleep, a container frozen) keeps the lock of its company: the server
counts its session as active, so neither `idle_in_transaction_session_timeout` nor `statement_timeout` ends it,
and its kernel still answers for it on the network.
"""

import time
from typing import Any, LiteralString

from psycopg import Connection

# Between two looks a session that is only slow has sent more.
_PAUSE_S = 1.0

# Who is silent for half as long as others wait for a lock; `ClientRead`: the server waits for the client.
_SILENT: LiteralString = """
SELECT pid, query_start FROM pg_stat_activity
WHERE datname = current_database() AND usename = session_user AND application_name = 'estafette'
    AND state = 'active' AND wait_event = 'ClientRead'
    AND query_start < clock_timestamp() - current_setting('lock_timeout')::interval / 2
"""
# It is waited for: what an ended session holds is let go a moment later.
_END: LiteralString = f"""
SELECT pg_terminate_backend(silent.pid, 5000) FROM ({_SILENT}) silent
JOIN unnest(%(pids)s::int[], %(starts)s::timestamptz[]) seen(pid, query_start) USING (pid, query_start)
"""


def end_silent(connection: Connection[Any]) -> int:
    """
    End the sessions that say nothing in the middle of a pipeline, and give how many; their work is undone.

    Who did not get a lock asks for it, on a connection outside any transaction.
    """
    seen = _as_who_signed_in(connection, _SILENT, {})
    if not seen:
        return 0
    time.sleep(_PAUSE_S)
    pids, starts = map(list, zip(*seen, strict=True))
    return len(_as_who_signed_in(connection, _END, {"pids": pids, "starts": starts}))


def _as_who_signed_in(
    connection: Connection[Any], sql: LiteralString, parameters: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """Run a statement as the role of the sign-in, which alone may see and end its own sessions."""
    with connection.transaction():
        connection.execute("SET LOCAL ROLE NONE")
        return connection.execute(sql, parameters).fetchall()
