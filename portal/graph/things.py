"""The graph of what depends on what: things, and who reads or feeds whom. Pure.

An edge leads the way data go: from what is read to who reads it, from who feeds to who is fed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from portal.tones import Tone

Key = tuple[str, str]  # ("component", "carrier-punctuality")

KINDS = {
    "component": "Component",
    "connection": "Connection",
    "client": "Client",
    "destination": "Destination",
    "database": "Database",
    "queue": "Queue",
    "host": "Outside host",
}


@dataclass(frozen=True, slots=True)
class Edge:
    """Data go from one thing to another: as a file says, as was seen, or both."""

    source: Key
    target: Key
    is_declared: bool = False
    is_seen: bool = False
    words: str = ""  # "Parquet at punctuality/{month}.parquet"

    @property
    def ends(self) -> tuple[Key, Key]:
        return self.source, self.target

    @property
    def how(self) -> str:
        """ "declared", "seen", or both, for people."""
        said = ["declared"] if self.is_declared else []
        return " and ".join([*said, *(["seen"] if self.is_seen else [])])


@dataclass(frozen=True, slots=True)
class Thing:
    """What stands at an end of edges, with what is known of it."""

    key: Key
    title: str = ""
    label: str = ""  # what it is: "Transformation"
    team: str = ""
    url: str = ""
    icon: str = "link"
    tone: Tone = "neutral"
    state: str = ""  # the word of the tone: "live, rejected"
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return self.key[1]

    @property
    def kind(self) -> str:
        return self.key[0]

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a source knows: things in full, edges of its own, and edges that it puts others for."""

    things: Mapping[Key, Thing] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    instead: frozenset[tuple[Key, Key]] = frozenset()


@dataclass(frozen=True, slots=True)
class Graph:
    """Some things and the edges between them; `left_out` is how many more are known of."""

    things: tuple[Thing, ...]
    edges: tuple[Edge, ...]
    center: Key | None = None
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.things)

    def thing(self, key: Key) -> Thing:
        return next(thing for thing in self.things if thing.key == key)

    def rows(self) -> Iterator[tuple[Thing, Edge, Thing]]:
        """Each edge with both ends, for those who read instead of look."""
        known = {thing.key: thing for thing in self.things}
        for edge in self.edges:
            yield known[edge.source], edge, known[edge.target]

    def before(self, key: Key) -> list[Thing]:
        return [source for source, edge, _ in self.rows() if edge.target == key]

    def behind(self, key: Key) -> list[Thing]:
        return [target for _, edge, target in self.rows() if edge.source == key]


def merged(edges: Iterable[Edge]) -> list[Edge]:
    """Each pair once, with all that is said of it."""
    found: dict[tuple[Key, Key], Edge] = {}
    for edge in edges:
        held = found.get(edge.ends)
        found[edge.ends] = edge if held is None else _both(held, edge)
    return list(found.values())


def _both(one: Edge, other: Edge) -> Edge:
    return replace(
        one,
        is_declared=one.is_declared or other.is_declared,
        is_seen=one.is_seen or other.is_seen,
        words=one.words or other.words,
    )


def cut(
    edges: Collection[Edge], *, most: int, first: Iterable[Key]
) -> tuple[list[Key], list[Edge], int]:
    """At most so many things, those nearest to `first`; the edges between them; how many are left.

    `first` come in their order; then their neighbours, step by step.
    """
    kept: dict[Key, None] = dict.fromkeys(list(first)[:most])
    beside: dict[Key, list[Key]] = {}
    for edge in edges:
        beside.setdefault(edge.source, []).append(edge.target)
        beside.setdefault(edge.target, []).append(edge.source)
    waiting = list(kept)
    for key in waiting:
        for other in beside.get(key, ()):
            if other not in kept and len(kept) < most:
                kept[other] = None
                waiting.append(other)
    ends = {end for edge in edges for end in edge.ends} | set(first)
    between = [edge for edge in edges if edge.source in kept and edge.target in kept]
    return list(kept), between, len(ends - kept.keys())


def instead_of(edges: Iterable[Edge], found: Iterable[Found]) -> list[Edge]:
    """The edges with those of the sources, without those that a source puts others for."""
    sources = list(found)
    replaced = {ends for source in sources for ends in source.instead}
    kept = [edge for edge in edges if edge.ends not in replaced]
    return merged([*kept, *(edge for source in sources for edge in source.edges)])


# Which of two states of a thing is shown: the worse one.
RANK: dict[Tone, int] = {"bad": 0, "warn": 1, "running": 2, "info": 3, "good": 4, "neutral": 5}


def known(keys: Iterable[Key], found: Iterable[Found]) -> list[Thing]:
    """Each thing in full, as the sources know it; later ones add to earlier ones."""
    sources = list(found)
    return [_known(key, sources) for key in keys]


def _known(key: Key, sources: Iterable[Found]) -> Thing:
    thing = Thing(key, label=KINDS.get(key[0], key[0].capitalize()))
    for source in sources:
        more = source.things.get(key)
        if more is None:
            continue
        is_worse = more.state and (not thing.state or RANK[more.tone] < RANK[thing.tone])
        thing = Thing(
            key=key,
            title=more.title or thing.title,
            label=more.label or thing.label,
            team=more.team or thing.team,
            url=more.url or thing.url,
            icon=more.icon if more.icon != "link" else thing.icon,
            tone=more.tone if is_worse else thing.tone,
            state=more.state if is_worse else thing.state,
            facts=(*thing.facts, *more.facts),
        )
    return thing
