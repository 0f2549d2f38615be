"""Questions about releases and their rejections."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from deployments.releases.models import Rejection, Release
from portal.catalog.models import Component


def releases(*, component: str = "") -> QuerySet[Release]:
    """Releases with who made them, of one component where its name is given."""
    rows = Release.objects.select_related("component__team", "created_by")
    return rows.filter(component__name=component) if component else rows


def rejection(release: Release) -> Rejection | None:
    """The active rejection of what this release is made of."""
    return rejections([release]).get((release.component_id, release.digest))


def rejections(releases: Iterable[Release]) -> dict[tuple[object, str], Rejection]:
    """Active rejections by (component, digest), for many releases in one query."""
    wanted = {(release.component_id, release.digest) for release in releases}
    found = (
        Rejection.objects.active()
        .filter(
            component__in={component for component, _ in wanted},
            digest__in={digest for _, digest in wanted},
        )
        .select_related("rejected_by")
    )
    return {(row.component_id, row.digest): row for row in found}


def between(component: Component, *, after: int, upto: int) -> QuerySet[Release]:
    """The releases after one number, up to and with another, newest first; at most 50."""
    return (
        Release.objects.filter(component=component, number__gt=after, number__lte=upto)
        .select_related("created_by")
        .order_by("-number")[:50]
    )
