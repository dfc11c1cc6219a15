"""What a figure was measured on: machine, versions, rows."""

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Sequence

import psycopg

PACKAGES = ("psycopg", "sqlalchemy", "numpy", "numba", "msgspec")
ENGINE_PACKAGES = ("estafette", "numpy", "numba", "llvmlite", "msgspec")


def describe(owner: str) -> str:
    """Say the machine and the versions in two lines."""
    with psycopg.connect(owner) as connection:
        server = connection.execute("SHOW server_version").fetchone()
        settings = connection.execute(
            "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings"
            " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers')"
        ).fetchone()
    assert server is not None
    assert settings is not None
    return f"{_computer()}\nPostgreSQL {server[0]} ({settings[0]}), {_versions(PACKAGES)}"


def engine() -> str:
    """Say the machine and the versions where no database takes part."""
    return f"{_computer()}\n{_versions(ENGINE_PACKAGES)}"


def _versions(packages: Sequence[str]) -> str:
    return " ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)


def _computer() -> str:
    return (
        f"{_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def spread(values: Sequence[float]) -> str:
    """Give median, minimum and maximum in milliseconds."""
    if not values:
        return "-"
    return f"{statistics.median(values):9.1f} ({min(values):.1f}-{max(values):.1f})"
