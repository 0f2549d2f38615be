"""What is wrong with a file, each finding with its place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one place of a file. Line and column count from 1; None: not known.

    `inside`: the line within a text of the file, such as a query, that is about that place.
    """

    message: str
    path: Path = ()
    line: int | None = None
    column: int | None = None
    inside: int | None = None

    @property
    def field(self) -> str:
        """The path as people write it: spec.contract.columns[0].type"""
        return dotted(self.path)

    def as_detail(self) -> dict[str, object]:
        """In the form that `Refused` carries."""
        return {
            "message": self.message,
            "field": self.field,
            "line": self.line,
            "column": self.column,
        }


def dotted(path: Path) -> str:
    """A path as one word: names with dots between them, positions in brackets."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """“ Did you mean …?” where one of the known words is near, else nothing."""
    by_folded = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_folded, n=1, cutoff=0.6)
    return f" Did you mean {by_folded[found[0]]}?" if found else ""


def listed(words: Iterable[str], *, most: int = 12) -> str:
    """“a, b and c”, cut where there are very many."""
    items = list(words)
    if len(items) > most:
        items = [*items[:most], f"{len(items) - most} more"]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """As they stand in the file, each once; what has no place comes first."""
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda found: (found.line or 0, found.column or 0))
