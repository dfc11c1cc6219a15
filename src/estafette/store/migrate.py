"""Bringing a database to the current schema."""

from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from estafette.domain.record import Record
from estafette.store.server import Server, unavailable

# Two programs that start together on a new database migrate one after the other.
_MIGRATION_LOCK = 0x65737461

_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaStatus(Record, frozen=True, kw_only=True):
    """Where a database stands: its revision (`None`: empty) and the newest one this program knows."""

    current: str | None
    newest: str | None

    @property
    def up_to_date(self) -> bool:
        """Tell whether there is nothing to migrate."""
        return self.current == self.newest


def migrate(server: Server) -> SchemaStatus:
    """Bring the database to the newest revision; safe to call at every start and from several programs."""
    with _engine(server).begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return _status(connection)


def schema_status(server: Server) -> SchemaStatus:
    """Tell where the database stands, changing nothing."""
    with _engine(server).connect() as connection:
        return _status(connection)


def _status(connection: sa.Connection) -> SchemaStatus:
    current = MigrationContext.configure(connection).get_current_revision()
    return SchemaStatus(current=current, newest=ScriptDirectory.from_config(_config()).get_current_head())


def run_script(name: str) -> None:
    """Run a script of the migrations folder, inside the migration that calls this."""
    driver = op.get_bind().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    # The driver itself: a script of many statements, and no percent signs to escape.
    driver.execute((_MIGRATIONS / name).read_text(encoding="utf-8"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def _engine(server: Server) -> sa.Engine:
    def connect() -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(server.owner)
        except psycopg.OperationalError as error:
            raise unavailable(error) from error

    return sa.create_engine("postgresql+psycopg://", creator=connect, poolclass=sa.NullPool)
