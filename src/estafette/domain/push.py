"""Telling a phone that something has changed: where, and whether its driver has seen it."""

import base64
import binascii
from typing import Annotated

import msgspec

from estafette.domain.notice import NoticeKey
from estafette.domain.record import Record

_POINT, _SECRET = 65, 16  # bytes of a public key (uncompressed P-256) and of the shared secret
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class PushKey(Record, frozen=True, kw_only=True):
    """The key that a browser subscribes with (base64url); `None`: this server tells no phones."""

    key: str | None


class Subscribe(Record, frozen=True, kw_only=True):
    """What a browser gives when it subscribes: an address, its public key and a secret (both base64url)."""

    endpoint: Text
    p256dh: Text
    auth: Text

    def __post_init__(self) -> None:
        """Refuse keys of another length."""
        for name, length in (("p256dh", _POINT), ("auth", _SECRET)):
            if len(decoded(getattr(self, name))) != length:
                message = f"{name}: expected {length} bytes in base64url"
                raise ValueError(message)


class Subscription(Record, frozen=True, kw_only=True):
    """The address of one phone, and what a message to it is encrypted with."""

    session_id: int
    endpoint: str
    p256dh: bytes
    auth: bytes


class Told(Record, frozen=True, kw_only=True):
    """How it stands with a notice: the phones of its driver, and whether what it tells was acknowledged."""

    notice: NoticeKey
    acknowledged: bool
    phones: tuple[Subscription, ...]


def encoded(content: bytes) -> str:
    """Write bytes in base64url without padding, as all of Web Push does."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Read base64url without padding; raises `ValueError`."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except binascii.Error as error:
        message = "expected base64url"
        raise ValueError(message) from error
