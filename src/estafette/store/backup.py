"""Backup and restore of a whole database with PostgreSQL's own programs, while it is in use."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from estafette.domain.error import Invalid, Unavailable
from estafette.store.server import Server, programs

# A newer pg_restore names settings that an older server does not know; this one has no effect on a restore.
_UNKNOWN_TO_OLDER = "SET transaction_timeout = 0;\n"


def backup(server: Server, file: Path) -> int:
    """Write the database to `file` (PostgreSQL's custom format, one moment in time) and give its bytes."""
    draft = file.with_suffix(f"{file.suffix}.new")
    _run("pg_dump", [_database(server), "--format=custom", f"--file={draft}"], server)
    return draft.replace(file).stat().st_size


def restore(server: Server, file: Path) -> None:
    """Replace the database by a backup in one transaction; a file that is no backup changes nothing."""
    if not file.is_file():
        message = f"{file}: no such file"
        raise Invalid(message)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        _run("pg_restore", ["--clean", "--if-exists", f"--file={script}", str(file)], server)
        script.write_text(
            script.read_text(encoding="utf-8").replace(_UNKNOWN_TO_OLDER, "", 1), encoding="utf-8"
        )
        once = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={script}"]
        _run("psql", [_database(server), *once], server)


def _database(server: Server) -> str:
    address = conninfo_to_dict(server.owner)
    address.pop("password", None)
    return f"--dbname={make_conninfo('', **address)}"


def _run(program: str, arguments: Sequence[str], server: Server) -> None:
    # The password, if any, goes through the environment: arguments are visible to other users.
    password = conninfo_to_dict(server.owner).get("password")
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run(  # noqa: S603 - a fixed program with our own arguments
        [str(programs() / program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["no message"])[0]
        if "row-level security" in said:
            said += " (a backup holds every company: DATABASE_URL needs a role with BYPASSRLS for it)"
        message = f"{program} failed, nothing was changed: {said}"
        raise Unavailable(message)
