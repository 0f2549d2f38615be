"""Secrets at rest: encrypted with a key of the installation, never shown again."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from portal.errors import Away

LOST = (
    "The secret that is stored for this was written with a key that Slipway does not have. Say the "
    "secret again, or let who runs Slipway put its key back into SLIPWAY_ENCRYPTION_KEYS."
)


class Undecryptable(Away):
    """Written with a key that this installation no longer has: a matter for who runs it."""


def encrypt(text: str) -> bytes:
    """AES-128-CBC with HMAC-SHA256 (Fernet), by the first key of SLIPWAY_ENCRYPTION_KEYS."""
    return _box(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode())


def decrypt(box: bytes | memoryview) -> str:
    """What `encrypt` was given, by whichever of the keys wrote it."""
    try:
        return _box(tuple(settings.ENCRYPTION_KEYS)).decrypt(bytes(box)).decode()
    except InvalidToken as error:
        raise Undecryptable(LOST) from error


def is_readable(box: bytes | memoryview) -> bool:
    """Whether one of the keys wrote it."""
    try:
        decrypt(box)
    except Undecryptable:
        return False
    return True


def is_newest(box: bytes | memoryview) -> bool:
    """Whether the first key wrote it; Undecryptable where none of them did."""
    try:
        _box(tuple(settings.ENCRYPTION_KEYS[:1])).decrypt(bytes(box))
    except InvalidToken:
        decrypt(box)
        return False
    return True


def rotate(box: bytes | memoryview) -> bytes:
    """The same secret, written with the first key."""
    return encrypt(decrypt(box))


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(derive(key, "secrets at rest"))) for key in keys])


def derive(key: str, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256, RFC 5869), so that one key serves several safely."""
    return HKDF(SHA256(), 32, salt=None, info=f"slipway {purpose}".encode()).derive(key.encode())
