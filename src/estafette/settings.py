"""Settings, read once from the environment at a door and passed on as values."""

import os
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an operator can set.

    `home`: where the embedded database, plans and written notices live (`ESTAFETTE_HOME`).
    `database_url`: a PostgreSQL server to use instead of the embedded one (`DATABASE_URL`).
    `database`: name of the database on the embedded server (`ESTAFETTE_DATABASE`).
    `osrm_url`: an OSRM server that goes before roads built here (`ESTAFETTE_OSRM_URL`).
    """

    home: Path
    database_url: str | None = None
    database: str = "estafette"
    osrm_url: str | None = None


def read_settings() -> Settings:
    """Read the settings from the environment."""
    data_home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Settings(
        home=Path(os.environ.get("ESTAFETTE_HOME") or Path(data_home) / "estafette"),
        database_url=os.environ.get("DATABASE_URL") or None,
        database=os.environ.get("ESTAFETTE_DATABASE") or "estafette",
        osrm_url=os.environ.get("ESTAFETTE_OSRM_URL") or None,
    )
