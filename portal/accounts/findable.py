"""Teams and people as the search knows them."""

from __future__ import annotations

from collections.abc import Iterator

from portal.accounts.models import Team, User
from portal.search.things import Thing


def team(found: Team) -> Thing:
    return Thing(
        kind="team",
        name=found.name,
        url=f"/teams/{found.name}/",
        icon="team",
        title=found.title,
        text=found.description,
        team=found.name,
        note="Team",
        weight=4,
    )


def person(user: User) -> Thing:
    """By their name and the one they sign in with."""
    return Thing(
        kind="person",
        name=user.username,
        url=f"/people/{user.username}/",
        icon="user",
        title=user.full_name,
        note="Platform" if user.is_platform else "Person",
        weight=2,
    )


def every() -> Iterator[Thing]:
    """All of them, for the command that builds the search anew; nobody who was switched off."""
    yield from (team(found) for found in Team.objects.order_by("pk").iterator())
    people = User.objects.filter(is_active=True).order_by("pk")
    yield from (person(user) for user in people.iterator())
