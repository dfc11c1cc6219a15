"""What a client knows for certain: a log of its own, on disk before it goes on."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from estafette.domain.applied import Applied

Entry = dict[str, Any]


class Log:
    """
    Entries, one JSON line each, appended and fsynced.

    begun: `{key, board_version}`. answered: `{key, answer}`. refused: `{key, refused}`. lost: `{key, lost}`,
    the client was told that it is not known and will ask again with the same key.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def write(self, **entry: Any) -> None:
        os.write(self._file, msgspec.json.encode(entry) + b"\n")
        os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)


class History(msgspec.Struct, frozen=True):
    """What one log says: keys with the board they were computed from, all answers of each, refusals."""

    begun: Mapping[str, int]
    answers: Mapping[str, list[Applied]]
    refused: Mapping[str, str]
    lost: int

    def open_keys(self) -> dict[str, int]:
        """Give the keys that were begun and neither answered nor refused."""
        return {
            key: version
            for key, version in self.begun.items()
            if key not in self.answers and key not in self.refused
        }


def read_history(path: Path) -> History:
    """Read a log; a last line that a kill cut off was not acknowledged and does not count."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    entries: list[Entry] = [msgspec.json.decode(line) for line in lines]
    answers: dict[str, list[Applied]] = {}
    for entry in entries:
        if "answer" in entry:
            answers.setdefault(entry["key"], []).append(msgspec.convert(entry["answer"], Applied))
    return History(
        begun={entry["key"]: entry["board_version"] for entry in entries if "board_version" in entry},
        answers=answers,
        refused={entry["key"]: entry["refused"] for entry in entries if "refused" in entry},
        lost=sum("lost" in entry for entry in entries),
    )
