"""The base map of the roads in use."""

import threading
import zipfile

from estafette.domain.error import Invalid
from estafette.domain.record import encode
from estafette.travel.base_map.cutting import Tile
from estafette.travel.base_map.tiles import LEVELS, MapTile, entry
from estafette.travel.data import MAP, About, RoadData

_NOTHING = encode(MapTile())


class BuiltMap:
    """Gives tiles of the map that was drawn with the roads in use; looks anew which these are."""

    def __init__(self, data: RoadData) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._open: tuple[str, zipfile.ZipFile, frozenset[str]] | None = None

    def about(self) -> About | None:
        """Tell of the roads in use, `None` where none are, or they are older than maps."""
        try:
            about = self._data.current()
        except Invalid:
            return None  # the roads say so themselves; a board without a base map is whole
        return about if about and (self._data.of(about.version) / MAP).exists() else None

    def tile(self, tile: Tile) -> bytes:
        """Give the JSON of a tile (`MapTile`), an empty one where nothing is drawn."""
        about = self.about()
        if about is None or tile.zoom not in {level.zoom for level in LEVELS}:
            return _NOTHING
        file, names = self._of(about.version)
        return file.read(entry(tile)) if entry(tile) in names else _NOTHING

    def _of(self, version: str) -> tuple[zipfile.ZipFile, frozenset[str]]:
        with self._lock:
            if self._open is None or self._open[0] != version:
                file = zipfile.ZipFile(self._data.of(version) / MAP)
                self._open = version, file, frozenset(file.namelist())
            return self._open[1:]
