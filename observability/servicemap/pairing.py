"""What the spans of one trace say of who calls whom. Pure.

Two spans make a call: the one of who asks and the one of who answers, its child. They may come in
any order, so what a span counts for is a function of the spans that are known, and is worked out
again when another one comes: what it counted for before is taken back then.

Counted is, whoever is there to tell of it:
- a client span answered by server spans: a call from service to service for each of them, as long
  as the client waited; failed where either side says so;
- a client span that nobody answered: a call to the database, queue or host that it names;
- a producer span: a message into its queue; a consumer span: one out of it;
- a server or consumer span whose parent is of another service and neither client nor producer: a
  call by that service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from observability.servicemap.peers import QUEUE, SERVICE, Node

INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = 1, 2, 3, 4, 5  # as observability.traces.models
ANSWERS = frozenset({SERVER, CONSUMER})

Identity = tuple[str, int]  # of a span within its trace: Zipkin's two halves share a span id


class Call(NamedTuple):
    """One call along an edge. `duration` in nanoseconds, None where nobody says."""

    caller: Node
    callee: Node
    environment: str
    at: datetime
    duration: int | None
    is_error: bool


@dataclass(frozen=True, slots=True)
class Half:
    """What pairing has to know of a span. `peer`: what it names at its other end."""

    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    service: str
    environment: str
    at: datetime
    duration: int
    is_error: bool
    peer: Node | None = None
    is_uncounted: bool = False

    @property
    def identity(self) -> Identity:
        return self.span_id, self.kind

    @property
    def node(self) -> Node:
        return SERVICE, self.service


def calls(halves: Iterable[Half]) -> dict[Identity, tuple[Call, ...]]:
    """What each of these spans of one trace counts for, in any order the same."""
    known = {half.identity: half for half in halves}
    by_span: dict[str, list[Half]] = defaultdict(list)
    children: dict[str, list[Half]] = defaultdict(list)
    for _, half in sorted(known.items()):
        by_span[half.span_id].append(half)
        children[half.parent_id].append(half)
    return {
        identity: tuple(_of(half, _parent(half, by_span), _answers(half, by_span, children)))
        for identity, half in known.items()
    }


def _parent(half: Half, by_span: Mapping[str, Sequence[Half]]) -> Half | None:
    """Who asked: the client of the same identity, or the parent, first one that asks."""
    if half.kind == SERVER:
        shared = [one for one in by_span.get(half.span_id, ()) if one.kind == CLIENT]
        if shared:
            return shared[0]
    found = by_span.get(half.parent_id, ()) if half.parent_id else ()
    return min(found, key=lambda one: one.kind not in {CLIENT, PRODUCER}, default=None)


def _answers(
    half: Half, by_span: Mapping[str, Sequence[Half]], children: Mapping[str, Sequence[Half]]
) -> list[Half]:
    if half.kind != CLIENT:
        return []
    shared = [one for one in by_span.get(half.span_id, ()) if one.kind == SERVER]
    return shared or [one for one in children.get(half.span_id, ()) if one.kind == SERVER]


def _of(half: Half, parent: Half | None, answers: Sequence[Half]) -> list[Call]:
    if half.is_uncounted:
        return []
    if half.kind == CLIENT and answers:
        return [_between(half, one) for one in answers]
    if half.kind in {CLIENT, PRODUCER}:
        return [_call(half.node, half.peer, half)] if half.peer else []
    if half.kind not in ANSWERS or (parent and parent.kind == CLIENT and half.kind == SERVER):
        return []
    if parent and parent.service == half.service and parent.kind not in {CLIENT, PRODUCER}:
        return []  # a part of its own work
    return list(_consumed(half, parent)) if half.kind == CONSUMER else list(_served(half, parent))


def _served(half: Half, parent: Half | None) -> Iterable[Call]:
    if parent:
        yield _call(parent.node, half.node, half, parent)


def _consumed(half: Half, parent: Half | None) -> Iterable[Call]:
    is_told = parent is not None and parent.kind in {CLIENT, PRODUCER}
    through = half.peer or (parent.peer if parent and is_told else None)
    if through and through[0] == QUEUE:
        yield _call(through, half.node, half, parent)
        if parent and not is_told:  # who sends says nothing of sending
            yield _call(parent.node, through, half, parent)._replace(duration=None, is_error=False)
    elif parent:
        yield _call(parent.node, half.node, half, parent)


def _between(client: Half, server: Half) -> Call:
    is_error = client.is_error or server.is_error
    return _call(client.node, server.node, client, server)._replace(is_error=is_error)


def _call(caller: Node, callee: Node, half: Half, other: Half | None = None) -> Call:
    environment = half.environment or (other.environment if other else "")
    return Call(caller, callee, environment, half.at, half.duration, half.is_error)
