"""Which of many folders are one another, or lie in one another. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Generic, TypeVar

Label = TypeVar("Label")


class Folders(Generic[Label]):
    """Folders by their whole path, each with what it is known by; asked in logarithmic time."""

    def __init__(self, known: Iterable[tuple[str, Label]]) -> None:
        self._labels: dict[str, list[Label]] = {}
        for path, label in known:
            self._labels.setdefault(path.rstrip("/"), []).append(label)
        self._sorted = sorted(self._labels)

    def near(self, path: str) -> Iterator[tuple[str, Label]]:
        """Those that hold this folder, are it, or lie in it."""
        own = path.rstrip("/")
        for holder in (own, *(str(parent) for parent in PurePosixPath(own).parents)):
            yield from ((holder, label) for label in self._labels.get(holder, ()))
        inside = f"{own}/"
        for number in range(bisect_left(self._sorted, inside), len(self._sorted)):
            if not self._sorted[number].startswith(inside):
                return
            yield from (
                (self._sorted[number], label) for label in self._labels[self._sorted[number]]
            )
