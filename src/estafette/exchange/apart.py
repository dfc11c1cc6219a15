"""
Reading a file that somebody sent in a process of its own, which may use so much memory and time and no more.

A file that explodes costs that process; it has no secrets in its environment and can write no file. What it
read comes back as data of known types. Where the system has no such limits (Windows), time is limited alone.
"""

import os
import subprocess
import sys
from types import GenericAlias
from typing import Any, NamedTuple

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.imported import FileKind, RowProblem, SentFile
from estafette.exchange.csv import Reading, TakenRow
from estafette.exchange.json_list import REQUESTS

_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT", "LANG", "LC_ALL", "TZDIR")

READ, REFUSED, TOO_MUCH = 0, 3, 4


class Bounds(NamedTuple):
    """What reading a file may take: bytes of memory, seconds of computing, seconds in all."""

    memory_bytes: int = 1_500_000_000
    cpu_s: int = 120
    wall_s: float = 300.0


class Task(msgspec.Struct, frozen=True):
    """What the process is to read, and within which bounds; the content follows on its input."""

    sent: SentFile
    zone: str
    memory_bytes: int
    cpu_s: int


def read_apart(content: bytes, sent: SentFile, *, zone: str, bounds: Bounds | None = None) -> Reading:
    """
    Read a file as `read_csv`, `read_list` or `read_calendar` do, in a process of its own.

    Raises
    ------
    Invalid
        As these; or reading it takes too much memory or time.
    """
    bounds = bounds or Bounds()
    task = Task(sent, zone, bounds.memory_bytes, bounds.cpu_s)
    command = [sys.executable, "-m", "estafette.exchange.reader"]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=msgspec.json.encode(task) + b"\n" + content, env=environment,
            capture_output=True, timeout=bounds.wall_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _too_much(sent.name, bounds) from error
    if done.returncode == REFUSED:
        raise Invalid(done.stdout.decode())
    if done.returncode != READ:
        raise _too_much(sent.name, bounds)
    return _reading(done.stdout, sent.kind)


def _too_much(file: str, bounds: Bounds) -> Invalid:
    return Invalid(
        f"{file}: nothing was read, it takes more than {bounds.memory_bytes / 1e9:.1f} GB of memory or"
        f" {bounds.cpu_s} s: divide the file"
    )


def answer(reading: Reading) -> bytes:
    """Write what was read, for the process that asked."""
    return msgspec.msgpack.encode(([tuple(taken) for taken in reading.taken], reading.problems))


def _reading(answered: bytes, kind: FileKind) -> Reading:
    # Written as a call, because the type of the requests is known at run time alone.
    row: Any = GenericAlias(tuple, (int, dict[str, str], REQUESTS[kind]))
    rows: Any = GenericAlias(tuple, (row, ...))
    taken, problems = msgspec.msgpack.decode(
        answered, type=GenericAlias(tuple, (rows, tuple[RowProblem, ...]))
    )
    return Reading(tuple(TakenRow(*one) for one in taken), problems)
