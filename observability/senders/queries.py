"""Questions about who sends telemetry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from observability.senders import aliases
from observability.senders.models import Service
from portal.accounts.models import User
from portal.catalog.models import Component


@dataclass(frozen=True, slots=True)
class Known:
    """A service with its component, None where there is none (yet).

    `others`: what else is called so that it is the same component.
    """

    service: Service
    component: Component | None
    others: tuple[str, ...] = ()

    @property
    def is_nameless(self) -> bool:
        """Whether nobody said what it is called."""
        return aliases.is_nameless(self.service.name)


def sender_of(name: str) -> User | None:
    """Who brought this component in; None where nobody did: none of it was taken."""
    rows = Service.objects.select_related("sender").filter(Q(name=name) | Q(alias=name))
    found = rows.exclude(sender=None).order_by("pk").first()
    return found.sender if found else None


def seen_as(name: str) -> list[str]:
    """Names of services, other than its own, that are this component."""
    return list(Service.objects.filter(alias=name).order_by("name").values_list("name", flat=True))


def services() -> QuerySet[Service]:
    """All that was seen, with who sends it."""
    return Service.objects.select_related("sender", "refused_sender")


def known(services: Iterable[Service]) -> list[Known]:
    """Each with its component, and with what else is the same one; two queries."""
    rows = list(services)
    names = {row.component_name for row in rows}
    found = Component.objects.select_related("team").filter(name__in=names)
    components = {component.name: component for component in found}
    same: dict[str, list[str]] = {}
    for one in Service.objects.filter(Q(alias__in=names) | Q(name__in=names)).order_by("name"):
        same.setdefault(one.component_name, []).append(one.name)
    return [
        Known(
            row,
            components.get(row.component_name),
            tuple(one for one in same.get(row.component_name, ()) if one != row.name),
        )
        for row in rows
    ]
