"""An authenticator of our own for tests: it makes passkeys and answers challenges as a device would."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 1, 4, 64


def text(content: bytes) -> str:
    """Write bytes as WebAuthn does."""
    return urlsafe_b64encode(content).decode().rstrip("=")


def from_text(content: str) -> bytes:
    return urlsafe_b64decode(content + "==")


class Authenticator:
    """One key of one device. What it says can be bent: origin, host, flags, count."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.verifies = True
        self.count = 0
        self.credential_id = os.urandom(32)
        self.handle = b""
        self._key = generate_private_key(SECP256R1())

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer creation options."""
        self.handle = from_text(options["user"]["id"])
        numbers = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        made = len(self.credential_id).to_bytes(2) + self.credential_id + cbor2.dumps(key)
        data = self._data(options["rp"]["id"], _ATTESTED) + bytes(16) + made
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options)
        return self._credential({"clientDataJSON": text(said), "attestationObject": text(attested)})

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer request options."""
        self.count += 1
        data, said = self._data(options["rpId"]), self._said("webauthn.get", options)
        signature = self._key.sign(data + hashlib.sha256(said).digest(), ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": text(said), "authenticatorData": text(data), "signature": text(signature),
                "userHandle": text(self.handle),
            }
        )  # fmt: skip

    def _data(self, host: str, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        name = text(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
