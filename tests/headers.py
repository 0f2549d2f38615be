"""What every answer tells browsers that they may do with it: nothing that a page does not need."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpResponse

NONE = ["'none'"]
# Scripts and styles: files of ours, and what carries the nonce or the hash that the answer names
NARROW = re.compile(r"'self'|'nonce-[\w+/=-]{16,}'|'sha256-[\w+/]{43}='")
ONLY_OURS = {"script-src", "style-src", "connect-src", "font-src", "form-action"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(answer: HttpResponse) -> dict[str, list[str]]:
    """The directives of the answer's policy, each with its sources."""
    said = answer.headers.get("Content-Security-Policy", "")
    words = [directive.split() for directive in said.split(";") if directive.strip()]
    return {name: sources for name, *sources in words}


def may_be_kept(answer: HttpResponse) -> bool:
    """Whether a proxy may keep it, or a browser beyond the sign-out."""
    said = answer.headers.get("Cache-Control", "")
    return "no-store" not in said and "private" not in said


def flaws(answer: HttpResponse) -> Iterator[str]:
    """What an answer lacks, or allows too much of."""
    found = policy(answer)
    for name in ("default-src", "base-uri", "frame-ancestors"):
        if found.get(name) != NONE:
            yield f"{name} is {found.get(name)}"
    if found.get("object-src", found.get("default-src")) != NONE:  # without its own: the default
        yield f"object-src is {found.get('object-src')}"
    for name, sources in found.items():
        allowed = {*NONE, *filter(NARROW.fullmatch, sources)} if name in ONLY_OURS else {*NONE}
        allowed |= {"'self'", "data:"} if name == "img-src" else set()
        if wide := set(sources) - allowed:
            yield f"{name} lets {wide} in"
    if missing := ONLY_OURS - found.keys():
        yield f"{missing} not said"
    for name, value in HEADERS.items():
        if answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
