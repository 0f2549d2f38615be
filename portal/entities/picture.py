"""Relations of an entity as a small picture: what it needs, and what needs it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from portal.catalog.graph import Neighbour, Picture, draw

# Relations that lead to what it needs or belongs to; the others lead to what needs or is part of it
UP = frozenset({"ownedBy", "partOf", "dependsOn", "consumesApi", "memberOf", "childOf"})
End = tuple[str, str, str]  # relation, what to call it, its page ("" for none)


def drawn(name: str, ends: Iterable[End]) -> Picture:
    """Three columns: what it needs, the entity, what needs it; each thing once."""
    before: dict[str, Neighbour] = {}
    behind: dict[str, Neighbour] = {}
    for relation, shown, url in ends:
        side = before if relation in UP else behind
        side.setdefault(shown, Neighbour(shown, url))
    return draw(name, list(before.values()), list(behind.values()))
