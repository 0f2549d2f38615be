"""Questions about what exists."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from portal.accounts.models import User
from portal.catalog.models import Component, Dependency
from portal.errors import NotFound

PAGE = 100


@dataclass(frozen=True, slots=True)
class Names:
    """A page of components by name; `more` is the `?after=` of the next one, "" on the last."""

    rows: list[Component]
    more: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def components(*, search: str = "", kind: str = "", team: str = "") -> QuerySet[Component]:
    """Components with their team; each argument that is given narrows it down."""
    rows = Component.objects.select_related("team", "replacement")
    if search:
        rows = rows.filter(matching(search))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(team__name=team) if team else rows


def detailed() -> QuerySet[Component]:
    """Components with what they read and feed."""
    return components().prefetch_related(
        Prefetch("dependencies", Dependency.objects.order_by("direction", "kind", "name"))
    )


def matching(words: str) -> Q:
    """Components that have these words in their name, title or description."""
    return Q(name__icontains=words) | Q(title__icontains=words) | Q(description__icontains=words)


def by_name(rows: QuerySet[Component], *, after: str = "", size: int = PAGE) -> Names:
    """A page by name, for people who look for one."""
    if after:
        rows = rows.filter(name__gt=after)
    found = list(rows.order_by("name")[: size + 1])
    return Names(found[:size], found[size - 1].name if len(found) > size else "")


def component(name: str) -> Component:
    """The component of this name with its team; NotFound, in words, where there is none."""
    found = Component.objects.select_related("team", "replacement").filter(name=name).first()
    if found is None:
        raise NotFound(
            f"There is no component called “{name}”. The catalog lists those that exist."
        )
    return found


def components_of(user: User) -> QuerySet[Component]:
    """The components of this person's teams, by name; at most 50."""
    teams = user.memberships.values("team_id")
    return Component.objects.filter(team__in=teams).select_related("team").order_by("name")[:50]


def dependencies(component: Component) -> QuerySet[Dependency]:
    """What it reads and feeds, as declared and as observed."""
    return Dependency.objects.filter(component=component).order_by("direction", "kind", "name")


def readers(component: Component) -> QuerySet[Dependency]:
    """Which other components read what this one makes."""
    return (
        Dependency.objects.filter(kind="component", name=component.name, direction="reads")
        .select_related("component")
        .order_by("component__name")
    )
