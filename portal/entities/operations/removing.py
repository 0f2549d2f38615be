"""Taking orphans away: only when someone asks, and only those that they saw."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.catalog.models import Component
from portal.entities import queries
from portal.entities.models import CatalogSource, Entity, EntityFinding
from portal.entities.operations import tying
from portal.errors import Moved, Refused
from portal.search import operations as search


@kept("entity.remove", "catalog source", "source")
@transaction.atomic
def remove_orphans(
    *, source: CatalogSource, seen: str, confirm: str, by: User, now: datetime
) -> int:
    """Remove the orphans of a source, and those of their components that have no history.

    `seen` is the digest of the preview: Moved where there are others now. `confirm` is the
    source's name once more. Returns how many entities are gone.
    """
    access.require(by, "entity.remove", source.team)
    current = CatalogSource.objects.select_for_update().get(pk=source.pk)
    orphans = queries.orphans(current)
    if not orphans:
        raise Moved(f"{current.name} has no orphans.")
    if seen != queries.digest(orphans):
        raise Moved("There are other orphans by now. Look at them again, then remove them.")
    if confirm.strip() != current.name:
        raise Refused(f"Write {current.name} to confirm that you mean it.", field="confirm")
    bare = queries.bare(orphans)
    names = [orphan.ref for orphan in orphans]
    search.remove_all(kind="entity", names=names)
    for orphan in orphans:
        if orphan.component and orphan.component_id not in bare:
            tying.untie(orphan.component)
    gone = list(Component.objects.filter(pk__in=bare).order_by("name"))
    EntityFinding.objects.filter(source=current, ref__in=names).delete()
    Entity.objects.filter(pk__in=[orphan.pk for orphan in orphans]).delete()
    search.remove_all(kind="component", names=[component.name for component in gone])
    Component.objects.filter(pk__in=bare).delete()
    tying.tie(now=now)
    audit.record(
        verb="entity.remove",
        by=by,
        now=now,
        kind="catalog source",
        thing=current.name,
        thing_id=current.pk,
        team=source.team.name if source.team else "",
        before={"entities": names, "components": [component.name for component in gone]},
    )
    return len(names)
