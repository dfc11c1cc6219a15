"""
Time-based one-time passwords: the second factor that every authenticator app knows.

RFC 6238 (TOTP) over RFC 4226 (HOTP) with what all apps assume: SHA-1, 30 seconds, six digits. SHA-1 is sound
here: it is used keyed.
"""

import base64
import hashlib
import hmac
from urllib.parse import quote, urlencode

STEP_S = 30
_DIGITS = 6
# A code is taken a step early or late: clocks differ, and people type slowly.
_DRIFT = 1
SECRET_BYTES = 20


def code_of(secret: bytes, step: int, *, digits: int = _DIGITS) -> str:
    """Give the code of a time step (RFC 4226, 5.3)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: bytes, code: str, *, now_s: float) -> int | None:
    """Give the time step that a code belongs to, `None` when it is of none near `now_s`."""
    current = int(now_s) // STEP_S
    typed = code.replace(" ", "").encode()
    found = None
    # All of them are compared, each in constant time: how long it takes tells nothing.
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), typed):
            found = step
    return found


def as_text(secret: bytes) -> str:
    """Write a secret as people type it: base 32 (RFC 4648)."""
    return base64.b32encode(secret).decode()


def from_text(text: str) -> bytes:
    """Read a secret."""
    return base64.b32decode(text)


def enrolment(secret: bytes, *, account: str) -> str:
    """Give the address that an authenticator app reads as a QR code."""
    given = urlencode({"secret": as_text(secret), "issuer": "Estafette"})
    return f"otpauth://totp/Estafette:{quote(account)}?{given}"
