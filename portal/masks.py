"""Recognising secrets in text by their shape, so that none reaches a log. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

MASK = "•••"

# Each keeps what stands before the secret. Quotes may be escaped: log lines are JSON already.
_OURS = re.compile(r"(slw_)[A-Za-z0-9_-]{8,}")
_WEBHOOK = re.compile(r"(whsec_)[A-Za-z0-9+/=_-]{8,}")  # of Standard Webhooks
_HEADER = re.compile(r"(?i)(\b(?:bearer|basic|token)\s+)[A-Za-z0-9._~+/=-]{12,}")
_IN_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@\"']*:)[^\s@/\"']+(?=@)")
_NAMED_SO = re.compile(
    r"(?i)((?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|secret[_-]?key)"
    r"\\?[\"']?\s*[=:]\s*\\?[\"']?)[^\s\"',&;}\\]+"
)
_KEPT = rf"\g<1>{MASK}"


_NAMES = re.compile(
    r"(?i)password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|authorization|cookie|token$"
)


@lru_cache(maxsize=10_000)
def is_secret(name: str) -> bool:
    """Whether what is called so is likely to be a secret, whatever it looks like."""
    return _NAMES.search(name) is not None


def mask(text: str) -> str:
    """`text` with tokens, Authorization headers and passwords (in URLs too) made unreadable.

    It runs over every text that any service logs, so a shape is looked for only where a word that
    it needs stands: that finds the same, ten times as fast.
    """
    folded = text.casefold()
    if "slw_" in folded:
        text = _OURS.sub(_KEPT, text)
    if "whsec_" in folded:
        text = _WEBHOOK.sub(_KEPT, text)
    if "bearer" in folded or "basic" in folded or "token" in folded:
        text = _HEADER.sub(_KEPT, text)
    if "://" in folded and "@" in folded:
        text = _IN_URL.sub(_KEPT, text)
    if "pass" in folded or "secret" in folded or "key" in folded:
        text = _NAMED_SO.sub(_KEPT, text)
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
