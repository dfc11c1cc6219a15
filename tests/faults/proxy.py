"""A relay to the server that cuts where it hurts: after COMMIT has been done, or in silence."""

import ctypes
import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_ATTACH_FILTER, _DETACH_FILTER = 26, 27  # SO_ATTACH_FILTER, SO_DETACH_FILTER: Linux alone
COMMITTED = b"C" + struct.pack(">I", 11) + b"COMMIT\0"


class Relay:
    """
    Listens on 127.0.0.1 and relays to a server on another of its ports.

    `cut_one_in`: of so many replies to COMMIT one is lost with its connection. `silence` drops every packet that comes
    from a client or from the server in the kernel, unacknowledged, as a network that swallows them. `heal` lets new
    connections through; those that fell silent stay so, because both ends may have forgotten them by then.
    """

    def __init__(self, server: str, *, cut_one_in: int = 0, seed: int = 0) -> None:
        parts = conninfo_to_dict(server)
        self._port = int(str(parts["port"]))
        self._chance = random.Random(seed)
        self.cut_one_in = cut_one_in
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def address(self, conninfo: str) -> str:
        """Give the address of the server by way of this relay."""
        port = self._listener.getsockname()[1]
        return make_conninfo(conninfo, host="127.0.0.1", port=port, sslmode="disable", gssencmode="disable")

    def silence(self) -> None:
        drop_all = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # BPF: return 0 bytes
        program = struct.pack("HL", 1, ctypes.addressof(drop_all))
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, program)

    def heal(self) -> None:
        self._listener.setsockopt(socket.SOL_SOCKET, _DETACH_FILTER, 0)

    def close(self) -> None:
        self._listener.close()
        for end in list(self._ends):
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ends.add(end)
            threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
            threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while taken := client.recv(1 << 16):
                server.sendall(taken)
        self._end(client, server)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        """Relay whole messages, so that the reply to COMMIT is found wherever it stands."""
        held = b""
        with suppress(OSError):
            while taken := server.recv(1 << 16):
                whole, held = _whole_messages(held + taken)
                before, lost = self._cut(whole)
                client.sendall(before)
                if lost:
                    self.cuts += 1
                    break
        self._end(client, server)

    def _cut(self, messages: bytes) -> tuple[bytes, bool]:
        at = messages.find(COMMITTED)
        if at < 0 or not self.cut_one_in or self._chance.randrange(self.cut_one_in):
            return messages, False
        return messages[:at], True

    def _end(self, client: socket.socket, server: socket.socket) -> None:
        for end in (client, server):
            self._ends.discard(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _whole_messages(data: bytes) -> tuple[bytes, bytes]:
    """Split into whole messages (a kind of one byte, a length of four) and the rest."""
    at = 0
    while at + 5 <= len(data):
        end = at + 1 + int.from_bytes(data[at + 1 : at + 5], "big")
        if end > len(data):
            break
        at = end
    return data[:at], data[at:]


@contextmanager
def a_relay(server: str, *, cut_one_in: int = 0, seed: int = 0) -> Iterator[Relay]:
    relay = Relay(server, cut_one_in=cut_one_in, seed=seed)
    try:
        yield relay
    finally:
        relay.close()
