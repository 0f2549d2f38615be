"""The settings that hold in this process: value, where it comes from, what the handbook says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from django.conf import settings

from portal import env
from portal.in_force import documented
from portal.masks import MASK, is_secret, mask

# What holds a secret whole; of addresses only the password is hidden.
SECRET = re.compile(r"_KEYS?$|_TOKEN$|_DSN$|PASSWORD")
PAGE = "operations"
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting. `value` is masked; `source` is "elsewhere" where this process does not read it.

    `is_changed`: it is something other than what it would be without being set.
    """

    name: str
    value: str
    default: str
    source: env.Source | Literal["elsewhere"]
    words: str
    is_changed: bool


def in_force() -> list[InForce]:
    """Every setting that this process read or that the handbook names, by name."""
    words = _documented()
    names = sorted({*env.READ, *words})
    return [_one(name, env.READ.get(name), words.get(name, "")) for name in names]


def _one(name: str, read: env.Setting | None, words: str) -> InForce:
    words = LINK.sub(r"\1", words)
    if read is None:
        return InForce(name, "", "", "elsewhere", words, is_changed=False)
    is_changed = read.source != "default" and read.value != read.default
    return InForce(
        name, shown(name, read.value), shown(name, read.default), read.source, words, is_changed
    )


def shown(name: str, value: str) -> str:
    """The value as a page may show it."""
    if value and (SECRET.search(name) or is_secret(name)):
        return MASK
    return mask(value)


@cache
def _documented() -> dict[str, str]:
    """Read once: it does not change while the process lives."""
    path = settings.BASE_DIR / "docs" / f"{PAGE}.md"
    return documented.settings(path.read_text()) if path.exists() else {}
