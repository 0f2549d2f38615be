"""A sign-in on its way: what we ask for, what has to come back. Pure but for chance.

Authorization code with PKCE (RFC 7636), `state` against sign-ins that others began, `nonce` against
tokens of other sign-ins, `iss` against answers of other providers (RFC 9207).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

PATIENCE = 900  # seconds that somebody may take at the provider


@dataclass(frozen=True, slots=True)
class Started:
    """Kept in the session of the browser until it comes back; used once."""

    state: str
    nonce: str
    verifier: str
    at: float
    back_to: str
    user: str = ""  # whose account is connected; nobody's where somebody signs in

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def start(*, back_to: str, at: float, user: str = "") -> Started:
    """256 random bits each."""
    return Started(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        at=at,
        back_to=back_to,
        user=user,
    )


def address(
    endpoint: str, started: Started, *, client: str, redirect: str, scopes: list[str], again: bool
) -> str:
    """Where the browser goes to sign in. `again`: the provider asks who it is even if it knows."""
    challenge = hashlib.sha256(started.verifier.encode()).digest()
    wanted = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": redirect,
        "scope": " ".join(dict.fromkeys(["openid", *scopes])),
        "state": started.state,
        "nonce": started.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **({"prompt": "login"} if again else {}),
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(wanted)}"


def refusal(started: Started | None, answer: Mapping[str, str], *, issuer: str, at: float) -> str:
    """Why this answer belongs to no sign-in of this browser, in words; "" where it does."""
    said = answer.get("state", "")
    is_ours = started is not None and secrets.compare_digest(said.encode(), started.state.encode())
    if not is_ours or started is None:
        return "This sign-in was not begun in this browser, or was finished before: begin again."
    if at - started.at > PATIENCE:
        return "That took too long: begin again."
    if answer.get("iss", issuer) != issuer:
        return "The answer comes from somebody else than was asked: begin again."
    return ""
