"""
Two processes that compile the kernel at once leave each other the inner functions that they have translated.

Both doors reach most of the kernel, and translating it is most of the work. In a folder that both know each
process claims a function before it translates it, and leaves it there when it is done; decision 0057.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from llvmlite import binding
from numba import int64, typeof
from numba.core import lowering, serialize
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult, compile_result

from estafette.planning.kernel.arrays import Day, State
from estafette.planning.kernel.linking import Inners

_Environment: Any = lowering.Environment  # type: ignore[attr-defined]
# For how long another process is waited for that has claimed a function, and how often is asked.
_PATIENCE_S, _NAP_S = 10.0, 0.002


class Shared:
    """What an inner function asks before it is translated and tells afterwards, as numba asks its caches."""

    def __init__(self, function: Any, folder: Path, known: dict[str, Inners]) -> None:
        self._name = f"{function.py_func.__module__}.{function.py_func.__qualname__}"
        self._folder, self._known = folder, known

    def load_overload(self, sig: Any, context: Any) -> CompileResult | None:
        """Give what another process translated; None when it is to be translated here."""
        until_s, mine = time.monotonic() + _PATIENCE_S, self._claim(sig)
        while not mine and not self._at(sig).exists() and time.monotonic() < until_s:
            time.sleep(_NAP_S)
        return self._take(sig, context) if self._at(sig).exists() else None

    def _claim(self, sig: Any) -> bool:
        """Say that a function is about to be translated here, if nobody said so before."""
        with suppress(FileExistsError):
            self._at(sig).with_suffix(".claim").touch(exist_ok=False)
            return True
        return False

    def is_begun(self, sig: Any) -> bool:
        """Tell whether a process has claimed a function."""
        return self._at(sig).with_suffix(".claim").exists()

    def save_overload(self, sig: Any, result: Any) -> None:
        """Leave what was translated here to the other process."""
        library, fndesc, place = result.library, result.fndesc, self._at(sig)
        self._known[place.name] = library
        names = {id(each): name for name, each in self._known.items()}
        fndesc.typemap = fndesc.calltypes = None  # of no use any more, and large
        code, calls = library.alone()
        left = (fndesc, result.signature, library.name, code, [names[id(each)] for each in calls])
        begun = place.with_suffix(f".{id(self)}")
        begun.write_bytes(serialize.dumps(left))
        begun.replace(place)

    def _at(self, sig: Any) -> Path:
        return self._folder / hashlib.sha256(f"{self._name}{sig}".encode()).hexdigest()

    def _take(self, sig: Any, context: Any) -> CompileResult:
        fndesc, signature, *_ = serialize.loads(self._at(sig).read_bytes())
        library = self._code(self._at(sig).name, context.codegen())
        environment = _Environment.from_fndesc(fndesc)
        return compile_result(
            typing_context=context.typing_context, target_context=context, library=library,
            entry_point=context.get_executable(library, fndesc, environment), environment=environment,
            signature=signature, fndesc=fndesc, objectmode=False, lifted=(), reload_init=[],
        )  # fmt: skip

    def _code(self, key: str, codegen: Any) -> Inners:
        """Give the code left under a key, with that of what it calls."""
        if key not in self._known:
            _, _, name, code, calls = serialize.loads((self._folder / key).read_bytes())
            library = self._known[key] = Inners(codegen, name)
            library.take_over(binding.parse_bitcode(code), [self._code(each, codegen) for each in calls])
        return self._known[key]


@contextmanager
def shared(functions: list[Any], folder: Path) -> Iterator[None]:
    """Let this process take inner functions from a folder meanwhile, and leave there what it translates."""
    known: dict[str, Inners] = {}
    for function in functions:
        function._cache = Shared(function, folder, known)
    try:
        yield
    finally:
        for function in functions:
            function._cache = NullCache()


def translate(door: Any, day: Day, state: State) -> None:
    """
    Translate what a door reaches, functions that call little first; pass over what another process is at.

    Those of more than a day, states and numbers are translated when one of these calls them.
    """
    kinds = {Day: typeof(day), State: typeof(state), int: int64}
    reached = sorted(_reached(door), key=lambda function: len(_reached(function)))
    for function in reached:
        asked = [hint for name, hint in function.py_func.__annotations__.items() if name != "return"]
        sig = tuple(kinds[each] for each in asked if each in kinds)
        if function is not door and len(sig) == len(asked) and not function._cache.is_begun(sig):
            function.compile(sig)


@cache
def _reached(function: Any) -> frozenset[Any]:
    """Give a function and all that it calls, and that those call."""
    code, names = function.py_func.__code__, function.py_func.__globals__
    called = (names.get(name) for name in code.co_names)
    return frozenset((function,)).union(*(_reached(each) for each in called if hasattr(each, "py_func")))
