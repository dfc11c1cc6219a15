"""Plans on disk: written whole, read with errors that name the file."""

from pathlib import Path

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.plan import Plan
from estafette.domain.record import encode


def write_plan(plan: Plan, path: Path) -> Path:
    """Write a plan as JSON; a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_bytes(msgspec.json.format(encode(plan), indent=1))
    return draft.replace(path)


def read_plan(path: Path) -> Plan:
    """Read a plan; raises `Invalid` naming the file and what is wrong in it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise Invalid(message) from error
    except msgspec.DecodeError as error:
        message = f"{path}: not a plan: {error}"
        raise Invalid(message) from error
