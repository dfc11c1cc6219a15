"""The board under a name, as passkeys need: they are made for no number; and devices that keep them."""

from collections.abc import Callable

from playwright.sync_api import CDPSession, Page

VisitNamed = Callable[..., tuple[Page, CDPSession]]


def device(tools: CDPSession, *, verified: bool = True) -> str:
    """Put an authenticator into the browser's device."""
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": verified, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return str(tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])
