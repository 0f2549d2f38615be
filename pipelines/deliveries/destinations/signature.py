"""Signatures of Standard Webhooks: who sends, when, and that these are the bytes. Pure.

Source: the specification at standardwebhooks.com, version 1, symmetric: HMAC-SHA256 over
“id.timestamp.body”, base64, after “v1,”; several signatures stand beside each other while a secret
is being replaced.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence


def sign(keys: Sequence[bytes], *, id: str, timestamp: int, body: Iterable[bytes]) -> str:
    """The value of webhook-signature, one signature a key; `body` comes in pieces."""
    signers = [hmac.new(key, f"{id}.{timestamp}.".encode(), hashlib.sha256) for key in keys]
    for piece in body:
        for signer in signers:
            signer.update(piece)
    return " ".join(f"v1,{base64.b64encode(signer.digest()).decode()}" for signer in signers)
