"""
Where built roads lie: `roads/` in the program's home, one folder for each version, and which one is in use.

`current.json` names the version in use and is replaced at the very end of a build, so that a build that
is interrupted or fails leaves the old roads in use.
"""

import hashlib
import shutil
from pathlib import Path

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.record import Record

GRAPH = "graph.npz"
HIERARCHY = "hierarchy.npz"
OSRM = "osrm"
MAP = "map.zip"
_CURRENT = "current.json"
_READ = 1 << 20


class About(Record, frozen=True, kw_only=True):
    """
    What roads were built from, and what came of it.

    `version` names extract and profiles by their content. `west`, `south`, `east`, `north` bound the roads,
    in degrees. `seconds` is what each step took, `bytes` what they take on disk.
    """

    version: str
    extract: str
    extract_bytes: int
    data_at: str
    roads: int
    kilometres: int
    west: float
    south: float
    east: float
    north: float
    seconds: dict[str, float]
    bytes: int
    osrm: bool


class RoadData:
    """The folder of built roads."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "roads"
        self.traffic = self.folder / "traffic.json"
        self.curve = self.folder / "estimate.json"
        self.lock = self.folder / "building.lock"

    def current(self) -> About | None:
        """Tell which roads are in use, if any; raises `Invalid` when the file is broken."""
        path = self.folder / _CURRENT
        try:
            return msgspec.json.decode(path.read_bytes(), type=About)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            message = f"{path}: {error}; build the roads again"
            raise Invalid(message) from error

    def of(self, version: str) -> Path:
        """Give the folder of a version."""
        return self.folder / version

    def use(self, about: About) -> None:
        """Put a version in use, and remove all others."""
        replace_whole(self.folder / _CURRENT, msgspec.json.format(msgspec.json.encode(about)))
        for other in self.folder.iterdir():
            if other.is_dir() and other.name != about.version:
                shutil.rmtree(other, ignore_errors=True)


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_bytes(content)
    draft.replace(path)


def digest_of(*files: Path) -> str:
    """Name files by their content; raises `Invalid` for one that cannot be read."""
    digest = hashlib.sha256()
    for path in files:
        try:
            with path.open("rb") as content:
                while part := content.read(_READ):
                    digest.update(part)
        except OSError as error:
            message = f"{path}: {error.strerror}"
            raise Invalid(message) from error
    return digest.hexdigest()[:12]
