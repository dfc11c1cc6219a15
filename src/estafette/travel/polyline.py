"""
Lines as text: Google's encoded polyline, which maps and OSRM read.

https://developers.google.com/maps/documentation/utilities/polylinealgorithm
"""

from collections.abc import Iterator

import numpy as np

from estafette.travel.globe import Points


def encode_polyline(points: Points, *, digits: int = 5) -> str:
    """Write (n,) positions with so many digits after the point."""
    whole = np.rint(np.column_stack([points.lat, points.lon]) * 10**digits).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64))
    return "".join(_text(int(step)) for step in steps.ravel())


def decode_polyline(text: str, *, digits: int = 5) -> Points:
    """Read positions from a polyline."""
    steps = np.array(list(_steps(text)), np.int64).reshape(-1, 2)
    lat, lon = np.cumsum(steps, axis=0).T / 10**digits
    return Points(lon, lat)


def _text(step: int) -> str:
    left = ~(step << 1) if step < 0 else step << 1
    letters = []
    while left >= 0x20:
        letters.append(chr((0x20 | (left & 0x1F)) + 63))
        left >>= 5
    return "".join([*letters, chr(left + 63)])


def _steps(text: str) -> Iterator[int]:
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            yield ~(value >> 1) if value & 1 else value >> 1
            value = shift = 0
