"""From shapes to templates: a word that takes many values is a hole, too. Pure.

After Drain (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017):
messages of as many tokens are compared position by position. Unlike there a word becomes a hole
only when a number of values was seen in its place: “failed” and “succeeded” stay two templates,
the names of four people become one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from observability.patterns.shapes import HOLE

VALUES = 4  # different words in one place make it a hole
REST = HOLE  # the template of what does not fit in any more


@dataclass(frozen=True, slots=True)
class Found:
    """The template of a shape; `absorbs` are the templates that it stands for from now on."""

    template: str
    absorbs: tuple[str, ...] = ()


def find(shape: str, known: Iterable[str], *, most: int) -> Found:
    """The template for a shape, one of the `known` or a new one; `REST` beyond `most` of them."""
    tokens = shape.split(" ")
    number = 0
    alike: dict[int, list[str]] = defaultdict(list)
    for template in known:
        number += 1
        other = template.split(" ")
        if len(other) != len(tokens) or template == REST:
            continue
        at = _difference(tokens, other)
        if at == FITS:
            return Found(template)
        if at >= 0:
            alike[at].append(template)
    for at, siblings in sorted(alike.items()):
        if len(siblings) >= VALUES - 1 and _says_something(tokens, at):
            return Found(_with_hole(tokens, at), tuple(siblings))
    return Found(shape) if number < most or shape == REST else Found(REST)


FITS, DIFFERS = -1, -2


def _difference(tokens: Sequence[str], template: Sequence[str]) -> int:
    """The only place where they differ; FITS where there is none, DIFFERS where there are more."""
    found = FITS
    for at, (token, other) in enumerate(zip(tokens, template, strict=True)):
        if other in {token, HOLE}:
            continue
        if found != FITS or token == HOLE:
            return DIFFERS
        found = at
    return found


def _says_something(tokens: Sequence[str], at: int) -> bool:
    """A template of holes alone would fit everything: some word has to stay."""
    return any(token != HOLE for n, token in enumerate(tokens) if n != at)


def _with_hole(tokens: Sequence[str], at: int) -> str:
    return " ".join([*tokens[:at], HOLE, *tokens[at + 1 :]])
