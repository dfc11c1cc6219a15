"""Headers of every answer: nothing foreign runs in the page, nothing of the board is kept by a cache."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope


def policy(nonce: str | None = None, *, images: str | None = None) -> str:
    """
    Say what a page may run and load.

    The styles that its own scripts add carry its `nonce`; `images` is one more origin of pictures.
    """
    styles = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    pictures = f"'self' {images}" if images else "'self'"
    return (
        f"default-src 'none'; object-src 'none'; script-src 'self'; style-src {styles}; connect-src 'self'; "
        f"img-src {pictures}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


def policy_of_devices(*, geolocation: bool = False) -> str:
    """Say which devices of the reader's a page may use: none, unless it is said."""
    where = "self" if geolocation else ""
    return f"camera=(), geolocation=({where}), microphone=(), payment=(), usb=()"


_ALWAYS = {
    # Browsers heed it over TLS alone.
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_UNLESS_SAID = {
    "Content-Security-Policy": policy(),
    "Cache-Control": "no-store",
    "Permissions-Policy": policy_of_devices(),
}


async def add_headers(message: Message, _: Scope) -> None:
    """Add them as an answer starts, errors included; what names its own caching or policy keeps it."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _ALWAYS.items():
        headers[name] = value
    for name, value in _UNLESS_SAID.items():
        headers.setdefault(name, value)
