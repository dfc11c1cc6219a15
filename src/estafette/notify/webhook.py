"""
Sending webhooks: signed, to an address that was looked at first.

A receiver's address is what somebody typed, so without an operator's word nothing is sent to an address of
this machine or of a private network. The name is resolved once and that very address is connected to: it
cannot be another one the second time. Nothing is followed elsewhere.
"""

import base64
import hmac
import http.client
import ipaddress
import re
import secrets
import socket
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from estafette.domain.error import Invalid
from estafette.domain.record import Record
from estafette.domain.webhook import Message, Secrets

_PREFIX = "whsec_"
_PLAIN = re.compile(r"[\x21-\x7e]+")
_SECRET_BYTES = 32
TIMEOUT_S = 10.0
_MOST_READ = 1_000


class Answer(Record, frozen=True, kw_only=True):
    """What the receiver answered."""

    status: int

    @property
    def taken(self) -> bool:
        """Tell whether the message arrived."""
        return 200 <= self.status < 300


class Target(Record, frozen=True, kw_only=True):
    """Where to send: the parts of an address, and whether it may be one of this network."""

    scheme: str
    host: str
    port: int
    path: str
    internal: bool = False


# Raises OSError when the receiver cannot be reached.
Post = Callable[[Target, bytes, dict[str, str]], Answer]


def new_secret() -> str:
    """Make a secret in the form that receivers' libraries read."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def target_of(url: str, *, internal: bool) -> Target:
    """
    Take an address apart.

    Raises
    ------
    Invalid
        It is none, names a user, or is not https (http only where `internal`).
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        message = f"url: {error}"
        raise Invalid(message, pointer="/url") from error
    schemes = ("https", "http") if internal else ("https",)
    if parts.scheme not in schemes or not parts.hostname or not _PLAIN.fullmatch(url):
        message = (
            "url: expected an address like https://example.org/hooks/estafette;"
            " http is only for an operator (estafette webhooks add --internal)"
        )
        raise Invalid(message, pointer="/url")
    if "@" in parts.netloc:
        message = "url: expected an address without a user: messages are signed"
        raise Invalid(message, pointer="/url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = 443 if parts.scheme == "https" else 80
    return Target(scheme=parts.scheme, host=parts.hostname, port=port or usual, path=path, internal=internal)


def headers_of(message: Message, keys: Secrets, *, now_s: int) -> dict[str, str]:
    """Sign a message at an instant (seconds since 1970), with both secrets while there are two."""
    signed = f"{message.message_id}.{now_s}.".encode() + message.body
    both = [keys.present, *([keys.before] if keys.before else [])]
    return {
        "Content-Type": "application/json",
        "User-Agent": "estafette",
        "webhook-id": message.message_id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in both),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def post(target: Target, body: bytes, headers: dict[str, str]) -> Answer:
    """Send a message; raises `OSError` when the receiver cannot be reached or may not be."""
    connection = _Connection(target, _address(target))
    try:
        connection.request("POST", target.path, body, headers)
        answer = connection.getresponse()
        answer.read(_MOST_READ)
        return Answer(status=answer.status)
    except http.client.HTTPException as error:
        message = f"it does not speak HTTP ({type(error).__name__})"
        raise OSError(message) from error
    finally:
        connection.close()


def _address(target: Target) -> tuple[Any, ...]:
    """Resolve a name to the first of its addresses that may be sent to."""
    found = [info[4] for info in socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)]
    allowed = [each for each in found if target.internal or ipaddress.ip_address(each[0]).is_global]
    if not allowed:
        message = "its address is one of a private network"
        raise OSError(message)
    return allowed[0]


class _Connection(http.client.HTTPConnection):
    """Speaks to one address, under the name that was asked for."""

    def __init__(self, target: Target, address: tuple[Any, ...]) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_S)
        self._address, self._target = address, target

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        self.sock = socket.create_connection(self._address[:2], TIMEOUT_S)
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)
