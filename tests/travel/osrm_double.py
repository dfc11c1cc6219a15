"""A small HTTP server that speaks OSRM, with the answers of any road network, or nonsense that a test asks for."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np

from estafette.travel.globe import Points
from estafette.travel.polyline import decode_polyline, encode_polyline
from estafette.travel.roads import Floats, Roads, Rows

Twist = Callable[[dict[str, Any]], Any]


@contextmanager
def osrm_double(
    roads: Roads, *, twist: Twist = lambda answer: answer, most: int = 100, data_version: str = "today"
) -> Iterator[str]:
    """Serve at the address; `twist` changes every answer, `most` positions are taken at once."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = twist({"data_version": data_version, **_answer(roads, self.path, most)})
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _answer(roads: Roads, path: str, most: int) -> dict[str, Any]:
    parts = urlsplit(path)
    service, _, _, line = parts.path.strip("/").split("/", 3)
    if service == "nearest":
        return {"code": "Ok"}
    points = decode_polyline(unquote(line).removeprefix("polyline6(").removesuffix(")"), digits=6)
    if len(points) > most:
        return {"code": "TooBig", "message": "Too many table coordinates"}
    return _table(roads, points, parts.query) if service == "table" else _route(roads, points)


def _table(roads: Roads, points: Points, query: str) -> dict[str, Any]:
    rows, columns = (_rows(query, key) for key in ("sources", "destinations"))
    table = roads.table(points.take(rows), points.take(columns))
    return {
        "code": "Ok",
        "durations": _nulls(table.seconds),
        "distances": _nulls(table.metres),
        "sources": _waypoints(roads, points.take(rows)),
        "destinations": _waypoints(roads, points.take(columns)),
    }


def _rows(query: str, key: str) -> Rows:
    return np.array(parse_qs(query)[key][0].split(";"), dtype=np.int64)


def _nulls(values: Floats) -> list[list[float | None]]:
    return [[None if np.isnan(value) else value for value in row] for row in values.tolist()]


def _waypoints(roads: Roads, points: Points) -> list[dict[str, Any]]:
    snapped = roads.snap(points)
    spots = zip(*(column.tolist() for column in snapped.points), snapped.off_m.tolist(), strict=True)
    return [{"location": [lon, lat], "distance": off_m, "name": ""} for lon, lat, off_m in spots]


def _route(roads: Roads, points: Points) -> dict[str, Any]:
    way = roads.way(points.take(np.array([0])), points.take(np.array([1])))
    if way is None:
        return {"code": "NoRoute"}
    line = encode_polyline(Points(way.lon, way.lat))
    return {"code": "Ok", "routes": [{"geometry": line, "duration": way.seconds, "distance": way.metres}]}
