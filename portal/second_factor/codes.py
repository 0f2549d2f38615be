"""Codes of an app (RFC 6238) and recovery codes. Pure but for chance."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP = 30  # seconds that a code is shown
DIGITS = 6
AROUND = 1  # steps by which two clocks may differ
MANY = 10  # recovery codes
PAPER = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is taken for something else
PAPER_LENGTH = 16  # 79 bits


def new_secret() -> str:
    """160 random bits, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """What the app shows in this step."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, *, moment: float, after: int) -> int | None:
    """The step of this code, around this moment (seconds since 1970), and later than `after`.

    Every step is compared, so that time tells nothing.
    """
    present = int(moment // STEP)
    typed = "".join(code.split()).encode()
    found = None
    for step in range(present - AROUND, present + AROUND + 1):
        is_it = hmac.compare_digest(code_at(secret, step).encode(), typed)
        if is_it and step > after:
            found = step
    return found


def address(secret: str, *, who: str, where: str) -> str:
    """What the app reads out of the picture."""
    label = quote(f"{where}:{who}", safe=":")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': where})}"


def on_paper() -> list[str]:
    """Codes to keep in a drawer."""
    return [
        "-".join("".join(secrets.choice(PAPER) for _ in range(4)) for _ in range(PAPER_LENGTH // 4))
        for _ in range(MANY)
    ]


def digest(code: str) -> str:
    """SHA-256 of a recovery code, however it was typed. Nobody guesses 79 bits."""
    plain = "".join(c for c in code.lower() if c in PAPER)
    return hashlib.sha256(plain.encode()).hexdigest()


def is_on_paper(code: str) -> bool:
    return len("".join(c for c in code.lower() if c in PAPER)) == PAPER_LENGTH
