"""The address of a webhook and its signing secret, as people give them. Pure.

The secret is one of Standard Webhooks: “whsec_” and the base64 of 24 to 64 random bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

EXAMPLE = "https://hooks.client.example/slipway"
PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
LONGEST = 400
SHOWN = re.compile(r"https?://[^/]+/…[0-9a-f]{6}")


class NotAHook(Exception):
    """Why this is no address or secret of a webhook, in a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a request goes; `target` is path and query as they stand in its first line."""

    host: str
    port: int
    target: str
    is_https: bool

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.is_https else 80
        return host if self.port == usual else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """For everyone: path and query may hold a token, so a digest tells them apart."""
        scheme = "https" if self.is_https else "http"
        what = "" if self.target == "/" else f"…{sha256(self.target.encode()).hexdigest()[:6]}"
        return f"{scheme}://{self.authority}/{what}"


def read(text: str) -> Hook:
    """Take a URL apart. NotAHook says what is wrong with it."""
    if len(text) > LONGEST:
        raise NotAHook(f"The address is too long: at most {LONGEST} characters.")
    if any(not 32 < ord(letter) < 127 for letter in text):
        raise NotAHook("The address holds a space or a letter that a URL can't. Write it as %20.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise NotAHook(f"This is no URL. Write {EXAMPLE}.") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise NotAHook(f"A webhook's address begins with https://. Write {EXAMPLE}.")
    if parts.username is not None or parts.password is not None:
        raise NotAHook("Leave name and password out of the address: the signature says who sends.")
    if parts.fragment or text.endswith("#"):
        raise NotAHook("Leave out what stands behind the #: it is never sent.")
    if port == 0:
        raise NotAHook("0 is no port.")
    is_https = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Hook(parts.hostname, port or (443 if is_https else 80), target, is_https)


def shown(address: str) -> str:
    """Any address as it is for everyone: of folders and databases, which hold no token, all.

    What was shown so already stays as it is.
    """
    if not address.startswith(("https://", "http://")) or SHOWN.fullmatch(address):
        return address
    try:
        return read(address).shown
    except NotAHook:
        return "…"


def key(secret: str) -> bytes:
    """The bytes that sign. NotAHook where the text is no such secret."""
    try:
        found = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not secret.startswith(PREFIX) or not LEAST_BYTES <= len(found) <= MOST_BYTES:
        raise NotAHook(
            f"A signing secret is “{PREFIX}” and the base64 of {LEAST_BYTES} to {MOST_BYTES} "
            'random bytes. This makes one: echo "whsec_$(openssl rand -base64 32)".'
        )
    return found


def secret(random: bytes) -> str:
    """A signing secret out of random bytes."""
    return PREFIX + base64.b64encode(random).decode()
