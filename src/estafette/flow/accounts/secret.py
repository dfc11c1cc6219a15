"""Secrets drawn at random, of which the hash alone is kept: 256 bits, or a code to type, good for minutes."""

import hashlib
import secrets
import string

_KEY_MARK = "est_"
_PREFIX_CHARACTERS = 12
# Letters that are taken neither for another nor for a digit when they are read or read out: 8 make 35 bits.
CODE_LETTERS = "".join(sorted(set(string.ascii_uppercase) - set("ILOQV")))
CODE_LENGTH = 8


def new_token() -> str:
    """Draw a token of 256 bits, as text that is safe in addresses and headers."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Draw a code that a person types, like `KRTM-WXAB`: good for minutes, and where tries are counted."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def typed_code(text: str) -> str:
    """Give the code that somebody typed in their own way; what is none stays none."""
    letters = "".join(letter for letter in text.upper() if not letter.isspace() and letter != "-")
    return f"{letters[:4]}-{letters[4:]}"


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
