"""Questions about releases and their rejections."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from deployments.releases.models import Rejection, Release
from portal.arrays import UUIDS, InArray
from portal.catalog.models import Component
from portal.errors import NotFound


def releases(*, component: str = "") -> QuerySet[Release]:
    """Releases with who made them, and `rejection` {by, by_name, at, reason} where one is in force.

    Of one component where its name is given.
    """
    rejection = (
        Rejection.objects.active()
        .filter(component=OuterRef("component"), digest=OuterRef("digest"))
        .values(
            json=JSONObject(
                by="rejected_by__username",
                by_name="rejected_by__full_name",
                at="rejected_at",
                reason="reason",
            )
        )
    )
    rows = Release.objects.select_related("component__team", "created_by").annotate(
        rejection=Subquery(rejection[:1])
    )
    return rows.filter(component__name=component) if component else rows


def named(component: Component, name: str) -> Release:
    """A component's release by number ("3", "v3") or identity; NotFound, in words, without one."""
    rows = Release.objects.filter(component=component).select_related("component__team")
    number = name.removeprefix("v")
    if number.isdecimal() and len(number) < 10:
        found = rows.filter(number=int(number)).first()
    else:
        found = rows.filter(pk=_identity(name)).first()
    if found is None:
        raise NotFound(f"{component.name} has no release “{name}”.", field="release")
    return found


def rejection(release: Release) -> Rejection | None:
    """The active rejection of what this release is made of."""
    return rejections([release]).get((release.component_id, release.digest))


def rejections(releases: Iterable[Release]) -> dict[tuple[object, str], Rejection]:
    """Active rejections by (component, digest), for many releases in one query."""
    wanted = {(release.component_id, release.digest) for release in releases}
    found = (
        Rejection.objects.active()
        .filter(
            InArray("component", {component for component, _ in wanted}, UUIDS),
            InArray("digest", {digest for _, digest in wanted}),
        )
        .select_related("rejected_by")
    )
    return {(row.component_id, row.digest): row for row in found}


def alike(release: Release) -> list[int]:
    """The numbers of all releases of this content."""
    rows = Release.objects.filter(component=release.component_id, digest=release.digest)
    return list(rows.values_list("number", flat=True))


def between(component: Component, *, after: int, upto: int) -> QuerySet[Release]:
    """The releases after one number, up to and with another, newest first; at most 50."""
    return (
        Release.objects.filter(component=component, number__gt=after, number__lte=upto)
        .select_related("created_by")
        .order_by("-number")[:50]
    )


def release(component: Component, number: int) -> Release:
    """One release with who made it; NotFound, in words, where there is none."""
    found = releases(component=component.name).filter(number=number).first()
    if found is None:
        raise NotFound(f"{component.name} has no v{number}.", field="release")
    return found


def newest(component: Component, most: int = 20) -> list[Release]:
    """The last releases of a component, newest first."""
    return list(releases(component=component.name).order_by("-number")[:most])


def newest_of(components: Iterable[UUID], most: int) -> list[Release]:
    """The last releases of several components, newest first; two queries however many they have."""
    last = Release.objects.filter(component=OuterRef("pk")).order_by("-number").values("pk")
    rows = Component.objects.filter(pk__in=components).annotate(last=ArraySubquery(last[:most]))
    wanted = [pk for found in rows.values_list("last", flat=True) for pk in found]
    found = Release.objects.filter(pk__in=wanted).select_related("component", "created_by")
    return list(found.order_by("-number"))


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # nobody's
