"""The neighbours of a component as a small picture: who it reads, whom it feeds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, BOX, HERE, HEIGHT, STEP, SHOWN = 312, 84, 114, 26, 34, 6
LETTER = 5.6  # how wide one is, in the 11 px of the picture


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing beside the component, with the page that it leads to ("" for none)."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: its place in the picture, and its text (cut where it is too long)."""

    name: str
    url: str
    x: float
    y: float
    width: float

    @property
    def label(self) -> str:
        fits = int((self.width - 6) / LETTER)
        return self.name if len(self.name) <= fits else f"{self.name[: fits - 1]}…"

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def line(self) -> float:
        return self.y + HEIGHT / 2 + 4


@dataclass(frozen=True, slots=True)
class Picture:
    height: float
    here: Node
    others: tuple[Node, ...]
    lines: tuple[str, ...]
    words: str


def draw(name: str, reads: Sequence[Neighbour], feeds: Sequence[Neighbour]) -> Picture:
    """Three columns: sources, the component, receivers. More than six end in "and 3 more"."""
    left, right = _cut(reads), _cut(feeds)
    height = max(len(left), len(right), 1) * STEP + 4
    here = Node(name, "", (WIDTH - HERE) / 2, height / 2 - HEIGHT / 2, HERE)
    sources = _column(left, 0.5, height)
    receivers = _column(right, WIDTH - BOX - 0.5, height)
    lines = [_line(node.x + BOX, node.y, here.x, here.y) for node in sources]
    lines += [_line(here.x + here.width, here.y, node.x, node.y) for node in receivers]
    return Picture(height, here, (*sources, *receivers), tuple(lines), _words(reads, feeds))


def _cut(things: Sequence[Neighbour]) -> list[Neighbour]:
    if len(things) <= SHOWN:
        return list(things)
    return [*things[: SHOWN - 1], Neighbour(f"and {len(things) - SHOWN + 1} more")]


def _column(things: Sequence[Neighbour], x: float, height: float) -> list[Node]:
    top = (height - len(things) * STEP) / 2 + (STEP - HEIGHT) / 2
    return [Node(thing.name, thing.url, x, top + n * STEP, BOX) for n, thing in enumerate(things)]


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    from_y, to_y = y1 + HEIGHT / 2, y2 + HEIGHT / 2
    middle = (x1 + x2) / 2
    return f"M{x1} {from_y}C{middle} {from_y} {middle} {to_y} {x2} {to_y}"


def _words(reads: Sequence[Neighbour], feeds: Sequence[Neighbour]) -> str:
    said = []
    if reads:
        said.append(f"Reads {', '.join(thing.name for thing in reads)}.")
    if feeds:
        said.append(f"Feeds {', '.join(thing.name for thing in feeds)}.")
    return " ".join(said) or "Nothing is declared yet."
