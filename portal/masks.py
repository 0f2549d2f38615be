"""Recognising secrets in text by their shape, so that none reaches a log. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

MASK = "•••"

# Each keeps what stands before the secret. Quotes may be escaped: log lines are JSON already.
_SHAPES = (
    re.compile(r"(slw_)[A-Za-z0-9_-]{8,}"),
    re.compile(r"(whsec_)[A-Za-z0-9+/=_-]{8,}"),  # of Standard Webhooks
    re.compile(r"(?i)(\b(?:bearer|basic|token)\s+)[A-Za-z0-9._~+/=-]{12,}"),
    re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@\"']*:)[^\s@/\"']+(?=@)"),
    re.compile(
        r"(?i)((?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|secret[_-]?key)"
        r"\\?[\"']?\s*[=:]\s*\\?[\"']?)[^\s\"',&;}\\]+"
    ),
)


_NAMES = re.compile(
    r"(?i)password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|authorization|cookie|token$"
)


def is_secret(name: str) -> bool:
    """Whether what is called so is likely to be a secret, whatever it looks like."""
    return _NAMES.search(name) is not None


def mask(text: str) -> str:
    """`text` with tokens, Authorization headers and passwords (in URLs too) made unreadable."""
    for shape in _SHAPES:
        text = shape.sub(rf"\g<1>{MASK}", text)
    return text


def hide(text: str, names: Collection[str]) -> str:
    """`text` with what stands after one of these names and `=` or `:` made unreadable."""
    return _named(frozenset(names)).sub(rf"\g<1>{MASK}", text) if names else text


@lru_cache(maxsize=256)
def _named(names: frozenset[str]) -> re.Pattern[str]:
    listed = "|".join(re.escape(name) for name in sorted(names))
    return re.compile(
        rf"(?i)(\b(?:{listed})\b\\?[\"']?\s*[=:]\s*)(?:\\?\"[^\"]*\"|'[^']*'|[^\s\"',&;}}\\]+)"
    )
