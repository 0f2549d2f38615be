"""Which deployments from outside take back or mend which, by what they say of themselves. Pure.

Nothing is guessed from time alone. A deployment reverses another where its sender calls it a
rollback, or where it puts back what was live here before; it fixes another where it says so.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import NamedTuple

LAST = "last"
SHORT = 7  # characters of a commit's name by which it may be called


class Thread(NamedTuple):
    """A deployment in one place. `mends` is only said of those from outside."""

    id: str
    key: str
    started_at: datetime
    live_at: datetime | None
    content: str  # commit, else version
    release: str
    is_outside: bool
    is_rollback: bool = False
    mends: str = ""


class Tie(NamedTuple):
    """What a deployment is to another one: "reverses" or "fixes"."""

    id: str
    other: str
    kind: str


def woven(threads: Sequence[Thread]) -> list[Tie]:
    """The ties of those from outside, whatever the order in which they were heard of."""
    rows = sorted(threads, key=lambda each: (each.live_at or each.started_at, each.id))
    ties: list[Tie] = []
    earlier: list[Thread] = []
    replaced: set[str] = set()  # what was live before the last of them
    for row in rows:
        if row.is_outside and (tie := _tie(row, earlier, replaced)):
            ties.append(tie)
        if row.live_at:
            if earlier:
                replaced.add(earlier[-1].content)
            earlier.append(row)
    return ties


def rolled_back(threads: Sequence[Thread], ties: Sequence[Tie]) -> set[str]:
    """Those that are rollbacks: called so, or tied so."""
    return {tie.id for tie in ties if tie.kind == "reverses"} | {
        each.id for each in threads if each.is_outside and each.is_rollback
    }


def _tie(row: Thread, earlier: Sequence[Thread], replaced: Container[str]) -> Tie | None:
    before = earlier[-1] if earlier else None
    named = _named(row.mends, earlier) if row.mends else None
    if row.is_rollback or _is_put_back(row, before, replaced):
        other = named or before
        return Tie(row.id, other.id, "reverses") if other else None
    return Tie(row.id, named.id, "fixes") if named else None


def _is_put_back(row: Thread, before: Thread | None, replaced: Container[str]) -> bool:
    """Whether it was live here before, and something else after it."""
    if not (row.live_at and row.content and before) or before.content == row.content:
        return False
    return row.content in replaced


def _named(name: str, earlier: Sequence[Thread]) -> Thread | None:
    """By its number outside, its version, or its commit; the newest that is called so."""
    if name == LAST:
        return earlier[-1] if earlier else None
    for each in reversed(earlier):
        is_commit = len(name) >= SHORT and each.content.startswith(name)
        if is_commit or name in {each.key, each.release, each.key.rpartition("#")[2]}:
            return each
    return None
