"""How functions become machine code: once, kept on disk under a name that knows all their sources."""

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeVar

import llvmlite
import numba
from llvmlite import binding

config: Any = numba.config
njit: Any = numba.njit
Function = TypeVar("Function", bound=Callable[..., Any])

if sys.platform != "win32":  # there, where a file cannot be held like this, nothing kept is removed
    import fcntl

# Of the versions of the same sources so many are kept: the present one, and the one before for who goes back.
MOST_KEPT = 2
_HELD = "held"  # in each folder: locked by every process that uses it, as young as its last use


def kept_at(folder: Path, sources: Iterable[Path], *, name: str) -> Path:
    """
    Give where the machine code of some sources is kept: in their `folder`, or in the home of the user.

    numba compares a kept function with its own file alone; a change in another file that it calls would go
    unseen. So the place is named after the content of all files together, and after what made the code:
    another Python, numba or LLVM, or another processor where machines share a home, has another place.
    """
    makers = (sys.version_info[:2], numba.__version__, llvmlite.__version__, binding.get_host_cpu_name())
    digest = hashlib.sha256(repr(makers).encode())
    for source in sorted(sources):
        digest.update(source.read_bytes())
    within = folder / "__pycache__" if os.access(folder, os.W_OK) else Path.home() / ".cache" / "estafette"
    return Path(config.CACHE_DIR or within) / f"{name}-{digest.hexdigest()[:16]}"


def compiled(function: Function, kept: Path, **options: Any) -> Function:
    """Compile a function that Python calls, which holds no lock of Python's while it runs."""
    hold(kept)
    options = {"error_model": "numpy", "nogil": True, **options}
    outside, config.CACHE_DIR = config.CACHE_DIR, str(kept)
    try:
        made: Function = njit(cache=True, **options)(function)
    except RuntimeError:  # nowhere to write: compile in each process
        made = njit(**options)(function)
    finally:
        config.CACHE_DIR = outside
    return made


@cache
def hold(kept: Path) -> IO[bytes] | None:
    """
    Keep a folder of machine code from being removed while this process lives; a new one removes old ones.

    Gives what holds it, None where that is not possible.
    """
    if sys.platform == "win32":
        return None
    with suppress(OSError):
        while True:
            kept.mkdir(parents=True, exist_ok=True)
            is_new, held = not (kept / _HELD).exists(), (kept / _HELD).open("ab")
            fcntl.flock(held, fcntl.LOCK_SH)
            if _is_still_there(kept, held):
                os.utime(kept / _HELD)
                if is_new:
                    with suppress(OSError):  # somebody else is removing them
                        remove_old(kept)
                return held
            held.close()
    return None


def _is_still_there(kept: Path, held: IO[bytes]) -> bool:
    """Tell whether nobody removed the folder while its file was waited for."""
    with suppress(FileNotFoundError):
        return os.path.samestat((kept / _HELD).stat(), os.fstat(held.fileno()))
    return False


def remove_old(kept: Path) -> None:
    """Remove the other versions of what is kept, but those in use and the last of `MOST_KEPT` used."""
    others = sorted(_versions_beside(kept), key=_used_at, reverse=True)
    for old in others[MOST_KEPT - 1 :]:
        with suppress(OSError), (old / _HELD).open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(old)


def _versions_beside(kept: Path) -> Iterator[Path]:
    """Give the folders whose names differ in the digest alone."""
    name = re.escape(kept.name.rpartition("-")[0])
    for other in kept.parent.iterdir():
        if other != kept and re.fullmatch(name + "-[0-9a-f]{16}", other.name):
            yield other


def _used_at(kept: Path) -> float:
    """Give the moment of the last use; of a folder of a version that held none, when it was made."""
    held = kept / _HELD
    return (held if held.exists() else kept).stat().st_mtime
