"""
An OpenID issuer as this program asks it: where to send people, what a code is worth, and what its tokens say.

Authorization code with PKCE (RFC 7636), state and nonce; OpenID Connect Core 1.0, section 3.1. Signatures are
checked by joserfc, against the keys that the issuer publishes and the algorithms named here.
"""

import base64
import hashlib
import threading
import time
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from estafette.domain.error import Invalid, NotSignedIn, Unavailable
from estafette.domain.record import Record
from estafette.flow.accounts.openid import Identity
from estafette.settings import Settings

# Asymmetric alone: a token signed with the client's secret, or not at all, is nobody's.
ALGORITHMS = ("RS256", "PS256", "ES256")
_BACK = "/api/v1/sign-in/openid/back"
_TIMEOUT_S = 5.0
_KEPT_S = 3600.0
_ASKED_AGAIN_S = 60.0
_LEEWAY_S = 30
_LONGEST = 1_000_000
_AT_HOME = ("localhost", "127.0.0.1", "::1")
_WRONG = "what the issuer says cannot be taken; begin again"


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What an issuer says of itself, among much else (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Client(NamedTuple):
    """This program as the issuer knows it."""

    issuer: str
    client_id: str
    secret: str | None
    back: str
    name: str


class Asked(Record, frozen=True, kw_only=True):
    """What was drawn for one way through the issuer, kept sealed by the browser until it comes back."""

    state: str
    nonce: str
    verifier: str
    company_id: int | None


class _Tokens(msgspec.Struct, frozen=True, kw_only=True):
    id_token: str


class _Kept(NamedTuple):
    metadata: Metadata
    keys: KeySet
    at_s: float


def client_of(settings: Settings, origin: str | None) -> Client | None:
    """Read how the issuer knows this program, `None` where there is none; raises `Invalid`."""
    if settings.openid_issuer is None:
        return None
    if settings.openid_client_id is None or origin is None:
        message = "ESTAFETTE_OPENID_ISSUER needs ESTAFETTE_OPENID_CLIENT_ID and ESTAFETTE_PUBLIC_ADDRESS"
        raise Invalid(message)
    if not _is_safe(settings.openid_issuer):
        message = f"ESTAFETTE_OPENID_ISSUER is {settings.openid_issuer!r}: expected https://"
        raise Invalid(message)
    name = settings.openid_name or urlsplit(settings.openid_issuer).hostname or "OpenID"
    return Client(
        settings.openid_issuer, settings.openid_client_id, settings.openid_client_secret, origin + _BACK, name
    )


class Issuer:
    """The one issuer that the operator trusts. What it publishes is kept for an hour."""

    def __init__(self, client: Client) -> None:
        self.name = client.name
        self._client = client
        self._kept: _Kept | None = None
        self._lock = threading.Lock()

    def address(self, asked: Asked) -> str:
        """Give where to send somebody; raises `Unavailable`."""
        digest = hashlib.sha256(asked.verifier.encode()).digest()
        given = {
            "response_type": "code", "client_id": self._client.client_id, "redirect_uri": self._client.back,
            "scope": "openid email", "state": asked.state, "nonce": asked.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }  # fmt: skip
        endpoint = self._published().metadata.authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(given)}"

    def identity(self, code: str, asked: Asked, *, now_s: float) -> Identity:
        """Exchange a code, and read who it is from the token; raises `NotSignedIn`, `Unavailable`."""
        token = self._exchanged(code, asked)
        published = self._published()
        try:
            claims = _claims(token, published.keys)
        except JoseError:
            # A key that is not known yet: the issuer may have begun to use a new one.
            claims = self._with_new_keys(token)
        return _identity(claims, self._client, asked, now_s=now_s)

    def must_be(self, named: str | None) -> None:
        """Raise `NotSignedIn` when somebody comes back from another issuer (RFC 9207)."""
        if named not in (None, self._client.issuer):
            raise NotSignedIn(_WRONG)

    def _with_new_keys(self, token: str) -> dict[str, Any]:
        try:
            return _claims(token, self._published(anew=True).keys)
        except JoseError as error:
            raise NotSignedIn(_WRONG) from error

    def _exchanged(self, code: str, asked: Asked) -> str:
        given = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._client.back,
            "client_id": self._client.client_id, "code_verifier": asked.verifier,
        }  # fmt: skip
        # Both are encoded as in a form before they are joined (RFC 6749, 2.3.1).
        secret = self._client.secret
        auth = (quote_plus(self._client.client_id), quote_plus(secret)) if secret else None
        answer = _ask("POST", self._published().metadata.token_endpoint, data=given, auth=auth)
        if answer.status_code != httpx.codes.OK:
            raise NotSignedIn(_WRONG)
        tokens: _Tokens = _read(answer, _Tokens)
        return tokens.id_token

    def _published(self, *, anew: bool = False) -> _Kept:
        with self._lock:
            age_s = time.monotonic() - self._kept.at_s if self._kept else _KEPT_S
            if self._kept is None or age_s >= (_ASKED_AGAIN_S if anew else _KEPT_S):
                self._kept = _fetched(self._client.issuer)
            return self._kept


def _fetched(issuer: str) -> _Kept:
    metadata = _read(_ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration"), Metadata)
    endpoints = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
    if metadata.issuer != issuer or not all(map(_is_safe, endpoints)):
        message = "the issuer says that it is another one, or has addresses without TLS"
        raise Unavailable(message)
    published = _read(_ask("GET", metadata.jwks_uri), dict[str, Any])
    try:
        keys = KeySet.import_key_set(published)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        message = "the issuer publishes no keys that can be read"
        raise Unavailable(message) from error
    return _Kept(metadata, keys, time.monotonic())


def _claims(token: str, keys: KeySet) -> dict[str, Any]:
    try:
        decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
    except (ValueError, TypeError, KeyError) as error:
        raise NotSignedIn(_WRONG) from error
    # An access token is signed with the same keys (RFC 9068), and proves nobody.
    if str(decoded.header.get("typ", "JWT")).upper() != "JWT":
        raise NotSignedIn(_WRONG)
    return decoded.claims


def _identity(claims: dict[str, Any], client: Client, asked: Asked, *, now_s: float) -> Identity:
    wanted = jwt.JWTClaimsRegistry(
        now=int(now_s),
        leeway=_LEEWAY_S,
        iss={"essential": True, "value": client.issuer},
        aud={"essential": True, "value": client.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": asked.nonce},
    )
    try:
        wanted.validate(claims)
    except JoseError as error:
        raise NotSignedIn(_WRONG) from error
    for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (for_others or "azp" in claims) and claims.get("azp") != client.client_id:
        raise NotSignedIn(_WRONG)
    verified = claims.get("email_verified") is True and isinstance(claims.get("email"), str)
    ways = claims.get("amr")
    return Identity(
        issuer=client.issuer,
        subject=str(claims["sub"]),
        email=claims["email"] if verified else None,
        two_factors=isinstance(ways, list) and "mfa" in ways,
    )


def _ask(method: str, address: str, **given: Any) -> httpx.Response:
    try:
        answer = httpx.request(method, address, timeout=_TIMEOUT_S, follow_redirects=False, **given)
    except httpx.HTTPError as error:
        message = "the issuer does not answer"
        raise Unavailable(message) from error
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or len(answer.content) > _LONGEST:
        message = "the issuer does not answer as it should"
        raise Unavailable(message)
    return answer


def _read(answer: httpx.Response, kind: Any) -> Any:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = "the issuer does not answer as it should"
        raise Unavailable(message) from error


def _is_safe(address: str) -> bool:
    """Tell whether an address is behind TLS, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _AT_HOME)
