"""QR codes that pages draw by themselves: as paths, since their policy lets no picture in from elsewhere."""

import segno

from estafette.domain.record import Record


class QrCode(Record, frozen=True, kw_only=True):
    """A QR code to draw: the `d` of an SVG path in a square of `size` units, its margin included."""

    size: int
    path: str


def qr_of(text: str) -> QrCode:
    """Make the QR code of a text."""
    code = segno.make(text, error="m", micro=False)
    rows = enumerate(code.matrix_iter(border=code.default_border_size))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in rows for x, dark in enumerate(row) if dark)
    return QrCode(size=int(code.symbol_size()[0]), path=path)
