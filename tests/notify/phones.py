"""A phone and its push service on this machine: what comes is decrypted as a browser does it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from estafette.domain.push import decoded, encoded


class Pushed(NamedTuple):
    """One message as the push service took it."""

    headers: dict[str, str]
    body: bytes


class PushService(ThreadingHTTPServer):
    """Takes messages; answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[Pushed] = []
        self.status = 201

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/push/one"


class _Handler(BaseHTTPRequestHandler):
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(Pushed(dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def push_service() -> Iterator[PushService]:
    """Listen for as long as the block lasts."""
    with PushService() as service:
        thread = threading.Thread(target=service.serve_forever)
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()


class Browser:
    """What a phone's browser has of a subscription: a key pair and a secret."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.auth = bytes(range(16))
        self.p256dh = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def subscription(self, endpoint: str) -> dict[str, str]:
        """Give what the page sends to the server."""
        return {"endpoint": endpoint, "p256dh": encoded(self.p256dh), "auth": encoded(self.auth)}

    def read(self, body: bytes) -> Any:
        """Decrypt a message step by step as RFC 8291, 3.4 and RFC 8188, 2 write it."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        prk_key = _hmac(self.auth, self._key.exchange(ec.ECDH(), theirs))
        ikm = _hmac(prk_key, b"WebPush: info\0" + self.p256dh + sender + b"\x01")
        prk = _hmac(salt, ikm)
        key = _expand(prk, b"Content-Encoding: aes128gcm\0", 16)
        plain = AESGCM(key).decrypt(_expand(prk, b"Content-Encoding: nonce\0", 12), sealed, None)
        content, _, padding = plain.rpartition(b"\x02")
        assert padding.strip(b"\0") == b""
        return json.loads(content)


def claims_of(authorization: str) -> dict[str, Any]:
    """Check the signature of a VAPID header with the key that it names, and give what it claims."""
    token, key = (part.strip().partition("=")[2] for part in authorization.removeprefix("vapid ").split(","))
    signed, _, signature = token.rpartition(".")
    numbers = decoded(signature)
    der = utils.encode_dss_signature(int.from_bytes(numbers[:32], "big"), int.from_bytes(numbers[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    public.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims: dict[str, Any] = json.loads(decoded(signed.partition(".")[2]))
    return claims


def _hmac(key: bytes, content: bytes) -> bytes:
    made = HMAC(key, hashes.SHA256())
    made.update(content)
    return made.finalize()


def _expand(prk: bytes, info: bytes, length: int) -> bytes:
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=info).derive(prk)
