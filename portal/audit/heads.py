"""Signed heads: what the chain looked like at a moment, to be kept where the database is not.

A chain alone can't show that its newest links were cut off; a head from before the cut can.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.audit.chain import canonical
from portal.secrets import derive


class Unusable(Exception):
    """A head that proves nothing: not one of ours, damaged, or signed with another key."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link: times are ISO 8601 in UTC."""

    sequence: int
    digest: str
    sealed_at: str
    exported_at: str


def sign(head: Head, key: str) -> dict[str, Any]:
    """The head as a JSON object with its Ed25519 signature (RFC 8032) and the public key."""
    private = _private(key)
    return {
        **asdict(head),
        "public_key": _hex(private.public_key()),
        "signature": private.sign(canonical(asdict(head))).hex(),
    }


def opened(signed: Any, key: str) -> Head:
    """The head in a signed object. Our own key decides, not the one that the object brings."""
    try:
        head = Head(**{name: signed[name] for name in Head.__slots__})
        signature = bytes.fromhex(signed["signature"])
    except (TypeError, KeyError, ValueError) as error:
        raise Unusable("This is not a head as audit_export writes it.") from error
    try:
        _private(key).public_key().verify(signature, canonical(asdict(head)))
    except InvalidSignature as error:
        raise Unusable(
            "The signature does not fit: altered, or signed with another key."
        ) from error
    return head


def public_key(key: str) -> str:
    """The public key in hexadecimal, for those who keep heads elsewhere."""
    return _hex(_private(key).public_key())


def _private(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(key, "audit heads"))


def _hex(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
