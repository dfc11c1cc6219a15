"""The job queue, and solves that hold their own row."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

from estafette.store.migrate import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """
    Make the queue's schema and ours beside it.

    The queue's is that of the installed version. Its comment names the newest of the queue's own migrations that
    it contains, so that a later revision here knows which of them to add. (All of them in a row would give the
    same on any version, but PostgreSQL 15 cannot use a new value of an enum in the transaction that adds it.)
    """
    connection = op.get_bind()
    before = connection.exec_driver_sql("SELECT current_setting('search_path')").scalar_one()
    connection.exec_driver_sql("CREATE SCHEMA procrastinate")
    connection.exec_driver_sql(f"COMMENT ON SCHEMA procrastinate IS '{_newest()}'")
    connection.exec_driver_sql("SET LOCAL search_path = procrastinate")
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema())
    connection.exec_driver_sql("SELECT set_config('search_path', %s, true)", (before,))
    run_script("0005_jobs.sql")
    connection.exec_driver_sql("SELECT set_config('search_path', %s, true)", (before,))


def _newest() -> str:
    """Give the version in the name of the queue's newest migration, such as 03.04.00."""
    return max(
        path.name.partition("_")[0] for path in Path(SchemaManager.get_migrations_path()).glob("*.sql")
    )
