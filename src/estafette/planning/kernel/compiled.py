"""How kernel functions are compiled: once, to a cache on disk that knows all their sources."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from estafette.compiled import compiled, kept_at, njit
from estafette.planning.kernel.linking import DoorCompiler, InnerCompiler
from estafette.planning.kernel.table import TRAPS

Function = TypeVar("Function", bound=Callable[..., Any])

_HERE = Path(__file__).parent
# All of them, as they are made.
INNERS: list[Any] = []
CACHE = kept_at(_HERE, _HERE.rglob("*.py"), name="kernel-with-traps" if TRAPS else "kernel")


def is_cached() -> bool:
    """Tell whether this version of the kernel has been compiled before."""
    return has("make") and has("tell")


def has(door: str) -> bool:
    """Tell whether one of the two doors of this version has been compiled before."""
    return any(CACHE.rglob(f"entry.{door}-*.nbi"))


def door(function: Function) -> Function:
    """Compile a function that Python calls: with the code that takes arrays out of objects."""
    return compiled(function, CACHE, pipeline_class=DoorCompiler, no_cfunc_wrapper=True, _nrt=False)


def inner(function: Function) -> Function:
    """
    Compile a function that only the kernel calls, and that makes no array.

    Never call one from Python: it has no code to take arguments out of objects (which would be most of
    what is compiled). Nor does it count references to the arrays it is handed, which it cannot outlive:
    with some thirty arrays in a state the counting took over nine tenths of the time.
    """
    made: Function = njit(
        error_model="numpy",
        pipeline_class=InnerCompiler,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        _nrt=False,
    )(function)
    INNERS.append(made)
    return made
