"""Transformations and their versions."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max, QuerySet

from deployments.releases.models import Rejection
from pipelines.transformations import sql
from pipelines.transformations.models import Transformation, Version
from portal.errors import NotFound


def transformations() -> QuerySet[Transformation]:
    """Transformations with their component and team, and the number of the newest version."""
    return Transformation.objects.select_related("component__team").annotate(
        newest=Max("versions__number")
    )


def versions(name: str) -> QuerySet[Version]:
    """The versions of a transformation, newest first."""
    return (
        Version.objects.filter(transformation__component__name=name)
        .select_related("transformation__component__team", "created_by")
        .order_by("-number")
    )


def version(name: str, number: int) -> Version:
    """One version; NotFound says which there are."""
    found = versions(name).filter(number=number).first()
    if found is not None:
        return found
    newest = versions(name).first()
    if newest is None:
        raise NotFound(f"There is no transformation called “{name}”.")
    raise NotFound(f"{name} has no version {number}. The newest is {newest.number}.")


def rejections(versions: Iterable[Version]) -> dict[str, Rejection]:
    """The active rejections of these contents by digest; one query."""
    rows = list(versions)
    found = (
        Rejection.objects.active()
        .filter(
            component__in={row.transformation.component_id for row in rows},
            digest__in={row.digest for row in rows},
        )
        .select_related("rejected_by")
    )
    return {rejection.digest: rejection for rejection in found}


def lineage(version: Version) -> dict[str, list[str] | None]:
    """Which inputs feed each column of the result; None where the text does not tell."""
    return sql.lineage(version.spec["sql"], version.spec.get("inputs", {}))
