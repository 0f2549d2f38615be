"""An identity provider in a process of its own, speaking OpenID Connect over HTTP for the tests.

Discovery, keys, the code flow with PKCE (S256 alone), id_token, userinfo. Whom it knows, and what
it does wrong, is said to it at /control. It is strict where a real one is: a code counts once, the
client proves itself, the redirect and the verifier must fit.

    python -m tests.portal.oidc.identity_provider PORT
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "slipway", "a secret: with % and +"


class House:
    """What the provider keeps: its key, codes that were given out, and what it was told."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.codes: dict[str, dict[str, str]] = {}
        self.says: dict[str, Any] = {}
        self.rotate()

    def rotate(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})

    def told(self, says: dict[str, Any]) -> None:
        """`claims` of whom it lets in, and what it gets wrong: see `id_token` and `discovery`."""
        self.says = says
        if says.get("rotates"):
            self.rotate()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.says.get("calls_itself", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": self.says.get("token_endpoint", f"{self.issuer}/token"),
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": self.says.get(
                "auth_methods", ["client_secret_basic", "client_secret_post"]
            ),
        }

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.says["claims"],
            **self.says.get("wrong", {}),
        }
        signer = self.says.get("signed_by", "")
        if signer == "the client's secret":
            key = OctKey.import_key(SECRET.ljust(32, "."))
            return jwt.encode({"alg": "HS256", "kid": self.key.kid}, claims, key)
        if signer == "nobody":
            parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
            return ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts) + "."
        key = RSAKey.generate_key(2048) if signer == "somebody else" else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


class Door(BaseHTTPRequestHandler):
    house: House
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                self._json(200, self.house.discovery())
            case "/keys":
                others = [{"kty": "oct", "k": "c2VjcmV0", "kid": "enc", "use": "enc"}]
                keys = [*others, self.house.key.as_dict(private=False)]
                self._json(200, {"keys": keys})
            case "/authorize":
                self._authorize(asked)
            case "/userinfo":
                self._userinfo()
            case _:
                self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/control":
            self.house.told(json.loads(body))
            return self._json(200, {})
        return self._token({name: values[0] for name, values in parse_qs(body.decode()).items()})

    def _authorize(self, asked: dict[str, str]) -> None:
        is_proper = (
            asked.get("response_type") == "code"
            and asked.get("client_id") == CLIENT
            and asked.get("code_challenge_method") == "S256"
            and len(asked.get("code_challenge", "")) == 43
            and min(len(asked.get("state", "")), len(asked.get("nonce", ""))) >= 32
            and "openid" in asked.get("scope", "").split()
        )
        if not is_proper:
            return self._json(400, {"error": "invalid_request"})
        code = secrets.token_urlsafe(16)
        self.house.codes[code] = asked
        answer = {"state": asked["state"], "code": code, **self.house.says.get("answers", {})}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def _token(self, form: dict[str, str]) -> None:
        if not self._is_client(form):
            return self._json(401, {"error": "invalid_client"})
        asked = self.house.codes.pop(form.get("code", ""), {})
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
        if not asked or (challenge, form.get("redirect_uri")) != (
            asked["code_challenge"],
            asked["redirect_uri"],
        ):
            return self._json(400, {"error": "invalid_grant"})
        token = self.house.id_token(asked)
        return self._json(
            200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token}
        )

    def _is_client(self, form: dict[str, str]) -> bool:
        if "client_secret_basic" in self.house.discovery()["token_endpoint_auth_methods_supported"]:
            scheme, _, pair = self.headers.get("Authorization", "").partition(" ")
            name, _, secret = base64.b64decode(pair).decode().partition(":")
            return (scheme, unquote_plus(name), unquote_plus(secret)) == ("Basic", CLIENT, SECRET)
        return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)

    def _userinfo(self) -> None:
        if self.headers.get("Authorization") != "Bearer opaque":
            return self._json(401, {})
        claims = self.house.says["claims"]
        return self._json(200, {"sub": claims["sub"], **self.house.says.get("userinfo", {})})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    port = int(sys.argv[1])
    Door.house = House(f"http://127.0.0.1:{port}")
    ThreadingHTTPServer(("127.0.0.1", port), Door).serve_forever()
