"""Questions about who may claim what, and what that would mean for its telemetry."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.catalog.models import Component


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a component's telemetry, and in which teams they could go on after a claim."""

    person: User
    teams: tuple[str, ...]


def teams(by: User) -> QuerySet[Team]:
    """Those for which this person may claim."""
    return access.teams_where(by, "component.claim").order_by("name")


def can_claim(component: Component, by: User) -> bool:
    """Whether to offer it: nobody answers for it, and they maintain some team."""
    return component.is_unowned and teams(by).exists()


def sender(component: Component) -> Sender | None:
    """Who brought it in; None where no telemetry of it came."""
    person: User | None = import_string(settings.SENDER_OF)(component.name)
    if person is None:
        return None
    could = access.teams_where(person, "telemetry.send").filter(memberships__user=person)
    return Sender(person, tuple(could.order_by("name").values_list("name", flat=True)))


def seen_as(component: Component) -> list[str]:
    """What services call themselves that are this component, where that is another name."""
    names: list[str] = import_string(settings.SEEN_AS)(component.name)
    return names
