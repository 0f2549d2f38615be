"""`${{ answers.name }}` and `${{ steps.client.outputs.name }}`: looked up, never computed. Pure.

A text that is one reference and nothing else becomes the value itself, whatever its type; inside
of a longer text the value is written into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FOUND = re.compile(r"\$\{\{([^{}]*)\}\}")
ANSWER = re.compile(r"answers\.([a-z][a-z0-9_]*)")
OUTPUT = re.compile(r"steps\.([a-z0-9-]+)\.outputs\.([a-z][a-z0-9_]*)")
HINT = "`${{ answers.name }}` or `${{ steps.id.outputs.name }}`"


class Unknown(LookupError):
    """What a reference names is not there (yet)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What one pair of braces names: an answer, or an output of a step ("" for an answer)."""

    name: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What references are looked up in."""

    answers: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, Any]]

    def value(self, reference: Reference) -> Any:
        """The value; None where a question was left open. Unknown for a step's missing output."""
        if not reference.step:
            return self.answers.get(reference.name)
        made = self.outputs.get(reference.step, {})
        if reference.name not in made:
            raise Unknown(reference.step)
        return made[reference.name]


def parse(words: str) -> Reference | None:
    """What stands between the braces, or None where it is no reference."""
    words = words.strip()
    if found := ANSWER.fullmatch(words):
        return Reference(found[1])
    if found := OUTPUT.fullmatch(words):
        return Reference(found[2], found[1])
    return None


def inside(text: str) -> Iterator[tuple[str, Reference | None]]:
    """Each pair of braces in a text: its words, and what they name."""
    for found in FOUND.finditer(text):
        yield found[1].strip(), parse(found[1])


def sole(text: Any) -> Reference | None:
    """The reference, where a text is one and nothing else."""
    found = FOUND.fullmatch(text.strip()) if isinstance(text, str) else None
    return parse(found[1]) if found else None


def resolved(value: Any, known: Known) -> Any:
    """The value with everything looked up. Unknown where something is not there yet."""
    if isinstance(value, str):
        return _text(value, known)
    if isinstance(value, Mapping):
        return {key: resolved(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, known) for inner in value]
    return value


def is_true(value: Any) -> bool:
    """Whether an `if` lets the step be done: not for nothing, false, 0, "" and empty lists."""
    return bool(value)


def _text(text: str, known: Known) -> Any:
    if (alone := sole(text)) is not None:
        return known.value(alone)

    def written(found: re.Match[str]) -> str:
        reference = parse(found[1])
        value = known.value(reference) if reference else None
        return _written(value)

    return FOUND.sub(written, text)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
