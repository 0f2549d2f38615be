"""Registering components and noting what they depend on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.catalog import findable
from portal.catalog.models import Component, Dependency
from portal.errors import Refused
from portal.names import SLUG_HINT, is_slug
from portal.search import operations as search


@transaction.atomic
def register(
    *,
    name: str,
    team: Team,
    kind: str,
    by: User,
    now: datetime,
    title: str = "",
    description: str = "",
    tier: int = 3,
) -> Component:
    """Make a component known, owned by `team`. Refused where the name is taken or not a slug."""
    access.require(by, "component.register", team)
    if not is_slug(name):
        raise Refused(f"“{name}” can't be a name: use {SLUG_HINT}.", field="name")
    taken = Component.objects.filter(name=name).select_related("team").first()
    if taken:
        raise Refused(
            f"{name} is already registered by {taken.team.name}. Names are unique: choose another.",
            field="name",
        )
    component = Component.objects.create(
        name=name,
        title=title,
        description=description,
        kind=kind,
        team=team,
        tier=tier,
        created_at=now,
    )
    audit.record(
        verb="component.register",
        by=by,
        now=now,
        kind="component",
        thing=name,
        thing_id=component.pk,
        component=name,
        team=team.name,
        after={"kind": kind, "tier": tier},
    )
    search.put(findable.thing(component))
    return component


def depend(
    *,
    component: Component,
    on: Iterable[tuple[str, str, str]],
    source: Dependency.Source,
    now: datetime,
) -> None:
    """Replace what `component` depends on by `source`: (direction, kind, name) triples."""
    wanted = set(on)
    held = {
        (d.direction, d.kind, d.name): d
        for d in Dependency.objects.filter(component=component, source=source)
    }
    gone = [held[key].pk for key in held.keys() - wanted]
    Dependency.objects.filter(pk__in=gone).delete()
    Dependency.objects.bulk_create(
        [
            Dependency(
                component=component,
                direction=direction,
                kind=kind,
                name=name,
                source=source,
                since_at=now,
            )
            for direction, kind, name in wanted - held.keys()
        ],
        ignore_conflicts=True,
    )
