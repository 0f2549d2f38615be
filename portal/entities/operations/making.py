"""Entities as components: registered where there is none, linked where there is one.

The file says who answers for a new component. After that it moves nobody: what a team may do hangs
on its components, and no file gives or takes that. What differs is shown, and people hand over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from portal.accounts.models import Team
from portal.audit import operations as audit
from portal.catalog import findable
from portal.catalog.models import Component
from portal.claims.operations import team_of_nobody
from portal.descriptors import adopting
from portal.descriptors.described import Described
from portal.entities import queries
from portal.entities.models import CatalogSource, Entity
from portal.names import is_slug
from portal.search import operations as search

AT_ONCE = 500
LINK = """
UPDATE portal_entity AS e
SET component_id = v.component, is_made = v.is_made, given = v.given::jsonb
FROM unnest(%s::uuid[], %s::uuid[], %s::boolean[], %s::text[]) AS v(id, component, is_made, given)
WHERE e.id = v.id
"""
Pair = tuple[Entity, Described]


def waiting(source: CatalogSource, folded: str) -> list[Any]:
    """The identities of entities of a kind that are no component yet, in their order."""
    rows = Entity.objects.filter(
        source=source, folded=folded, component=None, is_broken=False, orphaned_at=None
    )
    return list(rows.order_by("ref").values_list("pk", flat=True))


def adopt(*, source: CatalogSource, pks: Iterable[Any], now: datetime) -> int:
    """Register or link a component for each of these; how many were registered."""
    rows = Entity.objects.filter(pk__in=list(pks)).defer("text")
    entities = list(rows.order_by("ref"))
    named = {entity.pk: adopting.names(of(entity)) for entity in entities}
    known = _known({name for names in named.values() for name in names})
    taken = set(
        Entity.objects.filter(component__in=known.values()).values_list("component_id", flat=True)
    )
    teams = _speaking_for(source, entities, now)
    made: list[Component] = []
    for entity in entities:
        found = _fitting(entity, named[entity.pk], known, taken)
        if found is None:
            name = next((one for one in named[entity.pk] if one not in known), "")
            team = teams.get(entity.owner)
            if not is_slug(name) or team is None:
                continue
            found = _new(entity, name, team, now)
            known[name] = found
            made.append(found)
            entity.is_made, entity.given = True, adopting.facts(of(entity)).kept()
        elif not queries.speaks_for(source, found):
            continue
        taken.add(found.pk)
        entity.component = found
    _write(source, made, [entity for entity in entities if entity.component_id], now)
    return len(made)


def _known(names: Iterable[str]) -> dict[str, Component]:
    rows = Component.objects.select_related("team").filter(name__in=list(names))
    return {row.name: row for row in rows}


def _fitting(
    entity: Entity, names: Sequence[str], known: Mapping[str, Component], taken: set[Any]
) -> Component | None:
    """The component that it is already; None where there is none."""
    fitting = adopting.FITTING[entity.folded]
    for name in names:
        component = known.get(name)
        if component and component.kind in fitting and component.pk not in taken:
            return component
    return None


def _speaking_for(
    source: CatalogSource, entities: Sequence[Entity], now: datetime
) -> dict[str, Team]:
    """The team of a new component, by the owner in the file; without those not spoken for."""
    known = queries.owners(entity.owner for entity in entities)
    if source.team is not None:
        return {ref: team for ref, team in known.items() if team.pk == source.team_id}
    unknown = {entity.owner for entity in entities} - known.keys()
    if not unknown:
        return known
    return known | dict.fromkeys(unknown, team_of_nobody(now))


def _new(entity: Entity, name: str, team: Team, now: datetime) -> Component:
    described = of(entity)
    return Component(
        name=name,
        kind=adopting.kind(described),
        team=team,
        created_at=now,
        **adopting.facts(described).kept(),
    )


def _write(
    source: CatalogSource, made: list[Component], linked: list[Entity], now: datetime
) -> None:
    Component.objects.bulk_create(made)
    _link(linked)
    search.put(*(findable.thing(component) for component in made))
    audit.record_all(
        verb="component.register",
        now=now,
        kind="component",
        reason=f"Described by the catalog source {source.name}.",
        things=[(component, {"kind": component.kind, "source": source.name}) for component in made],
    )


def _link(entities: Sequence[Entity]) -> None:
    """In one statement: a case for each row and column would be most of the time of a look."""
    with connection.cursor() as cursor:
        cursor.execute(
            LINK,
            [
                [entity.pk for entity in entities],
                [entity.component_id for entity in entities],
                [entity.is_made for entity in entities],
                [json.dumps(entity.given) for entity in entities],
            ],
        )


def follow(source: CatalogSource, pairs: Iterable[Pair], *, now: datetime) -> None:
    """Facts of components that a source registered, where its file says others than before.

    What a person wrote since stays: a fact follows as long as it is what the source wrote last. A
    component that went to a team for which the source does not speak follows no longer.
    """
    wanted = [
        (entity, described)
        for entity, described in pairs
        if entity.component_id and entity.is_made and not described.findings
    ]
    pks = [entity.component_id for entity, _ in wanted]
    rows = Component.objects.select_for_update(of=("self",)).select_related("team")
    components = {
        pk: component
        for pk, component in rows.in_bulk([pk for pk in pks if pk]).items()
        if queries.speaks_for(source, component)
    }
    wanted = [pair for pair in wanted if pair[0].component_id in components]
    changed: list[tuple[Component, dict[str, Any]]] = []
    for entity, described in wanted:
        component = components[entity.component_id]
        facts = adopting.facts(described).kept()
        different = {
            name: value
            for name, value in facts.items()
            if value != getattr(component, name)
            and getattr(component, name) == entity.given.get(name)
            and not _is_ending(component, name)
        }
        entity.given = facts
        for name, value in different.items():
            setattr(component, name, value)
        if different:
            changed.append((component, {**different, "source": source.name}))
    if not wanted:
        return
    Entity.objects.bulk_update([entity for entity, _ in wanted], ["given"], batch_size=200)
    Component.objects.bulk_update(
        [component for component, _ in changed],
        ["title", "description", "lifecycle", "links"],
        batch_size=200,
    )
    search.put(*(findable.thing(component) for component, _ in changed))
    audit.record_all(
        verb="component.change",
        now=now,
        kind="component",
        reason=f"Described by the catalog source {source.name}.",
        things=changed,
    )


def _is_ending(component: Component, name: str) -> bool:
    return name == "lifecycle" and component.lifecycle == Component.Lifecycle.DEPRECATED


def of(entity: Entity) -> Described:
    """An entity as its document described it, without its text."""
    return Described(
        ref=entity.ref,
        kind=entity.kind,
        namespace=entity.namespace,
        name=entity.name,
        data=entity.data,
        text="",
        line=entity.line,
    )
