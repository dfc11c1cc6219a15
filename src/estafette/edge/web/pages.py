"""The console's files, read once and named by their content, so that a browser may keep them for ever."""

import hashlib
import mimetypes
from pathlib import Path

from estafette.domain.error import NotFound
from estafette.domain.record import Record

_CONSOLE = Path(__file__).parent.parent / "console"
_TYPES = {
    ".js": "text/javascript", ".json": "application/json", ".md": "text/markdown", ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}  # fmt: skip


class File(Record, frozen=True, kw_only=True):
    """One file as it is served."""

    content: bytes
    media_type: str


class Pages:
    """The pages and what they need. `version` changes when any file does; the pages name it."""

    def __init__(self, folder: Path = _CONSOLE) -> None:
        paths = sorted(path for path in folder.rglob("*.*") if path.suffix != ".py" and path.is_file())
        self._files = {path.relative_to(folder).as_posix(): _file(path) for path in paths}
        content = hashlib.sha256(b"".join(file.content for file in self._files.values()))
        self.version = content.hexdigest()[:12]

    def page(self, name: str, nonce: str) -> bytes:
        """
        Give a page, pointing to this version of its files; raises `NotFound`.

        What a built page names beside itself (`./`) is below its version; `nonce` lets in the styles that its
        own scripts add.
        """
        where = f"/assets/{self.version}/{name.rpartition('/')[0]}".rstrip("/")
        content = self.file(name).content.replace(b'="./', f'="{where}/'.encode())
        return content.replace(b"{version}", self.version.encode()).replace(b"{nonce}", nonce.encode())

    def file(self, name: str) -> File:
        """Give a file by its name below the console's folder; raises `NotFound`."""
        if name not in self._files:
            message = f"there is no file {name}"
            raise NotFound(message)
        return self._files[name]


def _file(path: Path) -> File:
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(content=path.read_bytes(), media_type=guessed)
