"""Recognising secrets in text by their shape, so that none reaches a log. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

MASK = "•••"

_KEPT = rf"\g<1>{MASK}"

# Each keeps what stands before the secret. Quotes may be escaped: log lines are JSON already. What
# repeats is bounded, or begins where nothing of it stands before: else a long word takes minutes.
_HEADER = re.compile(r"(?i)(\b(?:bearer|basic|token)\s+)[A-Za-z0-9._~+/=-]{12,}")
# What says by itself what it is: ours, GitHub's, Stripe's, and secrets of Standard Webhooks
_UNDERSCORED = (
    re.compile(r"(slw_)[A-Za-z0-9_-]{8,}"),
    re.compile(r"(whsec_)[A-Za-z0-9+/=_-]{8,}"),
    re.compile(r"(gh[pousr]_|github_pat_)\w{16,}"),
    re.compile(r"([rs]k_live_)\w{12,}"),
)
# Slack's, GitLab's, and those of who serves language models
_HYPHENED = (
    re.compile(r"(xox[a-z]-)[A-Za-z0-9-]{8,}"),
    re.compile(r"(glpat-)[A-Za-z0-9_-]{12,}"),
    re.compile(r"(\bsk-)[A-Za-z0-9_-]{24,}"),
)
_CAPITALS = (  # Amazon's, and private keys
    re.compile(r"(AKIA)[A-Z0-9]{16}"),
    re.compile(r"(?s)(-----BEGIN[ A-Z]{0,30} PRIVATE KEY[ A-Z]{0,30}-----).*?(?=-----END|\Z)"),
)
_OPAQUE = (  # JSON Web Tokens, and Google's
    re.compile(r"(?<![A-Za-z0-9_-])(eyJ)[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}"),
    re.compile(r"(AIza)[A-Za-z0-9_-]{30,}"),
)
_IN_URLS = (
    re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s:/@\"']*:)[^\s@/\"']+(?=@)"),
    re.compile(r"(https://hooks\.slack\.com/[a-z]+/)[^\s\"'\\]+"),
)
_IS = r"\\?[\"']?\s*[=:]\s*\\?[\"']?"
_UP_TO = r"[^\s\"',&;}\\]+"
_NAMED_SO = (
    re.compile(
        r"(?i)((?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|secret[_-]?key"
        rf"|private[_-]?key|(?<=[a-z_-])token){_IS}){_UP_TO}"
    ),
    # As a parameter or in JSON: parsers say “unexpected token: x” of what is none
    re.compile(rf"(?i)(\btoken(?:=|\\?[\"']\s*:\s*\\?[\"'])){_UP_TO}"),
    re.compile(rf"(?i)(\bpwd{_IS})(?![/.~]){_UP_TO}"),  # or it is a folder
    re.compile(
        r"(?i)(\bcookie2?\\?[\"']?\s*(?:=|:(?=\s*\\?[\"']?[^=;\s\"']{1,100}=))\s*\\?[\"']?)[^\r\n\"'\\]+"
    ),
)
_SHORT = 12  # characters in which nothing fits that no word stands before

_NAMES = re.compile(
    r"(?i)password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|authorization|cookie|token$|\bpwd$"
)


@lru_cache(maxsize=10_000)
def is_secret(name: str) -> bool:
    """Whether what is called so is likely to be a secret, whatever it looks like."""
    return _NAMES.search(name) is not None


def mask(text: str) -> str:
    """`text` with tokens, keys, cookies, Authorization headers and passwords (in URLs too) made
    unreadable.

    It runs over every text that any service logs, so a shape is looked for only where a character
    and a word that it needs stand: that finds the same, ten times as fast.
    """
    has_value = "=" in text or ":" in text
    if not has_value and len(text) < _SHORT:
        return text
    if "_" in text and (
        "slw_" in text or "gh" in text or "whsec_" in text or "_live_" in text or "_pat_" in text
    ):
        text = _telling(text, _UNDERSCORED)
    if "-" in text and ("xox" in text or "sk-" in text or "glpat-" in text):
        text = _telling(text, _HYPHENED)
    if "K" in text and ("AKIA" in text or "PRIVATE KEY" in text):
        text = _telling(text, _CAPITALS)
    if ("J" in text and "eyJ" in text) or ("z" in text and "AIza" in text):
        text = _telling(text, _OPAQUE)
    folded = text.casefold()
    has_k = "k" in folded
    if "bearer" in folded or "basic" in folded or (has_k and "token" in folded):
        text = _HEADER.sub(_KEPT, text)
    if has_value:
        if "://" in folded and ("@" in folded or "hooks.slack" in folded):
            text = _telling(text, _IN_URLS)
        if (has_k and ("token" in folded or "key" in folded or "cookie" in folded)) or (
            "pass" in folded or "secret" in folded or "pwd" in folded
        ):
            text = _telling(text, _NAMED_SO)
    return text


def _telling(text: str, shapes: tuple[re.Pattern[str], ...]) -> str:
    for shape in shapes:
        text = shape.sub(_KEPT, text)
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
