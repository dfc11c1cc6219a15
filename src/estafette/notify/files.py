"""Notices as text files, one per driver and day: what a small company reads or prints."""

import errno
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from io import FileIO
from pathlib import Path

from estafette.domain.notice import Notice
from estafette.notify.channel import Delivered, Later, Outcome
from estafette.notify.render import render

_NUMBER = re.compile(rb"^#(\d+)$", re.MULTILINE)
# After its day a file settles disputes for a while, and then it is only a risk.
KEPT = timedelta(days=7)
_END = b"\n\n"

# One sync of everything instead of one for each of a thousand files. Only Linux waits for it to be done.
_SYNCS_ALL = sys.platform == "linux"


class FileChannel:
    """
    Adds each notice to `folder/<day>/driver-<id>.txt`, oldest first.

    A section starts with the notice's number and ends with an empty line. One whose number is not above the
    last in the file is a repetition and left out. Appending costs a thirtieth of replacing the file; what
    a crash left behind half written is cut off before the next section. Where it knows the day, files of
    days long over go: they name places, and who is erased must not stand in them for ever.
    """

    def __init__(self, folder: Path, *, today: Callable[[], date] | None = None) -> None:
        self._folder = folder
        self._today = today
        self._forgot_on: date | None = None

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        """Write the notices, then wait for the disk once; what it refuses is for later."""
        if self._today is not None:
            self._forget(self._today())
        outcomes = [self._send(notice) for notice in notices]
        if _SYNCS_ALL:
            os.sync()
        return outcomes

    def _forget(self, today: date) -> None:
        """Remove the folders of days that are over for longer than `KEPT`, once a day."""
        if self._forgot_on == today:
            return
        self._forgot_on = today
        for folder in self._folder.glob("????-??-??"):
            if folder.name < (today - KEPT).isoformat():
                shutil.rmtree(folder, ignore_errors=True)

    def _send(self, notice: Notice) -> Outcome:
        file = self._folder / notice.service_on.isoformat() / f"driver-{notice.driver_id}.txt"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with FileIO(file, "a+") as kept:
                _add(kept, notice.event_id, render(notice))
        except OSError as error:
            return Later(reason=f"{file.name}: {error.strerror}")
        return Delivered()


def _add(kept: FileIO, number: int, text: str) -> None:
    kept.seek(0)
    head, end, torn = kept.readall().rpartition(_END)
    whole = head + end
    if number <= max(map(int, _NUMBER.findall(whole)), default=0):
        return
    if torn:
        kept.truncate(len(whole))
    section = f"#{number}\n{text}".encode() + _END
    if kept.write(section) < len(section):
        kept.truncate(len(whole))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if not _SYNCS_ALL:
        os.fsync(kept.fileno())
