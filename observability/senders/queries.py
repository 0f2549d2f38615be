"""Questions about who sends telemetry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from observability.senders.models import Service
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.names import is_slug


@dataclass(frozen=True, slots=True)
class Known:
    """A service with the component of its name, None where there is none (yet)."""

    service: Service
    component: Component | None

    @property
    def is_usable(self) -> bool:
        """Whether a component could be called so."""
        return is_slug(self.service.name)


def sender_of(name: str) -> User | None:
    """Who brought this service in; None where nobody did: none of it was taken."""
    found = Service.objects.select_related("sender").filter(name=name).first()
    return found.sender if found else None


def services() -> QuerySet[Service]:
    """All that was seen, with who sends it."""
    return Service.objects.select_related("sender", "refused_sender")


def known(services: Iterable[Service]) -> list[Known]:
    """Each with its component; one query."""
    rows = list(services)
    found = Component.objects.select_related("team").filter(name__in=[row.name for row in rows])
    components = {component.name: component for component in found}
    return [Known(row, components.get(row.name)) for row in rows]
