"""Whole columns as parameters: numpy arrays become PostgreSQL arrays in binary, without a loop."""

from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.pq import Format

_INT8, _INT8_ARRAY = 20, 1016
_HEADER = np.dtype([("ndim", ">i4"), ("nulls", ">i4"), ("oid", ">u4"), ("length", ">i4"), ("lower", ">i4")])
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])


class Int8ArrayDumper(Dumper):
    """A (n,) int64 array as `bigint[]`; source: PostgreSQL's `array_send` format."""

    format = Format.BINARY
    oid = _INT8_ARRAY

    def dump(self, obj: Any) -> bytes:
        """Write header and elements in network order."""
        column: npt.NDArray[np.int64] = obj
        header = np.array((1, 0, _INT8, len(column), 1), _HEADER)
        elements = np.empty(len(column), _ELEMENT)
        elements["size"] = 8
        elements["value"] = column
        return header.tobytes() + elements.tobytes()


def register_arrays(connection: Connection[Any]) -> None:
    """Let a connection take numpy int64 arrays as parameters."""
    connection.adapters.register_dumper(np.ndarray, Int8ArrayDumper)
