"""What the catalog knows of the components in a graph."""

from __future__ import annotations

from collections.abc import Collection

from portal.catalog.models import Component
from portal.graph.things import Found, Key, Thing


def known(keys: Collection[Key], **_: object) -> Found:
    """Their titles, teams and pages; one query."""
    names = [name for kind, name in keys if kind == "component"]
    rows = Component.objects.filter(name__in=names).select_related("team")
    return Found({("component", row.name): _thing(row) for row in rows})


def _thing(row: Component) -> Thing:
    facts = [("Tier", str(row.tier)), ("Lifecycle", row.get_lifecycle_display())]
    is_ending = row.lifecycle == Component.Lifecycle.DEPRECATED
    return Thing(
        key=("component", row.name),
        title=row.description,
        label=row.get_kind_display(),
        team=row.team.name,
        url=f"/components/{row.name}/",
        icon=row.kind,
        tone="warn" if is_ending else "neutral",
        state="deprecated" if is_ending else "",
        facts=tuple(facts),
    )
