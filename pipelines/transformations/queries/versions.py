"""Transformations and their versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, UUIDField

from deployments.releases.models import Rejection
from pipelines.transformations import sql
from pipelines.transformations.models import Transformation, Version
from portal.catalog.models import Component
from portal.errors import NotFound
from portal.postgresql.questions import Question


def transformations() -> QuerySet[Transformation]:
    """Transformations with their component's name and team, and the newest version's number."""
    newest = Version.objects.filter(transformation=OuterRef("pk")).order_by("-number")
    return Transformation.objects.select_related("component__team").annotate(
        name=F("component__name"), newest=Subquery(newest.values("number")[:1])
    )


def transformation(name: str) -> Transformation:
    """The transformation of this name; NotFound, in words, where there is none."""
    found = transformations().filter(component__name=name).first()
    if found is None:
        raise NotFound(f"There is no transformation called “{name}”.")
    return found


def versions(component: Component) -> QuerySet[Version]:
    """The versions of a transformation, with who made them; to be ordered by number."""
    return Version.objects.filter(transformation__component=component).select_related(
        "transformation__component__team", "created_by"
    )


def version(component: Component, number: int) -> Version:
    """One version; NotFound says which is the newest."""
    found = versions(component).filter(number=number).first()
    if found is not None:
        return found
    newest = versions(component).order_by("-number").first()
    hint = f" The newest is {newest}." if newest else ""
    raise NotFound(f"{component.name} has no v{number}.{hint}")


_OF_A_RELEASE = Question(
    lambda transformation, number: Version.objects.filter(
        transformation=transformation, number=number
    ),
    transformation=UUIDField(),
    number=IntegerField(),
)


def of_a_release(transformation_id: UUID, number: int) -> Version:
    """The version that a release of this number is of; asked for by each run."""
    found = _OF_A_RELEASE.first(transformation=transformation_id, number=number)
    if found is None:
        raise Version.DoesNotExist(f"{transformation_id} has no version {number}")
    return found


def others(version: Version, most: int = 12) -> list[Version]:
    """The other versions of the same transformation, newest first."""
    return list(
        Version.objects.filter(transformation=version.transformation_id)
        .exclude(pk=version.pk)
        .order_by("-number")[:most]
    )


def against(version: Version, others: Sequence[Version], wanted: str) -> Version | None:
    """The version to compare with: the one that was asked for, else the one before."""
    for other in others:
        if str(other.number) == wanted:
            return other
    return next((other for other in others if other.number < version.number), None)


def rejections(versions: Iterable[Version]) -> dict[tuple[UUID, str], Rejection]:
    """The active rejections of these contents, by (transformation, digest); one query."""
    rows = list(versions)
    found = (
        Rejection.objects.active()
        .filter(
            component__in={row.transformation.component_id for row in rows},
            digest__in={row.digest for row in rows},
        )
        .select_related("rejected_by")
    )
    by_component = {(each.component_id, each.digest): each for each in found}
    return {
        (row.transformation_id, row.digest): by_component[key]
        for row in rows
        if (key := (row.transformation.component_id, row.digest)) in by_component
    }


def lineage(version: Version) -> dict[str, list[str] | None]:
    """Which inputs feed each column of the result; None where the text does not tell."""
    return sql.lineage(version.spec["sql"], version.spec.get("inputs", {}))
