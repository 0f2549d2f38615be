"""The graph as plain values, for the browser that draws it and for programs."""

from __future__ import annotations

from typing import Any

from portal.graph.things import Graph, Key


def as_json(found: Graph) -> dict[str, Any]:
    """Plain values: things with their looks, edges by the identities of things."""
    return {
        "center": _id(found.center) if found.center else None,
        "left_out": found.left_out,
        "things": [
            {
                "id": one.id,
                "kind": one.kind,
                "name": one.name,
                "label": one.label,
                "team": one.team,
                "tone": one.tone,
                "state": one.state,
                "url": one.url,
            }
            for one in found.things
        ],
        "edges": [
            {"source": _id(edge.source), "target": _id(edge.target), "how": edge.how}
            for edge in found.edges
        ],
    }


def _id(key: Key) -> str:
    return ":".join(key)
