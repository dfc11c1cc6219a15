"""Plans on disk: written whole, read with errors that name the file."""

from pathlib import Path

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.plan import Plan
from estafette.domain.record import encode
from estafette.exchange.whole_file import write_whole


def plan_json(plan: Plan) -> bytes:
    """Write a plan as JSON that people can read."""
    return msgspec.json.format(encode(plan), indent=1)


def write_plan(plan: Plan, path: Path) -> Path:
    """Write a plan as JSON; a reader never sees half of it."""
    return write_whole(path, plan_json(plan))


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
