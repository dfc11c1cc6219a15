"""Notices as text files, one per driver and day: what a small company reads or prints."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from estafette.domain.notice import Notice
from estafette.notify.channel import Delivered, Later, Outcome
from estafette.notify.render import render

_NUMBER = re.compile(r"^#(\d+)$", re.MULTILINE)

# One sync of everything costs a fiftieth of a sync of each of a thousand files; not every system has it.
_SYNCS_ALL = hasattr(os, "sync")


class FileChannel:
    """
    Adds each notice to `folder/<day>/driver-<id>.txt`, oldest first.

    A section starts with the notice's number. One that is not above the last in the file is a repetition and
    left out. A file is replaced whole, so a reader never sees half a notice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        """
        Write the notices; what the disk refuses is for later.

        1. Write a draft of each file.
        2. Wait until the disk has the drafts, so that no power cut can leave an empty file in their place.
        3. Put them in place and wait again: what is answered as delivered survives.
        """
        drafts = [self._draft(notice) for notice in notices]
        _sync()
        outcomes = [_put_in_place(draft) if isinstance(draft, Path) else draft for draft in drafts]
        _sync()
        return outcomes

    def _draft(self, notice: Notice) -> Path | Outcome:
        file = self._folder / notice.service_on.isoformat() / f"driver-{notice.driver_id}.txt"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            before = file.read_text(encoding="utf-8") if file.exists() else ""
            if notice.event_id <= max(map(int, _NUMBER.findall(before)), default=0):
                return Delivered()
            return _write(file, f"{before}#{notice.event_id}\n{render(notice)}\n\n")
        except OSError as error:
            return _refused(file, error)


def _write(file: Path, text: str) -> Path:
    draft = file.with_suffix(f".{os.getpid()}")
    with draft.open("w", encoding="utf-8") as out:
        out.write(text)
        if not _SYNCS_ALL:
            out.flush()
            os.fsync(out.fileno())
    return draft


def _put_in_place(draft: Path) -> Outcome:
    file = draft.with_suffix(".txt")
    try:
        draft.replace(file)
    except OSError as error:
        return _refused(file, error)
    return Delivered()


def _refused(file: Path, error: OSError) -> Later:
    return Later(reason=f"{file.name}: {error.strerror}")


def _sync() -> None:
    if _SYNCS_ALL:
        os.sync()
