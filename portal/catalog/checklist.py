"""What a component should have before someone is woken by it, and how to add what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from portal.accounts.models import Membership, Role, User
from portal.catalog import facts
from portal.catalog.models import Component

ENOUGH = 2  # people who can decide


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that it has or lacks. `url` leads to where that can be changed, `verb` says so."""

    title: str
    is_met: bool
    text: str = ""
    url: str = ""
    verb: str = "Add"
    is_dialog: bool = False


Source = Callable[[Component, User], Sequence[Item]]


def of(component: Component, _: User) -> list[Item]:
    """What this floor knows: words, links, and enough people. One query."""
    edit = reverse("portal:component-edit", args=[component.name])
    deciders = Membership.objects.filter(
        team=component.team_id, role=Role.MAINTAINER, user__is_active=True
    ).count()
    return [
        Item(
            "A sentence on what it is for",
            bool(component.description),
            "Whoever finds it reads this first.",
            edit,
        ),
        Item(
            "A runbook",
            bool(facts.link_of(component.links, "runbook")),
            "What to do when it fails at six in the morning.",
            edit,
        ),
        Item(
            "A repository",
            bool(facts.link_of(component.links, "repository")),
            "Where its file lives and changes are reviewed.",
            edit,
        ),
        Item(
            "Two people who can decide",
            deciders >= ENOUGH,
            f"{component.team.name} has {_maintainers(deciders)}; an approval needs another one.",
            reverse("portal:team-detail", args=[component.team.name]),
            verb="Team",
        ),
    ]


def _maintainers(number: int) -> str:
    return "no maintainer" if not number else "one maintainer"
