"""Questions about the catalog from elsewhere: its sources, entities, findings and orphans."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, ForeignObjectRel, Q, QuerySet

from portal.accounts.models import Team
from portal.catalog.models import Component, Dependency
from portal.descriptors import adopting, refs
from portal.descriptors.judging import BY_FOLDED
from portal.descriptors.relations import PAIRS, WORDS
from portal.entities.models import CatalogSource, Entity, EntityFinding, EntityRelation
from portal.errors import NotFound
from portal.facets import Choice
from portal.rows import found

PAGE = 50
MOST_RELATIONS = 200  # of one entity, in one direction
MOST_ORPHANS = 2_000  # that are removed at once
# Megabytes and secrets of a source, that nobody asks an entity for
OF_SOURCE = ("source__content", "source__secret", "source__hook_secret")
NOT_HISTORY = (Dependency, Entity)  # what a component may have and still go


@dataclass(frozen=True, slots=True)
class Page:
    """Some entities; `more` is the `?after=` of the next ones, "" on the last page."""

    rows: list[Entity]
    more: str

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Related:
    """One end of a relation, seen from the other: `entity` is None where nothing describes it."""

    type: str
    ref: str
    entity: Entity | None

    @property
    def words(self) -> str:
        return WORDS[self.type]

    @property
    def shown(self) -> str:
        return self.entity.shown if self.entity else self.ref


def sources() -> QuerySet[CatalogSource]:
    """Without their files; `is_sent` says whether there is one."""
    rows = CatalogSource.objects.select_related("team", "created_by").defer("content")
    return rows.annotate(is_sent=Q(content__isnull=False))


def source(name: str) -> CatalogSource:
    return found(sources(), "catalog source", name=name)


def entities() -> QuerySet[Entity]:
    return _whole().defer("data", "text", "given")


def _whole() -> QuerySet[Entity]:
    rows = Entity.objects.select_related("source__team", "component__team", "team")
    return rows.defer(*OF_SOURCE)


def entity(ref: str) -> Entity:
    """The entity of a reference, whatever its letters; NotFound in words."""
    rows = _whole()
    one = rows.filter(ref=ref.lower()).first() if "\0" not in ref else None
    if one is None:
        raise NotFound(f"Nothing in the catalog is called “{ref}”. Its files may not be read yet.")
    return one


def narrowed(asked: dict[str, str]) -> QuerySet[Entity]:
    """Those that fit: `kind`, `source`, `owner`, `system`, `state` (broken, orphan), `q`."""
    asked = {name: value.replace("\0", "") for name, value in asked.items()}
    rows = entities()
    for name, field in (("kind", "folded"), ("source", "source__name"), ("type", "type")):
        if value := asked.get(name, "").strip():
            rows = rows.filter(**{field: value.lower() if name == "kind" else value})
    for name in ("owner", "system"):
        if value := asked.get(name, "").strip().lower():
            rows = rows.filter(**{name: value})
    if words := asked.get("q", "").strip().lower():
        rows = rows.filter(ref__contains=words)
    state = asked.get("state", "")
    if state == "broken":
        rows = rows.filter(is_broken=True)
    elif state == "orphan":
        rows = rows.filter(orphaned_at__isnull=False)
    return rows


def page(asked: dict[str, str]) -> Page:
    """Fifty from behind `after` on, by reference: kinds stand together."""
    rows = narrowed(asked).order_by("ref")
    if after := asked.get("after", "").replace("\0", ""):
        rows = rows.filter(ref__gt=after)
    some = list(rows[: PAGE + 1])
    return Page(some[:PAGE], some[PAGE - 1].ref if len(some) > PAGE else "")


def kinds(asked: dict[str, str]) -> list[Choice]:
    """Each kind with how many of it fit; one query."""
    rows = narrowed({**asked, "kind": ""}).order_by().values_list("folded")
    counted = dict(rows.annotate(number=Count("pk")).values_list("folded", "number"))
    known = [one for one in BY_FOLDED if one in counted]
    others = sorted(counted.keys() - BY_FOLDED.keys())
    return [Choice(one, BY_FOLDED.get(one, one), counted[one]) for one in (*known, *others)]


def relations(one: Entity) -> list[Related]:
    """Both ways: as it and others say, and the way back; two queries and one for the others."""
    forth = _rows(EntityRelation.objects.filter(source=one.ref), "target")
    back = _rows(EntityRelation.objects.filter(target=one.ref), "source")
    ends = [(kind, ref) for kind, ref in forth] + [(PAIRS[kind], ref) for kind, ref in back]
    known = entities().in_bulk([ref for _, ref in ends], field_name="ref")
    return [Related(kind, ref, known.get(ref)) for kind, ref in ends]


def _rows(rows: QuerySet[EntityRelation], end: str) -> list[tuple[str, str]]:
    every = rows.order_by("type", end).values_list("type", end).distinct()
    return [(str(kind), str(ref)) for kind, ref in every[:MOST_RELATIONS]]


def findings(source: CatalogSource | None = None, ref: str = "") -> QuerySet[EntityFinding]:
    """What is wrong, by source and by entity where they are given."""
    rows = EntityFinding.objects.select_related("source").defer(*OF_SOURCE)
    rows = rows.filter(source=source) if source else rows
    return rows.filter(ref=ref) if ref else rows


def orphans(source: CatalogSource) -> list[Entity]:
    """What no file of the source describes any longer, in order; at most so many at once."""
    rows = Entity.objects.filter(source=source, orphaned_at__isnull=False)
    rows = rows.select_related("component__team", "source").defer(*OF_SOURCE)
    return list(rows.order_by("ref")[:MOST_ORPHANS])


def digest(orphans: Iterable[Entity]) -> str:
    """Of the orphans that someone saw before they said yes."""
    text = "\n".join(orphan.ref for orphan in orphans)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def bare(orphans: Sequence[Entity]) -> set[UUID]:
    """Their components that go with them: registered by the source, and nothing happened to them.

    A component with history stays; nobody loses what was deployed, said or asked of it. So does
    one that another team took over since.
    """
    left = {
        orphan.component.pk
        for orphan in orphans
        if orphan.is_made and orphan.component and speaks_for(orphan.source, orphan.component)
    }
    for relation in Component._meta.get_fields(include_hidden=True):  # noqa: SLF001 - documented
        if not isinstance(relation, ForeignObjectRel) or not left:
            continue
        model: Any = relation.related_model
        if model not in NOT_HISTORY:
            column = relation.field.name
            rows = model._default_manager.filter(**{f"{column}__in": left})  # noqa: SLF001
            left -= set(rows.values_list(f"{column}_id", flat=True))
    names = dict(Component.objects.filter(pk__in=left).values_list("name", "pk"))
    read = Dependency.objects.filter(kind="component", name__in=names).exclude(
        source=Dependency.Source.FILE
    )
    return left - {names[name] for name in read.values_list("name", flat=True)}


def speaks_for(source: CatalogSource, component: Component) -> bool:
    """A team's source speaks for what is its own, or nobody's."""
    return source.team_id is None or component.is_unowned or component.team_id == source.team_id


def of_component(component: Component) -> Entity | None:
    """The entity that a component is; None where no file describes it."""
    return entities().filter(component=component).first()


def why_no_component(one: Entity) -> str:
    """Why an entity that could be a component is none, and what to do; "" where it is fine."""
    if one.component_id or not adopting.is_component(one.folded):
        return ""
    if one.is_broken:
        return "It becomes a component once what is wrong with it is mended."
    if one.orphaned_at:
        return "It became an orphan before it was one."
    team = one.source.team
    if team is not None:
        return (
            f"{one.source.name} speaks for {team.name} only, and the file names another owner, or "
            "a component of another team has its name. Someone with the platform role can make a "
            "source that speaks for all."
        )
    return (
        f"No name is left for it here. Give it one with the annotation {adopting.COMPONENT}: "
        "small letters, digits and hyphens."
    )


def counts(sources: Collection[CatalogSource]) -> dict[UUID, dict[str, int]]:
    """Of each source how many entities, findings and orphans; three queries."""
    pks = [one.pk for one in sources]
    found: dict[UUID, dict[str, int]] = {pk: {} for pk in pks}
    for name, rows in (
        ("entities", Entity.objects.filter(orphaned_at=None)),
        ("orphans", Entity.objects.filter(orphaned_at__isnull=False)),
        ("findings", EntityFinding.objects.all()),
    ):
        counted: Any = rows.filter(source__in=pks).order_by().values("source")
        for pk, number in counted.annotate(number=Count("pk")).values_list("source", "number"):
            found[pk][name] = number
    return found


def owners(owner_refs: Iterable[str]) -> dict[str, Team]:
    """Which team stands behind each reference: by its group, else by its name."""
    wanted = {ref for ref in owner_refs if ref.startswith("group:")}
    rows = Entity.objects.filter(ref__in=wanted, folded="group").select_related("team")
    groups = {row.ref: row.team for row in rows}
    names = {ref: adopting.slug(refs.parts(ref)[2]) for ref in wanted - groups.keys()}
    teams = {team.name: team for team in Team.objects.filter(name__in=set(names.values()))}
    found = {ref: team for ref, team in groups.items() if team}
    return found | {ref: teams[name] for ref, name in names.items() if name in teams}
