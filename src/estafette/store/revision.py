"""Where the schema of a database stands. It is asked at every start, so it needs nothing of what migrates."""

from pathlib import Path

from estafette.domain.record import Record
from estafette.store.server import Server, as_owner

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaStatus(Record, frozen=True, kw_only=True):
    """Where a database stands: its revision (`None`: empty) and the newest one this program knows."""

    current: str | None
    newest: str

    @property
    def up_to_date(self) -> bool:
        """Tell whether there is nothing to migrate."""
        return self.current == self.newest


def schema_status(server: Server) -> SchemaStatus:
    """Tell where the database stands, changing nothing; raises `Unavailable`."""
    with as_owner(server) as connection:
        is_empty = connection.execute("SELECT to_regclass('alembic_version') IS NULL").fetchone() == (True,)
        rows = [] if is_empty else connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return SchemaStatus(current=rows[0][0] if rows else None, newest=newest())


def newest() -> str:
    """Give the newest revision: they form one chain, and their files are named in its order."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
