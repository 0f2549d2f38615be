"""A trace as rows on one axis of time: where each bar stands, what of it held up the rest. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from observability.traces import critical, forest
from observability.traces.critical import Interval
from observability.traces.forest import EPOCH, Forest, Node
from observability.traces.stores.base import Found
from portal.figures import duration as in_words
from portal.figures import times

MOST = 2_000  # spans on a page
DEEPEST = 16  # what lies deeper is not moved in any further
LEAST = 0.2  # percent: a bar that can be seen
TIGHT = 88.0  # percent: from here on there is no room behind a bar
ROOM = 15.0  # percent: less before a bar is too little for its duration
TICKS = 5
LEVELS = 9  # lines of the picture of the whole
THOUSAND, MILLION, BILLION = 1_000, 1_000_000, 1_000_000_000  # nanoseconds
COLOURS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the axis, in percent of it."""

    begin: float
    width: float

    @property
    def end(self) -> float:
        return self.begin + self.width


@dataclass(frozen=True, slots=True)
class Row:
    """A span as it is drawn. `critical` are the pieces of it that lie on the critical path.

    `took` and `own` in seconds: the whole, and without what is inside of it. `inner` counts what is
    inside, at any depth. `skew` in seconds: how much its clock was set right.
    """

    span: Found
    service: str
    colour: int
    depth: int
    bar: Bar
    critical: tuple[Bar, ...]
    took: float
    own: float
    inner: int
    is_orphan: bool
    skew: float
    note: str

    @property
    def is_tight(self) -> bool:
        """Its duration is written before the bar, or in it."""
        return self.bar.end > TIGHT

    @property
    def is_filled(self) -> bool:
        """There is no room before the bar either: its duration is written in it."""
        return self.is_tight and self.bar.begin < ROOM

    @property
    def text_at(self) -> float:
        is_before = self.is_tight and not self.is_filled
        return self.bar.begin if is_before else self.bar.end

    @property
    def indent(self) -> int:
        return min(self.depth, DEEPEST)


@dataclass(frozen=True, slots=True)
class Service:
    """Who took part, with their colour and how many spans are theirs."""

    name: str
    colour: int
    spans: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar in the picture of the whole."""

    bar: Bar
    y: int
    colour: int
    is_error: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Time on the critical path that no span accounts for."""

    bar: Bar
    seconds: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All that the page shows. `is_cut`: there are more spans than are shown."""

    title: str
    began: datetime
    seconds: float
    rows: tuple[Row, ...]
    services: tuple[Service, ...]
    ticks: tuple[str, ...]
    small: tuple[Mark, ...]
    waits: tuple[Wait, ...]
    errors: int
    orphans: int
    is_cut: bool

    @property
    def ended(self) -> datetime:
        return self.began + timedelta(seconds=self.seconds)

    @property
    def failed(self) -> str:
        return f"{times(self.errors, 'span')} failed"

    @property
    def waited(self) -> float:
        return sum(wait.seconds for wait in self.waits)


def drawn(spans: Sequence[Found]) -> Waterfall:
    """The waterfall of these spans; more than `MOST` are cut off."""
    kept = spans[:MOST]
    trees = forest.planted(kept)
    first = min(node.begin for node in trees.nodes.values())
    last = max(node.end for node in trees.nodes.values())
    axis = _Axis(first, max(last - first, 1))
    colours = _colours(trees)
    pieces = critical.path(
        {name: Interval(n.begin, n.end, n.children) for name, n in trees.nodes.items()}, trees.roots
    )
    on_path: dict[str, list[Bar]] = {}
    for piece in pieces:
        on_path.setdefault(piece.span, []).append(axis.bar(piece.begin, piece.end))
    inner = _inner(trees)
    rows = tuple(
        _row(trees, node, depth, axis, colours, tuple(on_path.get(node.span.span_id, ())), inner)
        for depth, node in trees.walk()
    )
    counts = Counter(row.service for row in rows)
    return Waterfall(
        title=_title(trees),
        began=EPOCH + timedelta(microseconds=first // 1000),
        seconds=(last - first) / BILLION,
        rows=rows,
        services=tuple(Service(name, at, counts[name]) for name, at in colours.items()),
        ticks=tuple(_ticks(axis.length)),
        small=tuple(_mark(row) for row in rows),
        waits=tuple(
            Wait(axis.bar(one.begin, one.end), (one.end - one.begin) / BILLION)
            for one in pieces
            if not one.span
        ),
        errors=sum(row.span.is_error for row in rows),
        orphans=sum(row.is_orphan for row in rows),
        is_cut=len(spans) > MOST,
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    first: int
    length: int

    def bar(self, begin: int, end: int) -> Bar:
        at = (begin - self.first) / self.length * 100
        width = max((end - begin) / self.length * 100, LEAST)
        return Bar(round(min(at, 100 - LEAST), 3), round(min(width, 100 - at + LEAST), 3))


def _row(
    trees: Forest,
    node: Node,
    depth: int,
    axis: _Axis,
    colours: dict[str, int],
    on_path: tuple[Bar, ...],
    inner: dict[str, int],
) -> Row:
    span = node.span
    return Row(
        span=span,
        service=node.service,
        colour=colours[node.service],
        depth=depth,
        bar=axis.bar(node.begin, node.end),
        critical=on_path,
        took=span.duration / BILLION,
        own=own_time(node, [trees.nodes[one] for one in node.children]) / BILLION,
        inner=inner[span.span_id],
        is_orphan=node.is_orphan,
        skew=node.shift / BILLION,
        note=_note(span),
    )


def own_time(node: Node, children: Sequence[Node]) -> int:
    """Nanoseconds of a span in which nothing inside of it went on."""
    covered, at = 0, node.begin
    for child in sorted(children, key=lambda one: one.begin):
        begin, end = max(child.begin, at), min(child.end, node.end)
        if end > begin:
            covered += end - begin
            at = end
    return node.span.duration - covered


def _colours(trees: Forest) -> dict[str, int]:
    """A colour each, in the order in which they come in; there are only so many."""
    found: dict[str, int] = {}
    for _, node in trees.walk():
        found.setdefault(node.service, len(found) % COLOURS)
    return found


def _inner(trees: Forest) -> dict[str, int]:
    counts: dict[str, int] = {}
    for _, node in reversed(list(trees.walk())):
        counts[node.span.span_id] = sum(counts[one] + 1 for one in node.children)
    return counts


def _title(trees: Forest) -> str:
    """The first span that nobody else caused; where all lost their parents, the first."""
    roots = [trees.nodes[one] for one in trees.roots]
    first = next((node for node in roots if not node.is_orphan), roots[0])
    return first.span.name


def _note(span: Found) -> str:
    """One more word about a span beside its name."""
    found = span.attributes
    for key, words in (
        ("slipway.attempt", "attempt {}"),
        ("http.response.status_code", "{}"),
        ("slipway.rows", "{:,} rows"),
    ):
        value = found.get(key)
        if isinstance(value, int) and value != 0 and not (key == "slipway.attempt" and value == 1):
            return words.format(value)
    return ""


def _mark(row: Row) -> Mark:
    return Mark(row.bar, 3 + 5 * min(row.depth, LEVELS - 1), row.colour, row.span.is_error)


def _ticks(length: int) -> Iterator[str]:
    """Equal parts of so many nanoseconds; of what is short to the part of a millisecond."""
    for part in (length * n / TICKS for n in range(TICKS + 1)):
        if part == 0:
            yield "0"
        elif length < MILLION:
            yield f"{round(part / THOUSAND, 1):g} µs"
        elif length < 10 * MILLION:
            yield f"{round(part / MILLION, 1):g} ms"
        else:
            yield in_words(part / BILLION)
