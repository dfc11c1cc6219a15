"""What a figure was measured on: machine, versions, rows."""

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Sequence

import psycopg

PACKAGES = ("psycopg", "sqlalchemy", "numpy", "numba", "msgspec")


def describe(owner: str) -> str:
    """Say the machine and the versions in two lines."""
    with psycopg.connect(owner) as connection:
        server = connection.execute("SHOW server_version").fetchone()
        settings = connection.execute(
            "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings"
            " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers')"
        ).fetchone()
    packages = " ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    assert server is not None
    assert settings is not None
    return (
        f"{_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}\nPostgreSQL {server[0]} ({settings[0]}), {packages}"
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
