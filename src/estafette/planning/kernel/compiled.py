"""How kernel functions are compiled: once, to a cache on disk that knows all their sources."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import njit

config: Any = numba.config
Function = TypeVar("Function", bound=Callable[..., Any])


def _cache() -> Path:
    """
    Give the folder of this version of the kernel.

    numba compares a cached function with its own file alone; a change in another file that it calls
    would go unseen. So the folder is named after the content of all files together.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(here.glob("*.py")):
        digest.update(source.read_bytes())
    within = here / "__pycache__" if os.access(here, os.W_OK) else Path.home() / ".cache" / "estafette"
    return Path(config.CACHE_DIR or within) / f"kernel-{digest.hexdigest()[:16]}"


CACHE = _cache()


def is_cached() -> bool:
    """Tell whether this version of the kernel has been compiled before."""
    return any(CACHE.rglob("refusal.refuse-*.nbi"))


def _compiled(function: Function, **options: Any) -> Function:
    outside, config.CACHE_DIR = config.CACHE_DIR, str(CACHE)
    try:
        return njit(cache=True, error_model="numpy", **options)(function)
    except RuntimeError:  # nowhere to write: compile in each process
        return njit(error_model="numpy", **options)(function)
    finally:
        config.CACHE_DIR = outside


def door(function: Function) -> Function:
    """Compile a function that Python calls: with the code that takes arrays out of objects."""
    return _compiled(function, nogil=True)


def inner(function: Function) -> Function:
    """
    Compile a function that only the kernel calls, and that makes no array.

    Never call one from Python: it has no code to take arguments out of objects (which would be most of
    what is compiled). Nor does it count references to the arrays it is handed, which it cannot outlive:
    with some thirty arrays in a state the counting took over nine tenths of the time.
    """
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)
