"""What this floor knows of the components in a graph: what of them is live, and how that stands."""

from __future__ import annotations

from collections.abc import Collection

from deployments.rollouts.queries.lists import LiveLine, serving_of
from portal.catalog.models import Component
from portal.graph.things import Found, Key, Thing

WORST = ("bad", "warn", "running", "good")


def standing(keys: Collection[Key], **_: object) -> Found:
    """The worst of each component's places, and a line for each; six queries."""
    names = [name for kind, name in keys if kind == "component"]
    rows = list(Component.objects.filter(name__in=names))
    live = serving_of(rows)
    found = {("component", row.name): _thing(row, live.get(row.pk, [])) for row in rows}
    return Found(found)


def _thing(row: Component, lines: Collection[LiveLine]) -> Thing:
    key = ("component", row.name)
    if not lines:
        return Thing(key)
    worst = min(lines, key=lambda line: WORST.index(line.tone))
    facts = tuple((line.environment, f"{line.release}, {line.label}") for line in lines)
    return Thing(key, tone=worst.tone, state=worst.label, facts=facts)
