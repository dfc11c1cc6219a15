"""How kernel functions are compiled: once, to a cache on disk that knows all their sources."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

from estafette.planning.kernel.linking import DoorCompiler, InnerCompiler

config: Any = numba.config
njit: Any = numba.njit
Function = TypeVar("Function", bound=Callable[..., Any])


def _cache() -> Path:
    """
    Give the folder of this version of the kernel.

    numba compares a cached function with its own file alone; a change in another file that it calls
    would go unseen. So the folder is named after the content of all files together.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(here.rglob("*.py")):
        digest.update(source.read_bytes())
    within = here / "__pycache__" if os.access(here, os.W_OK) else Path.home() / ".cache" / "estafette"
    return Path(config.CACHE_DIR or within) / f"kernel-{digest.hexdigest()[:16]}"


CACHE = _cache()


def is_cached() -> bool:
    """Tell whether this version of the kernel has been compiled before."""
    return any(CACHE.rglob("refusal.refuse-*.nbi"))


def door(function: Function) -> Function:
    """Compile a function that Python calls: with the code that takes arrays out of objects."""
    options = {"error_model": "numpy", "nogil": True, "pipeline_class": DoorCompiler}
    outside, config.CACHE_DIR = config.CACHE_DIR, str(CACHE)
    try:
        compiled: Function = njit(cache=True, **options)(function)
    except RuntimeError:  # nowhere to write: compile in each process
        compiled = njit(**options)(function)
    finally:
        config.CACHE_DIR = outside
    return compiled


def inner(function: Function) -> Function:
    """
    Compile a function that only the kernel calls, and that makes no array.

    Never call one from Python: it has no code to take arguments out of objects (which would be most of
    what is compiled). Nor does it count references to the arrays it is handed, which it cannot outlive:
    with some thirty arrays in a state the counting took over nine tenths of the time.
    """
    compiled: Function = njit(
        error_model="numpy",
        pipeline_class=InnerCompiler,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        _nrt=False,
    )(function)
    return compiled
