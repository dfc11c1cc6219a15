"""
How kernel functions call each other: they give their answer back, and nothing else.

A numba function gives back whether it raised, and writes its answer to where the caller says. No function of
the kernel raises; all that would be made for it, at each call, is left out here. Functions of numba itself
(`min`) are called as they want to be.
"""

import copy
from typing import Any

from llvmlite import ir
from numba.core.callconv import CPUCallConv, Status, excinfo_ptr_t
from numba.core.cpu import CPUContext

_YES, _NO = ir.IntType(1)(1), ir.IntType(1)(0)
_WELL = Status(
    code=ir.IntType(32)(0), is_ok=_YES, is_error=_NO, is_python_exc=_NO, is_none=_NO, is_user_exc=_NO,
    is_stop_iteration=_NO, excinfoptr=ir.Constant(excinfo_ptr_t, None),
)  # fmt: skip
_HERE = "".join(f"{len(part)}{part}" for part in __name__.split(".")[:3])


def _is_ours(name: str) -> bool:
    return _HERE in name


class Sure(CPUCallConv):
    """The calling convention of a function that never raises."""

    def get_function_type(self, restype: Any, argtypes: Any) -> Any:
        """Give the type of a function: its answer, by its arguments."""
        arguments = self._get_arg_packer(argtypes).argument_types
        return ir.FunctionType(self.get_return_type(restype).pointee, list(arguments))

    def decorate_function(self, fn: Any, args: Any, fe_argtypes: Any, noalias: bool = False) -> None:
        """Say that no two arguments are the same array."""
        packer = self._get_arg_packer(fe_argtypes)
        packer.assign_names(fn.args, ["arg." + each for each in args])
        for each in fn.args:
            if noalias and isinstance(each.type, ir.PointerType):
                each.add_attribute("captures(none)")
                each.add_attribute("noalias")

    def get_arguments(self, func: Any) -> Any:
        """Give the arguments."""
        return func.args if _is_ours(func.name) else super().get_arguments(func)

    def return_value(self, builder: Any, retval: Any) -> None:
        """Give the answer."""
        if _is_ours(builder.function.name):
            builder.ret(retval)
        else:
            super().return_value(builder, retval)

    def return_user_exc(self, builder: Any, *args: Any, **named: Any) -> None:
        """Say that this is never reached: a range in steps of 0, and what else numba would refuse."""
        if _is_ours(builder.function.name):
            builder.unreachable()
        else:
            super().return_user_exc(builder, *args, **named)

    def return_status_propagate(self, builder: Any, status: Any) -> None:
        """Never reached."""
        if _is_ours(builder.function.name):
            builder.unreachable()
        else:
            super().return_status_propagate(builder, status)

    def call_function(
        self, builder: Any, callee: Any, resty: Any, argtys: Any, args: Any, attrs: Any = None
    ) -> Any:
        """Call a function."""
        if not _is_ours(callee.name):
            return super().call_function(builder, callee, resty, argtys, args, attrs)
        given = list(self._get_arg_packer(argtys).as_arguments(builder, args))
        answer = builder.call(callee, given, attrs=() if attrs is None else attrs)
        return _WELL, self.context.get_returned_value(builder, resty, answer)


class SureContext(CPUContext):
    """What kernel functions are compiled in."""

    @property
    def call_conv(self) -> Any:
        """Give the calling convention."""
        return Sure(self)

    def declare_function(self, module: Any, fndesc: Any) -> Any:
        """Declare a function as the kernel calls it, or as numba does."""
        if _is_ours(fndesc.mangled_name):
            return super().declare_function(module, fndesc)
        plain: Any = copy.copy(self)
        plain.__class__ = CPUContext
        return plain.declare_function(module, fndesc)
