"""
One Web Push message: encrypted for its phone (RFC 8291, in the coding of RFC 8188), signed by us (RFC 8292).

Push services carry it and cannot read it; what it costs is in the tests, which decrypt it as a phone does.
"""

import json
import os
import struct
from collections.abc import Mapping
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from estafette.domain.error import Invalid
from estafette.domain.push import Subscription, decoded, encoded

_CURVE = ec.SECP256R1()
_LAST_RECORD = b"\x02"
_RECORD_SIZE = 4096
_TOKEN_LASTS_S = 12 * 3600
_KEY_BYTES = 32


class Signer:
    """Who we are to push services: a key of ours, and where to complain."""

    def __init__(self, key: str, contact: str) -> None:
        """Read a key as `new_key` makes it; raises `Invalid`."""
        try:
            number = decoded(key)
            if len(number) != _KEY_BYTES:
                raise ValueError
            self._key = ec.derive_private_key(int.from_bytes(number, "big"), _CURVE)
        except ValueError as error:
            message = "push_key: expected what `estafette push-key` prints"
            raise Invalid(message) from error
        self._contact = contact
        self.public_key = encoded(_point(self._key.public_key()))

    def authorization(self, endpoint: str, *, now_s: int) -> str:
        """Give the header that proves who sends to an address."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}", "exp": now_s + _TOKEN_LASTS_S, "sub": self._contact
        }  # fmt: skip
        signed = ".".join(map(_json, ({"typ": "JWT", "alg": "ES256"}, claims)))
        numbers = utils.decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = b"".join(number.to_bytes(_KEY_BYTES, "big") for number in numbers)
        return f"vapid t={signed}.{encoded(signature)}, k={self.public_key}"


def new_key() -> str:
    """Make a key for a `Signer`."""
    number = ec.generate_private_key(_CURVE).private_numbers().private_value
    return encoded(number.to_bytes(_KEY_BYTES, "big"))


def encrypt(content: bytes, phone: Subscription) -> bytes:
    """Encrypt a short message for a phone; raises `ValueError` for a public key that is none."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, phone.p256dh)
    ours, salt = ec.generate_private_key(_CURVE), os.urandom(16)
    sender = _point(ours.public_key())
    shared = ours.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, phone.auth, b"WebPush: info\x00" + phone.p256dh + sender, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    head = salt + struct.pack("!IB", _RECORD_SIZE, len(sender)) + sender
    return head + AESGCM(key).encrypt(nonce, content + _LAST_RECORD, None)


def headers_for(
    signer: Signer, phone: Subscription, *, topic: str, ttl_s: int, now_s: int
) -> Mapping[str, str]:
    """Give the headers of a message: a newer one of the same topic takes its place while it waits."""
    return {
        "Authorization": signer.authorization(phone.endpoint, now_s=now_s),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl_s),
        "Topic": topic,
        "Urgency": "high",
    }


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _json(content: object) -> str:
    return encoded(json.dumps(content, separators=(",", ":")).encode())
