"""
Records of arrays that compiled functions hand on by their address.

numba passes a tuple by value. A day and a state are some thirty arrays, which is hundreds of arguments at
each call, and most of what there would be to compile.
"""

from typing import Any, TypeVar

from numba import types
from numba.core import cgutils
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, models, register_model, typeof_impl, unbox

from estafette.planning.kernel.table import Table

Record = TypeVar("Record")


class Handed(types.Type):
    """
    The type of a named tuple that is handed on by its address; `tuple` is that of the tuple itself.

    Raises `ValueError` where the rows of an array do not stand one behind the other: see `kernel/table.py`.
    """

    def __init__(self, tuple_type: Any) -> None:
        self.tuple = tuple_type
        for name, field in zip(tuple_type.fields, tuple_type.types, strict=True):
            if isinstance(field, types.Array) and field.layout != "C":
                message = f"{tuple_type.instance_class.__name__}.{name}: its rows are apart"
                raise ValueError(message)
        # Short: the name of a function contains those of its arguments' types.
        super().__init__(name=f"Handed({tuple_type.instance_class.__name__})")

    @property
    def key(self) -> Any:
        """Give what tells the type from others."""
        return self.tuple


@register_model(Handed)
class _Address(models.PrimitiveModel):
    def __init__(self, manager: Any, handed: Handed) -> None:
        super().__init__(manager, handed, manager.lookup(handed.tuple).get_value_type().as_pointer())


@unbox(Handed)
def _take_in(handed: Handed, obj: Any, c: Any) -> NativeValue:
    """Lay the arrays out where the caller from Python stands; the address is good until it returns."""
    native = c.unbox(handed.tuple, obj)
    address = cgutils.alloca_once_value(c.builder, native.value)
    return NativeValue(address, is_error=native.is_error, cleanup=native.cleanup)


@infer_getattr
class _Field(AttributeTemplate):
    key = Handed

    def generic_resolve(self, handed: Any, name: str) -> Any:  # type: ignore[override]
        fields = handed.tuple.fields
        if name not in fields:
            return None
        field = handed.tuple.types[fields.index(name)]
        return Table(field) if isinstance(field, types.Array) else field


@lower_getattr_generic(Handed)
def _field(context: Any, builder: Any, handed: Handed, address: Any, name: str) -> Any:
    index = handed.tuple.fields.index(name)
    place, field = cgutils.gep_inbounds(builder, address, 0, index), handed.tuple.types[index]
    if isinstance(field, types.Array):
        return place
    return impl_ret_borrowed(context, builder, field, builder.load(place))


def handed(record: type[Record]) -> type[Record]:
    """Let compiled functions hand on a named tuple of arrays by its address."""
    typeof_impl.register(record)(lambda value, context: Handed(typeof_impl.dispatch(tuple)(value, context)))
    return record
