"""
How the functions of the kernel become machine code: all that a door reaches, together and at once.

By itself numba optimises every function with all that it calls, and keeps each callable from outside. Here a
function that only the kernel calls is translated and no more. When a door is finished, what it reaches is
linked to it and hidden from all others. Then arguments that a function does not read need not be passed: a
state of some thirty arrays is hundreds of them. See decision 0025.
"""

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class Doors(JITCodeLibrary):
    """The code of a function that Python calls, with that of all functions it reaches."""

    def add_linking_library(self, library: Any) -> None:
        """Link another function, and what that one calls."""
        super().add_linking_library(library)
        if isinstance(library, Inners):
            for reached in library.reached():
                super().add_linking_library(reached)

    def _optimize_final_module(self) -> None:
        """Hide all functions but the door itself, then optimise."""
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage.name == "linkonce_odr":
                function.linkage = "internal"
        super()._optimize_final_module()


class Inners(Doors):
    """The code of a function that only the kernel calls: translated, and left to its callers."""

    def reached(self) -> list[Any]:
        """Give the code of all functions that this one calls, and that those call."""
        return self._linking_libraries

    def finalize(self) -> None:
        """Leave the code as it is, for callers to link."""
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 - as numba calls it
        """Give 0: there is no machine code of its own."""
        return 0

    @property
    def codegen(self) -> Any:
        """Give what takes the environment of a function, which a function without objects does not read."""
        return _NoEnvironment()


class _NoEnvironment:
    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing."""


class DoorCompiler(Compiler):
    """Compiles a function that Python calls."""

    library_class = Doors

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        state = self.state
        state.flags.noalias = True  # no two arguments are the same array, nor one within a record of arrays
        if state.library is None:
            state.library = self.library_class(state.targetctx.codegen(), "kernel")
            state.library.enable_object_caching()


class InnerCompiler(DoorCompiler):
    """Compiles a function that only the kernel calls."""

    library_class = Inners
