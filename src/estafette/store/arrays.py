"""Whole columns as parameters: numpy arrays become PostgreSQL arrays in binary, without a loop."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from psycopg import Connection
from psycopg.adapt import Dumper, PyFormat
from psycopg.pq import Format

_HEADER = np.dtype([("ndim", ">i4"), ("nulls", ">i4"), ("oid", ">u4"), ("length", ">i4"), ("lower", ">i4")])
_POSTGRES_EPOCH = np.datetime64("2000-01-01T00:00:00", "us")


class _Kind(NamedTuple):
    element_oid: int
    array_oid: int
    value: str


# bigint[], timestamptz[], double precision[]
_KINDS = {"i": _Kind(20, 1016, ">i8"), "M": _Kind(1184, 1185, ">i8"), "f": _Kind(701, 1022, ">f8")}


class ColumnDumper(Dumper):
    """
    A (n,) int64 array as `bigint[]`, float64 as `double precision[]`, datetime64[us] (in UTC) as `timestamptz[]`.

    The layout is that of PostgreSQL's `array_send`: a header, then size and value of each element.
    """

    format = Format.BINARY

    def __init__(self, cls: type, context: Any = None, kind: str = "i") -> None:
        super().__init__(cls, context)
        self._kind = _KINDS[kind]
        self.oid = self._kind.array_oid

    def get_key(self, obj: Any, format: PyFormat) -> Any:  # noqa: ARG002 - psycopg's signature
        """Choose by the kind of the elements."""
        return (self.cls, obj.dtype.kind)

    def upgrade(self, obj: Any, format: PyFormat) -> Dumper:  # noqa: ARG002 - psycopg's signature
        """Give the dumper for the kind of the elements."""
        return ColumnDumper(self.cls, None, obj.dtype.kind)

    def dump(self, obj: Any) -> bytes:
        """Write header and elements in network order."""
        values: npt.NDArray[Any] = obj
        if values.dtype.kind == "M":
            values = (values.astype("datetime64[us]") - _POSTGRES_EPOCH).astype(np.int64)
        header = np.array((1, 0, self._kind.element_oid, len(values), 1), _HEADER)
        elements = np.empty(len(values), [("size", ">i4"), ("value", self._kind.value)])
        elements["size"] = 8
        elements["value"] = values
        return header.tobytes() + elements.tobytes()


def register_arrays(connection: Connection[Any]) -> None:
    """Let a connection take numpy columns as parameters."""
    connection.adapters.register_dumper(np.ndarray, ColumnDumper)
