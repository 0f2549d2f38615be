"""Two texts beside each other, for reading: numbered lines, and the words that differ. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3
WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)
# Below this likeness two lines are another line each, and marking words would be noise.
ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line; `is_changed` where the other text has something else."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line: "same", "add", "del", or "gap" for the `skipped` lines that are left out."""

    kind: str
    old: int | None = None
    new: int | None = None
    parts: tuple[Part, ...] = ()
    skipped: int = 0

    @property
    def sign(self) -> str:
        return {"add": "+", "del": "−"}.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Diff:
    lines: tuple[Line, ...]
    added: int
    removed: int

    @property
    def is_same(self) -> bool:
        return not self.added and not self.removed


def compare(old: str, new: str, context: int = CONTEXT) -> Diff:
    """The lines of both texts, with `context` unchanged ones around each difference."""
    before, after = old.splitlines(), new.splitlines()
    lines = list(_lines(before, after))
    return Diff(
        lines=tuple(_folded(lines, context)),
        added=sum(line.kind == "add" for line in lines),
        removed=sum(line.kind == "del" for line in lines),
    )


def _lines(before: list[str], after: list[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                yield Line("same", i + 1, j + 1, (Part(before[i], is_changed=False),))
        else:
            yield from _replaced(before[i1:i2], after[j1:j2], i1, j1)


def _replaced(gone: list[str], come: list[str], at_old: int, at_new: int) -> Iterator[Line]:
    """Lines in pairs first, so that an edit reads as an edit; the rest as gone and come."""
    pairs = min(len(gone), len(come))
    for n in range(max(len(gone), len(come))):
        if n < pairs:
            left, right = _words(gone[n], come[n])
            yield Line("del", at_old + n + 1, None, left)
            yield Line("add", None, at_new + n + 1, right)
        elif n < len(gone):
            yield Line("del", at_old + n + 1, None, (Part(gone[n], is_changed=False),))
        else:
            yield Line("add", None, at_new + n + 1, (Part(come[n], is_changed=False),))


def _words(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < ALIKE:
        return (Part(old, is_changed=False),), (Part(new, is_changed=False),)
    left: list[Part] = []
    right: list[Part] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        is_changed = tag != "equal"
        if i1 < i2:
            left.append(Part("".join(before[i1:i2]), is_changed))
        if j1 < j2:
            right.append(Part("".join(after[j1:j2]), is_changed))
    return tuple(left), tuple(right)


def _folded(lines: list[Line], context: int) -> Iterator[Line]:
    """Long unchanged stretches as one line that says how much is left out."""
    changed = [n for n, line in enumerate(lines) if line.kind != "same"]
    near = {m for n in changed for m in range(n - context, n + context + 1)}
    skipped = 0
    for n, line in enumerate(lines):
        if n in near or not changed:
            if skipped:
                yield Line("gap", skipped=skipped)
                skipped = 0
            yield line
        else:
            skipped += 1
    if skipped:
        yield Line("gap", skipped=skipped)
