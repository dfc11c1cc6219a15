"""The process that reads a file for `apart.py`, with a task and the content on its input."""

import sys
from collections.abc import Callable

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.imported import FileForm
from estafette.exchange.apart import READ, REFUSED, TOO_MUCH, Task, answer
from estafette.exchange.csv import Reading, read_csv
from estafette.exchange.json_list import read_list


def _calendar(content: bytes, task: Task) -> Reading:
    from estafette.exchange.ical import read_calendar  # noqa: PLC0415 - a library that the other files need not

    return read_calendar(content, task.sent, zone=task.zone)


_READERS: dict[FileForm, Callable[[bytes, Task], Reading]] = {
    FileForm.CSV: lambda content, task: read_csv(
        content, task.sent.kind, zone=task.zone, file=task.sent.name
    ),
    FileForm.JSON: lambda content, task: read_list(content, task.sent),
    FileForm.ICS: _calendar,
}


def main() -> int:
    """Read what the input asks for; give the exit code."""
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    _limit(task)
    try:
        content = sys.stdin.buffer.read()
        said = answer(_READERS[task.sent.form](content, task))
    except Invalid as refused:
        sys.stdout.write(str(refused))
        return REFUSED
    except MemoryError:
        return TOO_MUCH
    sys.stdout.buffer.write(said)
    return READ


def _limit(task: Task) -> None:
    """Bound what this process may take, and let it write no file; nothing where the system has no limits."""
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return
    for what, limit in (
        (resource.RLIMIT_AS, task.memory_bytes),
        (resource.RLIMIT_CPU, task.cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main())
