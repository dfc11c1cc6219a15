"""
Passwords: 12 to 128 characters, none of the commonest, hashed by argon2id.

No rules of composition (NIST SP 800-63B, 3.1.1.2): they make passwords worse.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from estafette.domain.error import Invalid

SHORTEST, LONGEST = 12, 128
# The letters that must be left of a password without the words that others know.
_OWN_LETTERS = 6
_PROGRAM = "estafette"
# OWASP: 19 MiB and two passes.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# What guessers try first among the passwords of twelve characters and more. Case, and figures and signs at
# either end, are taken off before comparing; a word again and again is found too.
_COMMON = frozenset((Path(__file__).parent / "common.txt").read_text(encoding="utf-8").split())


def checked(password: str, *, about: Iterable[str] = (), pointer: str = "/password") -> str:
    """
    Give a new password as it is hashed.

    Raises `Invalid` when it is too short, too long or common, or little more than what it is `about`: name
    and address of its person, and the program; `pointer` says where it stands in the body.
    """
    normal = _normal(password)
    if not SHORTEST <= len(normal) <= LONGEST:
        message = f"password: it needs {SHORTEST} to {LONGEST} characters"
        raise Invalid(message, pointer=pointer)
    if _is_common(normal):
        message = "password: it is among those that are guessed first; take a few words of your own"
        raise Invalid(message, pointer=pointer)
    if _is_known_by(normal, about):
        message = "password: it is little more than a name that others know; take a few words of your own"
        raise Invalid(message, pointer=pointer)
    return normal


def hashed(password: str) -> str:
    """Hash a checked password; takes tens of milliseconds and 19 MiB."""
    return _HASHER.hash(_normal(password))


def matches(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one kept as a hash; takes as long when none is kept."""
    try:
        return (
            _HASHER.verify(nobodys() if kept is None else kept, _normal(password)[: LONGEST + 1])
            and kept is not None
        )
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(kept)


@cache
def nobodys() -> str:
    """Give the hash that is compared with where there is none; a server makes it before its first visitor."""
    return _HASHER.hash("a password that nobody has")


def _normal(password: str) -> str:
    # The same keys on another keyboard may compose a letter differently.
    return unicodedata.normalize("NFC", password)


def _is_known_by(password: str, about: Iterable[str]) -> bool:
    """Tell whether a password is little more than words about its person or the program."""
    known = {_PROGRAM, *re.findall(r"[^\W_]{4,}", " ".join(about).casefold())}
    left = password.casefold()
    for word in sorted(known, key=len, reverse=True):
        left = left.replace(word, "")
    own_letters = sum(map(str.isalpha, left))
    return left != password.casefold() and own_letters < _OWN_LETTERS


def _is_common(password: str) -> bool:
    if len(set(password)) <= 4:
        return True
    core = password.casefold().strip("0123456789!?.,-_*#$@%&+ ")
    if len(core) <= 2:
        return True  # figures alone: a date, a telephone number, a row of keys
    parts = (core[:size] for size in range(2, len(core) + 1))
    return any(part in _COMMON and part * (len(core) // len(part)) == core for part in parts)
