"""The job queue, and solves that hold their own row."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

from estafette.store.migrate import run_script

revision = "0005"
down_revision = "0004"

# The queue's own migrations up to the one that was its newest when this was written: a later version of the
# package brings more files, and they are for a later revision here.
_NEWEST = (3, 4, 0)


def upgrade() -> None:
    """Make the queue's schema and ours beside it."""
    connection = op.get_bind()
    before = connection.exec_driver_sql("SELECT current_setting('search_path')").scalar_one()
    connection.exec_driver_sql("CREATE SCHEMA procrastinate")
    connection.exec_driver_sql("SET LOCAL search_path = procrastinate")
    for script in _scripts():
        run_script(script)
    connection.exec_driver_sql("SELECT set_config('search_path', %s, true)", (before,))
    run_script("0005_jobs.sql")
    connection.exec_driver_sql("SELECT set_config('search_path', %s, true)", (before,))


def _scripts() -> list[str]:
    folder = Path(SchemaManager.get_migrations_path())
    return [str(path) for path in sorted(folder.glob("*.sql")) if _version(path) <= _NEWEST]


def _version(path: Path) -> tuple[int, ...]:
    return tuple(map(int, path.name.partition("_")[0].split(".")))
