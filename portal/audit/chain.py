"""The chain over the audit: each link's hash covers its entry and the hash before. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One sealed entry's place."""

    sequence: int
    previous: str
    digest: str


def canonical(value: Any) -> bytes:
    """JSON with one spelling for each value: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def after(last: Link | None, entry: Mapping[str, Any]) -> Link:
    """The link of `entry` behind `last`. SHA-256 over sequence, previous hash and all fields."""
    sequence = last.sequence + 1 if last else 1
    previous = last.digest if last else GENESIS
    content = canonical({"sequence": sequence, "previous": previous, "entry": entry})
    return Link(sequence, previous, hashlib.sha256(content).hexdigest())


def flaw(last: Link | None, found: Link, entry: Mapping[str, Any] | None) -> str:
    """What is wrong with `found` behind `last`, in words; "" where it is as it was sealed."""
    wanted = last.sequence + 1 if last else 1
    if found.sequence != wanted:
        return f"sequence {wanted} is missing: after it comes {found.sequence}"
    if entry is None:
        return "its entry is missing"
    right = after(last, entry)
    if found.previous != right.previous:
        return "it does not continue the link before it"
    if found.digest != right.digest:
        return "its entry is not what was sealed"
    return ""
