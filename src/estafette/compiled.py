"""How functions become machine code: once, kept on disk under a name that knows all their sources."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import llvmlite
import numba
from llvmlite import binding

config: Any = numba.config
njit: Any = numba.njit
Function = TypeVar("Function", bound=Callable[..., Any])


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
    options = {"error_model": "numpy", "nogil": True, **options}
    outside, config.CACHE_DIR = config.CACHE_DIR, str(kept)
    try:
        made: Function = njit(cache=True, **options)(function)
    except RuntimeError:  # nowhere to write: compile in each process
        made = njit(**options)(function)
    finally:
        config.CACHE_DIR = outside
    return made
