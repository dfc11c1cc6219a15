"""Backup and restore of a whole database with PostgreSQL's own programs, while it is in use."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from estafette.domain.error import Invalid, Unavailable
from estafette.store.server import Server, programs


def backup(server: Server, file: Path) -> int:
    """Write the database to `file` (PostgreSQL's custom format, one moment in time) and give its bytes."""
    draft = file.with_suffix(f"{file.suffix}.new")
    _run("pg_dump", ["--format=custom", f"--file={draft}"], server)
    return draft.replace(file).stat().st_size


def restore(server: Server, file: Path) -> None:
    """Replace the database by a backup in one transaction; a file that is no backup changes nothing."""
    if not file.is_file():
        message = f"{file}: no such file"
        raise Invalid(message)
    _run(
        "pg_restore", ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", str(file)], server
    )


def _run(program: str, arguments: Sequence[str], server: Server) -> None:
    # The password, if any, goes through the environment: arguments are visible to other users.
    address = conninfo_to_dict(server.owner)
    password = address.pop("password", None)
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run(  # noqa: S603 - a fixed program with our own arguments
        [str(programs() / program), f"--dbname={make_conninfo('', **address)}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["no message"])[0]
        message = f"{program} failed, nothing was changed: {said}"
        raise Unavailable(message)
