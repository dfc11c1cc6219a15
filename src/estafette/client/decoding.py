"""
Answers as records, also those of a newer server.

Our records refuse fields that they do not know, which is right for what is handed in. The API may add fields
at any time, so a reader must pass over them.
"""

from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

Kind = TypeVar("Kind")


def read_answer(content: bytes, kind: type[Kind]) -> Kind:
    """Read JSON as a record; raises `msgspec.ValidationError` where a known field has another type."""
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError:
        pruned = _pruned(msgspec.json.decode(content), _info(kind))  # type: ignore[arg-type]
        return msgspec.convert(pruned, kind)


@cache
def _info(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def _pruned(value: Any, kind: inspect.Type) -> Any:
    """Leave out of objects what their records do not have."""
    match _meant(value, kind):
        case inspect.StructType() as record:
            return _known(value, record)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return [_pruned(each, item) for each in value]
        case inspect.DictType(value_type=item):
            return {name: _pruned(each, item) for name, each in value.items()}
    return value


def _known(value: dict[str, Any], record: inspect.StructType) -> dict[str, Any]:
    types = {field.encode_name: field.type for field in record.fields}
    kept = {name: _pruned(each, types[name]) for name, each in value.items() if name in types}
    return kept if record.tag_field is None else {record.tag_field: value.get(record.tag_field), **kept}


def _meant(value: Any, kind: inspect.Type) -> inspect.Type | None:
    """Give which of the types that a kind stands for an object or array can be; records by their tag."""
    match kind:
        case inspect.Metadata(type=inner):
            return _meant(value, inner)
        case inspect.UnionType(types=types):
            return next(filter(None, (_meant(value, each) for each in types)), None)
        case inspect.ListType() | inspect.VarTupleType() if isinstance(value, list):
            return kind
        case inspect.StructType(tag_field=field, tag=tag) if isinstance(value, dict):
            return kind if field is None or tag == value.get(field) else None
        case inspect.DictType() if isinstance(value, dict):
            return kind
    return None
