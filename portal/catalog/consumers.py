"""Who uses a component: those that say so in their files, and those that are seen to.

Each floor adds what it knows: settings name its functions, (component) -> consumers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from portal.accounts.models import Team
from portal.catalog.models import Component, Dependency


@dataclass(frozen=True, slots=True)
class Consumer:
    """Someone who would notice: a component or a client, and the team that answers for it."""

    kind: str  # component, client
    name: str
    team: Team
    is_declared: bool = False
    seen_at: datetime | None = None  # when it was last observed to use it
    url: str = field(default="", compare=False)

    @property
    def how(self) -> str:
        """In words: "declared", "seen", or both."""
        said = ["declared"] if self.is_declared else []
        return " and ".join([*said, *(["seen"] if self.seen_at else [])])


def of(component: Component) -> list[Consumer]:
    """Each consumer once, by kind and name, with all that is known of it."""
    found: dict[tuple[str, str], Consumer] = {}
    for path in settings.CONSUMER_SOURCES:
        for consumer in import_string(path)(component):
            key = (consumer.kind, consumer.name)
            found[key] = _both(found[key], consumer) if key in found else consumer
    return [found[key] for key in sorted(found)]


def readers(component: Component) -> Iterable[Consumer]:
    """Components that read it, as a component or as a source of that name."""
    rows = (
        Dependency.objects.filter(
            kind__in=("component", "connection"), name=component.name, direction="reads"
        )
        .exclude(component=component)
        .select_related("component__team")
    )
    for row in rows:
        is_declared = row.source != Dependency.Source.OBSERVED
        yield Consumer(
            kind="component",
            name=row.component.name,
            team=row.component.team,
            is_declared=is_declared,
            seen_at=None if is_declared else row.since_at,
            url=f"/components/{row.component.name}/",
        )


def _both(one: Consumer, other: Consumer) -> Consumer:
    seen = [at for at in (one.seen_at, other.seen_at) if at]
    return Consumer(
        kind=one.kind,
        name=one.name,
        team=one.team,
        is_declared=one.is_declared or other.is_declared,
        seen_at=max(seen, default=None),
        url=one.url or other.url,
    )
