"""A network that takes its time: a relay in a process of its own that holds every byte for a while."""

import multiprocessing
import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from psycopg.conninfo import conninfo_to_dict, make_conninfo


@contextmanager
def slow_network(conninfo: str, *, delay_s: float) -> Iterator[str]:
    """Give an address that reaches the same server with `delay_s` more in each direction."""
    ours, theirs = multiprocessing.Pipe()
    parts = conninfo_to_dict(conninfo)
    relay = multiprocessing.get_context("spawn").Process(
        target=_relay, args=(str(parts["host"]), int(parts.get("port") or 5432), delay_s, theirs), daemon=True
    )
    relay.start()
    try:
        yield make_conninfo(conninfo, host="127.0.0.1", port=ours.recv())
    finally:
        relay.kill()


def _relay(host: str, port: int, delay_s: float, parent: Connection) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    parent.send(listener.getsockname()[1])
    while True:
        client, _ = listener.accept()
        server = _connect(host, port)
        for end in (client, server):
            if end.family != socket.AF_UNIX:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for source, sink in ((client, server), (server, client)):
            held: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
            threading.Thread(target=_take, args=(source, held, delay_s), daemon=True).start()
            threading.Thread(target=_give, args=(sink, held), daemon=True).start()


def _connect(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    unix = socket.socket(socket.AF_UNIX)
    unix.connect(f"{host}/.s.PGSQL.{port}")
    return unix


def _take(source: socket.socket, held: "queue.SimpleQueue[tuple[float, bytes]]", delay_s: float) -> None:
    """Read as fast as it comes, so that delay is not mistaken for bandwidth."""
    while True:
        try:
            taken = source.recv(1 << 20)
        except OSError:
            taken = b""
        held.put((time.perf_counter() + delay_s, taken))
        if not taken:
            return


def _give(sink: socket.socket, held: "queue.SimpleQueue[tuple[float, bytes]]") -> None:
    while True:
        due, taken = held.get()
        time.sleep(max(0.0, due - time.perf_counter()))
        try:
            if not taken:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(taken)
        except OSError:
            return
