"""What a token looks like: `slw_` and 256 random bits; only its digest is kept."""

from __future__ import annotations

import hashlib
import re
import secrets

PREFIX = "slw_"
PATTERN = re.compile(r"slw_[A-Za-z0-9_-]{43}")
HINT_LENGTH = 8


def make() -> str:
    """A new secret. The prefix lets scanners and our own logs recognise it."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256, in hexadecimal. No salt or stretching: nobody can guess 256 random bits.

    Looking the digest up tells nothing by its time: whoever can choose a digest's first characters
    has inverted SHA-256.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def hint(secret: str) -> str:
    """The first characters, by which people tell their tokens apart."""
    return secret[:HINT_LENGTH]


def is_token(text: str) -> bool:
    return PATTERN.fullmatch(text) is not None
