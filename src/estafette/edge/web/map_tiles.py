"""Whose tiles lie behind the board: named in the settings; the policy of the page allows that host alone."""

import re
from urllib.parse import urlsplit

from estafette.domain.error import Invalid
from estafette.domain.record import Record
from estafette.settings import Settings

_KIND = "xyz:"
_HOLES = ("{z}", "{x}", "{y}")
# What may stand in a policy: nothing that could end the directive or name more than a host.
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?")


class MapTiles(Record, frozen=True, kw_only=True):
    """Tiles of somebody else: their address with `{z}`, `{x}` and `{y}`, and who must be named on the map."""

    url: str
    attribution: str

    @property
    def origin(self) -> str:
        """Give scheme and host, as a policy names them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def map_tiles(settings: Settings) -> MapTiles | None:
    """Read the tiles of the settings; raises `Invalid` for what is no address, or without attribution."""
    if settings.map is None:
        return None
    url = settings.map.removeprefix(_KIND)
    parts = urlsplit(url)
    whole = settings.map.startswith(_KIND) and all(hole in url for hole in _HOLES)
    if not whole or parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.netloc):
        message = f"ESTAFETTE_MAP is {settings.map!r}: expected xyz:https://HOST/.../{{z}}/{{x}}/{{y}}.png"
        raise Invalid(message)
    if not settings.map_attribution:
        message = "ESTAFETTE_MAP needs ESTAFETTE_MAP_ATTRIBUTION: whoever made the map must be named on it"
        raise Invalid(message)
    return MapTiles(url=url, attribution=settings.map_attribution)
