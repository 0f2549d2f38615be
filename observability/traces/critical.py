"""The critical path of a trace: what would have ended the whole earlier by being shorter. Pure.

Walked backwards from the end: of what a span waited for, the part that ended last held it up; what
ran beside that did not. The walk goes on at that part's beginning, until the trace's own. Work that
outlasts its parent (a message is sent and answered to nobody) belongs to the path, too. Times that
no span accounts for are waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A span's own time, and what is inside of it by identity."""

    begin: int
    end: int
    children: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the path, of the span of this identity; "" is time that none accounts for."""

    span: str
    begin: int
    end: int


@dataclass(slots=True)
class _Frame:
    """A span that is walked through: how far back we are, and which of its parts are left."""

    span: str
    at: int
    left: list[str]


def path(spans: Mapping[str, Interval], roots: Sequence[str]) -> list[Piece]:
    """The pieces from the beginning to the end, each after the one before, without holes.

    `spans` is a forest under `roots`: nobody is inside of themselves, every child is known.
    """
    if not roots:
        return []
    extents = _extents(spans, roots)
    found = list(_walked(spans, roots, extents))
    return [piece for piece in _joined(reversed(found)) if piece.end > piece.begin]


def _extents(spans: Mapping[str, Interval], roots: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of each span with all that is inside of it: from the first beginning to the last end."""
    order = list(roots)
    for identity in order:
        order.extend(spans[identity].children)
    found: dict[str, tuple[int, int]] = {}
    for identity in reversed(order):
        own = spans[identity]
        inner = [found[child] for child in own.children]
        begin = min([own.begin, *(begin for begin, _ in inner)])
        end = max([own.begin, own.end, *(end for _, end in inner)])
        found[identity] = begin, end
    return found


def _walked(
    spans: Mapping[str, Interval], roots: Sequence[str], extents: Mapping[str, tuple[int, int]]
) -> Iterator[Piece]:
    """Backwards, from the last end to the first beginning."""

    def by_end(identities: Sequence[str]) -> list[str]:
        return sorted(identities, key=lambda one: (extents[one][1], extents[one][0], one))

    first = min(extents[root][0] for root in roots)
    last = max(extents[root][1] for root in roots)
    stack = [_Frame("", last, by_end(roots))]
    while stack:
        frame = stack[-1]
        inner = _held_up_by(frame, extents)
        begin = extents[frame.span][0] if frame.span else first
        until = extents[inner][1] if inner else begin
        yield from _own(frame.span, spans.get(frame.span), until, frame.at)
        if inner:
            frame.at = extents[inner][0]
            stack.append(_Frame(inner, extents[inner][1], by_end(spans[inner].children)))
        else:
            stack.pop()


def _held_up_by(frame: _Frame, extents: Mapping[str, tuple[int, int]]) -> str:
    """The part that ended last before where we are; "" where none is left."""
    while frame.left:
        inner = frame.left.pop()
        if extents[inner][1] <= frame.at:
            return inner
    return ""


def _own(span: str, own: Interval | None, begin: int, end: int) -> Iterator[Piece]:
    """What of this time is the span's own, and what is nobody's; backwards."""
    if own is None:
        yield Piece("", begin, end)
        return
    inside = max(begin, min(own.begin, end)), min(end, max(own.end, begin))
    if inside[0] >= inside[1]:
        yield Piece("", begin, end)
        return
    yield Piece("", inside[1], end)
    yield Piece(span, *inside)
    yield Piece("", begin, inside[0])


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces of the same span that touch are one."""
    last: Piece | None = None
    for piece in pieces:
        if piece.end <= piece.begin:
            continue
        if last is not None and last.span == piece.span and last.end == piece.begin:
            last = Piece(last.span, last.begin, piece.end)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
