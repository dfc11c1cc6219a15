"""One embedded PostgreSQL for the whole session, and a fast clean database for each test that asks."""

import functools
import gc
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from estafette.store.database import Database
from estafette.store.migrate import migrate
from estafette.store.server import Server, address
from tests.examples import EXPLORE

_numbers = itertools.count(1)
_RECKONING = Path(__file__).parent / "planning"

# Random days and histories are the same in each run, so that a change is judged by itself; exploring others is
# asked for: ESTAFETTE_EXPLORE=1.
hypothesis.settings.register_profile("same", derandomize=not EXPLORE, deadline=None, print_blob=True)
hypothesis.settings.load_profile("same")

# Making an application for each test makes much that is not garbage: to look through it again and again took a
# fifth of making one.
gc.freeze()
gc.set_threshold(50_000, 20, 50)
# Every client reads the roots of all authorities, 60 ms of a core, though tests ask this machine alone.
httpx._transports.default.create_ssl_context = functools.cache(httpx.create_ssl_context)  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what only reckons: no story shall wait for a processor while the types are checked beside."""
    items.sort(key=lambda item: not item.path.is_relative_to(_RECKONING))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A migrated database that every test's database is copied from; one per worker."""
    url = os.environ.get("ESTAFETTE_TEST_DATABASE_URL")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "only")
    # One cluster for all workers: their temporary folders share a parent.
    home = tmp_path_factory.getbasetemp()
    home = home.parent / "cluster" if worker != "only" else home / "cluster"
    name = f"template_{worker}_{os.getpid()}"
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        server = address(home, database_url=make_conninfo(url, dbname=name), database=name)
    else:
        server = address(Path(home), database_url=None, database=name)
    migrate(server)
    return server


@pytest.fixture(scope="session")
def maintenance(template: Server) -> Iterator[psycopg.Connection[Any]]:
    """Beside the databases of the tests: makes and drops them. To connect for each took a tenth of making one."""
    url = make_conninfo(template.owner, dbname="postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def server(template: Server, maintenance: psycopg.Connection[Any]) -> Iterator[Server]:
    """The addresses of a clean, migrated database."""
    source = psycopg.conninfo.conninfo_to_dict(template.owner)["dbname"]
    name = f"test_{os.getpid()}_{next(_numbers)}"
    maintenance.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(str(source))
        )
    )
    yield Server(
        owner=make_conninfo(template.owner, dbname=name), app=make_conninfo(template.app, dbname=name)
    )
    maintenance.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """A clean database, as the application sees it, counting on the wire."""
    with Database(server, size=2, counting=True) as database:
        yield database
