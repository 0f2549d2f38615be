"""The settings that hold in this process: value, where it comes from, what the handbook says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal

from django.conf import settings

from portal import env
from portal.in_force import documented
from portal.masks import MASK, mask

# What holds a secret whole; of addresses only the password is hidden.
# Only the end of a name says so: SLIPWAY_PASSWORDS_FOR holds none.
SECRET = re.compile(r"_(?:KEYS?|TOKEN|DSN|PASSWORD|PASSPHRASE|SECRET)$")
PAGE = "operations"
OURS = "SLIPWAY_"
NEAR = 0.85  # of one: alike
# The page shows plain words: what only leads elsewhere goes, of other links and emphasis the words
ASIDE = re.compile(r" \(\[[^\]]+\]\([^)]*\)\)")
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
EMPHASIS = re.compile(r"(`[^`]*`)|\*([^*`]+)\*")  # no star in code is one


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


def misspelt(names: Iterable[str]) -> list[tuple[str, str]]:
    """Names that nobody reads and one letter or two away from one that is read, with that one.

    Others may be somebody else's: the command line has names of its own.
    """
    known = {name.removeprefix(OURS): name for name in {*env.READ, *_documented()}}
    found = []
    for name in sorted(names):
        asked = name.removesuffix("_FILE").removeprefix(OURS)
        if not name.startswith(OURS) or asked in known:
            continue
        if near := get_close_matches(asked, known, n=1, cutoff=NEAR):
            found.append((name, known[near[0]]))
    return found


def _one(name: str, read: env.Setting | None, words: str) -> InForce:
    words = plain(words)
    if read is None:
        return InForce(name, "", "", "elsewhere", words, is_changed=False)
    is_changed = read.source != "default" and read.value != read.default
    return InForce(
        name, shown(name, read.value), shown(name, read.default), read.source, words, is_changed
    )


def plain(words: str) -> str:
    """The handbook's words without links and emphasis; code keeps its backticks."""
    return EMPHASIS.sub(r"\1\2", LINK.sub(r"\1", ASIDE.sub("", words)))


def shown(name: str, value: str) -> str:
    """The value as a page may show it."""
    if value and SECRET.search(name):
        return MASK
    return mask(value)


@cache
def _documented() -> dict[str, str]:
    """Read once: it does not change while the process lives."""
    path = settings.BASE_DIR / "docs" / f"{PAGE}.md"
    return documented.settings(path.read_text()) if path.exists() else {}
