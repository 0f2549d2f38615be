"""What a receiver's answer means: delivered, wrong for good, or worth another try, and when. Pure.

Its words are shown to people here, so what looks like a secret or like somebody's data is masked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from portal.masks import MASK, mask

MOST_PAUSE = 3600.0  # seconds; more than that is not waited because someone says so
AGAIN = {408, 425, 429}
LASTING = {  # and whether the others had better wait, too
    401: ("It does not know us: the secret is another one there", True),
    403: ("It does not let us in: see with the client why", True),
    404: ("Nothing takes requests at this address", True),
    410: ("The client has switched it off: ask them, then bind it anew", True),
    413: ("It does not take that much at once", False),
}
LONGEST = 200
# Fields in which programs say what went wrong; the others may hold what was sent.
TELLING = ("error", "message", "detail", "title", "reason", "code", "status", "errors")
LONG_WORD = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
DIGITS = re.compile(r"\d{6,}")
UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """`message` "" means that it was taken. `is_place`: the receiver is out of order altogether."""

    message: str
    permanent: bool = False
    is_place: bool = False
    again_after: float | None = None


def meaning(status: int, fields: Mapping[str, str], *, now: datetime) -> Meaning:
    """Judge by the status alone: what stands in the body is the receiver's own affair."""
    if 200 <= status < 300:
        return Meaning("")
    if 300 <= status < 400:
        return Meaning(
            f"It answered {status} and sent us on{_where(fields)}. Redirects are not followed; "
            "bind the address where it really is.",
            permanent=True,
            is_place=True,
        )
    if status in LASTING:
        words, is_place = LASTING[status]
        return Meaning(f"{words} ({status}).", permanent=True, is_place=is_place)
    if status in AGAIN or status >= 500:
        again_after = pause(fields.get("retry-after", ""), now=now)
        when = " and wants us to wait" if again_after else ""
        return Meaning(
            f"It could not take it now ({status}){when}.",
            is_place=True,
            again_after=again_after,
        )
    return Meaning(f"It refused what was sent ({status}).", permanent=True)


def pause(retry_after: str, *, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After of either form, an hour at most; None where it says none."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MOST_PAUSE)
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return min(max((then - now).total_seconds(), 0.0), MOST_PAUSE)


def excerpt(body: bytes) -> str:
    """What the receiver said, short and masked: its error where it is JSON, else the first line."""
    text = body.decode("utf-8", errors="replace")
    said = _told(text) if text.lstrip().startswith(("{", "[")) else text.strip()
    line = UNSHOWN.sub(" ", said.partition("\n")[0]).strip()
    for shape in (MAIL, LONG_WORD, DIGITS):
        line = shape.sub(MASK, line)
    line = mask(line)
    return line if len(line) <= LONGEST else line[:LONGEST] + "…"


def _told(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    told = [(name, found[name]) for name in TELLING if isinstance(found.get(name), str | int)]
    return ", ".join(f"{name}: {value}" for name, value in told)


def _where(fields: Mapping[str, str]) -> str:
    try:
        host = urlsplit(fields.get("location", "")).hostname
    except ValueError:
        host = None
    return f" to {host}" if host else ""
