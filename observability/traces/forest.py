"""The spans of a trace as a forest: who is inside of whom, who lost a parent, whose clock errs.

Pure. Traces come in pieces and out of several machines: a parent may be lost or not have ended yet,
clocks differ, and what is broken (a span inside of itself) must not break a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from observability.traces.stores.base import Found

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class Node:
    """A span in its place. Times in nanoseconds; `begin` as corrected by `shift`.

    `is_orphan`: it names a parent that is not here.
    """

    span: Found
    service: str
    begin: int
    shift: int = 0
    is_orphan: bool = False
    parent: str = ""
    children: list[str] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.begin + self.span.duration


@dataclass(frozen=True, slots=True)
class Forest:
    """Nodes by their span's identity, children and roots by their beginning."""

    nodes: dict[str, Node]
    roots: list[str]

    def walk(self) -> Iterable[tuple[int, Node]]:
        """Every node after its parent, with how deep it is."""
        stack = [(0, root) for root in reversed(self.roots)]
        while stack:
            depth, identity = stack.pop()
            node = self.nodes[identity]
            yield depth, node
            stack.extend((depth + 1, child) for child in reversed(node.children))


def service_of(span: Found) -> str:
    """Who did it: what the span says itself, its resource, or the component."""
    said = span.attributes.get("slipway.service")
    resource = span.attributes.get("resource")
    if not said and isinstance(resource, dict):
        said = resource.get("service.name")
    return str(said or span.component)


def planted(spans: Sequence[Found]) -> Forest:
    """The forest of these spans. Of two with one identity the longer one is kept."""
    nodes: dict[str, Node] = {}
    for span in spans:
        before = nodes.get(span.span_id)
        if before is None or before.span.duration < span.duration:
            begin = (span.at - EPOCH) // MICROSECOND * 1000
            nodes[span.span_id] = Node(span, service_of(span), begin)
    roots: list[str] = []
    for identity, node in nodes.items():
        parent = node.span.parent_id
        if parent and parent in nodes and parent != identity:
            node.parent = parent
            nodes[parent].children.append(identity)
        else:
            node.is_orphan = bool(parent)
            roots.append(identity)
    _cut_circles(nodes, roots)
    _set_clocks(nodes, roots)
    for node in nodes.values():
        node.children.sort(key=lambda one: (nodes[one].begin, -nodes[one].span.duration, one))
    roots.sort(key=lambda one: (nodes[one].begin, one))
    return Forest(nodes, roots)


def _cut_circles(nodes: dict[str, Node], roots: list[str]) -> None:
    """Who can't be reached is inside of themselves in the end: one of each circle is let out."""
    reached: set[str] = set()
    _reach(nodes, roots, reached)
    for identity, node in nodes.items():
        if identity not in reached:
            nodes[node.parent].children.remove(identity)
            node.parent, node.is_orphan = "", True
            roots.append(identity)
            _reach(nodes, [identity], reached)


def _reach(nodes: dict[str, Node], begin: Iterable[str], reached: set[str]) -> None:
    waiting = list(begin)
    while waiting:
        identity = waiting.pop()
        if identity not in reached:
            reached.add(identity)
            waiting.extend(nodes[identity].children)


def _set_clocks(nodes: dict[str, Node], roots: list[str]) -> None:
    """Nothing begins before what caused it: where another service says so, its clock is behind.

    It is moved with all that is inside of it: into the middle where it fits into its parent, else
    to its beginning. Clocks that are ahead can't be told from waiting.
    """
    waiting = list(roots)
    while waiting:
        parent = nodes[waiting.pop()]
        for identity in parent.children:
            node = nodes[identity]
            node.begin += parent.shift if node.service == parent.service else 0
            node.shift = parent.shift if node.service == parent.service else 0
            early = parent.begin - node.begin
            if early > 0 and node.service != parent.service:
                room = max(parent.span.duration - node.span.duration, 0) // 2
                node.begin += early + room
                node.shift += early + room
            waiting.append(identity)
