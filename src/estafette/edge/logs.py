"""
What the program says while it runs: a line of text for people, or a JSON object a line for programs.

No names, addresses, query strings or bodies: of an error that was not expected the log says where and of what
kind it is, and not its message, which quotes what was handed in (a database names the values that collide).
"""

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from estafette.settings import LogFormat, Settings
from estafette.store.occasion import present_occasion


def configure_logs(settings: Settings) -> None:
    """Say things on standard error as the settings want it; of what others say the warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log_format is LogFormat.JSON else TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("estafette").setLevel(settings.log_level.upper())
    # A statement that is refused ends its pipeline with an error of its own, which says nothing more.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    logging.getLogger("psycopg.pool").setLevel(logging.WARNING)
    if settings.log_format is LogFormat.TEXT:
        # People look at what goes wrong; every request is for programs.
        logging.getLogger("estafette.requests").setLevel(logging.WARNING)


class TextLines(logging.Formatter):
    """Time, message, and the facts that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one event; of an error a line for each place it went through."""
        facts = " ".join(f"{name}={value}" for name, value in _facts(record))
        at = datetime.fromtimestamp(record.created, UTC).astimezone()
        said = f"{record.getMessage()}{' ' + facts if facts else ''}"
        # What somebody sent may have line breaks, and must not look like an event of its own.
        line = f"{at:%Y-%m-%d %H:%M:%S} " + said.replace("\r", "\\r").replace("\n", "\\n")
        error = _error(record)
        return (
            line
            if error is None
            else "\n".join([line, error["kind"], *(f"  {place}" for place in error["at"])])
        )


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `event`, the facts that came with it, `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one event."""
        event: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **dict(_facts(record)),
        }
        error = _error(record)
        if error is not None:
            event["error"] = error
        return json.dumps(event, ensure_ascii=False, default=str)


def _facts(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    request_id = present_occasion().request_id
    if request_id:
        yield "request_id", request_id
    yield from getattr(record, "facts", {}).items()


def _error(record: logging.LogRecord) -> dict[str, Any] | None:
    """Tell the kind of an error and where it passed: no message, no line of source, no value."""
    info: Any = record.exc_info
    if not info or info[1] is None:
        return None
    error: BaseException = info[1]
    frames = traceback.extract_tb(info[2])
    told: dict[str, Any] = {
        "kind": f"{type(error).__module__}.{type(error).__name__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if state := getattr(error, "sqlstate", None):  # of PostgreSQL: which rule, never which values
        told["sqlstate"] = state
        told["constraint"] = getattr(getattr(error, "diag", None), "constraint_name", None)
    return told
