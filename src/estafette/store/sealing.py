"""
Sealing what only some may read: AES-256-GCM, with a key that the database does not hold.

Each sealed text is bound to what it belongs to: moved to another row it cannot be opened. Keys have ids, so that a new
one can be taken into use while texts under the old one are still read.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from estafette.domain.error import Invalid, Unavailable

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Sealed(NamedTuple):
    """A text that was sealed under the key of that id: the nonce, then the cipher text with its tag."""

    key_id: str
    content: bytes


def as_text(sealed: Sealed) -> str:
    """Write what was sealed as a text: the key's id, a colon, base64."""
    return f"{sealed.key_id}:{base64.b64encode(sealed.content).decode()}"


def from_text(text: str) -> Sealed:
    """Read what `as_text` wrote."""
    key_id, _, content = text.partition(":")
    return Sealed(key_id, base64.b64decode(content))


class SealingKeys:
    """Keys by id, from the setting of that variable; the first one seals, all open."""

    def __init__(self, keys: Mapping[str, bytes], *, variable: str) -> None:
        self._keys = dict(keys)
        self._variable = variable
        self.current = next(iter(keys))

    def derived(self, purpose: str) -> "SealingKeys":
        """Give keys for one purpose alone, made from these (RFC 5869)."""
        made = {
            key_id: HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose.encode()).derive(key)
            for key_id, key in self._keys.items()
        }
        return SealingKeys(made, variable=self._variable)

    def seal(self, text: str, *, of: str) -> Sealed:
        """Seal a text that belongs to `of`."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._keys[self.current]).encrypt(nonce, text.encode(), of.encode())
        return Sealed(self.current, nonce + sealed)

    def open(self, sealed: Sealed, *, of: str) -> str:
        """
        Open what was sealed for `of`.

        Raises
        ------
        Unavailable
            Its key is not among these, or it is not what was sealed.
        """
        if sealed.key_id not in self._keys:
            message = f"this was sealed with key {sealed.key_id!r}, which {self._variable} does not have"
            raise Unavailable(message)
        nonce, content = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        try:
            return AESGCM(self._keys[sealed.key_id]).decrypt(nonce, content, of.encode()).decode()
        except (InvalidTag, ValueError) as error:
            message = (
                f"what was sealed cannot be opened with key {sealed.key_id!r}: another key, or it was changed"
            )
            raise Unavailable(message) from error


def note_keys(setting: str | None) -> SealingKeys:
    """
    Read the keys of medical notes.

    Raises
    ------
    Invalid
        There is none, or one that is no key; the message never has the key in it.
    """
    if not setting:
        message = "medical notes need a key: set ESTAFETTE_NOTES_KEYS (docs/operation.md says how); nothing is stored"
        raise Invalid(message)
    return _keys(setting, "ESTAFETTE_NOTES_KEYS")


def sign_in_keys(setting: str | None) -> SealingKeys | None:
    """Read the keys of what people sign in with, `None` where none is set; raises `Invalid`."""
    return _keys(setting, "ESTAFETTE_SIGN_IN_KEYS") if setting else None


def _keys(setting: str, variable: str) -> SealingKeys:
    """Read keys as they are set: `id:key,id:key`, each key 32 bytes in base64; raises `Invalid`."""
    keys: dict[str, bytes] = {}
    for position, part in enumerate(setting.split(","), start=1):
        key_id, _, encoded = part.strip().partition(":")
        key = _decoded(encoded)
        if not key_id or key_id in keys or key is None:
            message = f"{variable}: number {position} is not an id of its own and 32 bytes in base64"
            raise Invalid(message)
        keys[key_id] = key
    return SealingKeys(keys, variable=variable)


def _decoded(encoded: str) -> bytes | None:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    return key if len(key) == _KEY_BYTES else None
