"""
How the functions of the kernel become machine code: all that a door reaches, together and at once.

By itself numba optimises every function with all that it calls, and keeps each callable from outside. Here a
function that only the kernel calls is translated and no more. When a door is finished, what it reaches is
linked to it and hidden from all others. Then arguments that a function does not read need not be passed: a
state of some thirty arrays is hundreds of them. See decisions 0025 and 0032.
"""

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import PassManager
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import (
    FixupArgs,
    GenericRewrites,
    IRProcessing,
    ReconstructSSA,
    TranslateByteCode,
)

from estafette.planning.kernel.calling import SureContext

# What numba does to a function, less what it does to those with closures, parallel loops, array expressions
# and the like. The kernel has none, and looking for them took longer than all these but typing and lowering.
_STEPS = (
    TranslateByteCode, FixupArgs, IRProcessing, GenericRewrites, ReconstructSSA, NopythonTypeInference,
    PreLowerStripPhis, IRLegalization, NativeLowering, NoPythonBackend,
)  # fmt: skip


class Doors(JITCodeLibrary):
    """The code of a function that Python calls, with that of all functions it reaches."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._linked: set[Any] = set()

    def add_linking_library(self, library: Any) -> None:
        """Link another function, and what that one calls."""
        for reached in (library, *(library.reached() if isinstance(library, Inners) else ())):
            if reached not in self._linked:
                self._linked.add(reached)
                super().add_linking_library(reached)

    def _optimize_final_module(self) -> None:
        """Hide all functions but the door itself, then optimise: once, for nothing counts references."""
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage.name == "linkonce_odr":
                function.linkage = "internal"
        manager, builder = self._codegen._module_pass_manager()
        manager.run(self._final_module, builder)


class Inners(Doors):
    """The code of a function that only the kernel calls: translated, and left to its callers."""

    def reached(self) -> list[Any]:
        """Give the code of all functions that this one calls, and that those call."""
        return self._linking_libraries

    def alone(self) -> tuple[bytes, list["Inners"]]:
        """Give the code with what it calls of numba's own, and the functions of the kernel that it calls."""
        code = self._get_module_for_linking().clone()
        for library in self._linking_libraries:
            if not isinstance(library, Inners):
                code.link_in(library._get_module_for_linking(), preserve=True)
        return code.as_bitcode(), [each for each in self._linking_libraries if isinstance(each, Inners)]

    def take_over(self, code: Any, calls: list["Inners"]) -> None:
        """Have the code that another process translated."""
        self._final_module = code
        for library in calls:
            self.add_linking_library(library)
        self.finalize()

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
        state.targetctx.__class__ = SureContext  # made for this function alone
        state.flags.noalias = True  # no two arguments are the same array, nor one within a record of arrays
        if state.library is None:
            state.library = self.library_class(state.targetctx.codegen(), "kernel")
            state.library.enable_object_caching()

    def define_pipelines(self) -> list[PassManager]:
        """Give the steps of a compilation."""
        steps = PassManager("kernel")
        for step in _STEPS:
            steps.add_pass(step, step.__name__)
        steps.finalize()
        return [steps]


class InnerCompiler(DoorCompiler):
    """Compiles a function that only the kernel calls."""

    library_class = Inners

    def _compile_core(self) -> Any:
        """Name the function alike in all processes: it stands in a module, so its name says which it is."""
        self.state.func_id.unique_id = 0
        return super()._compile_core()
