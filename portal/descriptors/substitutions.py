"""`$text`, `$yaml` and `$json`: texts that an entity has in other files, put in their place. Pure.

What is put in is data: nothing in it is put in again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from portal.descriptors import reading
from portal.files.findings import Path

WORDS = ("$text", "$yaml", "$json")
MOST = 20  # in one entity
MOST_TEXT = 1024 * 1024  # characters of one
Load = Callable[[str], str]  # what a target holds; CantLoad where it may not be had


class CantLoad(Exception):
    """A text that can't be had, in words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def may_hold(text: str) -> bool:
    """Whether there is anything to look for in a document."""
    return any(word in text for word in WORDS)


def put_in(data: Any, load: Load) -> tuple[Any, list[tuple[Path, str]]]:
    """The data with every text in its place, and a sentence for each that could not be had."""
    work = _Work(load)
    return work.walk(data, ()), work.problems


class _Work:
    def __init__(self, load: Load) -> None:
        self.load, self.done = load, 0
        self.problems: list[tuple[Path, str]] = []

    def walk(self, data: Any, path: Path) -> Any:
        if isinstance(data, dict):
            word = next(iter(data)) if len(data) == 1 else ""
            if word in WORDS:
                return self._loaded(word, data, path)
            return {name: self.walk(inner, (*path, name)) for name, inner in data.items()}
        if isinstance(data, list):
            return [self.walk(inner, (*path, number)) for number, inner in enumerate(data)]
        return data

    def _loaded(self, word: str, data: dict[str, Any], path: Path) -> Any:
        self.done += 1
        try:
            return _read(word, data[word], self._text(word, data[word]))
        except CantLoad as error:
            self.problems.append((path, error.message))
            return data  # as it was written

    def _text(self, word: str, target: Any) -> str:
        if not isinstance(target, str) or not target.strip():
            raise CantLoad(f"{word} names a file. Write {word}: ./file beside this one.")
        if self.done > MOST:
            raise CantLoad(f"More than {MOST} texts are put into one entity. Use fewer.")
        text = self.load(target.strip())
        if len(text) > MOST_TEXT:
            raise CantLoad(f"{target} is larger than {MOST_TEXT // 1024:,} kB.")
        return text


def _read(word: str, target: str, text: str) -> Any:
    if word == "$text":
        if "\0" in text:
            raise CantLoad(f"{target} is not text.")
        return text
    try:
        if word == "$json":
            json.loads(text)
        # JSON is YAML: one reader bounds both
        return reading.value(text)
    except (ValueError, RecursionError, yaml.YAMLError, reading.Bad) as error:
        said = str(error).splitlines()[0][:120] if str(error) else "it can't be taken apart"
        raise CantLoad(f"{target} can't be read as {word[1:].upper()}: {said}.") from error
