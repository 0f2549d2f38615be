"""Whether an id_token is what it says: signed by the provider, for us, for this sign-in, now.

After OpenID Connect Core 3.1.3.7. The signature is looked at although the token comes straight from
the provider. Nothing here asks the network or the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.crypto import constant_time_compare
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

# None that a shared secret or nothing at all could make
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
KINDS = {"RSA", "EC", "OKP"}
SKEW = 60  # seconds by which two clocks may differ


class Unproven(Exception):
    """The token proves nothing, in a few words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def proven(
    token: str, keys: Mapping[str, Any], *, issuer: str, client: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of the token; `keys` is the provider's key set as it is now. Else Unproven."""
    try:
        claims = jwt.decode(token, _usable(keys), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Unproven("it is not signed by one of its keys") from error
    _require(claims.get("iss") == issuer, "somebody else issued it")
    audience = claims.get("aud")
    ours = audience if isinstance(audience, list) else [audience]
    _require(client in ours, "it is meant for another program")
    authorised = claims.get("azp")
    _require(authorised in {None, client} and (len(ours) == 1 or authorised), "it is not for us")
    moment = now.timestamp()
    _require(_number(claims.get("exp")) > moment - SKEW, "it has ended")
    _require(_number(claims.get("iat")) < moment + SKEW, "it comes from the future")
    said = claims.get("nonce")
    _require(
        isinstance(said, str) and constant_time_compare(said, nonce), "it is of another sign-in"
    )
    subject = claims.get("sub")
    _require(isinstance(subject, str) and 0 < len(subject) <= 255, "it does not say for whom it is")
    return dict(claims)


def _usable(keys: Mapping[str, Any]) -> KeySet:
    """Keys for signatures that everyone may know; others in the set are passed over."""
    rows = [row for row in keys.get("keys", ()) if isinstance(row, dict)]
    signing = [row for row in rows if row.get("kty") in KINDS and row.get("use", "sig") == "sig"]
    return KeySet.import_key_set({"keys": signing})


def _require(is_so: object, words: str) -> None:
    if not is_so:
        raise Unproven(words)


def _number(found: Any) -> float:
    is_one = isinstance(found, int | float) and not isinstance(found, bool)
    _require(is_one, "it does not say until when")
    return float(found)
