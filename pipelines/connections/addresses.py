"""Which folders a binding may name: below the roots, not the portal's own, no way around by links.

It looks at the file system and knows no tables; roots and own folders are handed in.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

LONGEST = 400


class NotAnAddress(Exception):
    """Why a folder can't be bound, in a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where bindings may point: below one of `roots`, and clear of the portal's `own` folders."""

    roots: tuple[Path, ...]
    own: tuple[Path, ...]


def source(text: str, grounds: Grounds) -> Path:
    """The folder to read from, its links followed; it must be there."""
    folder = _allowed(text, grounds)
    if not folder.exists():
        raise NotAnAddress(f"There is no folder {folder}. Make it first, or mend the address.")
    if not folder.is_dir():
        raise NotAnAddress(f"{folder} is a file. Give the folder that holds it.")
    return folder


def destination(text: str, grounds: Grounds) -> Path:
    """The folder to write to, its links followed; it is there or can be made."""
    folder = _allowed(text, grounds)
    ground = next(place for place in (folder, *folder.parents) if place.exists())
    if not ground.is_dir():
        raise NotAnAddress(f"{ground} is a file, so nothing can be written below it.")
    if not os.access(ground, os.W_OK | os.X_OK):
        raise NotAnAddress(f"Slipway may not write to {ground}. Ask who runs it for the right.")
    return folder


def overlap(one: str, other: str) -> bool:
    """Whether one folder is the other one or lies in it."""
    first, second = Path(one), Path(other)
    return first.is_relative_to(second) or second.is_relative_to(first)


def _allowed(text: str, grounds: Grounds) -> Path:
    for problem in _problems_of_text(text):
        raise NotAnAddress(problem)
    try:
        folder = Path(text).resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise NotAnAddress(f"{text} can't be followed to its end: {error}.") from error
    if not any(folder.is_relative_to(root) for root in grounds.roots):
        led = f" (it leads to {folder})" if str(folder) != text else ""
        allowed = ", ".join(str(root) for root in grounds.roots)
        raise NotAnAddress(
            f"{text}{led} is outside of the folders that bindings may point into: {allowed}. "
            "Who runs Slipway can add another one."
        )
    for own in grounds.own:
        if overlap(str(folder), str(own)):
            raise NotAnAddress(f"{folder} holds the portal's own data. Choose a folder of its own.")
    if len(str(folder)) > LONGEST:
        raise NotAnAddress(f"The address is too long: at most {LONGEST} characters.")
    return folder


def _problems_of_text(text: str) -> Iterator[str]:
    if not text.startswith("/"):
        yield f"“{text}” is not absolute. Give the whole path, from “/”."
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        yield "The address holds a control character. Remove it."
    if len(text) > LONGEST:
        yield f"The address is too long: at most {LONGEST} characters."


def grounds(roots: Iterable[Path], own: Iterable[Path]) -> Grounds:
    """Roots and own folders with their links followed, so that they can be compared."""
    return Grounds(
        tuple(Path(root).resolve() for root in roots), tuple(Path(path).resolve() for path in own)
    )
