"""
The arrays within a record that is handed on: each the address of what describes it.

numba copies all that describes an array, at each access and more than once, and minds that an index may be
negative. Here an access reads where the data begins and how long the axes are, and no more. There is nothing
but that: entries by one index for each axis, none of them negative, the length and the shape. An index out of
range goes unseen, unless the kernel is compiled with ESTAFETTE_KERNEL_TRAPS set: then it ends the process.
"""

import operator
import os
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import impl_ret_untracked, lower_builtin, lower_getattr
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import models, register_model

TRAPS = "ESTAFETTE_KERNEL_TRAPS" in os.environ
_FIRST = {"target": "cpu"}  # asked before what numba knows of its own types


class Table(types.Type):
    """The type of an array within a record; `array` is that of the array itself, rows behind one another."""

    def __init__(self, array: Any) -> None:
        self.array = array
        super().__init__(name=f"Table({array.dtype}, {array.ndim})")


@register_model(Table)
class _Address(models.PrimitiveModel):
    def __init__(self, manager: Any, table: Table) -> None:
        super().__init__(manager, table, manager.lookup(table.array).get_value_type().as_pointer())


@infer_getattr
class _Shape(AttributeTemplate):
    key = Table

    def resolve_shape(self, table: Any) -> Any:
        return types.UniTuple(types.intp, table.array.ndim)


@infer_global(len)
class _Length(AbstractTemplate):
    metadata = _FIRST

    def generic(self, args: Any, _: Any) -> Any:
        return signature(types.intp, *args) if isinstance(args[0], Table) else None


@infer_global(operator.getitem)
class _Entry(AbstractTemplate):
    metadata = _FIRST

    def generic(self, args: Any, _: Any) -> Any:
        table, index = args
        return signature(table.array.dtype, table, index) if _is_entry(table, index) else None


@infer_global(operator.setitem)
class _SetEntry(AbstractTemplate):
    metadata = _FIRST

    def generic(self, args: Any, _: Any) -> Any:
        table, index, _value = args
        return signature(types.none, table, index, table.array.dtype) if _is_entry(table, index) else None


def _is_entry(table: Any, index: Any) -> bool:
    if not isinstance(table, Table):
        return False
    axes = _axes(index)
    return len(axes) == table.array.ndim and all(isinstance(axis, types.Integer) for axis in axes)


def _axes(index: Any) -> Any:
    return getattr(index, "types", (index,))


@lower_getattr(Table, "shape")
def _shape(context: Any, builder: Any, table: Table, address: Any) -> Any:
    return builder.load(_part(context, builder, table, address, "shape"))


@lower_builtin(len, Table)
def _length(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    length = _size(context, builder, sig.args[0], args[0], 0)
    return impl_ret_untracked(context, builder, sig.return_type, length)


@lower_builtin(operator.getitem, Table, types.Any)
def _read(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.load(_place(context, builder, *sig.args, *args))


@lower_builtin(operator.setitem, Table, types.Any, types.Any)
def _write(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    builder.store(args[2], _place(context, builder, *sig.args[:2], *args[:2]))
    return context.get_dummy_value()


def _place(context: Any, builder: Any, table: Any, kinds: Any, address: Any, index: Any) -> Any:
    """Give the address of an entry."""
    steps = cgutils.unpack_tuple(builder, index) if isinstance(kinds, types.BaseTuple) else [index]
    steps = [
        context.cast(builder, step, kind, types.intp) for step, kind in zip(steps, _axes(kinds), strict=True)
    ]
    at = steps[0]
    for axis in range(1, len(steps)):
        rows = builder.mul(at, _size(context, builder, table, address, axis), flags=["nsw"])
        at = builder.add(rows, steps[axis], flags=["nsw"])
    if TRAPS:
        _trap_outside(context, builder, table, address, steps)
    data = builder.load(_part(context, builder, table, address, "data"))
    return builder.gep(data, [at], inbounds=True)


def _trap_outside(context: Any, builder: Any, table: Any, address: Any, steps: Any) -> None:
    """End the process where an index is negative or too large."""
    trap = builder.module.declare_intrinsic("llvm.trap", (), ir.FunctionType(ir.VoidType(), ()))
    for axis, step in enumerate(steps):
        outside = builder.icmp_unsigned(">=", step, _size(context, builder, table, address, axis))
        with builder.if_then(outside, likely=False):
            builder.call(trap, ())


def _size(context: Any, builder: Any, table: Table, address: Any, axis: int) -> Any:
    shape = _part(context, builder, table, address, "shape")
    return builder.load(cgutils.gep_inbounds(builder, shape, 0, axis))


def _part(context: Any, builder: Any, table: Table, address: Any, name: str) -> Any:
    model = context.data_model_manager[table.array]
    return cgutils.gep_inbounds(builder, address, 0, model.get_field_position(name))
