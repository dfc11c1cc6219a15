"""Backup and restore of a whole database with PostgreSQL's own programs, while it is in use."""

import hashlib
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
    """
    Write the database to `file` (PostgreSQL's custom format, one moment in time) and give its bytes.

    Its checksum is written beside it, as `sha256sum` does: a changed byte in the definitions would restore
    without a word. Raises `Unavailable`, as to an owner whom row-level security binds.
    """
    draft = file.with_suffix(f"{file.suffix}.new")
    try:
        _run("pg_dump", [_database(server), "--format=custom", f"--file={draft}"], server)
        checksum = f"{_sha256(draft)}  {file.name}\n"
        size = draft.replace(file).stat().st_size
    finally:
        draft.unlink(missing_ok=True)
    _beside(file).write_text(checksum, encoding="utf-8")
    return size


def restore(server: Server, file: Path) -> bool:
    """
    Replace the database by a backup in one transaction; give whether a checksum beside it was compared.

    Raises
    ------
    Invalid
        There is no such file, or it is not the one that was written; nothing was changed.
    Unavailable
        PostgreSQL refused it; nothing was changed.
    """
    if not file.is_file():
        message = f"{file}: no such file"
        raise Invalid(message)
    verified = _beside(file).is_file()
    if verified and _beside(file).read_text(encoding="utf-8").split()[0] != _sha256(file):
        message = f"{file} is damaged: its checksum is not the one in {_beside(file)}; nothing was changed"
        raise Invalid(message)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        _run("pg_restore", ["--clean", "--if-exists", f"--file={script}", str(file)], server)
        script.write_text(
            script.read_text(encoding="utf-8").replace(_UNKNOWN_TO_OLDER, "", 1), encoding="utf-8"
        )
        once = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={script}"]
        _run("psql", [_database(server), *once], server)
    return verified


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


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
