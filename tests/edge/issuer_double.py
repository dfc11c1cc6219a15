"""A double of an OpenID issuer: it signs in whoever it is told to, and can be bent to say what it must not."""

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

Claims = dict[str, Any]
CLIENT, SECRET = "estafette", "shown to the issuer"


class IssuerDouble:
    """What a test can bend: claims, how the token is signed, what is published."""

    def __init__(self) -> None:
        self.address = ""
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.published = [self.key]
        self.claims: Claims = {"sub": "s-1", "email": "anna@example.org", "email_verified": True}
        self.sign: Callable[[Claims], str] = self.signed
        self.says_it_is: str | None = None
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)

    def authorize(self, address: str) -> dict[str, str]:
        """Sign somebody in as a browser would be sent here; gives what it is sent back with."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (given["response_type"], given["client_id"]) == ("code", CLIENT)
        assert given["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = given
        return {"code": code, "state": given["state"], "iss": self.address}

    def token(self, given: dict[str, str], credentials: str) -> dict[str, Any] | None:
        asked = self._codes.pop(given["code"], None)  # a code is good once
        digest = urlsafe_b64encode(sha256(given["code_verifier"].encode()).digest()).decode().rstrip("=")
        shown = b64decode(credentials.removeprefix("Basic ")).decode()
        if (
            asked is None
            or digest != asked["code_challenge"]
            or shown != f"{CLIENT}:{urlencode({'': SECRET})[1:]}"
        ):
            return None
        now = int(time.time())
        usual = {"iss": self.address, "aud": CLIENT, "nonce": asked["nonce"], "iat": now, "exp": now + 300}
        return {"id_token": self.sign(usual | self.claims), "token_type": "Bearer", "access_token": "x"}

    def answer(self, path: str, body: bytes, credentials: str) -> Any:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            named = {f"{kind}_endpoint": f"{self.address}/{kind}" for kind in ("authorization", "token")}
            return {
                "issuer": self.says_it_is or self.address,
                "jwks_uri": f"{self.address}/keys",
                "scopes_supported": ["openid"],
                **named,
            }
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.published]}
        return self.token({name: values[0] for name, values in parse_qs(body.decode()).items()}, credentials)


@contextmanager
def issuing() -> Iterator[IssuerDouble]:
    """Run an issuer on a real socket for as long as the block lasts."""
    double = IssuerDouble()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/authorization"):
                self._answer(b"")
                return
            asked = parse_qs(urlsplit(self.path).query)["redirect_uri"][0]
            self.send_response(302)
            self.send_header("Location", f"{asked}?{urlencode(double.authorize(self.path))}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])))

        def _answer(self, body: bytes) -> None:
            told = double.answer(self.path, body, self.headers.get("authorization", ""))
            content = json.dumps(told or {"error": "invalid_grant"}).encode()
            self.send_response(200 if told else 400)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        double.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield double
        server.shutdown()
