"""Questions about what exists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db.models import Case, Prefetch, QuerySet, When

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.catalog.models import Component, Dependency
from portal.errors import NotFound


def components(*, team: str = "") -> QuerySet[Component]:
    """Components with their team; of one team where its name is given."""
    rows = Component.objects.select_related("team", "replacement")
    return rows.filter(team__name=team) if team else rows


def detailed() -> QuerySet[Component]:
    """Components with what they read and feed."""
    return components().prefetch_related(
        Prefetch("dependencies", Dependency.objects.order_by("direction", "kind", "name"))
    )


def component(name: str) -> Component:
    """The component of this name with its team; NotFound, in words, where there is none."""
    found = Component.objects.select_related("team", "replacement").filter(name=name).first()
    if found is None:
        raise NotFound(
            f"There is no component called “{name}”. The catalog lists those that exist."
        )
    return found


def components_of(user: User, first: Sequence[Collection[UUID]] = ()) -> QuerySet[Component]:
    """The components of this person's teams: the most important first, what ends last.

    `first` are ids that stand before all others, group after group.
    """
    teams = access.team_ids(user)
    groups = [When(pk__in=group, then=place) for place, group in enumerate(first) if group]
    is_ending = Case(When(lifecycle=Component.Lifecycle.DEPRECATED, then=1), default=0)
    return (
        Component.objects.filter(team__in=teams)
        .select_related("team")
        .order_by(Case(*groups, default=len(first)), is_ending, "tier", "name")
    )


def dependencies(component: Component) -> QuerySet[Dependency]:
    """What it reads and feeds, as declared and as observed."""
    return Dependency.objects.filter(component=component).order_by("direction", "kind", "name")


def feeding(client: str) -> list[UUID]:
    """The components that deliver to this client: their identities, by index."""
    feeds = Dependency.objects.filter(
        kind="client", name=client, direction=Dependency.Direction.FEEDS
    )
    return list(feeds.values_list("component", flat=True).distinct())


def readers(component: Component) -> QuerySet[Dependency]:
    """Which other components read what this one makes."""
    return (
        Dependency.objects.filter(kind="component", name=component.name, direction="reads")
        .select_related("component")
        .order_by("component__name")
    )


def users_of(kind: str, name: str, team: Team) -> list[str]:
    """The components of a team that read or feed something that is no component; some of them."""
    rows = Dependency.objects.filter(kind=kind, name=name, component__team=team)
    found = rows.order_by("component__name").values_list("component__name", flat=True)
    return list(found.distinct()[:20])


def unowned_names() -> set[str]:
    """What was seen, and no team answers for yet."""
    return set(Component.objects.filter(team__is_nobody=True).values_list("name", flat=True))


def known(names: Iterable[str]) -> list[str]:
    """Which of these names are components, in the order in which they are given. One query."""
    asked = list(names)
    found = set(Component.objects.filter(name__in=asked).values_list("name", flat=True))
    return [name for name in asked if name in found]
