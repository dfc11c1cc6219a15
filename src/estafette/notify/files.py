"""Notices as text files, one per driver and day: what a small company reads or prints."""

import os
from collections.abc import Sequence
from pathlib import Path

from estafette.domain.notice import Notice
from estafette.notify.channel import Delivered, Later, Outcome
from estafette.notify.render import render


class FileChannel:
    """
    Adds each notice to `folder/<day>/driver-<id>.txt`, oldest first.

    A section starts with the notice's number, by which a repetition is known and left out. A file is
    replaced whole, so a reader never sees half a notice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        """Write the notices; what the disk refuses is for later."""
        return [self._send(notice) for notice in notices]

    def _send(self, notice: Notice) -> Outcome:
        file = self._folder / notice.service_on.isoformat() / f"driver-{notice.driver_id}.txt"
        try:
            _add(file, f"#{notice.event_id}", render(notice))
        except OSError as error:
            return Later(reason=f"{file.name}: {error.strerror}")
        return Delivered()


def _add(file: Path, number: str, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if number in before.splitlines():
        return
    draft = file.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as out:
        out.write(f"{before}{number}\n{text}\n\n")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
