"""Bringing a database to the current schema."""

import time
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from estafette.domain.error import Busy, Unavailable
from estafette.store.revision import MIGRATIONS, SchemaStatus, newest
from estafette.store.server import Server, unavailable

# How long a migration may make others wait behind it, and how long it lets them pass.
_LOCK_TIMEOUT = "300ms"
_PAUSE_S = 0.5

# Two programs that start together on a new database migrate one after the other.
_MIGRATION_LOCK = 0x65737461


def migrate(server: Server, *, patience_s: float = 60) -> SchemaStatus:
    """
    Bring the database to the newest revision; safe to call at every start and from several programs.

    Dispatch goes on meanwhile: each migration is a transaction of its own that gives up when a lock it
    needs is held for longer than `_LOCK_TIMEOUT`, lets the others pass, and tries again. A statement that
    waits for a lock makes everybody behind it wait as well, readers too.

    Raises
    ------
    Busy
        The locks could not be had within `patience_s`; what was migrated stays migrated.
    """
    ends_at = time.monotonic() + patience_s
    with _engine(server).connect() as connection:
        while not (status := _status(connection)).up_to_date:
            connection.rollback()
            try:
                _upgrade(connection)
            except (sa.exc.OperationalError, psycopg.errors.LockNotAvailable) as error:
                connection.rollback()
                if time.monotonic() > ends_at or not _locked(error):
                    raise _in_our_words(error) from error
                time.sleep(_PAUSE_S)
        return status


def _upgrade(connection: sa.Connection, to: str = "head") -> None:
    connection.execute(sa.text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
    connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
    connection.commit()
    try:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    finally:
        connection.rollback()
        connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()


def _locked(error: Exception) -> bool:
    return isinstance(getattr(error, "orig", error), psycopg.errors.LockNotAvailable)


def _in_our_words(error: Exception) -> Unavailable:
    if _locked(error):
        return Busy("the database is in use and was not migrated to the end; try again")
    return unavailable(getattr(error, "orig", error))


def _status(connection: sa.Connection) -> SchemaStatus:
    current = MigrationContext.configure(connection).get_current_revision()
    return SchemaStatus(current=current, newest=newest())


def run_script(name: str) -> None:
    """Run a script of the migrations folder, inside the migration that calls this."""
    driver = op.get_bind().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    # The driver itself: a script of many statements, and no percent signs to escape.
    driver.execute((MIGRATIONS / name).read_text(encoding="utf-8"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def _engine(server: Server) -> sa.Engine:
    def connect() -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(server.owner)
        except psycopg.OperationalError as error:
            raise unavailable(error) from error

    return sa.create_engine("postgresql+psycopg://", creator=connect, poolclass=sa.NullPool)
