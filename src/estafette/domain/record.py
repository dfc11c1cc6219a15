"""The root of every record: frozen, keyword-only, decoded with errors that name the field."""

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An immutable fact. `forbid_unknown_fields`: a setting nobody reads must not look accepted."""


def encode(record: msgspec.Struct) -> bytes:
    """Write a record as JSON bytes; the same record always gives the same bytes."""
    return msgspec.json.encode(record)
