"""The map as edges: declared and seen put together, narrowed down, sorted, cut. Pure.

An edge leads from who calls to who is called; a message leads into its queue and out of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from observability.servicemap.peers import DATABASE, HOST, OTHER, QUEUE, SERVICE, Node
from portal.figures import duration

LABELS = {
    SERVICE: "Service",
    DATABASE: "Database",
    QUEUE: "Queue",
    HOST: "Outside host",
    OTHER: "Not told apart",
}
ICONS = {
    SERVICE: "service",
    DATABASE: "database",
    QUEUE: "mail",
    HOST: "link",
    OTHER: "dots",
}
# What an error rate must be for a line to say so in its looks
FAILING = 0.01
VEIL = "of "  # before the component whose databases, queues or hosts are shown as one
MOST_THINGS, MOST_LINES = 120, 400  # in one picture
Ends = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Edge:
    """What is known of calls from one thing to another; `total` in microseconds.

    `rows` are the identities of its observed edges, one an environment; `p95` in seconds.
    """

    caller: Node
    callee: Node
    is_declared: bool = False
    calls: int = 0
    errors: int = 0
    timed: int = 0
    total: int = 0
    rows: tuple[UUID, ...] = ()
    last_seen_at: datetime | None = None
    trace_id: str = ""
    failed_trace_id: str = ""
    p95: float | None = None

    @property
    def ends(self) -> Ends:
        return self.caller, self.callee

    @property
    def is_seen(self) -> bool:
        return self.calls > 0

    @property
    def way(self) -> str:
        if self.is_seen:
            return "both" if self.is_declared else "seen"
        return "declared"

    @property
    def share(self) -> float:
        """Of the calls that failed."""
        return self.errors / self.calls if self.calls else 0.0

    @property
    def percent(self) -> str:
        """ "0 %", "0.4 %", "12 %"."""
        percent = 100 * self.share
        return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"

    @property
    def is_failing(self) -> bool:
        return self.share >= FAILING

    @property
    def mean(self) -> float | None:
        """Seconds."""
        return self.total / self.timed / 1e6 if self.timed else None

    @property
    def key(self) -> str:
        return f"{identity(self.caller)}>{identity(self.callee)}"


@dataclass(frozen=True, slots=True)
class Thing:
    """What stands at an end, with what the catalog knows of it."""

    node: Node
    label: str
    icon: str
    team: str = ""
    url: str = ""
    is_unowned: bool = False
    is_ours: bool = False  # a process of this portal
    can_change: bool = False  # this person may say what it depends on
    searched: str = ""  # the component that the search of traces knows it by

    @property
    def name(self) -> str:
        return self.node[1]

    @property
    def id(self) -> str:
        return identity(self.node)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn; `left_out` things and `lines_left_out` edges stand in the table only."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0
    lines_left_out: int = 0


@dataclass(slots=True)
class Counts:
    """How many edges there are of each way."""

    by_way: Counter[str] = field(default_factory=Counter)

    def of(self, way: str) -> int:
        return self.by_way[way] if way else self.by_way.total()


def identity(node: Node) -> str:
    return ":".join(node)


def node(text: str) -> Node:
    """ "queue:runs", or the name of a service."""
    kind, colon, name = text.partition(":")
    return (kind, name) if colon and kind in LABELS else (SERVICE, text)


def merged(edges: Iterable[Edge]) -> list[Edge]:
    """Each pair of ends once, whatever was said of it."""
    found: dict[Ends, Edge] = {}
    for edge in edges:
        held = found.get(edge.ends)
        found[edge.ends] = edge if held is None else _both(held, edge)
    return list(found.values())


def _both(one: Edge, other: Edge) -> Edge:
    newest = max((one, other), key=lambda edge: edge.last_seen_at is not None and edge.calls)
    seen = [at for at in (one.last_seen_at, other.last_seen_at) if at]
    return replace(
        newest,
        is_declared=one.is_declared or other.is_declared,
        calls=one.calls + other.calls,
        errors=one.errors + other.errors,
        timed=one.timed + other.timed,
        total=one.total + other.total,
        rows=(*one.rows, *other.rows),
        last_seen_at=max(seen, default=None),
        trace_id=newest.trace_id or one.trace_id or other.trace_id,
        failed_trace_id=newest.failed_trace_id or one.failed_trace_id or other.failed_trace_id,
    )


def called(edges: Iterable[Edge], components: Mapping[str, str]) -> list[Edge]:
    """With the component in place of each host that is one."""

    def known(one: Node) -> Node:
        kind, name = one
        return (SERVICE, components[name]) if kind == HOST and name in components else one

    return [replace(edge, caller=known(edge.caller), callee=known(edge.callee)) for edge in edges]


def veiled(edges: Iterable[Edge], hidden: Collection[str]) -> list[Edge]:
    """What a span names beside services stands in its words: without it for who may not read them.

    Such things of a component become one of each kind.
    """
    return [_veiled(edge, hidden) if hidden else edge for edge in edges]


def _veiled(edge: Edge, hidden: Collection[str]) -> Edge:
    caller, callee = edge.ends
    if edge.is_declared:  # what a team declares, anyone may read
        return edge
    if caller[0] == SERVICE and caller[1] in hidden and callee[0] != SERVICE:
        return replace(edge, callee=(callee[0], f"{VEIL}{caller[1]}"))
    if callee[0] == SERVICE and callee[1] in hidden and caller[0] != SERVICE:
        return replace(edge, caller=(caller[0], f"{VEIL}{callee[1]}"))
    return edge


def around(edges: Sequence[Edge], center: Node, depth: int) -> list[Edge]:
    """So many steps down from it, and so many up; not down and up again."""
    found = _steps(edges, center, depth, is_down=True) | _steps(edges, center, depth, is_down=False)
    return [edge for edge in edges if edge.ends in found]


def _steps(edges: Sequence[Edge], center: Node, depth: int, *, is_down: bool) -> set[Ends]:
    found: set[Ends] = set()
    frontier, seen = {center}, {center}
    for _ in range(depth):
        step = [e for e in edges if (e.caller if is_down else e.callee) in frontier]
        found |= {edge.ends for edge in step}
        frontier = {edge.callee if is_down else edge.caller for edge in step} - seen
        seen |= frontier
    return found


def ordered(edges: Iterable[Edge], sort: str) -> list[Edge]:
    return sorted(edges, key=lambda edge: _rank(edge, sort))


def behind(edges: Sequence[Edge], sort: str, after: str, most: int) -> tuple[list[Edge], str]:
    """A page of sorted edges, and the cursor of the next one ("" on the last)."""
    if (reached := cursor(after)) is not None:
        edges = [edge for edge in edges if _rank(edge, sort) > reached]
    page = list(edges[:most])
    if len(edges) <= most:
        return page, ""
    return page, "~".join(map(str, _rank(page[-1], sort)))


def cursor(after: str) -> tuple[float, str] | None:
    """The place that `behind` wrote; None where it is none."""
    value, _, key = after.partition("~")
    try:
        return (float(value), key) if key else None
    except ValueError:
        return None


def _rank(edge: Edge, sort: str) -> tuple[float, str]:
    value = {
        "calls": float(edge.calls),
        "errors": edge.share,
        "slow": edge.mean or 0.0,
        "name": 0.0,
    }[sort]
    return -value, edge.key


def drawn(edges: Iterable[Edge], center: Node | None) -> Picture:
    """The edges with most calls, as far as things and lines have room; what is left out is said."""
    nodes: dict[Node, None] = {center: None} if center else {}
    shown: list[Edge] = []
    every = sorted(edges, key=lambda edge: (center not in edge.ends, *_rank(edge, "calls")))
    for edge in every:
        new = {end for end in edge.ends if end not in nodes}
        if len(nodes) + len(new) > MOST_THINGS or len(shown) >= MOST_LINES:
            continue
        nodes |= dict.fromkeys(edge.ends)
        shown.append(edge)
    things = {end for edge in every for end in edge.ends}
    return Picture(tuple(nodes), tuple(shown), len(things - nodes.keys()), len(every) - len(shown))


def rate(calls: int, seconds: float) -> str:
    """ "12/s", "3.4/min", "5/h", "2/d": so that a number stands before the comma."""
    for unit, length in (("s", 1), ("min", 60), ("h", 3600), ("d", 86_400)):
        per = calls / seconds * length
        if per >= 1 or unit == "d":
            return f"{per:,.0f}/{unit}" if per >= 10 else f"{per:.1f}/{unit}".replace(".0/", "/")
    return ""


def words(edge: Edge, seconds: float) -> str:
    """What stands on its line in the picture."""
    if not edge.is_seen:
        return "not seen"
    said = [rate(edge.calls, seconds)]
    if edge.errors:
        said.append(f"{edge.percent} fail")
    if edge.p95 is not None:
        said.append(f"p95 {duration(edge.p95)}")
    return " · ".join(said)
