"""Links that open a driver's map application with turn-by-turn directions to a point; no name goes along."""

from estafette.domain.record import Record


class MapLinks(Record, frozen=True, kw_only=True):
    """`geo` (RFC 5870) opens whatever application the phone has chosen; the others, one each."""

    geo: str
    google: str
    apple: str
    waze: str


def directions_to(lon: float, lat: float) -> MapLinks:
    """Give the links to a position."""
    at = f"{lat:.6f},{lon:.6f}"
    return MapLinks(
        geo=f"geo:{at}",
        google=f"https://www.google.com/maps/dir/?api=1&travelmode=driving&destination={at}",
        apple=f"https://maps.apple.com/?dirflg=d&daddr={at}",
        waze=f"https://www.waze.com/ul?navigate=yes&ll={at}",
    )
