"""Secrets drawn at random: 256 bits, of which the hash alone is kept."""

import hashlib
import secrets

_KEY_MARK = "est_"
_PREFIX_CHARACTERS = 12


def new_token() -> str:
    """Draw a token of 256 bits, as text that is safe in addresses and headers."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """Draw an API key; the mark lets secret scanners find it."""
    return _KEY_MARK + new_token()


def is_key(text: str) -> bool:
    """Tell whether a text could be an API key."""
    return text.startswith(_KEY_MARK)


def prefix_of(key: str) -> str:
    """Give the first characters of a key, by which a person recognises it."""
    return key[:_PREFIX_CHARACTERS]


def sha256_of(token: str) -> str:
    """Hash a token, without salt and fast: nobody guesses 256 bits, and it is looked up by its hash."""
    return hashlib.sha256(token.encode()).hexdigest()
