"""One process at a time: a lock on a file, which the system takes back when its holder ends."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from estafette.domain.error import Conflict

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(path: Path, *, otherwise: str) -> Iterator[None]:
    """Hold the lock `path`; raises `Conflict` with what is said `otherwise`, when another holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as held:
        try:
            _lock(held.fileno())
        except OSError as error:
            raise Conflict(otherwise) from error
        yield
