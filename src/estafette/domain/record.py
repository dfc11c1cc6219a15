"""The root of every record: frozen, keyword-only, decoded with errors that name the field."""

import msgspec

# Where a pattern ends: to Python `$` also stands before a last line feed, to JSON Schema it does not.
END = r"$(?!\n)"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """
    An immutable fact.

    `forbid_unknown_fields`: a setting nobody reads must not look accepted. `gc=False`: what cannot change
    cannot come to contain itself, and a day of 10,000 trips is 100,000 records that the collector of cycles
    would walk through in the middle of a solve.
    """


def encode(record: msgspec.Struct) -> bytes:
    """Write a record as JSON bytes; the same record always gives the same bytes."""
    return msgspec.json.encode(record)
